"""`compare` and `diagnose --counterfactuals` on the toy release."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import fsum

import pytest
from click.testing import Result

from api.render import what_if

Run = Callable[..., Result]
CASE = ("--finding", "HP:0001251", "--absent", "HP:0002650")


def test_compare_in_every_form(run: Run) -> None:
    two = ("--diseases", "TOY:1", "TOY:3")
    result = run("compare", *CASE, *two, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)["comparison"]
    assert [found["one"]["disease"], found["other"]["disease"]] == ["TOY:1", "TOY:3"]
    rows = fsum(r["difference"] for r in found["rows"])
    assert rows == pytest.approx(found["difference"], abs=1e-9)
    text = run("compare", *CASE, *two).stdout
    assert f"A: {found['one']['rank']}. Toy ataxia with seizures (TOY:1)" in text
    assert f"{found['difference']:+.2f}" in text
    assert "Differential" not in text
    html = run("compare", *CASE, *two, "--format", "html").stdout
    assert what_if.SEPARATES in html
    assert f"{found['difference']:+.2f}" in html.replace("\N{MINUS SIGN}", "-")


@pytest.mark.parametrize(
    ("two", "said"),
    [
        (("TOY:1", "TOY:1"), "compare: TOY:1 is named twice."),
        (("TOY:1", "TOY:999"), "'TOY:999' is not a concept"),
    ],
)
def test_diseases_that_cannot_be_compared(run: Run, two: tuple[str, str], said: str) -> None:
    result = run("compare", *CASE, "--diseases", *two)
    assert result.exit_code == 2
    assert said in result.stderr


def test_counterfactuals_are_printed_where_they_are_asked_for(run: Run) -> None:
    asked = run("diagnose", *CASE, "--counterfactuals").stdout
    assert what_if.WITHOUT in asked
    assert "with no Ataxia: " in asked
    assert "with Scoliosis: " in asked
    plain = run("diagnose", *CASE).stdout
    assert what_if.NEXT in plain
    assert what_if.WITHOUT not in plain
