"""A slot policy comes in as JSON: exact, whole, and refused in words that say where."""

import json
from typing import Any

import pytest

from inquiry.core.db import reading
from inquiry.exam import refusals
from inquiry.exam.commands.policies import set_policy
from inquiry.exam.policy_file import MOST_BYTES, parse
from inquiry.exam.queries import lookup
from inquiry.exam.rules.plan import told
from tests.exam.conftest import POLICY, Night, do
from tests.support.replay import nothing_changes


def changed(**fields: Any) -> str:
    """The policy with other fields in its first segment."""
    first, *rest = POLICY["segments"]
    return json.dumps(POLICY | {"segments": [first | fields, *rest]})


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("", ""),
        ("[]", ""),
        ('{"minutes": 40', ""),
        ('{"minutes": NaN}', ""),
        ("[" * 60_000, ""),
        (" " * (MOST_BYTES + 1), ""),
        (json.dumps({**POLICY, "minutes": 0}), "minutes"),
        (json.dumps({**POLICY, "minutes": "四十"}), "minutes"),
        (json.dumps({**POLICY, "segments": []}), "segments"),
        (json.dumps({**POLICY, "jokes": 1}), "jokes"),
        (changed(pick="loudest"), "segments.0.pick"),
        (changed(shortest_s=62), "segments.0.shortest_s"),
        (changed(longest_s=60), "segments.0"),
        (changed(base_s=-1), "segments.0.base_s"),
        (changed(per_point_s="a lot"), "segments.0.per_point_s"),
        (changed(per_point_s=True), "segments.0.per_point_s"),
        (changed(at_zero="grace"), "segments.0"),
        (changed(grace_s=10), "segments.0"),
        (changed(group=""), "segments.0"),
        (changed(pick="named"), "segments.0"),
        (changed(count=0), "segments.0.count"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("app")
def test_what_is_no_policy_says_where(written: str, where: str) -> None:
    with pytest.raises(refusals.BadPolicy) as caught:
        parse(written)
    assert [at for at, _why in caught.value.data["faults"]][:1] == [where]
    assert "%" not in caught.value.message


@pytest.mark.usefixtures("app")
def test_minutes_that_are_all_given_away_say_by_how_much() -> None:
    with pytest.raises(refusals.DoesNotFit) as caught:
        parse(json.dumps({**POLICY, "opening_s": 2400}))
    assert caught.value.data == {"seconds": 480}


@pytest.mark.usefixtures("app")
def test_numbers_are_read_as_they_are_written() -> None:
    written = (
        json.dumps(POLICY)
        .replace('"per_point_s": 2', '"per_point_s": 2.10')
        .replace('"base_s": 60', '"base_s": "60.5"')
    )
    kept = told(parse(written))
    assert kept["segments"][0]["per_point_s"] == "2.1"
    assert kept["segments"][4]["base_s"] == "60.5"


def test_a_policy_is_kept_once_and_names_groups_that_there_are(night: Night) -> None:
    with nothing_changes():
        version, fresh = do(set_policy, night.host, parse(json.dumps(POLICY)))
    assert (version.id, fresh) == (night.policy, False)
    with pytest.raises(refusals.UnknownName) as caught, nothing_changes():
        do(set_policy, night.host, parse(changed(group="各县")))
    assert caught.value.data == {"what": "group", "name": "各县", "hint": "各区"}
    other = do(set_policy, night.host, parse(changed(group="Districts")))[0].id  # either name
    again, fresh = do(set_policy, night.host, parse(json.dumps(POLICY)))
    assert (fresh, again.digest) == (True, version.digest), "an older one that is kept again is the newest"
    with reading() as db:
        assert [one.id for one in lookup.policies(db)] == [again.id, other, version.id]
