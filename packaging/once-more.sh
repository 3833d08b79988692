#!/bin/sh
# Runs once more, alone, what has failed in pytest's last run of these paths: beside three others on two cores, a browser or
# a bus answers late now and then, which is no fault of the program's. What fails twice fails.
# usage: packaging/once-more.sh STATUS-OF-THE-LAST-RUN PATH...
cd "$(dirname "$0")/.." || exit 1
status=$1
shift
[ "$status" = 1 ] || exit "$status" # 1: tests failed; all else is no test's
echo "== once more, what failed"
# Where a lot fails, there is a reason, and it shows at once.
exec .venv/bin/python -m pytest --last-failed --last-failed-no-failures none --maxfail 3 "$@"
