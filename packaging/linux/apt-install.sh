#!/bin/sh
# Installs the Debian packages named as arguments that are missing. Exit status 1, with the reason, where it cannot.
set -eu
missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Not a Debian system: please install the counterparts of:$missing" >&2
    exit 1
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
        echo "Please run: sudo apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
    as_root=sudo
fi
echo "Installing Debian packages:$missing"
# An update is needed once on a machine that has no package lists yet; later ones are fresh enough.
$as_root env DEBIAN_FRONTEND=noninteractive sh -c '
    apt-get install --yes --quiet=2 --no-install-recommends "$@" >/dev/null 2>&1 ||
    { apt-get update --quiet=2 && apt-get install --yes --quiet=2 --no-install-recommends "$@" >/dev/null; }
' apt $missing
