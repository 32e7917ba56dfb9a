"""Rank phenopackets whose diagnosis is known. The only place where the diagnosis is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from api import phenopackets
from api.service import Service
from domain.case import Case
from domain.errors import EmptyInput, InputError
from domain.identifiers import Curie
from reasoning.evaluation import Outcome
from reasoning.ranking import LeaveOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A case with its true disease."""

    case: Case
    disease: Curie


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The cases to judge by, and what was set aside: not covered, beyond the cap, unusable."""

    covered: tuple[Known, ...]
    not_covered: int
    beyond_cap: int
    unusable: int


def truth(packet: Mapping[str, Any]) -> Curie | None:
    """The diagnosis: `interpretations[].diagnosis.disease.id`, else a disease not excluded."""
    for interpretation in packet.get("interpretations") or ():
        if identifier := interpretation.get("diagnosis", {}).get("disease", {}).get("id"):
            return Curie.parse(identifier)
    for disease in packet.get("diseases") or ():
        if not disease.get("excluded") and (identifier := disease.get("term", {}).get("id")):
            return Curie.parse(identifier)
    return None


def read_cohort(service: Service, path: Path, *, per_disease: int) -> Cohort:
    """Cases with a known disease that has a present phenotype assertion in the release; the
    first `per_disease` of each disease by sorted case id (0: all). Raises EmptyInput."""
    known: list[Known] = []
    counts = {"not covered": 0, "beyond": 0, "unusable": 0}
    of_disease: dict[str, int] = {}
    pairs = sorted(phenopackets.read_many(path), key=lambda pair: pair[0])
    for identifier, packet in pairs:
        if isinstance(packet, InputError) or (disease := truth(packet)) is None:
            counts["unusable"] += 1
            continue
        if not service.ranker.covers(disease):
            counts["not covered"] += 1
            continue
        of_disease[disease] = of_disease.get(disease, 0) + 1
        if per_disease and of_disease[disease] > per_disease:
            counts["beyond"] += 1
            continue
        try:
            case = service.case(phenopacket=packet, case_id=identifier)
        except InputError:
            counts["unusable"] += 1
            continue
        known.append(Known(case=case, disease=disease))
    if not known:
        raise EmptyInput(
            f"{path} has no case whose disease is in release {service.release}.",
            mend="Each case needs a diagnosis (interpretations or diseases) with an OMIM id.",
        )
    return Cohort(
        covered=tuple(known),
        not_covered=counts["not covered"],
        beyond_cap=counts["beyond"],
        unusable=counts["unusable"],
    )


def outcomes(
    service: Service,
    cases: Sequence[Known],
    *,
    leave_out: str | None,
    done: Callable[[int], None],
) -> tuple[list[Outcome], int]:
    """Where each true disease stands; with `leave_out` ("all" or "any") the case's own
    publication is ignored, and cases whose disease keeps nothing are only counted."""
    found: list[Outcome] = []
    left_with_nothing = 0
    for i, known in enumerate(cases, start=1):
        away = None
        if leave_out is not None:
            away = LeaveOut(references=known.case.references, any_of=leave_out == "any")
            if not service.ranker.covers(known.disease, away):
                left_with_nothing += 1
                done(i)
                continue
        ranking = service.rank(known.case, away)
        number = service.knowledge.disease(known.disease)
        place = int(np.flatnonzero(ranking.order == number)[0])
        found.append(Outcome(case=known.case.id, disease=known.disease, rank=place + 1))
        done(i)
    return found, left_with_nothing
