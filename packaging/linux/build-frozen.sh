#!/bin/sh
# Makes the frozen program: one folder, dist/notebook-tray, with Python and all that it needs. At the same SOURCE_DATE_EPOCH, and
# with the same Python and packages, it makes the same files.
set -eu
cd "$(dirname "$0")/../.."
# PyInstaller reads libraries with objdump, and takes Python's own along, which Debian ships apart.
packaging/linux/apt-install.sh binutils libpython3-dev || echo "Trying without." >&2
SOURCE_DATE_EPOCH=$(packaging/source-date.sh)
# Python's sets, in whose order PyInstaller writes some of what it found, have the same order in each run.
PYTHONHASHSEED=0
export SOURCE_DATE_EPOCH PYTHONHASHSEED
exec .venv/bin/pyinstaller --noconfirm --log-level ERROR --distpath dist --workpath build/pyinstaller \
    packaging/pyinstaller/notebook-tray.spec
