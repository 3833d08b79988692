#!/bin/sh
# Puts what the Flatpak is made of into build/flatpak/sources: the wheel of `make package-python`, the wheels that it needs for the
# runtime's Python (3.12), pinned as all are, and the menu entry, icons and metainfo.
set -eu
cd "$(dirname "$0")/../.."
out=build/flatpak/sources
rm -rf "$out"
mkdir -p "$out/wheels"
.venv/bin/python -m pip download --quiet --disable-pip-version-check --only-binary :all: --python-version 3.12 \
    --dest "$out/wheels" --require-hashes -r packaging/requirements-installed.txt
cp dist/notebook_tray-*.whl "$out/wheels"
.venv/bin/python packaging/linux/share.py "$out" "$(packaging/source-date.sh)" 0
