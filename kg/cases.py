"""Cases kept in the graph: coded data and offsets only, never a word of free text.

The port; `kg/case_folder.py` and `kg/bolt_cases.py` implement it. What an observation stands for
is looked up in the active release when it is read, so that a switch re-links all cases.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from domain.assertions import Aspect, Assertion
from domain.case import Case
from domain.errors import InputError, InvalidField
from domain.evidence import (
    CodedEntry,
    Evidence,
    ImageRegion,
    Measurement,
    SignalWindow,
    TextSpan,
)
from domain.figures import Class, Figure, Kind, Measure
from domain.findings import Experiencer, State, Time
from domain.identifiers import Curie

#: What is kept of a place where something was seen, by its kind.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": ("document", "start", "end"),
    "code": ("code",),
    "image": ("image", "box", "model", "weights", "label", "score", "operating_point"),
    "signal": ("record", "start_s", "end_s", "model"),
    "value": ("code", "value", "upper", "bound", "unit"),
}
#: Figures by which a disease shows a finding, and those that do where they are above 1.
SHOWS = frozenset({Measure.FREQUENCY, Measure.SENSITIVITY, Measure.CLASS, Measure.SHARE})
RATIOS = frozenset({Measure.LR_POSITIVE, Measure.ODDS_RATIO, Measure.RISK_RATIO})
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObservation:
    """One observation without its words.

    `evidence` holds offsets, boxes, seconds, codes or values as a JSON object each, with the
    `FIELDS` of its `kind`; a text, a film and a study are named by their number in the case.
    `earlier` says how many days before this illness it was, where it is of an earlier time.
    """

    concept: Curie
    state: State
    experiencer: Experiencer
    time: Time
    probability: float | None
    base_rate: float | None
    evidence: tuple[Mapping[str, Any], ...]
    study: int | None = None
    earlier: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """A case as it is kept: `age` in years, `stored` as ISO 8601."""

    id: str
    stored: str
    release: str
    age: float | None
    sex: str
    observations: tuple[StoredObservation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One way from a place where something was seen to a disease that shows it, and who says so.

    `observation` and `evidence` count from 1 within the case and within the observation; `part`
    is the number of the text, film or recording, and what follows it is as in the evidence.
    `finding` is what the observation stands for in the active release, `met` the term that the
    disease is annotated with: the same, or a narrower one. `edge` is HAS_FINDING or HAS_FIGURE.
    `measure` says what `printed` is: the figure as its reference prints it, or the frequency of an
    annotation ("" where none is stated).
    """

    observation: int
    evidence: int
    kind: str
    part: int | None
    box: tuple[float, ...] | None
    start: int | None
    end: int | None
    code: str | None
    value: float | None
    unit: str | None
    label: str | None
    score: float | None
    finding: Curie
    finding_label: str
    met: Curie
    met_label: str
    disease: Curie
    disease_label: str
    edge: str
    measure: str
    printed: str
    references: tuple[str, ...]
    source: str
    line: int

    @property
    def order(self) -> tuple[object, ...]:
        """By place in the case, then finding, term, disease, and line of the source."""
        place = (self.observation, self.evidence, self.finding, self.met, self.disease)
        return (*place, self.source, self.line, self.measure, self.printed, self.references)


class Cases(Protocol):
    """Where cases are kept."""

    def add(self, case: StoredCase) -> None:
        """Keep a case; one of the same id is replaced whole."""

    def ids(self) -> list[str]:
        """Ids of the cases, sorted."""

    def get(self, case: str) -> StoredCase:
        """One case. Raises InputError where there is none."""

    def remove(self, case: str) -> None:
        """Delete a case. Raises InputError where there is none."""

    def diseases_of(self, case: str) -> dict[Curie, tuple[Curie, ...]]:
        """By concept of a present observation (as the active release knows it), the diseases
        whose patients had it or a narrower finding."""

    def supported(self, case: str) -> list[Support]:
        """Every way from where a present finding of the patient was seen, over the finding as the
        active release knows it, to a disease annotated with it or with a narrower term, in order.
        Raises InputError where there is no such case."""


def counts(observation: StoredObservation) -> bool:
    """Whether it is a present finding of the patient, feared and planned ones aside."""
    return (
        observation.state is State.PRESENT
        and observation.experiencer is Experiencer.PATIENT
        and observation.time is not Time.HYPOTHETICAL
    )


def shows(said: Assertion | Figure) -> bool:
    """Whether a row says that patients with the disease had the finding, or a figure that they
    have it, or have it more often than others. Of figures only those count that were opened, and
    of a risk only ratios: how many patients have it says nothing without the others."""
    if isinstance(said, Assertion):
        return said.seen and said.aspect is Aspect.PHENOTYPE
    if not said.weighs or said.absent:
        return False
    if said.measure in RATIOS:
        return said.value is not None and said.value > 1
    some = said.word is not Class.ABSENT and said.value != 0
    return said.measure in SHOWS and said.kind is not Kind.RISK and some


