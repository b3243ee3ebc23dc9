"""What a numbered sequence of entries is about, and for whom it is: a value with one parser and one printer."""

import re
from dataclasses import dataclass
from enum import StrEnum

_NAME = re.compile(r"(?P<topic>[a-z][a-z_]{0,31})(:(?P<id>[1-9][0-9]{0,9}))?(:(?P<access>public|staff|air))?", re.ASCII)


class Access(StrEnum):
    """Whom the entries of a stream are for: anybody; the crew and the staff; or the crew and the outputs, which show
    what stands over the picture."""

    PUBLIC = "public"
    STAFF = "staff"
    AIR = "air"


@dataclass(frozen=True)
class Stream:
    """A topic, the id of the one thing where there are several, and for whom: `session:7:public`, `unit:3:public`,
    `city`. Its printed name is what the trace keeps and chains: it never changes."""

    topic: str
    id: int | None = None
    access: Access | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.topic, self.id, self.access) if part is not None)

    @classmethod
    def parse(cls, name: str) -> "Stream":
        """The stream of a printed name. Raises ValueError."""
        found = _NAME.fullmatch(name)
        if found is None:
            raise ValueError(f"no stream has the name {name[:80]!r}")
        number, access = found["id"], found["access"]
        return cls(found["topic"], int(number) if number else None, Access(access) if access else None)


#: What concerns the whole installation: people, units, the list of vague words.
CITY = Stream("city")


def unit_stream(unit_id: int | None, access: Access) -> Stream:
    """What happens outside sessions stands with the unit that is answerable, or with the city while none is known."""
    return Stream(CITY.topic, None, access) if unit_id is None else Stream("unit", unit_id, access)
