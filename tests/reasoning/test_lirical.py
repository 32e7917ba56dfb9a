"""The method `lirical`: its numbers by hand, against its rules written plainly, against the tool
itself; and which rules of ours it breaks."""

from __future__ import annotations

import gzip
import json
import random
from math import inf, log
from pathlib import Path

import numpy as np
import pytest

from domain.assertions import DISEASE, PHENOTYPE, Aspect, Assertion, Concept, Frequency
from domain.case import Case
from domain.differential import Match
from domain.identifiers import Curie
from kg.assemble import assemble
from kg.build import find_inputs
from kg.graph import Graph
from kg.identifiers import Resolver
from ontologies import format as formats
from reasoning.compile import compile_arrays
from reasoning.knowledge import Knowledge
from reasoning.ranking import LeaveOut, Ranker
from reasoning.scorer import Sign
from reasoning.scorers.lirical import LiricalScorer
from reasoning.view import View
from tests.reasoning.conftest import number
from tests.reasoning.test_scorers import effect, sign_of

METHOD = LiricalScorer()
#: Average shares in the toy release, by hand: each disease's largest, over 8 diseases.
ATAXIA = 0.5 / 8
SEIZURE = (0.9 + 1 + 10 / 22 + 0.75) / 8
SCOLIOSIS = (1 + 2 / 5) / 8


@pytest.fixture(scope="module")
def view(ranker: Ranker) -> View:
    return ranker.rank(Case(id="x", observations=())).view


def kind(view: View, term: str, disease: str, ratio: float) -> Match:
    sign = sign_of(view.knowledge, term, ratio)
    return METHOD.reason(view, sign, number(view.knowledge, disease)).match


@pytest.mark.parametrize(
    ("term", "disease", "ratio", "match"),
    [
        # 6/11 + 1/1 + 0/2 pooled.
        ("HP:0001251", "TOY:1", 0.5 / ATAXIA, Match.EXACT),
        # 10/10 of boys and 0/12 of girls, where the sex is unknown.
        ("HP:0001250", "TOY:5", 10 / 22 / SEIZURE, Match.EXACT),
        # Without a frequency: seen in one of one.
        ("HP:0001250", "TOY:4", 1 / SEIZURE, Match.EXACT),
        # A percentage becomes patients of a cohort of 5: 45 % are 2 of them.
        ("HP:0002650", "TOY:5", 2 / 5 / SCOLIOSIS, Match.EXACT),
        # Of a more specific term; "very frequent" is 4 of 5.
        ("HP:0001638", "TOY:2", 0.8 / (0.8 / 8), Match.NARROWER),
        ("HP:0001250", "TOY:1", 0.9 / SEIZURE, Match.NARROWER),
        # One of a parent's two children; its only child, over the least average share.
        ("HP:0002197", "TOY:5", 10 / 22 / 2 / (0.75 / 8), Match.BROADER),
        ("HP:0002066", "TOY:1", 0.5 / 1e-4, Match.BROADER),
        # A tenth of the focal seizures, one step below what both have in common.
        ("HP:0002197", "TOY:1", 0.9 / 10 / SEIZURE, Match.SHARED),
        ("HP:0002202", "TOY:3", 0.01, Match.NONE),
        ("HP:0002066", "TOY:6", 1e-3, Match.EXCLUDED_IN_DISEASE),
    ],
)
def test_present_by_hand(view: View, term: str, disease: str, ratio: float, match: Match) -> None:
    assert effect(METHOD, view, term, disease, inf) == pytest.approx(log(ratio), abs=1e-9)
    assert kind(view, term, disease, inf) is match


@pytest.mark.parametrize(
    ("term", "disease", "ratio", "match"),
    [
        ("HP:0001250", "TOY:1", 0.1 / (1 - SEIZURE), Match.EXCLUDED_IN_CASE),
        ("HP:0001250", "TOY:4", 0.01 / (1 - SEIZURE), Match.EXCLUDED_IN_CASE),
        ("HP:0001250", "TOY:3", 1 / (1 - SEIZURE), Match.NONE),
        ("HP:0007359", "TOY:4", 1 / (1 - 0.9 / 8), Match.NONE),
        ("HP:0001250", "TOY:2", 1e3, Match.EXCLUDED_IN_DISEASE),
    ],
)
def test_absent_by_hand(view: View, term: str, disease: str, ratio: float, match: Match) -> None:
    assert effect(METHOD, view, term, disease, 0.0) == pytest.approx(log(ratio), abs=1e-9)
    assert kind(view, term, disease, 0.0) is match


