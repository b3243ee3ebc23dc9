"""How much of a thing a test does: a little in every run, and as much as was promised with `--long`."""

from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")

#: `size(3, 50)` is 3, or 50 with `--long`.
Size = Callable[[T, T], T]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="hurt processes as often and as long as was promised")


@pytest.fixture(scope="session")
def size(pytestconfig: pytest.Config) -> Callable[[T, T], T]:
    is_long = pytestconfig.getoption("--long")
    return lambda short, long: long if is_long else short
