#!/bin/sh
# Installs what the desktop tests and the walk-through need: a virtual desktop, a Secret Service, a browser, and what
# PyInstaller builds with (see build-frozen.sh).
# Where that cannot be, it says so and exits 0: those tests are then skipped with the reason (with CI=true, they fail).
cd "$(dirname "$0")" || exit 1
if [ "$(uname -s)" != Linux ]; then exit 0; fi
./apt-install.sh adwaita-icon-theme binutils chromium dbus dbus-bin desktop-file-utils fonts-dejavu-core gnome-keyring keepassxc \
    libglib2.0-bin libpython3-dev openbox openssl osslsigncode shared-mime-info strace sway wl-clipboard xclip xdg-utils xdotool \
    xfce4-panel xfconf xvfb || {
    [ "${CI:-}" = true ] && exit 1
    echo "Some desktop tests will be skipped." >&2
}
exit 0
