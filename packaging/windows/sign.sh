#!/bin/sh
# Signs a file for Windows (an .exe or .msi) in its place, by osslsigncode: NOTEBOOK_TRAY_SIGN names this script where a
# release is signed (build-installer.sh). For Debian and Ubuntu.
# usage: packaging/windows/sign.sh FILE
#
# From the environment: SIGN_CERTIFICATE_FILE, a file with the certificate and its key (PKCS #12), and SIGN_PASSWORD_FILE,
# a file with its password. No secret is an argument, which other users of the computer could read. SIGN_TIMESTAMP_URL is a
# time stamp authority (RFC 3161), which is told a checksum; without it, the signature ends with the certificate.
set -eu
file=${1:?is the file to sign}
certificate=${SIGN_CERTIFICATE_FILE:?is the file with the certificate}
password=${SIGN_PASSWORD_FILE:?is the file with the password of the certificate}
for each in "$file" "$certificate" "$password"; do
    [ -r "$each" ] || { echo "There is no such file: $each" >&2; exit 1; }
done
"$(dirname "$0")/../linux/apt-install.sh" osslsigncode >&2
# osslsigncode writes no file in its place, and none over another.
signed=$(mktemp -d "$(dirname "$file")/.signed.XXXXXX")
trap 'rm -rf "$signed"' EXIT
set -- -pkcs12 "$certificate" -readpass "$password" -h sha256 -n "Notebook Tray"
if [ -n "${SIGN_TIMESTAMP_URL:-}" ]; then
    set -- "$@" -ts "$SIGN_TIMESTAMP_URL"
else
    echo "Without SIGN_TIMESTAMP_URL, the signature of $(basename "$file") ends with the certificate." >&2
fi
osslsigncode sign "$@" -in "$file" -out "$signed/file" >"$signed/said" 2>&1 || { cat "$signed/said" >&2; exit 1; }
chmod --reference="$file" "$signed/file"
mv -f "$signed/file" "$file"
