#!/bin/sh
# Puts the certificate of a release into a keychain of its own, and the key to notarise with into a file, on a machine
# that is thrown away afterwards: CERTIFICATE (PKCS #12 in base64), CERTIFICATE_PASSWORD, KEY. Without CERTIFICATE it does
# nothing, and the application is signed ad hoc. --remove takes both away.
# usage: packaging/macos/signing-keychain.sh [--remove]
set -eu
keychain=${RUNNER_TEMP:?is a folder that is emptied after the run}/signing.keychain-db
key=$RUNNER_TEMP/notary-key.p8
if [ "${1-}" = --remove ]; then
    rm -f "$key"
    [ ! -e "$keychain" ] || security delete-keychain "$keychain"
    exit 0
fi
if [ -z "${CERTIFICATE-}" ]; then
    echo "There is no certificate: the application will be signed ad hoc." >&2
    exit 0
fi
umask 077
file=$RUNNER_TEMP/certificate.p12
trap 'rm -f "$file"' EXIT
printf %s "$CERTIFICATE" | base64 --decode >"$file"
password=$(openssl rand -hex 24)
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 5400 "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$file" -k "$keychain" -f pkcs12 -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign
# Else codesign would ask on a screen whether it may use the key.
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain" login.keychain-db
if [ -n "${KEY-}" ]; then printf %s "$KEY" >"$key"; fi