def test_the_reason_shows_what_the_number_was_made_of(view: View) -> None:
    sign = sign_of(view.knowledge, "HP:0002197", inf)
    reason = METHOD.reason(view, sign, number(view.knowledge, "TOY:1"))
    assert reason.frequency == pytest.approx(0.9)
    assert reason.background == pytest.approx(SEIZURE)
    assert [(e.subject.id, e.predicate, e.object.id) for e in reason.path] == [
        ("HP:0002197", "IS_A", "HP:0001250"),
        ("HP:0007359", "IS_A", "HP:0001250"),
        ("TOY:1", "HAS_FINDING", "HP:0007359"),
    ]
    assert [str(a.frequency) for a in reason.assertions] == ["9/10"]


def test_soft_evidence_by_hand(view: View) -> None:
    """Three to one for ataxia, exact in TOY:1; and one to four, where seizures are in 9 of 10."""
    mixed = (1 + 2 * ATAXIA * 8) / (1 + 2 * ATAXIA)
    assert effect(METHOD, view, "HP:0001251", "TOY:1", 3) == pytest.approx(log(mixed))
    mixed = (0.25 + 0.75 * 0.1) / (0.25 + 0.75 * (1 - SEIZURE))
    assert effect(METHOD, view, "HP:0001250", "TOY:1", 0.25) == pytest.approx(log(mixed))


def test_shares_follow_what_a_case_may_see(ranker: Ranker, knowledge: Knowledge) -> None:
    """Without its first paper, TOY:1's ataxia is 1/1 + 0/2; averages stay those of all rows."""
    view = ranker.rank(
        Case(id="x", observations=()), LeaveOut(references=frozenset({"PMID:1"}))
    ).view
    assert view.overlay is not None
    for _ in range(2):
        sign = sign_of(knowledge, "HP:0001251", inf)
        value = METHOD.effects(view, view.overlay, sign)[number(knowledge, "TOY:1")]
        assert value == pytest.approx(log(1 / 3 / ATAXIA))
        assert effect(METHOD, view, "HP:0001251", "TOY:1", inf) == pytest.approx(log(8))


def test_it_breaks_that_an_absence_is_silent_where_the_finding_is_unknown(view: View) -> None:
    assert effect(METHOD, view, "HP:0001251", "TOY:8", 0.0) == pytest.approx(-log(1 - ATAXIA))
    assert effect(METHOD, view, "HP:0001251", "TOY:8", 0.0) > 0


def test_it_breaks_that_an_absence_does_not_speak_for_a_disease_that_denies_it(view: View) -> None:
    """One patient in whom it was looked for is worth as much as forty, and very much."""
    for term in ("HP:0001251", "HP:0000252"):
        assert effect(METHOD, view, term, "TOY:3", 0.0) == pytest.approx(log(1000))


def test_it_breaks_that_a_small_denial_is_weak(view: View) -> None:
    """0 of 1 sinks a disease as 0 of 40 does."""
    for term in ("HP:0001251", "HP:0000252"):
        assert effect(METHOD, view, term, "TOY:3", inf) == pytest.approx(log(1 / 1000))


def test_it_breaks_that_a_small_or_missing_count_is_uncertain(view: View) -> None:
    """A row without a frequency weighs as much as 20 of 20."""
    assert effect(METHOD, view, "HP:0000252", "TOY:4", inf) == pytest.approx(log(8))
    scoliosis = effect(METHOD, view, "HP:0002650", "TOY:3", inf)
    assert scoliosis == pytest.approx(log(1 / SCOLIOSIS))


def test_it_breaks_that_what_is_rare_is_there(view: View) -> None:
    """5 % of 5 patients is none: a rare finding counts as denied, and its presence against."""
    assert effect(METHOD, view, "HP:0002650", "TOY:8", inf) == pytest.approx(log(1 / 1000))
    upwards = effect(METHOD, view, "HP:0000924", "TOY:8", inf)
    assert upwards < log(1e-99), "a finding seen only as rare, below what the patient has"


def test_it_breaks_that_the_absence_of_a_rare_finding_is_silent() -> None:
    """Rarer than on average, its absence speaks for the disease: (1 - 0.1) / (1 - 1.9 / 3)."""
    finding, counts = "HP:0000002", {"TOY:1": 1, "TOY:2": 9, "TOY:3": 9}
    said: list[Said] = [
        (d, finding, Frequency(count=n, total=10), False) for d, n in counts.items()
    ]
    view = view_of(compiled({finding: [ABNORMALITY]}, said))
    assert effect(METHOD, view, finding, "TOY:1", 0.0) == pytest.approx(log(0.9 * 3 / 1.1))


