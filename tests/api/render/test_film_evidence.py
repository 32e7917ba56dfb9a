"""A film as evidence in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api.render.film_evidence import model_words, region_words, soft_words
from api.render.words import reason
from domain.differential import Contribution, JointEffect, Match
from domain.evidence import ConceptRef, Estimate, ImageRegion
from domain.findings import State
from domain.identifiers import Curie

REGION = ImageRegion(
    image="film.png",
    box=(10.0, 20.0, 300.4, 40.0),
    model="lite 1",
    weights="abcdef0123456789",
    label="Pleural_Thickening",
    score=1.2,
    operating_point=0.87,
    likelihood_ratio=Estimate(value=4.31, low=3.9, high=4.8),
)
EFFUSION = ConceptRef(id=Curie("HP:0002202"), label="Pleural effusion")
SOFT = Contribution(match=Match.EXACT, log_likelihood_ratio=0.5, finding=EFFUSION, ratio=3.857)


def test_a_region_says_what_was_decided_and_what_it_is_worth() -> None:
    assert region_words(REGION) == (
        "pleural thickening called present: score 1.20, from 0.87; likelihood ratio 4.3 (3.9 to "
        "4.8, 95 %); box 300 x 40 pixels at 10, 20"
    )
    assert model_words(REGION) == "lite 1, weights abcdef012345"
    absent = replace(REGION, score=0.2, box=None)
    assert region_words(absent).startswith(
        "pleural thickening called absent: score 0.20, below 0.87"
    )


def test_a_region_of_another_reader_says_what_it_has() -> None:
    bare = ImageRegion(image="film.png", box=None, model="m")
    assert (region_words(bare), model_words(bare)) == ("", "m")
    assert region_words(replace(bare, label="Mass")) == "mass"


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (State.PRESENT, "Pleural effusion (present, LR 3.9)"),
        (State.ABSENT, "Pleural effusion (absent, LR 3.9)"),
        (State.UNCERTAIN, "possible Pleural effusion"),
    ],
)
def test_soft_evidence_is_named_with_its_ratio(state: State, name: str) -> None:
    assert reason(SOFT, {EFFUSION.id: state}) == name


def test_a_number_says_what_cut_it() -> None:
    assert soft_words(SOFT) == "evidence of likelihood ratio 3.86"
    joint = JointEffect(group="films read by lite 1", cap=1.5, uncut=2.25)
    assert soft_words(replace(SOFT, joint=joint)).endswith(
        "all findings of films read by lite 1 count at most 1.50 together, where they would sum "
        "to +2.25"
    )
    within = replace(joint, uncut=-1.2)
    assert soft_words(replace(SOFT, joint=within)) == soft_words(SOFT)
    assert soft_words(replace(SOFT, ratio=None)) == ""