def check_id(case: str) -> str:
    """The id, if it is one. Raises InvalidField."""
    if not _ID.match(case):
        raise InvalidField(
            "case",
            "is no case id.",
            mend="Use up to 64 letters, digits, dots, - and _; never a name or a birth date.",
        )
    return case


def strip(case: Case, identifier: str, *, release: str, stored: str) -> StoredCase:
    """A case without its words. Observations that were not linked are left out."""
    documents: dict[str, int] = {}
    studies: dict[str, int] = {}
    return StoredCase(
        id=check_id(identifier),
        stored=stored,
        release=release,
        age=case.age,
        sex=case.sex.value,
        observations=tuple(
            StoredObservation(
                concept=o.concept,
                state=o.state,
                experiencer=o.experiencer,
                time=o.time,
                probability=o.probability,
                base_rate=o.base_rate,
                evidence=tuple(_place(e, o.concept, documents) for e in o.evidence),
                study=None if o.study is None else studies.setdefault(o.study, len(studies) + 1),
                earlier=_days(o.earlier, case.day),
            )
            for o in case.observations
            if o.concept is not None
        ),
    )


def _days(earlier: str | None, illness: date | None) -> int | None:
    """How many days before an illness a day (ISO 8601) was: a date itself is not kept."""
    if earlier is None or illness is None:
        return None
    return (illness - date.fromisoformat(earlier)).days


def _code(code: str, concept: Curie) -> str:
    """A code as it was entered; for a name that was entered, what it stands for."""
    try:
        return Curie.parse(code)
    except InvalidField:
        return concept


def _place(e: Evidence, concept: Curie, documents: dict[str, int]) -> dict[str, Any]:
    """Where something was seen, by position only."""
    match e:
        case TextSpan():
            number = documents.setdefault(e.document, len(documents) + 1)
            return {"kind": "text", "document": number, "start": e.start, "end": e.end}
        case CodedEntry():
            return {"kind": "code", "code": _code(e.code, concept)}
        case ImageRegion():
            number = documents.setdefault(e.image, len(documents) + 1)
            box = None if e.box is None else [float(x) for x in e.box]
            return {
                "kind": "image",
                "image": number,
                "box": box,
                "model": e.model,
                "weights": e.weights,
                "label": e.label,
                "score": e.score,
                "operating_point": e.operating_point,
            }
        case SignalWindow():
            number = documents.setdefault(e.record, len(documents) + 1)
            return {
                "kind": "signal",
                "record": number,
                "start_s": e.start_s,
                "end_s": e.end_s,
                "model": e.model,
            }
        case Measurement():
            return {
                "kind": "value",
                "code": e.code,
                "value": e.value,
                "upper": e.upper,
                "bound": e.bound,
                "unit": e.unit,
            }


def to_object(case: StoredCase) -> dict[str, Any]:
    """A case as a JSON object."""
    return {
        "id": case.id,
        "stored": case.stored,
        "release": case.release,
        "age": case.age,
        "sex": case.sex,
        "observations": [
            {
                "concept": o.concept,
                "state": o.state.value,
                "experiencer": o.experiencer.value,
                "time": o.time.value,
                "probability": o.probability,
                "base_rate": o.base_rate,
                "study": o.study,
                "earlier": o.earlier,
                "evidence": [dict(e) for e in o.evidence],
            }
            for o in case.observations
        ],
    }


def from_object(data: Mapping[str, Any]) -> StoredCase:
    """The case that `to_object` wrote; what an older one lacks is None."""
    return StoredCase(
        id=data["id"],
        stored=data["stored"],
        release=data["release"],
        age=data.get("age"),
        sex=data["sex"],
        observations=tuple(
            StoredObservation(
                concept=Curie(o["concept"]),
                state=State(o["state"]),
                experiencer=Experiencer(o["experiencer"]),
                time=Time(o["time"]),
                probability=o.get("probability"),
                base_rate=o.get("base_rate"),
                evidence=tuple(
                    {"kind": e["kind"]} | {name: e.get(name) for name in FIELDS[e["kind"]]}
                    for e in o["evidence"]
                ),
                study=o.get("study"),
                earlier=o.get("earlier"),
            )
            for o in data["observations"]
        ),
    )


def missing(case: str) -> InputError:
    """The error for a case that is not there."""
    return InputError(f"There is no case {case!r}.", mend="`differentia cases list` names them.")


class LookUp(Protocol):
    """What a case needs to know of the active release."""

    def current(self, concept: Curie) -> Curie | None:
        """The live concept that an id stands for now, or None."""

    def diseases(self, concept: Curie) -> Sequence[Curie]:
        """Diseases whose patients had the concept or one below it."""

    def label(self, concept: Curie) -> str:
        """The label of a concept."""

    def said(self, concept: Curie) -> Collection[Assertion | Figure]:
        """All rows and figures that tie a disease to the concept or to one below it."""
