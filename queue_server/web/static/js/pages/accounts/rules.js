/* What the form can tell before it asks the hub, and what the hub's refusals mean here. Pure. */

export const PASSWORD_CHARS_MIN = 10; // as the hub's

/** The field that a problem belongs to, to be marked and focused; absent: the form as a whole. */
export const FIELD_OF = {
  NAME_EMPTY: "name",
  NAME_TAKEN: "name",
  NAME_UNFIT: "name",
  PASSWORD_SHORT: "password",
  PASSWORD_IS_NAME: "password",
  PASSWORD_UNFIT: "password",
  NO_COUNTER: "counters",
};

/** The hub's INVALID says where; this says what it can only be, since the rest was looked at before. */
const INVALID_AT = { name: "NAME_UNFIT", password: "PASSWORD_UNFIT", account: "LAST_ADMIN" };

/** The first thing that is not right with what the form holds, or null. `password` null: it stays as it is. */
export function fault({ name, password, counters }, others) {
  if (name.trim() === "") return "NAME_EMPTY";
  if (others.some((one) => sameName(one.name, name))) return "NAME_TAKEN";
  if (counters !== null && counters.length === 0) return "NO_COUNTER";
  if (password === null) return null;
  if ([...password].length < PASSWORD_CHARS_MIN) return "PASSWORD_SHORT";
  return sameName(password, name) ? "PASSWORD_IS_NAME" : null;
}

/** The problem that a refusal is, for words and marks. */
export function problemOf({ code, path }) {
  if (code !== "INVALID") return code;
  return INVALID_AT[(path ?? "").replace("$.", "")] ?? code;
}

/** What is different, under the API's names; nothing where nothing is. */
export function changesOf(account, { role, counters, password }) {
  return {
    ...(role === account.role ? {} : { role }),
    ...(sameCounters(counters, account.counters) ? {} : { counters }),
    ...(password === null ? {} : { password }),
  };
}

/** The hub takes "  SITI " and "siti" for one person. */
function sameName(one, other) {
  return canonical(one) === canonical(other);
}

function canonical(name) {
  return name.normalize("NFKC").toLowerCase().split(/\s+/u).filter(Boolean).join(" ");
}

function sameCounters(one, other) {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((counter) => other.includes(counter));
}
