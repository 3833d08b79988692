#!/bin/sh
# Makes a Debian package of the frozen program (`make frozen`), and prints where it is.
# usage: packaging/linux/build-deb.sh FROZEN-FOLDER FOLDER-FOR-THE-PACKAGE
set -eu
frozen=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."

version=$("$frozen/notebook-tray" --version)
version=${version#notebook-tray }
version=${version%% *} # what follows says where it came from
architecture=$(dpkg --print-architecture)
# What it is frozen with was built against this machine's C library, and needs one that is as new.
libc=$(getconf GNU_LIBC_VERSION)
libc=${libc#glibc }

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
umask 022
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib" "$root/usr/share/applications" "$root/usr/share/icons" \
    "$root/usr/share/doc/notebook-tray"
cp -R "$frozen" "$root/usr/lib/notebook-tray"
# Start at login is by this link: it stays where it is, wherever a later package puts the program.
ln -s ../lib/notebook-tray/notebook-tray "$root/usr/bin/notebook-tray"
cp packaging/linux/notebook-tray.desktop "$root/usr/share/applications"
cp -R assets/application/hicolor "$root/usr/share/icons"
{
    cat LICENSE
    printf '\nThe licenses of the libraries that come with it are in the folder licenses, beside this file.\n'
} >"$root/usr/share/doc/notebook-tray/copyright"
ln -s ../../../lib/notebook-tray/_internal/licenses "$root/usr/share/doc/notebook-tray/licenses"
chmod -R u+rwX,go+rX,go-w "$root/usr"

cat >"$root/DEBIAN/control" <<CONTROL
Package: notebook-tray
Version: $version
Architecture: $architecture
Maintainer: The Notebook Tray developers <notebook-tray@localhost>
Installed-Size: $(du --summarize --apparent-size --block-size=1024 "$root/usr" | cut -f 1)
Depends: libc6 (>= $libc)
Recommends: gnome-keyring | org.freedesktop.secrets, hicolor-icon-theme, xdg-utils
Suggests: gnome-shell-extension-appindicator
Section: utils
Priority: optional
Description: Amazon SageMaker notebook instances in the system tray
 Lists the notebook instances of all configured AWS profiles and opens them in the
 browser, signed in for 30 minutes to 12 hours.
CONTROL
package="$out/notebook-tray_${version}_$architecture.deb"
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
