#!/bin/sh
# Runs the tests of all that depends on botocore against the oldest and the newest release that pyproject.toml allows, each
# in a virtual environment of its own, .venv-botocore/oldest and .venv-botocore/newest, on top of .venv.
# usage: packaging/test-botocore.sh [oldest|newest] [argument of pytest...]
set -eu
cd "$(dirname "$0")/.."
case "${1-}" in
oldest | newest)
    ends=$1
    shift
    ;;
*) ends="oldest newest" ;;
esac
allowed=$(.venv/bin/python -c '
import tomllib
wanted = tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"]
print(next(each for each in wanted if each.startswith("boto3")))')
status=0
for end in $ends; do
    if [ "$end" = oldest ]; then
        lowest=${allowed#*>=}
        lowest=${lowest%%,*}
        # By itself boto3 would bring the last botocore of its line along, and the newest urllib3.
        wanted="boto3==$lowest botocore==$lowest urllib3==2.0.*"
    else
        wanted=$allowed
    fi
    environment=.venv-botocore/$end
    rm -rf "$environment"
    .venv/bin/python -m venv --without-pip "$environment"
    echo '*' >.venv-botocore/.gitignore
    # shellcheck disable=SC2086 # several requirements
    .venv/bin/python -m pip --python "$environment/bin/python" install --quiet --disable-pip-version-check \
        --upgrade $wanted
    # Everything else comes from .venv: what stands before it goes first.
    "$environment/bin/python" -c '
import pathlib, sys, sysconfig
below = next(pathlib.Path(".venv").resolve().glob("[lL]ib*/**/site-packages"))
pathlib.Path(sysconfig.get_path("purelib"), "below.pth").write_text(f"import site; site.addsitedir({str(below)!r})\n")'
    "$environment/bin/python" -c '
import boto3, botocore, urllib3
print(f"'"$end"': boto3 {boto3.__version__}, botocore {botocore.__version__}, urllib3 {urllib3.__version__}")'
    "$environment/bin/python" -m pytest tests/contract/test_botocore_inside.py tests/contract/test_cloud*.py \
        tests/contract/test_roles.py tests/contract/test_signin.py tests/contract/test_credential_process.py \
        tests/contract/test_corporate_networks.py tests/contract/test_doctor_network.py \
        tests/unit/test_aws_*.py tests/unit/test_signin_*.py "$@" || status=1
done
exit $status
