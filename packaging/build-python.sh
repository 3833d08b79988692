#!/bin/sh
# Makes the wheel and the sdist in dist/, and looks at both as package indexes do. At the same SOURCE_DATE_EPOCH it makes the
# same files.
set -eu
cd "$(dirname "$0")/.."
SOURCE_DATE_EPOCH=$(packaging/source-date.sh)
export SOURCE_DATE_EPOCH
umask 022
rm -f dist/notebook_tray-*.whl dist/notebook_tray-*.tar.gz
.venv/bin/python -m hatchling build -d dist -t sdist -t wheel
.venv-package/bin/twine check --strict dist/notebook_tray-*.whl dist/notebook_tray-*.tar.gz
.venv-package/bin/check-wheel-contents dist/notebook_tray-*.whl
