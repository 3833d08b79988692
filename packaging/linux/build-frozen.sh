#!/bin/sh
# Makes the frozen program: one folder, dist/notebook-tray, with Python and all that it needs.
set -eu
cd "$(dirname "$0")/../.."
# PyInstaller reads libraries with objdump, and takes Python's own along, which Debian ships apart.
packaging/linux/apt-install.sh binutils libpython3-dev || echo "Trying without." >&2
exec .venv/bin/pyinstaller --noconfirm --log-level ERROR --distpath dist --workpath build/pyinstaller \
    packaging/pyinstaller/notebook-tray.spec
