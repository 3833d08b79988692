#!/bin/sh
# Checks what a release is made of, as far as that can be done on Debian or Ubuntu: the version and its notes, the
# workflows, the scripts for macOS, and the manifests of what is in dist. `make release-check` runs it.
# Ruby reads the cask; pacman's own makepkg reads PKGBUILD, writes .SRCINFO, and builds the package where the .deb is
# there. winget's and Homebrew's own programs are not to be had here.
set -eu
cd "$(dirname "$0")/../.."
failed=0
say() { printf '%-28s %s\n' "$1" "$2"; }
check() { # WHAT COMMAND...
    what=$1
    shift
    if "$@" >"$logs/log" 2>&1; then
        say "$what" ok
    else
        say "$what" FAILED
        sed 's/^/    /' "$logs/log"
        failed=1
    fi
}
logs=$(mktemp -d)
chmod 755 "$logs"
trap 'rm -rf "$logs"' EXIT

check "version and notes" .venv/bin/python packaging/release/notes.py
check workflows packaging/release/lint-workflows.sh
for script in packaging/macos/*.sh packaging/release/*.sh; do
    check "$script" sh -n "$script"
done
check "commands for macOS" packaging/macos/build.sh --dry-run

packaging/linux/apt-install.sh libarchive-tools makepkg ruby || exit 1
manifests=$logs/manifests
files=$logs/files
mkdir "$files"
# What is in dist; a stand-in for a file that can't be made here, since every manifest is to be read.
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' tray/__init__.py)
stands_in=
while read -r pattern file; do
    there=$(find dist -maxdepth 1 -name "$pattern" 2>/dev/null | LC_ALL=C sort | head -n 1)
    if [ -n "$there" ]; then
        ln -s "$PWD/$there" "$files"
    else
        echo "stands in for $file" >"$files/$file"
        stands_in="$stands_in $file"
    fi
done <<FILES
*.exe notebook-tray-$version-setup.exe
notebook-tray-$version.dmg notebook-tray-$version.dmg
notebook-tray_$version-*_amd64.deb notebook-tray_$version-1_amd64.deb
FILES
check "manifests are written" .venv/bin/python packaging/release/manifests.py "$files" "$manifests" 2026-12-01
[ -z "$stands_in" ] || say "(not in dist)" "$stands_in"
check "cask is Ruby" ruby -c "$manifests/homebrew/Casks/notebook-tray.rb"

# makepkg refuses to be root, and asks for pacman, though it needs none for what it does here.
export PACMAN=true
aur=$manifests/aur
as_user() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups env HOME="$aur" "$@"; else "$@"; fi; }
chmod -R a+rX "$manifests"
if [ "$(id -u)" = 0 ]; then chown -R 65534:65534 "$aur"; fi
srcinfo() { (cd "$aur" && as_user makepkg --printsrcinfo >"$logs/srcinfo" && diff -B "$logs/srcinfo" .SRCINFO); }
check ".SRCINFO is makepkg's" srcinfo
deb=$(find "$files" -name '*.deb' -type l)
if [ -n "$deb" ]; then
    cp "$deb" "$aur/"
    builds() { (cd "$aur" && PKGEXT=.pkg.tar as_user makepkg --nodeps --force && bsdtar -tf ./*.pkg.tar | grep -q '^usr/bin/notebook-tray$'); }
    check "makepkg builds it" builds
fi
exit "$failed"
