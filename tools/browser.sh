#!/bin/sh
# Finds a Chromium for the browser tests, or gets one by whatever way this machine allows.
# Order: the one in ANTREAN_CHROMIUM, the system's, the distribution's packages, the test tool's own download.
# Debian's build without windows is fetched beside it where there is one: pages are tested in half of the time.
set -u

found() { command -v "$1" >/dev/null 2>&1; }
found_any() { found chromium || found chromium-browser || found google-chrome; }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1; }

if [ -n "${ANTREAN_CHROMIUM:-}" ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && found apt-get; then
    if ! found_any; then
        echo "antrean: no Chromium here; installing the distribution's" >&2
        apt-get update -qq >/dev/null 2>&1
        # Ubuntu's package of this name only points at a snap, which servers and containers cannot run.
        install chromium
    fi
    if ! found chromium-headless-shell && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        install chromium-headless-shell
    fi
fi
if found_any; then
    exit 0
fi
echo "antrean: trying the test tool's own browser" >&2
if .venv/bin/python -m playwright install --with-deps chromium >/dev/null 2>&1 \
    || .venv/bin/python -m playwright install chromium >/dev/null 2>&1; then
    exit 0
fi
echo "antrean: the browser tests need a Chromium and none could be installed. As root: apt-get install chromium" >&2
exit 1
