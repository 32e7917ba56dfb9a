from __future__ import annotations

import pytest

from domain.assertions import Sex
from domain.identifiers import Curie
from domain.what_if import How, Way
from reasoning.knowledge import Knowledge
from reasoning.ways import Ways
from tests.reasoning.conftest import number


def ways(knowledge: Knowledge, *rows: tuple[str, How, Sex | None]) -> Ways:
    return Ways(knowledge, {Curie(i): Way(how=how, reason="", sex=sex) for i, how, sex in rows})


@pytest.fixture
def table(knowledge: Knowledge) -> Ways:
    return ways(
        knowledge,
        ("HP:0000118", How.EXAMINE, None),
        ("HP:0000707", How.SIGNAL, None),
        ("HP:0001250", How.ASK, None),
        ("HP:0001626", How.IMAGE, Sex.FEMALE),
        ("HP:0001639", How.GENETIC, None),
        ("HP:9999999", How.LABORATORY, None),
    )


@pytest.mark.parametrize(
    ("term", "how"),
    [
        ("HP:0002650", How.EXAMINE),
        ("HP:0001251", How.SIGNAL),
        ("HP:0002066", How.SIGNAL),
        ("HP:0001250", How.ASK),
        ("HP:0007359", How.ASK),
        ("HP:0001640", How.IMAGE),
        ("HP:0001639", How.GENETIC),
        ("HP:0000006", How.EXAMINE),
    ],
)
def test_the_most_specific_listed_branch_decides(
    knowledge: Knowledge, table: Ways, term: str, how: How
) -> None:
    assert table.how(number(knowledge, term)) is how


@pytest.mark.parametrize(
    ("term", "sex", "fits"),
    [
        ("HP:0001640", Sex.FEMALE, True),
        ("HP:0001640", Sex.MALE, False),
        ("HP:0001639", Sex.MALE, False),
        ("HP:0001640", Sex.UNKNOWN, True),
        ("HP:0001640", Sex.OTHER, True),
        ("HP:0002650", Sex.MALE, True),
    ],
)
def test_a_branch_of_one_sex_binds_all_below(
    knowledge: Knowledge, table: Ways, term: str, sex: Sex, fits: bool
) -> None:
    assert table.fits(number(knowledge, term), sex) is fits


def test_what_stands_under_both_sexes_is_for_both(knowledge: Knowledge) -> None:
    both = ways(knowledge, ("HP:0001638", How.ASK, Sex.MALE), ("HP:0001639", How.ASK, Sex.FEMALE))
    assert both.fits(number(knowledge, "HP:0001639"), Sex.MALE)
    assert not both.fits(number(knowledge, "HP:0001638"), Sex.FEMALE)
