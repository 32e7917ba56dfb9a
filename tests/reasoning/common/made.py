"""Small made figures: no number here was printed anywhere."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from domain.assertions import PHENOTYPE, Concept, Sex
from domain.case import Case
from domain.evidence import ConceptRef
from domain.figures import Against, Figure, Kind, Measure, Review, Setting
from domain.findings import Observation, State
from domain.identifiers import Curie
from kg.arrays import Array
from kg.graph import Graph
from kg.identifiers import Resolver
from reasoning.common.effects import Effects
from reasoning.common.heard import Heard
from reasoning.common.knowledge import CommonKnowledge, CuratedDisease
from reasoning.common.parameters import Parameters
from reasoning.common.ranker import DIASTOLIC, HYPOTENSION, SYSTOLIC, CommonRanker
from reasoning.common.table import ShareTable
from reasoning.compile import compile_arrays
from reasoning.knowledge import Knowledge

ROOT = "HP:0000118"
PAIN, CHEST_PAIN, SHARP_PAIN = "HP:1000001", "HP:1000002", "HP:1000003"
COUGH, FEVER, SMOKING = "HP:1000004", "HP:1000005", "HP:1000006"
MALE, FEMALE = "DX:male", "DX:female"
_PARENTS = {
    ROOT: (), PAIN: (ROOT,), CHEST_PAIN: (PAIN,), SHARP_PAIN: (CHEST_PAIN,), COUGH: (ROOT,),
    FEVER: (ROOT,), SMOKING: (ROOT,), MALE: (ROOT,), FEMALE: (ROOT,),
    HYPOTENSION: (ROOT,), SYSTOLIC: (HYPOTENSION,), DIASTOLIC: (HYPOTENSION,),
}  # fmt: skip
FULL = float("inf")


@cache
def terms() -> Knowledge:
    """Pain above chest pain above sharp pain; beside them a cough, a fever and a risk."""
    concepts = [
        Concept(
            id=Curie(term),
            label=f"Finding {term}",
            category=PHENOTYPE,
            parents=tuple(map(Curie, parents)),
        )
        for term, parents in _PARENTS.items()
    ]
    made = Graph.of(concepts, [], [])
    return Knowledge(compile_arrays(made, Resolver.of(made.concepts)))


def number(concept: str) -> int:
    """The number of a term."""
    found = terms().terms.number(Curie(concept))
    assert found is not None
    return found


def figure(
    concept: str = COUGH,
    value: float | None = 0.5,
    *,
    disease: str = "DX:a",
    measure: Measure = Measure.FREQUENCY,
    **given: Any,
) -> Figure:
    """A figure with what a test leaves unsaid; whatever compares is against patients without."""
    stated: dict[str, Any] = {
        "absent": False, "words": "a finding", "threshold": "", "kind": Kind.SYMPTOM,
        "printed": str(value), "word": None, "count": None, "total": 100, "interval": "",
        "population": "all patients", "setting": Setting.EMERGENCY, "comparator": "",
        "against": Against.WITHOUT, "reference": "PMID:1", "opened": "2026-01-02",
        "review": Review.OPENED, "note": "", "source": "made", "line": 1,
    }  # fmt: skip
    return Figure(
        disease=Curie(disease),
        concept=Curie(concept),
        measure=measure,
        value=value,
        **(stated | given),
    )


def curated(*figures: Figure) -> CommonKnowledge:
    """The diseases of some figures, by id."""
    return CommonKnowledge(
        tuple(
            CuratedDisease(
                ref=ConceptRef(id=disease, label=f"disease {disease}"),
                same_as=(),
                figures=tuple(f for f in figures if f.disease == disease),
            )
            for disease in sorted({f.disease for f in figures})
        )
    )


def table(
    *figures: Figure, setting: Setting = Setting.EMERGENCY, parameters: Parameters | None = None
) -> ShareTable:
    return ShareTable(curated(*figures), terms(), setting, parameters or Parameters())


def effects(made: ShareTable) -> Effects:
    """Effects among candidates that all weigh alike."""
    return Effects(made, even(made))


def even(made: ShareTable) -> Array:
    return np.ones(len(made.curated.diseases))


def heard(concept: str, ratio: float = FULL, *, chief: bool = False) -> Heard:
    """A finding of a case: present (infinite), absent (0), or in between."""
    ref = ConceptRef(id=Curie(concept), label=f"Finding {concept}")
    return Heard(term=number(concept), ref=ref, ratio=ratio, chief=chief)


def ranker(*figures: Figure) -> CommonRanker:
    return CommonRanker(curated(*figures), terms(), {"release": "made"})


def case(
    *present: str,
    absent: tuple[str, ...] = (),
    age: float | None = None,
    sex: Sex = Sex.UNKNOWN,
    reverse: bool = False,
) -> Case:
    """A case of coded findings, in the order given or turned round."""
    stated = [(t, State.PRESENT) for t in present] + [(t, State.ABSENT) for t in absent]
    return Case(
        id="made",
        observations=tuple(
            Observation(label=t, concept=Curie(t), state=state)
            for t, state in (reversed(stated) if reverse else stated)
        ),
        age=age,
        sex=sex,
    )


#: What three diseases show.
OF_THREE = (
    figure(COUGH, 0.9),
    figure(FEVER, 0.1),
    figure(COUGH, 0.3, disease="DX:b"),
    figure(FEVER, 0.8, disease="DX:b"),
    figure(CHEST_PAIN, 0.7, disease="DX:c"),
    figure(SHARP_PAIN, 0.6, disease="DX:c"),
)
