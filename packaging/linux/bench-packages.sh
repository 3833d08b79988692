#!/bin/sh
# Installs what is measured beside the tray and comes from the system: pystray's appindicator backend. On Debian and
# Ubuntu; where that cannot be, it says so and exits 0, and the table says that it was not measured.
cd "$(dirname "$0")" || exit 1
[ "$(uname -s)" = Linux ] || exit 0
./apt-install.sh gir1.2-ayatanaappindicator3-0.1 gir1.2-gtk-3.0 python3-gi python3-pil || true
