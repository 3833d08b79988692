#!/bin/sh
# Makes the manifests of package managers (manifests.py) of the files in a folder, and puts them there in one archive,
# package-manager-manifests.tar.gz. The same files of the same commit make the same archive. For GNU tar.
# usage: packaging/release/pack-manifests.sh FOLDER
set -eu
files=$(cd "${1:?is the folder with the files of the release}" && pwd)
cd "$(dirname "$0")/../.."
time=$(packaging/source-date.sh)
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
python3 packaging/release/manifests.py "$files" "$made" "$(date --utc --date="@$time" +%Y-%m-%d)"
tar --create --file "$files/package-manager-manifests.tar.gz" --use-compress-program "gzip --no-name" --sort=name \
    --mtime="@$time" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX --directory "$made" .
