"""`inquiry` on a machine whose clock is set while it runs: SIGUSR1 puts it an hour forward, SIGUSR2 an hour back.

The time is changed where Python reads it from the system, below everything that asks for it; clocks that nobody can
set go on.
"""

import signal
import time

import time_machine

from inquiry import cli

HOUR = 3600.0
STEPS = {signal.SIGUSR1: HOUR, signal.SIGUSR2: -HOUR}


class Wall:
    """The clock on the wall; `off` is how many seconds it is ahead."""

    def __init__(self) -> None:
        self.off = 0.0
        self._traveller: time_machine.travel | None = None

    def set(self, number: int, _frame: object) -> None:
        if self._traveller is not None:
            self._traveller.stop()
        self.off += STEPS[signal.Signals(number)]
        self._traveller = time_machine.travel(time.time() + self.off, tick=True)
        self._traveller.start()


if __name__ == "__main__":
    wall = Wall()
    for number in STEPS:
        signal.signal(number, wall.set)
    cli.main()
