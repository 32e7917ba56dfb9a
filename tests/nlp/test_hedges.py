"""Strengths of hedges, from their counts to the finding."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from domain.errors import SourceError
from nlp.hedges import FEWEST, FILE, GRADES, Strength, read, settle, strength, strengths
from nlp.triggers import HEDGES
from tests.nlp.chest import reader


def counted(hedge: str, coded: int, n: int, base: float = 0.05) -> Strength:
    return Strength(hedges=(hedge,), coded=coded, n=n, base_rate=base, source="ours")


def test_every_class_of_hedge_has_one_grade() -> None:
    graded = [hedge for hedges in GRADES.values() for hedge in hedges]
    assert sorted(graded) == sorted(HEDGES)


def test_enough_counts_speak_for_themselves() -> None:
    found = settle({"possible": counted("possible", 20, 100)})
    assert found["possible"].probability == pytest.approx(20.5 / 101)
    assert found["possible"].base_rate == 0.05


def test_few_counts_speak_with_their_grade() -> None:
    found = settle(
        {
            "suggestive": counted("suggestive", 8, 40, 0.04),
            "suspected": counted("suspected", 2, 10, 0.08),
        }
    )
    assert found["suggestive"].n == 40
    assert found["suspected"].hedges == ("suggestive", "suspected")
    assert (found["suspected"].coded, found["suspected"].n) == (10, 50)
    assert found["suspected"].base_rate == pytest.approx((40 * 0.04 + 10 * 0.08) / 50)


def test_too_few_counts_give_no_strength() -> None:
    few = FEWEST - 1
    assert settle({"unlikely": counted("unlikely", 0, few)}) == {}
    assert strength(None) is None


def test_the_table_of_measured_strengths() -> None:
    assert set(read(FILE)) <= set(HEDGES)
    for hedge, known in strengths().items():
        assert known.n >= FEWEST, hedge
        assert 0 < known.probability < 1
        ratio = log(known.probability / (1 - known.probability))
        ratio -= log(known.base_rate / (1 - known.base_rate))
        assert ratio > 0, f"{hedge} would count against what it names"


def test_what_counts_as_likely() -> None:
    likely = {hedge for hedge, known in strengths().items() if known.probability >= 0.5}
    assert likely == {"versus", "borderline", "probable"}


def test_a_hedged_finding_carries_both_numbers() -> None:
    (finding,) = reader().read("Possible pneumonia.")
    known = strength("possible")
    assert known is not None
    assert finding.hedge == "possible"
    assert (finding.probability, finding.base_rate) == (known.probability, known.base_rate)


@pytest.mark.parametrize("text", ["Pneumonia.", "No pneumonia.", "Pneumonia is unlikely."])
def test_no_number_without_a_measured_hedge(text: str) -> None:
    (finding,) = reader().read(text)
    assert finding.probability is None
    assert finding.base_rate is None


@pytest.mark.parametrize(
    "line",
    [
        "possible\topen\t1\t2",
        "possible\topen\tone\t2\t0.1\tours",
        "possible\theld\t1\t2\t0.1\tours",
        "possible\topen\t3\t2\t0.1\tours",
        "possible\topen\t1\t2\t0\tours",
        "perhaps\topen\t1\t2\t0.1\tours",
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "hedges.tsv"
    path.write_text("hedge\tgrade\tcoded\tn\tbase_rate\tsource\n" + line + "\n")
    with pytest.raises(SourceError, match=r"hedges\.tsv:2"):
        read(path)


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hedges.tsv"
    path.write_text("hedge\tn\n")
    with pytest.raises(SourceError, match="has not the columns"):
        read(path)
