"""The page on the model states what the model does."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from domain.figures import Class
from reasoning.both.ranking import RARE
from reasoning.common import background, circumstances, estimates, prior
from reasoning.common.parameters import Parameters

PAGE = Path(__file__).resolve().parents[3] / "docs" / "common-disease.md"
TEXT = " ".join(PAGE.read_text(encoding="utf-8").split())


def test_every_parameter_stands_with_its_value() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\S+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: float(value) for name, value in rows} == asdict(Parameters())


def test_values_in_the_text_are_those_in_use() -> None:
    p = Parameters()
    for stated in (
        f"{p.present:g} x log(share of",
        f"An absent one counts {p.absent:g} of its logarithm",
        f"No contribution is above {p.most:g} or below {p.least:g}.",
        f"who weigh {p.outside:g} of all candidates",
        f"and in no more than {100 * p.assumed_rate:g} %: assumed",
        f"and no more than {100 * p.suspected:g} %",
        f"{p.elsewhere:g} times as often as in the average disease",
        f"as if {p.pull:g} patient more",
        f"worth {p.ratio_patients:g} patients",
        f"share e of all patients with it as {100 * p.exposed:g} %",
        f"Sex counts {p.sex:g} of",
        f"Age counts {p.age:g} of",
        f"counts as {estimates.UNKNOWN_PATIENTS:g} of them, and none as more than "
        f"{estimates.MOST_PATIENTS:g}",
        f"A word counts as {estimates.WORD_PATIENTS:g} patients",
        f"between {100 * background.LEAST:g} % and {100 * background.MOST:g} %",
        f"spread of {circumstances.SPREAD:g} years and {circumstances.SPREAD_A_YEAR:g} for each",
        f"({circumstances.MIDDLE:g}, spread {circumstances.WIDTH:g})",
        f"from {circumstances.LEAST:g} to {circumstances.MOST:g}",
    ):
        assert stated in TEXT, stated
    assert f"A rare disease begins {-RARE:g} below a common one" in TEXT
    for word in Class:
        assert f"{word.replace('_', ' ')} {100 * estimates.WORDS[word]:g} %" in TEXT
    assert p.complaint == 0.2
    assert "a fifth of the logarithm of each disease's printed share" in TEXT
    assert f"at most {p.rarer:g} times as frequent as in the disease that shows it most" in TEXT
    assert f"({100 * prior.UNPRINTED:g} % where nobody printed it)" in TEXT
    assert prior.LEAST_CAUSES == 3
    assert "at least three causes" in TEXT
