#!/usr/bin/env bash
# Brings .venv to what a lock file says and installs the project into it in editable mode.
# usage: [PYTHON=python3] tools/venv.sh LOCKFILE
set -euo pipefail
cd "$(dirname "$0")/.."

lock=$1
python=${PYTHON:-python3}
give_up() { echo "$1 As root: apt-get install python3 python3-venv" >&2; exit 1; }
command -v "$python" >/dev/null || give_up "Inquiry needs Python 3.11 or newer; there is no $python here."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || give_up "Inquiry needs Python 3.11 or newer; this is $("$python" --version 2>&1). PYTHON=… names another."
"$python" -c 'import ensurepip, venv' 2>/dev/null || give_up "This Python lacks its venv module."

# An environment whose interpreter has gone (an upgraded system, a copied folder) is made anew.
.venv/bin/python -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear .venv

echo "Installing the packages of $lock into .venv (about half a minute the first time) …"
pip=(.venv/bin/python -m pip --quiet --quiet --disable-pip-version-check --no-input install)
# Wheels only: a source package would fetch its own build tools, which no lock pins.
"${pip[@]}" --require-hashes --no-deps --only-binary :all: -r "$lock"
"${pip[@]}" --no-index --no-deps --no-build-isolation --editable .

# Words are compiled here, as units let a process that serves write nothing beside its code.
.venv/bin/python -c 'from pathlib import Path; from inquiry.core.i18n import catalogs; catalogs(Path("inquiry"))'
