"""Who says what: places in the ledger, and the witnesses of a finding by modality."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from api.known import SYSTEM as KNOWN_SYSTEM
from api.render import words
from api.render.spans import Mark
from domain.evidence import (
    CodedEntry,
    Evidence,
    ImageRegion,
    Measurement,
    SignalWindow,
    TextSpan,
)
from domain.findings import Attribute, FindingUse, Observation, State


class Modality(StrEnum):
    """What kind of witness somebody is, in the order of the ledger."""

    REPORT = "report"
    FILM = "film"
    VALUE = "value"
    CODE = "code"
    KNOWN = "known condition"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding was seen; `anchor` names its place in the ledger, None if it has none."""

    evidence: Evidence
    anchor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One who says so: a text, a film, a value or a code, once however often it says it. `because`
    are the words that made it absent, uncertain or past."""

    modality: Modality
    name: str
    state: State
    places: tuple[Place, ...]
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding with the number by which text, table and reasons speak of it."""

    key: int
    use: FindingUse
    qualifier: str
    triggers: tuple[str, ...]
    witnesses: tuple[Witness, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place where it was seen."""
        return tuple(dict.fromkeys(p for w in self.witnesses for p in w.places))

    @property
    def css(self) -> str:
        """Class names: state, and what sets the finding apart from the patient's own of now."""
        f = self.use.finding
        return f"{f.state.value} {f.experiencer.value} {f.time.value}"

    @property
    def hint(self) -> str:
        """One line on the finding: for a tooltip and for a screen reader."""
        f = self.use.finding
        parts = [f"{f.label}, {f.state.value}"]
        if self.qualifier:
            parts.append(self.qualifier)
        parts.append(words.used_words(self.use))
        if self.triggers:
            parts.append("because of " + ", ".join(f'"{t}"' for t in self.triggers))
        return "; ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one entry of the ledger says of a finding, which may be otherwise once all are heard."""

    row: FindingRow
    state: State


class Anchors:
    """Names of the places in one answer: each entry of the ledger has one, each mark of a text."""

    def __init__(self, uses: Iterable[FindingUse], documents: Mapping[str, str]) -> None:
        every = dict.fromkeys(e for use in uses for e in use.finding.evidence)
        self._documents = documents
        self._names = list(documents)
        self.regions = [e for e in every if isinstance(e, ImageRegion)]
        self.values = grouped([e for e in every if isinstance(e, Measurement)])
        self.codes = [e for e in every if isinstance(e, CodedEntry) and e.system != KNOWN_SYSTEM]
        self.known = [e for e in every if isinstance(e, CodedEntry) and e.system == KNOWN_SYSTEM]

    def of(self, e: Evidence, key: int) -> str | None:
        """The place of a finding's evidence; None for what the ledger has no place of."""
        match e:
            case TextSpan() if self._fits(e):
                at = Mark(start=e.start, end=e.end, key=key)
                return f"text-{self._names.index(e.document)}-{at.start}-{at.end}-{at.key}"
            case ImageRegion() if e in self.regions:
                return f"region-{self.regions.index(e)}"
            case Measurement():
                found = (n for n, some in enumerate(self.values) if e in some)
                return next((f"value-{n}" for n in found), None)
            case CodedEntry() if e in self.codes:
                return f"code-{self.codes.index(e)}"
            case CodedEntry() if e in self.known:
                return f"known-{self.known.index(e)}"
        return None

    def _fits(self, e: TextSpan) -> bool:
        text = self._documents.get(e.document)
        return text is not None and 0 <= e.start < e.end and text[e.start : e.end] == e.quote


def grouped(values: Sequence[Measurement]) -> list[tuple[Measurement, ...]]:
    """Measurements that are one value: of one thing, the same amount, and of one time as far as
    that is known."""
    groups: list[list[Measurement]] = []
    for one in sorted(values, key=lambda m: m.time is None):
        for group in groups:
            first = group[0]
            same = (first.code, first.name, first.amount) == (one.code, one.name, one.amount)
            if same and (one.time is None or one.time == first.time):
                group.append(one)
                break
        else:
            groups.append([one])
    return [tuple(group) for group in groups]


def finding_row(key: int, use: FindingUse, anchors: Anchors) -> FindingRow:
    """A finding with its witnesses, each once."""
    return FindingRow(
        key=key,
        use=use,
        qualifier=words.who_and_when(use.finding),
        triggers=_because(use.finding.observations),
        witnesses=witnesses(use.finding.observations, lambda e: anchors.of(e, key)),
    )


def witnesses(
    observations: Iterable[Observation], anchor: Callable[[Evidence], str | None]
) -> tuple[Witness, ...]:
    """Who made these observations; of one witness all places that say the same stand together."""
    found: dict[tuple[Modality, str, State], list[Observation]] = {}
    for o in observations:
        found.setdefault((*_who(o), o.state), []).append(o)
    order = list(Modality)
    return tuple(
        Witness(
            modality=modality,
            name=name,
            state=state,
            places=tuple(
                Place(evidence=e, anchor=anchor(e))
                for e in dict.fromkeys(e for o in own for e in o.evidence)
            ),
            because=_because(own),
        )
        for (modality, name, state), own in sorted(
            found.items(), key=lambda one: order.index(one[0][0])
        )
    )


def _because(observations: Iterable[Observation]) -> tuple[str, ...]:
    """The words that decided, each once."""
    every = (t for o in observations for t in o.triggers)
    return tuple(dict.fromkeys(t.text for t in every if t.attribute is not Attribute.SECTION))


def _who(o: Observation) -> tuple[Modality, str]:
    """A value in a text is a value: the words are only where it stands."""
    first = min(o.evidence, key=lambda e: not isinstance(e, Measurement), default=None)
    match first:
        case Measurement():
            return Modality.VALUE, first.name or first.code
        case ImageRegion():
            return Modality.FILM, first.image
        case TextSpan():
            return Modality.REPORT, first.document
        case SignalWindow():
            return Modality.SIGNAL, first.record
        case CodedEntry() if first.system == KNOWN_SYSTEM:
            return Modality.KNOWN, first.code
        case CodedEntry():
            return Modality.CODE, first.code
    return Modality.CODE, o.label


def told(rows: Iterable[FindingRow], evidence: Iterable[Evidence]) -> tuple[Told, ...]:
    """What these places say of each finding, each once."""
    wanted = set(evidence)
    found = {
        (row.key, o.state): Told(row=row, state=o.state)
        for row in rows
        for o in row.use.finding.observations
        if not wanted.isdisjoint(o.evidence)
    }
    return tuple(found.values())
