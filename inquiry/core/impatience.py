"""How long whoever is served waits for PostgreSQL: nobody for ever, whether it is slow, stands still, or is cut off."""

from typing import Any

from psycopg import Connection
from psycopg import OperationalError as NoAnswer
from sqlalchemy import Engine, event

#: So long PostgreSQL may take for a statement, wait for a lock, and keep a transaction in which nothing is asked.
LIMITS_MS = {"lock_timeout": 3000, "statement_timeout": 8000, "idle_in_transaction_session_timeout": 15_000}
#: So long we wait for a word of it: longer than for a statement, so that it has told us if it can.
ANSWER_SECONDS = 10.0
LOOK_SECONDS = 0.1
#: Where nothing comes back from the network: what was sent is confirmed within ten seconds, or the connection is lost.
NETWORK = {
    "keepalives": 1, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000,
}  # fmt: skip


def be_impatient(engine: Engine) -> None:
    """From now on nobody waits for ever behind PostgreSQL: for whoever serves, once the database is up to date.

    Backups, migrations and the verifying of the trace are commands of their own, and take as long as they take.
    """
    if engine.dialect.name == "sqlite":
        return
    engine.dispose()
    event.listen(engine, "do_connect", _connect_impatiently)


def _connect_impatiently(_dialect: Any, _record: Any, arguments: Any, named: dict[str, Any]) -> Any:
    limits = " ".join(f"-c {name}={milliseconds}" for name, milliseconds in LIMITS_MS.items())
    # To compile a statement takes PostgreSQL longer than to carry out any of ours.
    options = f"{limits} -c jit=off {named.get('options', '')}".strip()  # an operator's own, in the address, come last
    return _Impatient.connect(*arguments, **(NETWORK | named | {"options": options}))


class _Impatient(Connection[Any]):
    """A server that stands still keeps no limit of its own, and its machine still confirms what it is sent."""

    def wait(self, gen: Any, *_how: Any, **_more: Any) -> Any:
        return super().wait(self._for_a_while(gen), LOOK_SECONDS)

    def _for_a_while(self, gen: Any) -> Any:
        """Looks are counted, not seconds: if it is this process that stood still, the answer is there afterwards."""
        looks = 0
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                looks = 0 if ready else looks + 1
                if looks * LOOK_SECONDS > ANSWER_SECONDS:
                    self.pgconn.finish()
                    raise NoAnswer("the database does not answer")
                wanted = gen.send(ready)
        except StopIteration as end:
            return end.value
