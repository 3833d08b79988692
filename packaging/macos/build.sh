#!/bin/sh
# Makes Notebook Tray.app and a disk image of it, in dist. For a Mac; --dry-run prints the commands anywhere.
# CODESIGN_IDENTITY names a "Developer ID Application" certificate: without it, the bundle is signed ad hoc. NOTARY_KEY,
# NOTARY_KEY_ID and NOTARY_ISSUER are a key's file, its id and its issuer (App Store Connect): without them, nothing is
# notarised. docs/releasing.md tells the rest.
# usage: packaging/macos/build.sh [--dry-run]
set -eu
cd "$(dirname "$0")/../.."

dry=
case "${1-}" in
--dry-run) dry=1 ;;
"") ;;
*)
    echo "usage: packaging/macos/build.sh [--dry-run]" >&2
    exit 2
    ;;
esac
if [ -z "$dry" ] && [ "$(uname -s)" != Darwin ]; then
    echo "An application for macOS is made on a Mac. See the commands with: packaging/macos/build.sh --dry-run" >&2
    exit 2
fi
identity=${CODESIGN_IDENTITY-}
if [ -n "${NOTARY_KEY-}" ]; then
    : "${NOTARY_KEY_ID:?is the id of NOTARY_KEY}" "${NOTARY_ISSUER:?is the issuer of NOTARY_KEY}"
    : "${identity:?Apple notarises only what is signed: set CODESIGN_IDENTITY}"
fi

run() {
    if [ -n "$dry" ]; then
        for word in "$@"; do
            case $word in
            *[!A-Za-z0-9_./:=+-]* | "") printf "'%s' " "$word" ;;
            *) printf '%s ' "$word" ;;
            esac
        done
        echo
    else
        "$@"
    fi
}

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' tray/__init__.py)
app="dist/Notebook Tray.app"
image="dist/notebook-tray-$version.dmg"
stage=build/macos/image

# The specification reads CODESIGN_IDENTITY, too, and PyInstaller signs each library and the bundle with it.
run .venv/bin/pyinstaller --noconfirm --log-level ERROR --distpath dist --workpath build/pyinstaller \
    packaging/pyinstaller/notebook-tray.spec
run codesign --verify --deep --strict --verbose=2 "$app"

run rm -rf "$stage" "$image"
run mkdir -p "$stage"
run ditto "$app" "$stage/Notebook Tray.app"
run ln -s /Applications "$stage/Applications"
run hdiutil create -volname "Notebook Tray" -srcfolder "$stage" -fs HFS+ -format UDZO -ov "$image"

if [ -n "$identity" ]; then
    run codesign --sign "$identity" --timestamp "$image"
fi
if [ -n "${NOTARY_KEY-}" ]; then
    run xcrun notarytool submit "$image" --key "$NOTARY_KEY" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER" \
        --wait --timeout 30m
    run xcrun stapler staple "$image"
    run spctl --assess --type open --context context:primary-signature --verbose=2 "$image"
fi
echo "$image"
