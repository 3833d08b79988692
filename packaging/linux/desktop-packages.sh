#!/bin/sh
# Installs the real desktops that `make test-desktops` clicks in: GNOME Shell with the AppIndicator extension, KDE Plasma,
# and the panels of LXQt, MATE and Cinnamon. Beside what debian-packages.sh installs that is, on Debian 12, about 780
# packages, 510 MB to download and 1.5 GB on disk; none of them starts by itself.
# Where that cannot be, it says so and exits 0: those tests are then skipped with the reason (with CI=true, they fail).
cd "$(dirname "$0")" || exit 1
if [ "$(uname -s)" != Linux ]; then exit 0; fi
# gjs: GNOME's notifications are a program in it. qtwayland5: Plasma's shell on Wayland. at-spi2-core: what the tests see by.
./apt-install.sh at-spi2-core libgl1-mesa-dri xwayland \
    gjs gnome-shell gnome-shell-extension-appindicator \
    breeze kwin-wayland kwin-x11 plasma-desktop plasma-workspace qtwayland5 \
    lxqt-panel mate-panel openbox cinnamon xapp-sn-watcher || {
    [ "${CI:-}" = true ] && exit 1
    echo "Some tests in the real desktops will be skipped." >&2
}
exit 0
