#!/bin/sh
# Makes a Debian package of the frozen program (`make frozen`), and prints where it is. Of the same frozen program and at the
# same SOURCE_DATE_EPOCH it makes the same package.
# usage: packaging/linux/build-deb.sh FROZEN-FOLDER FOLDER-FOR-THE-PACKAGE
# PYTHON: the interpreter with the program's own packages.
set -eu
frozen=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/../.."
python=${PYTHON:-.venv/bin/python}
SOURCE_DATE_EPOCH=$(packaging/source-date.sh)
export SOURCE_DATE_EPOCH

version=$("$frozen/notebook-tray" --version)
version=${version#notebook-tray }
# What follows says where it came from. The revision of the package itself is another one only for a change in packaging.
version=${version%% *}-1
architecture=$(dpkg --print-architecture)
# What it is frozen with was built against this machine's C library, and needs one that is as new.
libc=$(getconf GNU_LIBC_VERSION)
libc=${libc#glibc }

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
umask 022
mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/lib" "$root/usr/share/lintian/overrides"
cp -R "$frozen" "$root/usr/lib/notebook-tray"
# Start at login is by this link: it stays where it is, wherever a later package puts the program.
ln -s ../lib/notebook-tray/notebook-tray "$root/usr/bin/notebook-tray"
"$python" packaging/linux/share.py "$root/usr" "$SOURCE_DATE_EPOCH" "$version" "$frozen/_internal/licenses/index.json"
ln -s ../../../lib/notebook-tray/_internal/licenses "$root/usr/share/doc/notebook-tray/licenses"
cp packaging/linux/lintian-overrides "$root/usr/share/lintian/overrides/notebook-tray"
chmod -R u+rwX,go+rX,go-w "$root/usr"
find "$root/usr" -name '*.so*' -type f -exec chmod a-x {} +

# Of files alone: how large a folder is, is the file system's own matter.
size=$(find "$root/usr" -type f -printf '%s\n' | awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')
maintainer=$("$python" -c 'import runpy, sys; print(runpy.run_path(sys.argv[1])["MAINTAINER"])' packaging/linux/share.py)
homepage=$("$python" -c 'import sys; sys.path.insert(0, "."); from tray.about import address; print(address("Repository"))')
cat >"$root/DEBIAN/control" <<CONTROL
Package: notebook-tray
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: libc6 (>= $libc)
Recommends: gnome-keyring | org.freedesktop.secrets, hicolor-icon-theme, xdg-utils
Suggests: gnome-shell-extension-appindicator
Section: utils
Priority: optional
Homepage: $homepage
Description: Amazon SageMaker notebook instances in the system tray
 Lists the notebook instances of all configured AWS profiles and opens them in
 the browser, signed in for 30 minutes to 12 hours. Starts and stops them, too.
CONTROL
cp packaging/linux/postrm "$root/DEBIAN/postrm"
chmod 755 "$root/DEBIAN/postrm"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
package="$out/notebook-tray_${version}_$architecture.deb"
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
