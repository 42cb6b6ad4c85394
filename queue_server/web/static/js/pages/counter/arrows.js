/* Arrow keys within a list: up, down, to its ends. For an onKeyDown of the list; letters go on to the page. */

const STEPS = {
  ArrowDown: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Moves the focus among the elements that `selector` finds in the list; stops at the ends. */
export function moveFocus(event, selector) {
  const step = STEPS[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = [...event.currentTarget.querySelectorAll(selector)];
  const target = items[Math.max(0, Math.min(items.length - 1, step(items.indexOf(document.activeElement), items.length)))];
  if (target === undefined) return;
  event.preventDefault();
  target.focus();
}
