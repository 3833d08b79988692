#!/bin/sh
# Checks the workflows: with actionlint and zizmor, and that each action is pinned by the hash of a commit.
set -eu
cd "$(dirname "$0")/../.."
# A workflow of this repository is of the same commit.
unpinned=$(grep -nE '^[[:space:]]*-?[[:space:]]*uses:' .github/workflows/*.yml |
    grep -vE 'uses: (\./\.github/workflows/[a-z-]+\.yml|[A-Za-z0-9_./-]+@[0-9a-f]{40} # v[0-9]+(\.[0-9]+)*)$' || true)
if [ -n "$unpinned" ]; then
    printf 'Not pinned by a hash with its release in a comment:\n%s\n' "$unpinned" >&2
    exit 1
fi
.venv-release/bin/actionlint .github/workflows/*.yml
.venv-release/bin/zizmor --offline --no-progress --min-severity medium .github/workflows
