#!/usr/bin/env bash
# Pins every dependency with its hashes. Run by hand after a change of the dependencies in pyproject.toml; needs `uv`.
# The lock files name no registry and no path of the machine they were made on.
set -euo pipefail
cd "$(dirname "$0")/.."

uv=${UV:-uv}
options=(--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet "$@")

"$uv" pip compile "${options[@]}" pyproject.toml --group build -o requirements.lock
"$uv" pip compile "${options[@]}" pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
