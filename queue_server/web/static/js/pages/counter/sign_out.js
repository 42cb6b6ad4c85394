/* Leaves the session, so that the next one at this machine is not taken for the last. */

import { post } from "../../lib/post.js";

/** Goes to the sign-in page; false: the hub did not answer, and this machine is still signed in. */
export async function signOut() {
  const { ok } = await post("/api/v1/session", {}, { method: "DELETE" });
  if (ok) location.assign("/sign-in");
  return ok;
}
