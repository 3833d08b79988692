#!/bin/sh
# Prints the time of what is built, in seconds since 1970: SOURCE_DATE_EPOCH, or else that of the last commit, or else that of
# the newest of the files that say what is built. https://reproducible-builds.org/docs/source-date-epoch/
set -eu
cd "$(dirname "$0")/.."
if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
    echo "$SOURCE_DATE_EPOCH"
else
    # A .git file or folder of this very checkout, and not of one around it.
    { [ -e .git ] && git log -1 --format=%ct 2>/dev/null; } || stat -c %Y pyproject.toml 2>/dev/null || stat -f %m pyproject.toml
fi
