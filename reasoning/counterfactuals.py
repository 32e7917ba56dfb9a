"""What each finding of a case does to the answer: the case without it, or with the other answer.

The findings that would count are chosen again, so that what a removed finding had implied counts
in its place, as it would if the case were sent again without it. A disease's score changes by the
sum of its parts: the findings that count no longer, or now, or otherwise beside the others, and
the terms for the disease as a whole, which depend on all findings together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from domain.evidence import ConceptRef
from domain.findings import Finding, Observation, State
from domain.identifiers import Curie
from domain.what_if import TOP, Counterfactual, Part, Shift, Supposed
from reasoning.answer import whole_disease
from reasoning.findings import choose, fuse
from reasoning.ranking import Ranker, Ranking
from reasoning.supposed import counted, of_the_patient, place

_FLIPPED = {
    State.PRESENT: (State.ABSENT, Supposed.ABSENT),
    State.ABSENT: (State.PRESENT, Supposed.PRESENT),
}


def counterfactuals(ranker: Ranker, ranking: Ranking) -> tuple[Counterfactual, ...]:
    """For each finding that counts: the case without it and, where it is plain, with it turned."""
    profiles: dict[int, dict[str, float]] = {}
    used = [u.finding for u in ranking.uses if u.used]
    # Of one concept stated plainly and, for another time, with a probability, the plain one.
    told = {f.concept: f for f in used} | {f.concept: f for f in used if _plain(f)}
    found = []
    for finding in told.values():
        found.append(_supposed(ranker, ranking, finding, None, profiles))
        if _plain(finding):
            state = _FLIPPED[finding.state][0]
            found.append(_supposed(ranker, ranking, finding, state, profiles))
    return tuple(found)


def _plain(finding: Finding) -> bool:
    return finding.probability is None and finding.state in _FLIPPED


def without(ranker: Ranker, ranking: Ranking, concept: Curie, state: State | None) -> Ranking:
    """The case ranked with the patient's finding of this concept in another plain state, or
    without it."""
    said: list[Observation] = []
    for o in ranking.case.observations:
        if o.concept != concept or not of_the_patient(o):
            said.append(o)
        elif state is not None:
            said.append(_turned(o, state))
    case = replace(ranking.case, observations=tuple(said))
    uses, _ = choose(fuse(case.observations, ranker.knowledge), ranker.knowledge)
    return ranker.again(ranking, ranker.signs(uses), case)


def _turned(said: Observation, state: State) -> Observation:
    chief = said.chief and state is not State.ABSENT
    return replace(said, state=state, probability=None, base_rate=None, chief=chief)


def _supposed(
    ranker: Ranker,
    ranking: Ranking,
    finding: Finding,
    state: State | None,
    profiles: dict[int, dict[str, float]],
) -> Counterfactual:
    then = without(ranker, ranking, finding.concept, state)
    shown = dict.fromkeys(ranking.order[:TOP].tolist())
    if then.signs:
        shown |= dict.fromkeys(then.order[:TOP].tolist())
    shifts = []
    for disease in shown:
        if disease not in profiles:
            profiles[disease] = _profile(ranker, ranking, disease)
        shifts.append(
            Shift(
                disease=ranker.knowledge.diseases.ref(disease),
                rank_before=place(ranking, disease),
                rank_after=place(then, disease) if then.signs else None,
                score_before=float(ranking.scores[disease]),
                parts=(
                    *_findings(ranker, ranking, then, disease),
                    *_whole(profiles[disease], _profile(ranker, then, disease)),
                ),
            )
        )
    return Counterfactual(
        finding=ConceptRef(id=finding.concept, label=finding.label),
        state=finding.state,
        supposed=Supposed.WITHOUT if state is None else _FLIPPED[finding.state][1],
        shifts=tuple(sorted(shifts, key=lambda s: s.rank_before)),
    )


def _findings(ranker: Ranker, now: Ranking, then: Ranking, disease: int) -> Iterator[Part]:
    """The findings that count something else for a disease, beside the others there are then."""
    before, after = counted(ranker, now, disease), counted(ranker, then, disease)
    for ref in dict.fromkeys([*before, *after]):
        part = Part(finding=ref, before=before.get(ref, 0.0), after=after.get(ref, 0.0))
        if part.change:
            yield part


def _whole(before: Mapping[str, float], after: Mapping[str, float]) -> Iterator[Part]:
    """The terms for the disease as a whole that change."""
    for name in dict.fromkeys([*before, *after]):
        part = Part(name=name, before=before.get(name, 0.0), after=after.get(name, 0.0))
        if part.change:
            yield part


def _profile(ranker: Ranker, ranking: Ranking, disease: int) -> dict[str, float]:
    """Terms for the disease as a whole, and what is known beside findings, by name."""
    view, case = ranking.view, ranking.case
    beside = (c.reason(view, case, disease) for c in ranker.circumstances)
    reasons = (*whole_disease(ranker, ranking, disease), *beside)
    found: dict[str, float] = {}
    for reason in (r for r in reasons if r is not None):
        name = reason.name or str(reason.match)
        found[name] = found.get(name, 0.0) + reason.log_likelihood_ratio
    return found
