"""What is worked out once and kept."""

import threading
import time

from inquiry.core.kept import Kept

DATABASES = ()


def test_what_is_kept_is_not_worked_out_again() -> None:
    kept, worked = Kept[str, int](2), []
    for key in ("a", "a", "b", "a", "b"):
        assert kept.of(key, lambda key=key: worked.append(key) or len(worked)) == {"a": 1, "b": 2}[key]  # type: ignore[misc]
    assert worked == ["a", "b"]


def test_the_oldest_make_room() -> None:
    kept = Kept[str, str](5, len)
    for word in ("aa", "bb", "cc"):
        kept.of(word, lambda word=word: word)  # type: ignore[misc]
    assert [kept.of(word, lambda: "anew") for word in ("cc", "bb", "aa")] == ["cc", "bb", "anew"]


def test_what_is_larger_than_the_room_is_kept_alone() -> None:
    kept = Kept[str, str](5, len)
    for word in ("aa", "bbbbbbbb"):
        kept.of(word, lambda word=word: word)  # type: ignore[misc]
    assert [kept.of(word, lambda: "anew") for word in ("bbbbbbbb", "aa")] == ["bbbbbbbb", "anew"]


def test_what_failed_is_tried_again() -> None:
    kept = Kept[str, int](2)
    try:
        kept.of("a", lambda: 1 // 0)
    except ZeroDivisionError:
        assert kept.of("a", lambda: 7) == 7
    else:
        raise AssertionError("the failure was hidden")


def test_many_who_ask_at_once_wait_for_one() -> None:
    kept, worked, found = Kept[str, int](2), [], []

    def work() -> int:
        worked.append(1)
        time.sleep(0.05)
        return 7

    asking = [threading.Thread(target=lambda: found.append(kept.of("a", work))) for _ in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert (len(worked), found) == (1, [7] * 8)
