"""A condition that the patient is known to have: never ranked, in no scope, and evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.case import Case, Known
from domain.differential import Differential
from domain.errors import InvalidField
from domain.findings import Observation, State
from domain.identifiers import Curie
from reasoning import answer
from reasoning.both.answer import differential as of_both
from reasoning.both.ranking import BothRanker
from reasoning.common.answer import differential as of_common
from reasoning.pairs import pairs
from reasoning.ways import Ways
from tests.reasoning import made as rare
from tests.reasoning.both.made import (
    BOTH_WAYS,
    COUGH,
    FEVER,
    FIRST,
    OF_TWINS,
    OTHER,
    SECOND,
    SHARED,
    SHARING,
    TWIN,
    WHEEZE,
    case,
    common,
    ranker,
)
from tests.reasoning.both.made import rare as rare_ranker

ALL = 100
SCOPES = ("rare", "common", "all")
TOLD = case(COUGH, FEVER, OF_TWINS, SHARED)


def knowing(told: Case, *diseases: str, finding: str | None = None) -> Case:
    """The same case of a patient who has a condition of these ids, said by a finding of its own."""
    known = Known(
        label="a condition",
        diseases=tuple(map(Curie, diseases)),
        finding=None if finding is None else Curie(finding),
    )
    said: tuple[Observation, ...] = ()
    if finding is not None:
        said = (Observation(label="it", concept=Curie(finding), state=State.PRESENT),)
    return replace(told, known=(known,), observations=(*told.observations, *said))


def ask(scope: str, told: Case) -> Differential:
    made = ranker()
    if scope == "rare":
        method = rare_ranker("coverage")
        return answer.differential(method, method.rank(told), ALL)
    if scope == "common":
        alone = common()
        return of_common(alone, alone.rank(told), ALL, {}, Ways(alone.terms, {}))
    return of_both(made, made.rank(told), ALL, {}, Ways(made.terms, {}))


def shown(d: Differential) -> set[str]:
    """Every disease that the answer names as one that the patient may have."""
    found: set[str] = {i for r in d.ranked for i in (r.hypothesis.disease, *r.hypothesis.same_as)}
    found |= {s.disease.id for s in d.must_not_miss.diseases}
    found |= {m.disease.id for p in d.pairs.pairs for m in (p.first, p.second)}
    outlooks = (o for n in d.next_findings for o in (n.if_present, n.if_absent))
    for o in outlooks:
        found |= {o.first.id, *(m.disease.id for m in o.moves)}
    return found


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("by", [TWIN, rare.disease(BOTH_WAYS)])
def test_a_known_condition_is_never_suggested_whatever_id_it_goes_by(scope: str, by: str) -> None:
    both = {TWIN, rare.disease(BOTH_WAYS)}
    assert shown(ask(scope, TOLD)) & both
    found = ask(scope, knowing(TOLD, by))
    assert not shown(found) & both
    assert [r.rank for r in found.ranked] == list(range(1, len(found.ranked) + 1))
    assert {d.id for k in found.known for d in k.diseases} <= both


@pytest.mark.parametrize("scope", SCOPES)
def test_the_others_keep_their_order(scope: str) -> None:
    both = {TWIN, rare.disease(BOTH_WAYS)}
    before = [r.hypothesis.disease for r in ask(scope, TOLD).ranked]
    after = [r.hypothesis.disease for r in ask(scope, knowing(TOLD, TWIN)).ranked]
    assert [d for d in before if d not in both][: len(after)] == after[: len(before)]


@pytest.mark.parametrize("scope", SCOPES)
def test_its_shares_are_parted_among_the_others(scope: str) -> None:
    found = ask(scope, knowing(TOLD, TWIN))
    total = sum(r.posterior for r in found.ranked) + found.outside_knowledge_base
    assert total == pytest.approx(1)


@pytest.mark.parametrize("scope", SCOPES)
def test_it_counts_as_its_finding(scope: str) -> None:
    known = ask(scope, knowing(case(COUGH), TWIN, finding=SHARED))
    stated = ask(scope, knowing(case(COUGH, SHARED), TWIN))
    plain = ask(scope, knowing(case(COUGH), TWIN))
    scores = [{r.hypothesis.disease: r.hypothesis.score for r in d.ranked}
              for d in (known, stated, plain)]  # fmt: skip
    assert scores[0] == pytest.approx(scores[1])
    showing = FIRST if scope == "common" else rare.disease(SHARING)
    assert scores[0][Curie(showing)] > scores[2][Curie(showing)]
    (use,) = known.known
    assert use.finding is not None
    assert use.finding.id == SHARED


@pytest.mark.parametrize("scope", ["common", "all"])
def test_what_must_not_be_missed_leaves_it_out(scope: str) -> None:
    assert {s.disease.id for s in ask(scope, TOLD).must_not_miss.diseases} == {SECOND, TWIN}
    found = ask(scope, knowing(TOLD, TWIN)).must_not_miss
    assert {s.disease.id for s in found.diseases} == {SECOND}


def test_explaining_it_says_that_it_is_known() -> None:
    method = rare_ranker("coverage")
    ranking = method.rank(knowing(TOLD, rare.disease(BOTH_WAYS)))
    with pytest.raises(InvalidField, match="is known of this patient") as caught:
        answer.ranked_disease(method, ranking, TWIN)
    assert caught.value.field == "disease"
    assert answer.ranked_disease(method, ranking, rare.disease(OTHER)).rank > 0


@pytest.mark.parametrize("by", [TWIN, rare.disease(BOTH_WAYS)])
def test_it_has_no_place_and_no_score(by: str) -> None:
    made: BothRanker = ranker()
    ranking = made.rank(knowing(TOLD, by))
    for identifier in (TWIN, rare.disease(BOTH_WAYS)):
        assert ranking.numbers_of(identifier)
        assert ranking.rank_of(identifier) is None
        assert ranking.score_of(identifier) == float("-inf")


def test_where_everything_is_known_nothing_is_suggested() -> None:
    everything = (FIRST, SECOND, TWIN)
    found = ask("common", knowing(case(COUGH), *everything))
    assert found.ranked == ()
    assert found.must_not_miss.status == "not_assessed"
    assert found.outside_knowledge_base == pytest.approx(1)


def test_it_is_no_half_of_a_pair() -> None:
    """Two rare diseases with all their findings: a pair, until one of them is known."""
    method = rare.ranker(rare.graph(40))
    told = rare.case([*rare.own(2), *rare.own(5)])
    two = {rare.disease(2), rare.disease(5)}

    def paired(told: Case) -> set[str]:
        ranking = method.rank(told)
        best = answer.ranked(method, ranking, 0)
        found = pairs(method, ranking, best, lambda n: answer.hypothesis(method, ranking, n))
        return {m.disease.id for p in found.pairs for m in (p.first, p.second)}

    assert paired(told) == two
    assert rare.disease(2) not in paired(knowing(told, rare.disease(2)))


def test_an_absent_finding_of_a_known_condition_is_still_evidence() -> None:
    told = knowing(case(COUGH, absent=(WHEEZE,)), TWIN)
    for scope in SCOPES:
        assert {u.finding.concept for u in ask(scope, told).findings} == {COUGH, WHEEZE}
