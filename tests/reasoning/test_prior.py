"""Priors: uniform, or a caller's figures by disease and by group."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pytest

from api.priors import of_rows, read
from domain.case import Case
from domain.errors import InputError, InvalidField
from domain.findings import Observation, State
from domain.identifiers import Curie
from reasoning import answer
from reasoning.calibration import OUTSIDE_SHARE
from reasoning.knowledge import Knowledge
from reasoning.prior import UNIFORM, Prior, PriorLine, priors
from reasoning.ranking import Ranker

CASE = Case(
    id="x",
    observations=(Observation(label="Seizure", concept=Curie("HP:0001250"), state=State.PRESENT),),
)


def line(disease: str | None, figure: float | None, group: str | None = None) -> PriorLine:
    return PriorLine(
        disease=None if disease is None else Curie(disease),
        group=group,
        figure=figure,
        reference="PMID:7",
    )


def shares(knowledge: Knowledge, *figures: PriorLine) -> dict[str, float]:
    """The figure that each disease of the toy release ended with, the smallest as 1."""
    found = priors(Prior(source="a clinic", figures=figures), knowledge)
    values = np.exp(found.scores - found.scores.min())
    assert float(np.exp(found.scores).sum()) == pytest.approx(1 - OUTSIDE_SHARE)
    return {str(knowledge.diseases.id(i)): round(float(v), 9) for i, v in enumerate(values)}


def test_uniform_says_that_there_is_no_source(ranker: Ranker) -> None:
    d = answer.differential(ranker, ranker.rank(CASE), 8)
    assert (d.prior.kind, d.prior.source, d.prior.figures) == ("uniform", None, 0)
    assert "no referenced source of prevalence" in d.prior.statement
    assert {r.hypothesis.prior_score for r in d.ranked} == {log((1 - OUTSIDE_SHARE) / 8)}
    assert d.ranked[0].hypothesis.prior_reason == "the same for each of 8 diseases"


def test_a_record_is_no_advantage(knowledge: Knowledge) -> None:
    """A disease without a figure stands at the median: the same as one with the median's."""
    found = shares(knowledge, line("TOY:1", 1), line("TOY:2", 4), line("TOY:3", 10))
    assert found == {
        "TOY:1": 1, "TOY:2": 4, "TOY:3": 10, "TOY:4": 4, "TOY:5": 4, "TOY:6": 4, "TOY:7": 4,
        "TOY:8": 4,
    }  # fmt: skip


def test_figures_all_alike_are_uniform(knowledge: Knowledge) -> None:
    alike = priors(Prior(source="a", figures=(line("TOY:1", 7), line("TOY:2", 7))), knowledge)
    assert np.allclose(alike.scores, priors(UNIFORM, knowledge).scores)


def test_a_group_gives_its_median_or_what_is_stated_for_it(knowledge: Knowledge) -> None:
    found = shares(
        knowledge,
        line("TOY:1", 2, "ataxias"), line("TOY:2", 6, "ataxias"), line("TOY:3", None, "ataxias"),
        line(None, 20, "epilepsies"), line("TOY:5", None, "epilepsies"), line("TOY:6", 1),
    )  # fmt: skip
    assert found["TOY:3"] == 4
    assert found["TOY:5"] == 20
    assert found["TOY:6"] == 1
    assert found["TOY:8"] == 2  # the median of 2, 6 and 1


def test_a_prior_says_where_each_score_comes_from(ranker: Ranker) -> None:
    prior = Prior(
        source="our clinic",
        figures=(line("TOY:1", 3, "ataxias"), line("TOY:2", None, "ataxias"), line("TOY:9", 1)),
    )
    ranking = ranker.rank(CASE, prior=prior)
    d = answer.differential(ranker, ranking, 8)
    assert (d.prior.kind, d.prior.source, d.prior.figures) == ("caller", "our clinic", 1)
    reasons = {str(r.hypothesis.disease): r.hypothesis.prior_reason for r in d.ranked}
    assert reasons["TOY:1"] == "figure 3 (PMID:7)"
    assert reasons["TOY:2"] == "no figure of its own: group ataxias, median 3"
    assert reasons["TOY:4"].startswith("no figure and no group: median of all")
    assert "prior-of-unknown-disease" in {n.code for n in d.data_quality}
    for r in d.ranked:
        at = ranker.knowledge.disease(r.hypothesis.disease)
        assert at is not None
        assert r.hypothesis.score == pytest.approx(float(ranking.scores[at]), abs=1e-9)


def test_what_would_be_if_keeps_the_prior(ranker: Ranker) -> None:
    prior = Prior(source="a", figures=(line("TOY:1", 100), line("TOY:2", 1)))
    ranking = ranker.rank(CASE, prior=prior)
    assert np.array_equal(ranker.again(ranking, ranking.signs).scores, ranking.scores)
    assert np.array_equal(ranker.again(ranking, ()).priors.scores, ranking.priors.scores)


@pytest.mark.parametrize(
    ("figures", "field"),
    [
        ((line("TOY:1", 1), line("TOY:1", 2)), "disease"),
        ((line(None, 1, "g"), line(None, 2, "g")), "group"),
        ((line("TOY:404", 1),), "prior"),
    ],
)
def test_a_prior_that_contradicts_itself_is_refused(
    knowledge: Knowledge, figures: tuple[PriorLine, ...], field: str
) -> None:
    with pytest.raises(InvalidField) as refused:
        priors(Prior(source="a", figures=figures), knowledge)
    assert refused.value.field.endswith(field)


TABLE = """# source: referrals to our clinic, 2020 to 2024
disease\tgroup\tfigure\treference
TOY:1\tataxias\t12\tour register, 2024
\tepilepsies\t30\tPMID:7

TOY:5\tepilepsies\t\t
"""


def test_a_table_is_read(tmp_path: Path, knowledge: Knowledge) -> None:
    path = tmp_path / "prior.tsv"
    path.write_text(TABLE)
    prior = read(path)
    assert prior.source == "referrals to our clinic, 2020 to 2024"
    assert [(f.disease, f.group, f.figure) for f in prior.figures] == [
        ("TOY:1", "ataxias", 12.0), (None, "epilepsies", 30.0), ("TOY:5", "epilepsies", None),
    ]  # fmt: skip
    assert shares(knowledge, *prior.figures)["TOY:5"] == 2.5


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# source: referrals", "# referrals", "names no source"),
        ("# source: referrals to our clinic, 2020 to 2024", "# source:", "prior.source"),
        ("figure", "share", "other columns"),
        ("our register, 2024", "", "prior.tsv:3.reference: is missing"),
        ("\t12\t", "\ttwelve\t", "prior.tsv:3.figure: is no number"),
        ("\t12\t", "\t0\t", "prior.tsv:3.figure: 0 is not above 0"),
        ("\t12\t", "\tnan\t", "prior.tsv:3.figure"),
        ("TOY:1", "ataxia", "prior.tsv:3.disease: is no identifier"),
        ("\t30\t", "\t\t", "prior.tsv:4.figure: is missing"),
        ("TOY:5\tepilepsies", "TOY:5\t", "prior.tsv:6.figure: is missing"),
        ("TOY:5\tepilepsies", "\tepilepsies", "prior.tsv:6.figure: is missing"),
    ],
)
def test_what_is_wrong_with_a_table_is_named_by_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "prior.tsv"
    path.write_text(TABLE.replace(old, new, 1))
    with pytest.raises(InputError) as refused:
        read(path)
    assert message in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "none.tsv")


def test_a_prior_without_figures_is_refused() -> None:
    with pytest.raises(InvalidField, match="Leave the prior out"):
        of_rows("a", [])
