"""A ticket is good for one thing, in one view, for a while; it is the same for everybody and cannot be made up."""

from datetime import UTC, datetime, timedelta

import pytest

from inquiry.media import tickets

SECRET, OTHER = "s" * 40, "t" * 40
MEDIA = "0123456789abcdef01234567"
BEGINS = datetime.fromtimestamp(tickets.WINDOW_SECONDS * 3_000_000, UTC)
WINDOW = timedelta(seconds=tickets.WINDOW_SECONDS)
TICKET = tickets.make(SECRET, MEDIA, "public", BEGINS)
_EXPIRES, _VIEW, _SIGNED = TICKET.split(".")


def test_everybody_of_one_window_has_the_same_and_it_outlasts_the_window() -> None:
    late = BEGINS + WINDOW - timedelta(milliseconds=1)
    assert tickets.make(SECRET, MEDIA, "public", late) == TICKET
    assert tickets.make(SECRET, MEDIA, "public", BEGINS + WINDOW) != TICKET
    for now in (BEGINS, late, BEGINS + 2 * WINDOW - timedelta(seconds=1)):
        assert tickets.check(SECRET, MEDIA, TICKET, now) == "public"
    assert tickets.expires_at(BEGINS) == (BEGINS + 2 * WINDOW).timestamp()
    assert tickets.check(SECRET, MEDIA, TICKET, BEGINS + 2 * WINDOW) is None


@pytest.mark.parametrize(
    "forged",
    [
        "", ".", "..", "public", TICKET[:-1], TICKET + "A", TICKET.replace("public", "internal"), TICKET + "\n",
        f"{int(_EXPIRES) + 1}.{_VIEW}.{_SIGNED}", f"0{_EXPIRES}.{_VIEW}.{_SIGNED[:-1]}!", f"-1.{_VIEW}.{_SIGNED}",
        f"{'9' * 400}.{_VIEW}.{_SIGNED}", f"{_EXPIRES}.{_VIEW}.{'A' * 24}", f"{_EXPIRES}..{_SIGNED}",
        tickets.make(OTHER, MEDIA, "public", BEGINS), tickets.make(SECRET, MEDIA[::-1], "public", BEGINS),
    ],
)  # fmt: skip
def test_what_was_not_made_for_it_opens_nothing(forged: str) -> None:
    assert tickets.check(SECRET, MEDIA, forged, BEGINS) is None


def test_each_view_has_its_own() -> None:
    inside = tickets.make(SECRET, MEDIA, "internal", BEGINS)
    assert inside != TICKET
    assert tickets.check(SECRET, MEDIA, inside, BEGINS) == "internal"
