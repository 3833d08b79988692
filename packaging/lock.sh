#!/bin/sh
# Writes the locked requirements anew, pinned and hashed: requirements-dev.txt is everything that the tests, the tools
# and `make run` install, requirements-bench.txt what `make bench` and `make bench-plot` install besides,
# requirements-audit.txt what `make audit` does, requirements-release.txt what `make release-check` does.
# usage: packaging/lock.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
    --custom-compile-command "packaging/lock.sh" --group dev --output-file packaging/requirements-dev.txt "$@" pyproject.toml
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
    --custom-compile-command "packaging/lock.sh" --output-file packaging/requirements-bench.txt "$@" \
    packaging/requirements-bench.in
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
    --custom-compile-command "packaging/lock.sh" --constraint packaging/requirements-dev.txt \
    --no-emit-package botocore --no-emit-package jmespath --no-emit-package python-dateutil --no-emit-package six \
    --no-emit-package urllib3 --output-file packaging/requirements-login.txt "$@" packaging/requirements-login.in
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
    --custom-compile-command "packaging/lock.sh" --constraint packaging/requirements-dev.txt \
    --output-file packaging/requirements-installed.txt "$@" pyproject.toml packaging/requirements-installed.in
.venv/bin/uv pip compile --quiet --python-version 3.11 --python-platform x86_64-pc-windows-msvc --generate-hashes --no-strip-extras \
    --no-emit-index-url --custom-compile-command "packaging/lock.sh" --constraint packaging/requirements-dev.txt \
    --output-file packaging/windows/requirements.txt "$@" pyproject.toml packaging/windows/requirements.in
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
    --custom-compile-command "packaging/lock.sh" --output-file packaging/requirements-audit.txt "$@" \
    packaging/requirements-audit.in
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url \
    --custom-compile-command "packaging/lock.sh" --output-file packaging/requirements-release.txt "$@" \
    packaging/requirements-release.in
# Without what it needs itself: of it, only the script axe.min.js is used.
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-deps --no-emit-index-url \
    --custom-compile-command "packaging/lock.sh" --output-file packaging/requirements-axe.txt "$@" \
    packaging/requirements-axe.in
for old in server-1 notebook-6; do
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "packaging/lock.sh" --output-file "packaging/jupyter/$old.txt" "$@" \
        "packaging/jupyter/$old.in"
done
