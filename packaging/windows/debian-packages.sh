#!/bin/sh
# Installs what the Wine rig needs on Debian: Wine, a compiler for Windows, an X server and a mouse.
# Exit status 1, with the reason, where that cannot be.
set -eu
cd "$(dirname "$0")"
exec ../linux/apt-install.sh gcc-mingw-w64-x86-64 unzip wine wine64 xauth xdotool xvfb
