"""What can be said to have happened. Kinds are declared by the packages, never renamed, never reused."""

from dataclasses import dataclass

from flask_babel import LazyString


@dataclass(frozen=True)
class Kind:
    """One kind of entry.

    `name` is `<package>.<past tense>`; `says` is the sentence of the public trace, lazily translated, whose %(names)s
    are keys of the payload; a kind that is not `public` is shown to signed-in people only.
    """

    name: str
    says: LazyString | str
    public: bool = True


_kinds: dict[str, Kind] = {}


def kind(name: str, says: LazyString | str, *, public: bool = True) -> Kind:
    """Declare a kind. Declaring a name twice is an error: a name means one thing for ever."""
    if name in _kinds:
        raise ValueError(f"the kind {name} is declared already")
    _kinds[name] = Kind(name, says, public)
    return _kinds[name]


def find(name: str) -> Kind | None:
    return _kinds.get(name)


def every() -> list[Kind]:
    """All declared kinds, by name: `docs/protocol.md` must list them."""
    return [_kinds[name] for name in sorted(_kinds)]