ABNORMALITY = "HP:0000118"
Said = tuple[str, str, Frequency | None, bool]
Parents = dict[str, list[str]]


def compiled(parents: Parents, said: list[Said]) -> Knowledge:
    """A release of findings below HP:0000118 and of rows (disease, term, frequency, excluded)."""
    above = {"HP:0000001": [], ABNORMALITY: ["HP:0000001"], **parents}
    concepts = [
        Concept(
            id=Curie(i), label=i, category=PHENOTYPE, parents=tuple(Curie(p) for p in sorted(up))
        )
        for i, up in above.items()
    ]
    concepts += [
        Concept(id=Curie(d), label=d, category=DISEASE) for d in sorted({row[0] for row in said})
    ]
    rows = [
        Assertion(
            disease=Curie(disease), concept=Curie(term), aspect=Aspect.PHENOTYPE,
            excluded=excluded, frequency=frequency, onset=None, sex=None, modifiers=(),
            evidence_code="PCS", references=("PMID:1",), source="toy", line=line,
        )
        for line, (disease, term, frequency, excluded) in enumerate(said)
    ]  # fmt: skip
    graph = Graph.of(concepts, rows)
    return Knowledge(compile_arrays(graph, Resolver.of(graph.concepts)))


def view_of(knowledge: Knowledge) -> View:
    return Ranker(knowledge, METHOD, {}).rank(Case(id="x", observations=())).view


CLASS_OF_FIVE = {
    "HP:0040280": 5, "HP:0040281": 4, "HP:0040282": 3, "HP:0040283": 1, "HP:0040284": 0,
}  # fmt: skip


class Plainly:
    """The rules of the method's text, one disease and one term at a time, over dictionaries."""

    def __init__(self, parents: Parents, said: list[Said]) -> None:
        self.parents = parents
        self.terms = sorted(parents)
        patients: dict[str, dict[str, tuple[int, int]]] = {}
        for disease, term, frequency, excluded in said:
            of = patients.setdefault(disease, {})
            n, m = self.read(frequency, excluded)
            had, all_ = of.get(term, (0, 0))
            of[term] = had + n, all_ + m
        self.shares = {
            disease: {term: n / m if m else 0.0 for term, (n, m) in of.items()}
            for disease, of in patients.items()
        }

    @staticmethod
    def read(frequency: Frequency | None, excluded: bool) -> tuple[int, int]:
        if frequency is None:
            return int(not excluded), 1
        if frequency.count is not None and frequency.total is not None:
            n, m = frequency.count, frequency.total
            return (m - n if excluded and n else n), m
        if frequency.percent is not None:
            return int(frequency.percent * 5 / 100 + 0.5), 5
        assert frequency.term is not None
        return (0 if excluded else CLASS_OF_FIVE[frequency.term]), 5

    def up(self, term: str) -> dict[str, int]:
        """Findings at or above a term, with the steps up to them; without HP:0000118."""
        steps, queue = {term: 0}, [term]
        for node in queue:
            for parent in sorted(self.parents[node]):
                if parent != ABNORMALITY and parent not in steps:
                    steps[parent] = steps[node] + 1
                    queue.append(parent)
        return steps

    def average(self, term: str) -> float:
        largest = [
            max((f for t, f in of.items() if term in self.up(t)), default=0.0)
            for of in self.shares.values()
        ]
        return sum(largest) / len(largest)

    def background(self, term: str) -> float:
        return max(self.average(term), 1e-4)

    def present(self, term: str, disease: str) -> float:
        of, up = self.shares[disease], self.up(term)
        if any(of.get(a) == 0 for a in up):
            return 1 / 1000
        if term in of:
            return of[term] / self.background(term)
        if below := [f for t, f in of.items() if term in self.up(t)]:
            return max(below) / self.background(term)
        children = {p: sum(p in ups for ups in self.parents.values()) for p in up}
        parts = [of[p] / children[p] for p in self.parents[term] if of.get(p, 0) > 0]
        if parts:
            average = self.average(term)
            by_chance = (0.002 + (average - 0.01) * 0.098 / 0.09) * average
            return max(*parts, by_chance) / self.background(term)
        for above, steps in sorted(up.items(), key=lambda pair: (pair[1], pair[0])):
            beside: list[float] = [
                f / 10.0 ** self.up(t)[above]
                for t, f in of.items()
                if t != above and above in self.up(t)
            ]
            if steps and beside:
                return max(0.01, max(beside) / self.background(above))
        return 0.01

    def absent(self, term: str, disease: str) -> float:
        below = [f for t, f in self.shares[disease].items() if term in self.up(t)]
        if 0 in below:
            return 1000
        if self.background(term) > 0.99:
            return 1
        lacking = max(0.01, 1 - max(below)) if below else 1
        return lacking / (1 - self.background(term))


