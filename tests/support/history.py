"""What broke: what people were told, held against what the database has. Nothing here asks anybody anything."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

STARTED, ENDED = "live.slot_started", "live.slot_ended"


class Outcome(StrEnum):
    """What somebody who pressed was told. UNKNOWN: no answer came, so it was done once or not at all."""

    OK = "ok"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Press:
    """One press; `mark` names the one row it leaves, `proof` is what the answer called it (a receipt, a number)."""

    mark: str
    outcome: Outcome
    proof: str = ""


@dataclass(frozen=True)
class Row:
    """A row as it is stored, named as the press that left it would be."""

    mark: str
    proof: str = ""


@dataclass(frozen=True)
class Fact:
    """An entry of the trace; `slot` where it is about one."""

    stream: str
    seq: int
    hash: str
    kind: str = ""
    slot: int | None = None


@dataclass(frozen=True)
class Span:
    """A slot as it is stored, in milliseconds; `until` is None while nobody has ended it."""

    session: int
    slot: int
    since: int
    until: int | None


@dataclass(frozen=True)
class Hearing:
    """What one connection was told of one stream, in the order of arrival; it was let in after the number `after`."""

    reader: str
    stream: str
    after: int
    told: Sequence[tuple[int, str]]


@dataclass
class History:
    """One evening, as far as it was written down."""

    presses: list[Press] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    hearings: list[Hearing] = field(default_factory=list)
    #: What each viewer has before them at the end.
    digests: dict[str, str] = field(default_factory=dict)


def broken(history: History) -> list[str]:
    """A sentence for everything that is not as it was promised; none when all is whole."""
    return [
        *lost_or_doubled(history.presses, history.rows),
        *misnumbered(history.facts),
        *entangled(history.facts),
        *at_once(history.spans),
        *misheard(history.hearings, history.facts),
        *differing(history.digests),
    ]


def lost_or_doubled(presses: Iterable[Press], rows: Iterable[Row]) -> list[str]:
    """What was acknowledged is there once, what was refused is not, and nothing is there that nobody pressed."""
    told: dict[str, list[Press]] = defaultdict(list)
    for press in presses:
        told[press.mark].append(press)
    stored: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        stored[row.mark].append(row.proof)
    faults = []
    for mark in told | stored:
        outcomes = {press.outcome for press in told[mark]}
        proofs = {press.proof for press in told[mark] if press.outcome is Outcome.OK}
        if len(stored[mark]) > 1:
            faults.append(f"doubled: {mark} is there {len(stored[mark])} times")
        elif stored[mark] and not outcomes:
            faults.append(f"from nowhere: {mark} is there and nobody pressed it")
        elif stored[mark] and outcomes == {Outcome.REFUSED}:
            faults.append(f"kept: {mark} was refused and is there")
        elif Outcome.OK in outcomes and not stored[mark]:
            faults.append(f"lost: {mark} was acknowledged and is not there")
        elif Outcome.OK in outcomes and proofs != set(stored[mark]):
            faults.append(f"mistaken: {mark} was answered with {_list(proofs)} and is stored as {stored[mark][0]}")
    return faults


def misnumbered(facts: Iterable[Fact]) -> list[str]:
    """The numbers of a stream begin with 1 and leave nothing out."""
    faults = []
    for stream, numbers in _by_stream(facts).items():
        counted = Counter(fact.seq for fact in numbers)
        faults += [f"doubled: entry {seq} of {stream} is there {n} times" for seq, n in counted.items() if n > 1]
        missing = sorted(set(range(1, max(counted) + 1)) - counted.keys())
        faults += [f"lost: {stream} has no entry {seq}" for seq in missing]
    return faults


def entangled(facts: Iterable[Fact]) -> list[str]:
    """By the order of the trace: a slot starts when none runs, and ends once."""
    faults = []
    for stream, told in _by_stream(facts).items():
        running: int | None = None
        ended: set[int | None] = set()
        for fact in told:
            if fact.kind == STARTED:
                if running is not None:
                    faults.append(
                        f"two slots ran at once: {fact.slot} was started (entry {fact.seq} of {stream}) "
                        f"before {running} had ended"
                    )
                running = fact.slot
            elif fact.kind == ENDED:
                if fact.slot in ended:
                    faults.append(f"doubled: slot {fact.slot} ended again (entry {fact.seq} of {stream})")
                elif fact.slot != running:
                    faults.append(f"slot {fact.slot} ended (entry {fact.seq} of {stream}) and did not run")
                ended.add(fact.slot)
                running = None if fact.slot == running else running
    return faults


def at_once(spans: Iterable[Span]) -> list[str]:
    """By the clock: of a session one slot runs at any instant. One may begin in the instant in which another ends."""
    of_session: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        of_session[span.session].append(span)
    faults = [
        f"slot {one.slot} ended at {one.until}, before it began at {one.since}"
        for some in of_session.values()
        for one in some
        if one.until is not None and one.until < one.since
    ]
    for some in of_session.values():
        last: Span | None = None
        for one in sorted(some, key=lambda span: (span.since, span.slot)):
            if last is not None and (last.until is None or one.since < last.until):
                until = min((end for end in (last.until, one.until) if end is not None), default="now")
                faults.append(f"two slots ran at once: {last.slot} and {one.slot}, from {one.since} to {until}")
            if last is None or (last.until is not None and (one.until is None or one.until > last.until)):
                last = one
    return faults


def misheard(hearings: Iterable[Hearing], facts: Iterable[Fact]) -> list[str]:
    """Every connection is told every entry once, in the order of the numbers, and as it is stored."""
    stored = {(fact.stream, fact.seq): fact.hash for fact in facts}
    faults = []
    for one in hearings:
        before = one.after
        heard: set[int] = set()
        for number, (seq, hashed) in enumerate(one.told):
            said = f"{one.reader} was told entry {seq} of {one.stream}"
            if seq in heard:
                faults.append(f"{said} twice")
            elif seq < before and number:
                faults.append(f"{said} after {before}")
            elif seq > before + 1:
                faults.append(f"{said} without {before + 1}")
            if not stored.get((one.stream, seq), "").startswith(hashed) or not hashed:
                faults.append(f"{said} otherwise than it is stored")
            heard.add(seq)
            before = max(seq, before) if number else seq
    return faults


def differing(digests: Mapping[str, str]) -> list[str]:
    """All viewers have the same before them."""
    with_digest: dict[str, list[str]] = defaultdict(list)
    for reader, digest in digests.items():
        with_digest[digest].append(reader)
    most = max(with_digest, key=lambda one: len(with_digest[one]), default="")
    return [
        f"{_list(readers)} ended with {digest}, {len(with_digest[most])} others with {most}"
        for digest, readers in with_digest.items()
        if digest != most
    ]


def _by_stream(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """The entries of each stream in the order of their numbers."""
    streams: dict[str, list[Fact]] = defaultdict(list)
    for fact in sorted(facts, key=lambda one: one.seq):
        streams[fact.stream].append(fact)
    return streams


def _list(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)) or "nothing"
