/* What the server wrote into the page: read once, before anything else. See `Shell.render` in web/shell.py. */

/** {hall, lang, languages, hello, view, seq, journal_id, now_ms, words, strict, page}; `page` is the page's own. */
export const boot = JSON.parse(document.getElementById("boot").textContent);
