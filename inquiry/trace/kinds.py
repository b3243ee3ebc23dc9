"""What can be said to have happened. Kinds are declared by the packages, never renamed, never reused."""

from dataclasses import dataclass

from flask_babel import LazyString


@dataclass(frozen=True)
class Kind:
    """One kind of entry.

    `name` is `<package>.<past tense>`; `says` is the sentence of the public trace, lazily translated, whose %(names)s
    are keys of the payload; `unnumbered` is the one for a payload whose `number` is null (a question that was asked
    outside sessions has none); a kind that is not `public` is shown to signed-in people only.
    """

    name: str
    says: LazyString | str
    public: bool = True
    unnumbered: LazyString | None = None


_kinds: dict[str, Kind] = {}


def kind(name: str, says: LazyString | str, unnumbered: LazyString | None = None, *, public: bool = True) -> Kind:
    """Declare a kind. Declaring a name twice is an error: a name means one thing for ever."""
    if name in _kinds:
        raise ValueError(f"the kind {name} is declared already")
    _kinds[name] = Kind(name, says, public, unnumbered)
    return _kinds[name]


def find(name: str) -> Kind | None:
    return _kinds.get(name)


def every() -> list[Kind]:
    """All declared kinds, by name: `docs/protocol.md` must list them."""
    return [_kinds[name] for name in sorted(_kinds)]
