/* Keeps the screen awake while the page is seen and the browser allows it (https or localhost only). */

/** Starts to ask; `isHeld` is a signal. The browser takes the lock whenever the page is hidden, so it is asked for again. */
export function keepAwake(isHeld) {
  const ask = async () => {
    if (document.visibilityState !== "visible" || isHeld.value || navigator.wakeLock === undefined) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      isHeld.value = true;
      lock.addEventListener("release", () => (isHeld.value = false));
    } catch {
      isHeld.value = false; // low battery or a policy: the page works on, the screen may go dark
    }
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}
