#!/bin/sh
# Gets strace for the tests of power cuts and disk errors; where it cannot be had they are skipped, each naming its promise.
set -u

command -v strace >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "antrean: no strace here; installing the distribution's" >&2
    apt-get update -qq >/dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends strace >/dev/null 2>&1 && exit 0
fi
echo "antrean: without strace the promises about power cuts and disk errors are not checked. As root: apt-get install strace" >&2