@pytest.mark.parametrize("seed", range(40))
def test_the_numbers_are_those_of_the_rules_written_plainly(seed: int) -> None:
    chance = random.Random(seed)
    ids = [f"HP:{i:07}" for i in range(200, 216)]
    parents: Parents = {}
    for i in ids:
        up = [ABNORMALITY, *parents] if chance.random() < 0.8 else [ABNORMALITY]
        parents[i] = chance.sample(up, min(len(up), chance.choice([1, 1, 2])))
    forms = [
        None,
        *(Frequency(count=n, total=m) for m in (1, 3, 7) for n in (0, 1, m)),
        *(Frequency(percent=p) for p in (5.0, 30.0, 100.0)),
        *(Frequency(term=Curie(c)) for c in CLASS_OF_FIVE),
    ]
    said = [
        (f"TOY:{d}", chance.choice(ids), chance.choice(forms), False)
        for d in range(1, 8)
        for _ in range(chance.randint(1, 5))
    ]
    said += [(f"TOY:{d}", chance.choice(ids), None, True) for d in range(1, 4)]
    said.append(("TOY:4", chance.choice(ids), Frequency(count=2, total=3), True))
    plainly, view = Plainly(parents, said), view_of(compiled(parents, said))
    met = set()
    for term in ids:
        for disease in plainly.shares:
            for ratio, expected in ((inf, plainly.present), (0.0, plainly.absent)):
                value = effect(METHOD, view, term, disease, ratio)
                rule = max(expected(term, disease), 1e-100)
                assert value == pytest.approx(log(rule), abs=1e-9), (term, disease, ratio)
                met.add(kind(view, term, disease, ratio))
    assert len(met) > 4


@pytest.fixture(scope="module")
def omim(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """What LIRICAL ranks: the diseases of OMIM and DECIPHER, by the installed sources."""
    files = {given.source.name: given.path for given in find_inputs({})}
    path = tmp_path_factory.mktemp("hpoa") / "phenotype.hpoa"
    lines = files["hpoa"].read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("ORPHA:")), "utf-8")
    assembled = assemble(
        {
            "hpo": [formats.read(files["hpo"], "hpo")],
            "hpoa": [formats.read(path, "hpoa", DISEASE)],
        }
    )
    return Knowledge(compile_arrays(assembled.graph, assembled.resolver))


def test_it_ranks_as_the_tool_itself_does(material: Path, omim: Knowledge) -> None:
    """LIRICAL 2.4.0, phenotype only, on the same annotations: ranks of 227 published cases.

    What remains is ties, among them the tool's own of post-test probabilities that are 1 to the
    last digit, and common ancestors at the same distance."""
    ranks = json.loads((material / "peers" / "lirical-2.4.0-ranks.json").read_text("utf-8"))
    view = view_of(omim)
    pairs = []
    with gzip.open(material / "phenopackets-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            packet = json.loads(line)
            if (theirs := ranks.get(packet["id"])) is None:
                continue
            true = omim.disease(packet["interpretations"][0]["diagnosis"]["disease"]["id"])
            assert true is not None
            scores = np.zeros(len(omim.diseases))
            for feature in packet["phenotypicFeatures"]:
                term = omim.terms.number(feature["type"]["id"])
                if term is not None:
                    ratio = 0.0 if feature.get("excluded") else inf
                    sign = Sign(term, omim.terms.ref(term), ratio)
                    scores += METHOD.effects(view, view.matrix, sign)
            better = int((scores > scores[true] + 1e-9).sum())
            tied = int((np.abs(scores - scores[true]) <= 1e-9).sum())
            pairs.append((theirs, 1 + better + (tied - 1) / 2))
    theirs, ours = np.array(pairs).T
    assert len(pairs) == 227
    assert np.corrcoef(np.log(theirs), np.log(ours))[0, 1] > 0.998
    assert np.mean((theirs == 1) == (ours == 1)) > 0.97
    for cut in (1, 3, 10):
        assert np.mean(ours <= cut) == pytest.approx(np.mean(theirs <= cut), abs=0.015)
