#!/bin/sh
# Makes a virtual environment with an old Jupyter server, as notebook instances still have them, and prints its folder:
# for the tests that ask real servers. What was made from the same parts before is used again.
# usage: packaging/jupyter/old-server.sh server-1|notebook-6
set -eu
cd "$(dirname "$0")"
name=$1
python=../../.venv/bin/python
parts=$(cat old-server.sh "$name.txt"; "$python" --version)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/notebook-tray-tests
environment=$cache/jupyter-$name-$(printf %s "$parts" | sha256sum | cut -c 1-16)

mkdir -p "$cache"
exec 9>"$cache/jupyter.lock"
flock 9
if [ ! -e "$environment/complete" ]; then
    echo "Making $environment" >&2
    rm -rf "$environment"
    "$python" -m venv --without-pip "$environment"
    ../../.venv/bin/uv pip install --quiet --python "$environment/bin/python" --require-hashes --requirement "$name.txt"
    touch "$environment/complete"
fi
echo "$environment"
