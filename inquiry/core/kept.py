"""What follows from something that never changes: worked out once in each process, however many ask for it at once."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def _one(_value: object) -> int:
    return 1


class Kept(Generic[K, V]):
    """The values that were worked out last, as long as they come to no more than `most` together; `size` is that of one
    value. The last one is kept in any case."""

    def __init__(self, most: int, size: Callable[[V], int] = _one) -> None:
        self._most, self._size = most, size
        self._held: dict[K, V] = {}
        self._turn = threading.Lock()

    def of(self, key: K, work: Callable[[], V]) -> V:
        """What is kept for the key; otherwise what `work` returns, for which others who ask for it wait."""
        if key in (held := self._held):
            return held[key]
        with self._turn:
            if key not in self._held:
                self._held = self._without_the_oldest({**self._held, key: work()})
            return self._held[key]

    def _without_the_oldest(self, held: dict[K, V]) -> dict[K, V]:
        sizes = {key: self._size(value) for key, value in held.items()}
        *earlier, _last = held
        for key in earlier:
            if sum(sizes.values()) <= self._most:
                break
            del held[key], sizes[key]
        return held
