"""Cases kept in the graph: coded data and offsets only, never a word of free text.

The port, and the folder implementation beside a folder of releases. What an observation stands
for is looked up in the active release when it is read, so that a switch re-links all cases.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

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
from domain.findings import Experiencer, Observation, State, Time
from domain.identifiers import Curie

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObservation:
    """One observation without its words. `evidence` holds offsets, boxes, seconds or codes as a
    JSON object each; a text is named by its position in the case."""

    concept: Curie
    state: State
    experiencer: Experiencer
    time: Time
    probability: float | None
    base_rate: float | None
    evidence: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """A case as it is kept: `age` in years, `stored` as ISO 8601."""

    id: str
    stored: str
    release: str
    age: float | None
    sex: str
    observations: tuple[StoredObservation, ...]


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
    return StoredCase(
        id=check_id(identifier),
        stored=stored,
        release=release,
        age=case.age,
        sex=case.sex.value,
        observations=tuple(
            _stripped(o, documents) for o in case.observations if o.concept is not None
        ),
    )


def _stripped(o: Observation, documents: dict[str, int]) -> StoredObservation:
    assert o.concept is not None
    return StoredObservation(
        concept=o.concept,
        state=o.state,
        experiencer=o.experiencer,
        time=o.time,
        probability=o.probability,
        base_rate=o.base_rate,
        evidence=tuple(_place(e, documents) for e in o.evidence),
    )


def _place(e: Evidence, documents: dict[str, int]) -> dict[str, Any]:
    """Where something was seen, by position only."""
    match e:
        case TextSpan():
            number = documents.setdefault(e.document, len(documents) + 1)
            return {"kind": "text", "document": number, "start": e.start, "end": e.end}
        case CodedEntry():
            return {"kind": "code", "code": e.code}
        case ImageRegion():
            number = documents.setdefault(e.image, len(documents) + 1)
            box = None if e.box is None else list(e.box)
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
            return {"kind": "value", "code": e.code, "value": e.value, "unit": e.unit}


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
                "evidence": [dict(e) for e in o.evidence],
            }
            for o in case.observations
        ],
    }


def from_object(data: Mapping[str, Any]) -> StoredCase:
    """The case that `to_object` wrote."""
    return StoredCase(
        id=data["id"],
        stored=data["stored"],
        release=data["release"],
        age=data["age"],
        sex=data["sex"],
        observations=tuple(
            StoredObservation(
                concept=Curie(o["concept"]),
                state=State(o["state"]),
                experiencer=Experiencer(o["experiencer"]),
                time=Time(o["time"]),
                probability=o["probability"],
                base_rate=o["base_rate"],
                evidence=tuple(o["evidence"]),
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


class CaseFolder:
    """Cases as JSON files in a folder, linked to the active release of `look_up`."""

    def __init__(self, folder: Path, look_up: LookUp) -> None:
        self._folder = folder
        self._look_up = look_up

    def add(self, case: StoredCase) -> None:
        """Keep a case; one of the same id is replaced whole."""
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._folder / f".{case.id}-{os.getpid()}"
        temporary.write_text(json.dumps(to_object(case), indent=1) + "\n", "utf-8")
        temporary.chmod(0o600)
        temporary.replace(self._path(case.id))

    def ids(self) -> list[str]:
        """Ids of the cases, sorted."""
        return sorted(f.stem for f in self._folder.glob("*.json"))

    def get(self, case: str) -> StoredCase:
        """One case. Raises InputError where there is none."""
        try:
            return from_object(json.loads(self._path(case).read_text("utf-8")))
        except FileNotFoundError:
            raise missing(case) from None

    def remove(self, case: str) -> None:
        """Delete a case. Raises InputError where there is none."""
        try:
            self._path(case).unlink()
        except FileNotFoundError:
            raise missing(case) from None

    def diseases_of(self, case: str) -> dict[Curie, tuple[Curie, ...]]:
        """Diseases by present concept, as the active release knows it."""
        found: dict[Curie, tuple[Curie, ...]] = {}
        for o in self.get(case).observations:
            if o.state is State.PRESENT and o.experiencer is Experiencer.PATIENT:
                current = self._look_up.current(o.concept)
                if current is not None:
                    found[current] = tuple(sorted(self._look_up.diseases(current)))
        return found

    def _path(self, case: str) -> Path:
        return self._folder / f"{check_id(case)}.json"
