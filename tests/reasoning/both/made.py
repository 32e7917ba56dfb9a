"""A made-up release that knows rare diseases by annotations and common ones by figures: no number
here was printed anywhere."""

from __future__ import annotations

from functools import cache

from domain.assertions import DISEASE, PHENOTYPE, SAME_AS, Concept, Link
from domain.case import Case
from domain.figures import Figure, Measure
from domain.findings import Observation, State
from domain.identifiers import Curie
from kg.graph import Graph
from kg.identifiers import Resolver
from reasoning import scorer
from reasoning.both.ranking import BothRanker
from reasoning.common.knowledge import CommonKnowledge
from reasoning.common.ranker import CommonRanker
from reasoning.compile import compile_arrays
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranker
from tests.reasoning import made
from tests.reasoning.common.made import figure

COUGH, BARKING, FEVER, WHEEZE = (f"HP:900000{i}" for i in range(1, 5))
#: A finding of our own, that HPO lacks.
LINES = "DX:lines"
_PARENTS = {COUGH: made.ROOT, BARKING: COUGH, FEVER: made.ROOT, WHEEZE: made.ROOT, LINES: COUGH}
#: Rare diseases by number: one that shares findings with common ones, one that is known in both
#: ways, and one that nothing speaks of.
SHARING, BOTH_WAYS, OTHER = 3, 1, 7
TWIN, FIRST, SECOND = "DX:twin", "DX:first", "DX:second"
#: A finding that a rare disease and a common one show, and another one that the twins do.
SHARED, OF_TWINS = made.own(SHARING)[0], made.own(BOTH_WAYS)[0]
FIGURES = (
    figure(COUGH, 0.9, disease=FIRST),
    figure(SHARED, 0.8, disease=FIRST),
    figure(FEVER, 0.7, disease=SECOND),
    figure(COUGH, 0.2, disease=SECOND),
    figure(LINES, 0.4, disease=SECOND),
    figure(OF_TWINS, 0.9, disease=TWIN),
    figure(WHEEZE, 0.95, disease=TWIN),
    *(
        figure(made.ROOT, None, disease=disease, measure=Measure.MUST_NOT_MISS, total=None)
        for disease in (SECOND, TWIN)
    ),
)
#: Causes of fever, counted: a prior for whoever comes with it.
CAUSES = (
    figure(FEVER, 0.4, disease=FIRST, measure=Measure.SHARE),
    figure(FEVER, 0.05, disease=SECOND, measure=Measure.SHARE),
    figure(FEVER, 0.2, disease=TWIN, measure=Measure.SHARE),
    figure(FEVER, 0.15, disease="DX:third", measure=Measure.SHARE),
    figure(FEVER, 0.1, disease="DX:fourth", measure=Measure.SHARE),
    figure(WHEEZE, 0.3, disease="DX:third"),
    figure(WHEEZE, 0.2, disease="DX:fourth"),
)


@cache
def knowledge(figures: tuple[Figure, ...] = FIGURES) -> Knowledge:
    """Forty rare diseases, and the common ones of these figures; one of them is both."""
    rare = made.graph(40)
    terms = [
        Concept(id=Curie(t), label=f"Finding {t}", category=PHENOTYPE, parents=(Curie(above),))
        for t, above in _PARENTS.items()
    ]
    common = [
        Concept(id=disease, label=f"Curated {disease.local}", category=DISEASE)
        for disease in sorted({f.disease for f in figures})
    ]
    same = Link(
        subject=Curie(TWIN), predicate=SAME_AS, object=made.disease(BOTH_WAYS), source="m", line=1
    )
    whole = Graph.of([*rare.concepts, *terms, *common], rare.assertions, [same], figures)
    return Knowledge(compile_arrays(whole, Resolver.of(whole.concepts)))


@cache
def ranker(figures: tuple[Figure, ...] = FIGURES, method: str = "coverage") -> BothRanker:
    return BothRanker(rare(method, figures), common(figures))


def rare(method: str | scorer.Scorer, figures: tuple[Figure, ...] = FIGURES) -> Ranker:
    """Ranks the rare diseases alone."""
    chosen = scorer.load(method) if isinstance(method, str) else method
    return Ranker(knowledge(figures), chosen, {"release": "made"})


def common(figures: tuple[Figure, ...] = FIGURES) -> CommonRanker:
    """Ranks the common diseases alone."""
    known = knowledge(figures)
    return CommonRanker(CommonKnowledge.of(known.arrays).arguable(), known, {"release": "made"})


def number(concept: str) -> int:
    """The number of a term."""
    found = knowledge().terms.number(Curie(concept))
    assert found is not None
    return found


def case(*present: str, absent: tuple[str, ...] = (), likely: tuple[str, ...] = ()) -> Case:
    """A case of plain findings, and of those that are likely only."""
    stated = [(t, State.PRESENT) for t in present] + [(t, State.ABSENT) for t in absent]
    return Case(
        id="made",
        observations=(
            *(Observation(label=t, concept=Curie(t), state=state) for t, state in stated),
            *(
                Observation(
                    label=t,
                    concept=Curie(t),
                    state=State.UNCERTAIN,
                    probability=0.6,
                    base_rate=0.1,
                )
                for t in likely
            ),
        ),
    )
