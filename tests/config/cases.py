"""The kinds of mistakes as a table: one change of small.toml each, and what the report must say of it."""

from pathlib import Path
from typing import NamedTuple

SMALL = Path(__file__).with_name("small.toml").read_text(encoding="utf-8")


class Case(NamedTuple):
    """One change and the mistake it makes."""

    rule: str
    old: str
    new: str
    path: str
    says: str
    """A part of the message."""
    inside: str | None = None


CASES = (
    # Keys
    Case("an unknown table is no table", "[speech]", "[speach]", "speach", 'Did you mean "speech"?'),
    Case("an unknown key is no key", "port = 0", "prot = 0", "server.prot", 'Did you mean "port"?'),
    Case("a key like nothing known", "port = 0", "zzz = 0", "server.zzz", "Known: close_halls_after_s, host, insecure_lan"),
    Case("a key with quotes", "port = 0", '"a b" = 0', 'server."a b"', "is no key"),
    Case("a key with a line break", "port = 0", '"a\\nb" = 0', 'server."a\\u000ab"', "is no key"),
    Case("an unknown key of an entry", 'zone = "a" }', 'zone = "a", zon = 1 }', "hall[0].screens[0].zon", 'mean "zone"', "screen-1"),
    Case("an unknown rule", "undo_s = 5", "undo_ms = 5", "hall[0].rules.undo_ms", 'mean "undo_s"', "small"),
    Case("an unknown day", "mon = [", "monday = [\"08:00-09:00\"]\nmon = [", "hall[0].hours.office.monday", 'mean "mon"', "small"),
    Case("a missing key", 'timezone = "Asia/Makassar"\n', "", "hall[0]", 'lacks the key "timezone"', "small"),
    Case("a missing key of an entry", 'name = "Loket 1", ', "", "hall[0].counters[0]", 'lacks the key "name"', "loket-1"),
    Case("a kiosk without printer", ', printer = "printer-1"', "", "hall[0].kiosks[0]", 'lacks the key "printer"', "kiosk-1"),
    Case("two ways to a certificate", "port = 0", 'port = 0\ntls = { local = true, key = "k" }', "server.tls", "say one of the two"),
    Case("a certificate without its key", "port = 0", 'port = 0\ntls = { certificate = "c" }', "server.tls", 'lacks "key"'),
    Case("a key without its certificate", "port = 0", 'port = 0\ntls = { key = "k" }', "server.tls", 'lacks "certificate"'),
    Case("a misspelt key of TLS", "port = 0", 'port = 0\ntls = { certificat = "c" }', "server.tls.certificat", 'Did you mean "certificate"?'),
    # Types
    Case("a number for a text", 'name = "MPP Kecil"', "name = 7", "hall[0].name", "must be a text in quotes, found 7.", "small"),
    Case("a text for a number", "port = 0", 'port = "8000"', "server.port", 'from 0 to 65535, found "8000"'),
    Case("a truth for a number", "undo_s = 5", "undo_s = true", "hall[0].rules.undo_s", "whole number from 0 to 60, found true", "small"),
    Case("a fraction for a number", "undo_s = 5", "undo_s = 5.5", "hall[0].rules.undo_s", "found 5.5", "small"),
    Case("a text for a switch", "port = 0", 'insecure_lan = "yes"', "server.insecure_lan", 'true or false, without quotes; found "yes"'),
    Case("a text for a list", 'languages = ["id", "en"]', 'languages = "id"', "hall[0].languages", "must be a list", "small"),
    Case("a text for a table", 'notice = { id = "Selamat datang.", en = "Welcome." }', 'notice = "Hi"', "hall[0].notice", "must be a table such as", "small"),
    Case("a number for a table", '[store]\nurl = "sqlite:small.db"', "store = 3", "store", "must be a table, found 3"),
    Case("a number in a list of tables", '    { id = "screen-1"', '    3, { id = "screen-1"', "hall[0].screens[0]", "must be a table, found 3", "small"),
    Case("a text for a list of tables", 'printers = [{ id = "printer-1", paper_width_mm = 58 }]', 'printers = "one"', "hall[0].printers", "must be a list of tables", "small"),
    Case("a table for a text", 'wifi = "Tamu"', "wifi = {}", "hall[0].wifi", "found a table", "small"),
    # Texts
    Case("an empty text", 'name = "MPP Kecil"', 'name = "  "', "hall[0].name", "is empty", "small"),
    Case("too long a text", 'name = "MPP Kecil"', f'name = "{"x" * 61}"', "hall[0].name", "has 61 characters; at most 60", "small"),
    Case("a printer's command in a name", 'name = "Loket 1"', 'name = "Loket\\u001b@1"', "hall[0].counters[0].name", "U+001B at place 6", "loket-1"),
    Case("a line break in a text", 'en = "Welcome."', 'en = "Wel\\ncome."', "hall[0].notice.en", "U+000A at place 4", "small"),
    Case("a text that turns round", 'en = "Welcome."', 'en = "\\u202eWelcome."', "hall[0].notice.en", "U+202E at place 1", "small"),
    Case("an empty requirement", '["Family card"]', '[""]', "hall[0].services[0].requirements.en[0]", "is empty", "ktp"),
    Case("too many requirements", '["Family card"]', "[" + '"x", ' * 13 + "]", "hall[0].services[0].requirements.en", "has 13 entries; allowed are 0 to 12", "ktp"),
    # Shapes
    Case("a hall's id with capitals", 'id = "small"', 'id = "Small"', "hall[0].id", '1 to 32 small letters a-z, digits and hyphens; found "Small"', "Small"),
    Case("an id too long", 'id = "small"', f'id = "{"x" * 33}"', "hall[0].id", "1 to 32", "x" * 33),
    Case("an id that is a path", 'id = "small"', 'id = "../x"', "hall[0].id", "1 to 32", "../x"),
    Case("a prefix with the letter that looks like one", 'prefix = "SK"', 'prefix = "SI"', "hall[0].services[2].prefix", "without I and O", "skck"),
    Case("a prefix with the letter that looks like nought", 'prefix = "SK"', 'prefix = "O"', "hall[0].services[2].prefix", "without I and O", "skck"),
    Case("a prefix of three letters", 'prefix = "SK"', 'prefix = "SKC"', "hall[0].services[2].prefix", "one or two capital letters", "skck"),
    Case("a small prefix", 'prefix = "SK"', 'prefix = "s"', "hall[0].services[2].prefix", "one or two capital letters", "skck"),
    Case("a prefix with a digit", 'prefix = "SK"', 'prefix = "S1"', "hall[0].services[2].prefix", "one or two capital letters", "skck"),
    Case("a language by its name", 'wifi = "Tamu"', 'wifi = "Tamu"\nnotice.english = "x"', "line 23, column 53", "is not TOML"),
    Case("a language code of no shape", '{ id = "Kios", en = "Kiosk" }', '{ id = "Kios", en = "Kiosk", ENG = "x" }', "hall[0].kiosks[0].name.ENG", "language code", "kiosk-1"),
    Case("an unknown time zone", '"Asia/Makassar"', '"Asia/Makasar"', "hall[0].timezone", 'is no time zone. Did you mean "Asia/Makassar"?', "small"),
    Case("a zone that is a folder", '"Asia/Makassar"', '"Asia"', "hall[0].timezone", "is no time zone", "small"),
    Case("a zone that is a path", '"Asia/Makassar"', '"../../etc/passwd"', "hall[0].timezone", "is no time zone", "small"),
    Case("a zone that is an offset", '"Asia/Makassar"', "8", "hall[0].timezone", "found 8", "small"),
    Case("an address without scheme", "https://antrean.example.id", "antrean.example.id", "hall[0].public_url", "must be an address such as", "small"),
    Case("an address that runs code", "https://antrean.example.id", "javascript:alert(1)", "hall[0].public_url", "must be an address such as", "small"),
    Case("an address with a query", "https://antrean.example.id", "https://a.id/?x=1", "hall[0].public_url", "must be an address such as", "small"),
    Case("an address with a password", "https://antrean.example.id", "https://u:p@a.id", "hall[0].public_url", "must be an address such as", "small"),
    Case("an address with a bad port", "https://antrean.example.id", "https://a.id:99999", "hall[0].public_url", "must be an address such as", "small"),
    Case("an address too long for a code", "https://antrean.example.id", "https://a.id/" + "x" * 100, "hall[0].public_url", "at most 100 characters", "small"),
    Case("a host with a port", '"127.0.0.1"', '"127.0.0.1:80"', "server.host", "must be an address or a name"),
    Case("a store of another kind", "sqlite:small.db", "mysql://root:secret@db/x", "store.url", 'must be "sqlite:" and a file'),
    Case("a store without a file", "sqlite:small.db", "sqlite:", "store.url", "as in"),
    Case("a store in memory", "sqlite:small.db", "sqlite::memory:", "store.url", "as in"),
    Case("paper of another width", "paper_width_mm = 58", "paper_width_mm = 57", "hall[0].printers[0].paper_width_mm", "must be one of 80, 58; found 57", "printer-1"),
    Case("an unknown engine", 'engine = "none"', 'engine = "nein"', "speech.engine", '"auto", "system", "wheel", "none"; found "nein"'),
    Case("a folder of sounds that is not there", 'engine = "none"', 'sounds = "no/such"', "speech.sounds", "is no folder"),
    Case("a folder's name that is too long", 'engine = "none"', f'sounds = "{"x/" * 124}{"y" * 2}"', "speech.sounds", "is no folder"),
    Case("texts in too many languages", '{ id = "Tablet", en = "Tablet" }', "{ id = \"x\", en = \"x\", " + ", ".join(f'l{chr(letter)} = "x"' for letter in range(97, 116)) + " }", "hall[0].kiosks[1].name", "has 21 entries; allowed are up to 20", "kiosk-2"),
    Case("a command with an open quote", 'engine = "none"', """command = "say 'x" """, "speech.command", "cannot be taken apart into words (No closing quotation)"),
    Case("a command that writes nowhere", 'engine = "none"', 'command = "espeak -v {language}"', "speech.command", 'lacks "{out}"'),
    # Numbers
    Case("a ratio of nothing", "undo_s = 5", "priority_run = 0", "hall[0].rules.priority_run", "from 1 to 100, found 0", "small"),
    Case("a ratio below nothing", "undo_s = 5", "regular_run = -1", "hall[0].rules.regular_run", "from 1 to 100, found -1", "small"),
    Case("too large a number", "undo_s = 5", "undo_s = 61", "hall[0].rules.undo_s", "found 61", "small"),
    Case("a number beyond printing", "undo_s = 5", f"undo_s = 0x{'f' * 5_000}", "hall[0].rules.undo_s", "a number that is far too large", "small"),
    Case("a number beyond reading", "undo_s = 5", f"undo_s = {'9' * 5_000}", "file", "is not TOML"),
    Case("a limit of nothing", "tickets_per_minute = 12", "tickets_per_minute = 0", "limits.tickets_per_minute", "from 1"),
    # Hours
    Case("a bad hour", '"08:00-12:00"', '"08:00-25:00"', "hall[0].hours.office.mon[0]", 'found "08:00-25:00"', "small"),
    Case("a bad minute", '"08:00-12:00"', '"08:60-12:00"', "hall[0].hours.office.mon[0]", 'found "08:60-12:00"', "small"),
    Case("hours with full stops", '"08:00-12:00"', '"08.00-12.00"', "hall[0].hours.office.mon[0]", 'must be hours such as "08:00-12:00"', "small"),
    Case("hours that end before they begin", '"08:00-12:00"', '"22:00-04:00"', "hall[0].hours.office.mon[0]", "closes before it opens", "small"),
    Case("hours of no length", '"08:00-12:00"', '"08:00-08:00"', "hall[0].hours.office.mon[0]", "closes before it opens", "small"),
    Case("hours that overlap", '"13:00-15:00"', '"11:59-15:00"', "hall[0].hours.office.mon", "overlap: 08:00-12:00 and 11:59-15:00", "small"),
    Case("too many openings a day", '"13:00-15:00"', ", ".join(f'"{hour}:00-{hour}:30"' for hour in range(13, 19)), "hall[0].hours.office.mon", "has 7 entries; allowed are 0 to 6", "small"),
    Case("a time for hours", '"13:00-15:00"', "13:00:00", "hall[0].hours.office.mon[1]", "found 13:00:00", "small"),
    Case("a day that starts at no time", "undo_s = 5", 'day_starts = "24:00"', "hall[0].rules.day_starts", 'found "24:00"', "small"),
    Case("a schedule that never opens", '"08:00-12:00", "13:00-15:00"', "", "hall[0].hours.office", "is closed on every day", "small"),
    Case("an unknown schedule", 'hours = "office"\ntarget', 'hours = "ofice"\ntarget', "hall[0].services[0].hours", 'Did you mean "office"?', "ktp"),
    # References
    Case("a service of no agency", 'agency = "police"', 'agency = "polic"', "hall[0].services[2].agency", 'is no agency of this hall. Did you mean "police"?', "skck"),
    Case("a counter in no zone", 'name = "Loket 1", zone = "a"', 'name = "Loket 1", zone = "x"', "hall[0].counters[0].zone", '"x" is no zone of this hall. Known: a, b.', "loket-1"),
    Case("a counter for no service", '["ktp", "kk"]', '["ktp", "kk", "kkk"]', "hall[0].counters[0].services[2]", '"kkk" is no service of this hall', "loket-1"),
    Case("a screen in no zone", 'id = "screen-1", zone = "a"', 'id = "screen-1", zone = "x"', "hall[0].screens[0].zone", "is no zone", "screen-1"),
    Case("a kiosk with an unknown printer", 'printer = "printer-1"', 'printer = "printer-2"', "hall[0].kiosks[0].printer", 'Did you mean "printer-1"?', "kiosk-1"),
    Case("a printer called none", '[{ id = "printer-1"', '[{ id = "none" }, { id = "printer-1"', "hall[0].printers[0].id", "says that a kiosk has no printer", "none"),
    # Nothing twice
    Case("a language twice", '["id", "en"]', '["id", "en", "id"]', "hall[0].languages[2]", 'names the language "id" again', "small"),
    Case("a counter's id twice", 'id = "loket-2"', 'id = "loket-1"', "hall[0].counters[1].id", "already the id of counters[0]", "loket-1"),
    Case("a service's id twice", 'id = "kk"', 'id = "ktp"', "hall[0].services[1].id", "already the id of services[0]", "ktp"),
    Case("a screen's id twice", 'id = "screen-2"', 'id = "screen-1"', "hall[0].screens[1].id", "already the id", "screen-1"),
    Case("a kiosk's id twice", 'id = "kiosk-2"', 'id = "kiosk-1"', "hall[0].kiosks[1].id", "already the id", "kiosk-1"),
    Case("a name twice", 'name = "Loket 2"', 'name = "LOKET 1"', "hall[0].counters[1].name", 'already the name of "loket-1"', "loket-2"),
    Case("a service twice at a counter", '["ktp", "kk"]', '["ktp", "kk", "ktp"]', "hall[0].counters[0].services[2]", 'names the service "ktp" again', "loket-1"),
    Case("a prefix of two agencies", 'prefix = "SK"', 'prefix = "A"', "hall[0].services[2].prefix", '"A" is already used by "ktp" of "registry"', "skck"),
    # Nobody left out
    Case("a counter without service", '["skck"]', '["skck"]},{ id = "loket-3", name = "Loket 3", zone = "b", services = []', "hall[0].counters[2].services", "has 0 entries; allowed are 1 to 40", "loket-3"),
    Case("a service without counter", '["ktp", "kk"]', '["ktp"]', "hall[0].services[1]", "is served at no counter", "kk"),
    Case("an agency without service", "agencies = [", 'agencies = [\n{ id = "pln", name = { id = "PLN", en = "PLN" } },', "hall[0].agencies[0]", "has no service", "pln"),
    Case("a zone with counters and no screen", '    { id = "screen-2", zone = "b" },\n', "", "hall[0].zones[1]", "has counters and no screen", "b"),
    Case("a name without a language", '{ id = "Tablet", en = "Tablet" }', '{ id = "Tablet" }', "hall[0].kiosks[1].name", 'lacks the language "en"', "kiosk-2"),
    Case("requirements without a language", 'requirements.en = ["Family card"]\n', "", "hall[0].services[0].requirements", 'lacks the language "en"', "ktp"),
    Case("a notice without a language", ', en = "Welcome."', "", "hall[0].notice", 'lacks the language "en"', "small"),
    # TOML itself
    Case("a syntax error", "port = 0", "port = = 0", "line 7, column 8", "is not TOML: Invalid value"),
    Case("a key twice", "port = 0", "port = 0\nport = 1", "line 8, column 9", "is not TOML: Cannot overwrite a value"),
    Case("nesting without end", "port = 0", f"port = {'[' * 5_000}", "file", "nested too deeply"),
)  # fmt: skip
