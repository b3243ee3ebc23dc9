#!/usr/bin/env bash
# All tests: side by side, then those that want the machine to themselves, then once more by itself whatever failed.
# A machine of tests may be busy with something else: what passes at its second try passes, and is told as failed above.
# Many failures are no accident and get no second try.
set -uo pipefail

MOST_ACCIDENTS=12
python=.venv/bin/python
failed=.pytest_cache/v/cache/lastfailed
tell=(--durations=25 --durations-min=1)
# Python keeps what it has compiled: else each of some hundred servers would compile the whole house again.
unset PYTHONDONTWRITEBYTECODE
# What measures time writes to a disk, as whoever serves does; all others write to memory.
on_disk=(env PYTEST_DEBUG_TEMPROOT="${TMPDIR:-/tmp}")

"$python" -m pytest --cache-clear "${tell[@]}" -m "not alone" -n 2 --dist loadfile --no-loadscope-reorder
side_by_side=$?
"${on_disk[@]}" "$python" -m pytest "${tell[@]}" -m alone
alone=$?

(( side_by_side > 1 || alone > 1 )) && exit 2 # no test failed, pytest itself did
(( side_by_side + alone == 0 )) && exit 0
(( $("$python" -c "import json; print(len(json.load(open('$failed'))))") <= MOST_ACCIDENTS )) || exit 1
echo "Once more, by itself, what failed:"
exec "${on_disk[@]}" "$python" -m pytest --last-failed --last-failed-no-failures none -v
