#!/bin/sh
# Writes dist/SHA256SUMS: of what is handed out, by the names as they are there. `sha256sum --check SHA256SUMS` compares.
set -eu
cd "$(dirname "$0")/../dist"
find . -maxdepth 1 -type f \( -name '*.whl' -o -name '*.tar.gz' -o -name '*.deb' -o -name '*.exe' -o -name '*.msi' \
    -o -name '*.dmg' \) -printf '%f\n' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS
cat SHA256SUMS
