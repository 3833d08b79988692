#!/bin/sh
# Installs the Debian packages named as arguments that are missing. Exit status 1, with the reason, where it cannot.
# Where another program holds one of apt's locks it says so and waits, for up to 5 minutes in all.
set -eu
missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
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
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
deadline=$(($(date +%s) + 300))
waiting_for=

# Runs apt-get, again and again while a lock is in its way. What it says in the end is in $errors.
# apt's own DPkg::Lock::Timeout knows of dpkg's lock alone: apt 2.6 (Debian 12) waits neither for that of the package
# lists, which `apt-get update` holds, nor for that of the downloads. It is 0 here, so that one loop waits for all.
apt() {
    while ! $as_root env LC_ALL=C DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=0 --yes --quiet=2 "$@" >/dev/null 2>"$errors"; do
        lock=$(grep -m 1 -E 'Could not get lock|locked by another process' "$errors") || return 1
        [ "$(date +%s)" -lt "$deadline" ] || return 1
        if [ "$lock" != "$waiting_for" ]; then
            echo "Waiting, for up to 5 minutes, for another program that installs packages (${lock#E: })"
            waiting_for=$lock
        fi
        sleep 2
    done
}

echo "Installing Debian packages:$missing"
# An update is needed once on a machine that has no package lists yet; later ones are fresh enough.
# shellcheck disable=SC2086 # several packages
apt install --no-install-recommends $missing || { apt update && apt install --no-install-recommends $missing; } || {
    cat "$errors" >&2
    exit 1
}
