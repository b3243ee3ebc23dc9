"""`inquiry exam …`: a policy, a meeting and its plan from the command line."""

import json
from pathlib import Path

from tests.exam.conftest import POLICY, Night, inquiry
from tests.results.conftest import Inquiry

__all__ = ["inquiry"]

MEETING = (
    "exam",
    "create",
    "--title",
    "十二月夜考会",
    "--theme",
    "经济",
    "--period",
    "2026-11",
    "--at",
    "2026-12-05T20:00",
)


def test_from_a_policy_to_a_plan(night: Night, inquiry: Inquiry, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(POLICY | {"reserve_s": 60}, ensure_ascii=False))
    done, said, _beside = inquiry("exam", "policy", file)
    assert (done, said.startswith("inquiry: kept: ")) == (0, True)
    done, said, _beside = inquiry("exam", "policy", file)
    assert (done, said.startswith("inquiry: kept before, and the same: ")) == (0, True)
    done, code, _beside = inquiry(*MEETING, "--policy", file)
    assert (done, len(code.strip())) == (0, 6)
    done, printed, _beside = inquiry("exam", "plan", code.strip(), "--format", "json")
    plan = json.loads(printed)
    assert done == 0
    assert set(plan) >= {"slots", "reserve_s", "total_s", "digest"}
    assert set(plan["slots"][0]) >= {"segment", "unit", "speaker", "seconds", "reason"}
    parts = plan["opening_s"] + plan["closing_s"] + plan["interruptions_s"] + plan["reserve_s"]
    assert parts + sum(one["seconds"] for one in plan["slots"]) == plan["total_s"] == 2400
    for again in ((), ("--again",)):
        assert inquiry("exam", "plan", code.strip(), "--format", "json", *again)[1] == printed
    done, lines, beside = inquiry("exam", "plan", code.strip())
    assert (done, len(lines.splitlines())) == (0, len(plan["slots"]))
    assert plan["digest"] in beside


def test_what_cannot_be_is_said_in_a_sentence(night: Night, inquiry: Inquiry, tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text("{")
    done, _said, beside = inquiry("exam", "policy", file)
    assert (done, "This is no slot policy" in beside) == (2, True)
    done, _said, beside = inquiry(*MEETING[:-1], "tomorrow")
    assert (done, "starts_at" in beside) == (2, True)
    assert inquiry("exam", "plan", "ZZZZZZ")[0] == 2
