"""What sex and age say, where a reference prints how the patients of a disease were."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log
from statistics import median

from domain.assertions import Sex
from domain.case import Case
from domain.differential import Contribution, Match
from domain.figures import Measure, Setting
from reasoning.common.table import ShareTable

#: Years: how far patients of a disease spread around their mean, at birth and for each year of it.
#: An assumption: most references print a mean and no spread.
SPREAD, SPREAD_A_YEAR = 8.0, 0.2
#: All patients of an emergency department: an assumption.
MIDDLE, WIDTH = 50.0, 25.0
MOST, LEAST = 0.7, -3.0
#: The least for an adult where only children's ages are printed: rarer in adults, and not unknown.
LEAST_OF_CHILDREN = -1.0
#: Years: younger patients are compared with children.
CHILD = 16
MALE, FEMALE = "DX:male", "DX:female"


def circumstances(table: ShareTable, case: Case, disease: int) -> Iterator[Contribution]:
    """Contributions of sex and age to one disease."""
    if (by_sex := _sex(table, case, disease)) is not None:
        yield by_sex
    if (by_age := _age(table, case, disease)) is not None:
        yield by_age


def _sex(table: ShareTable, case: Case, disease: int) -> Contribution | None:
    if case.sex not in (Sex.MALE, Sex.FEMALE):
        return None
    estimates = table.estimates[disease]
    male, female = (table.terms.terms.number(c) for c in (MALE, FEMALE))
    own, other = (male, female) if case.sex is Sex.MALE else (female, male)
    if own in estimates:
        estimate, share = estimates[own], estimates[own].share
    elif other in estimates:
        estimate, share = estimates[other], 1 - estimates[other].share
    else:
        return None
    n = estimate.patients
    share = min(max((share * n + 1.0) / (n + 2.0), 0.02), 0.98)
    return Contribution(
        match=Match.CIRCUMSTANCE,
        name="sex",
        log_likelihood_ratio=table.parameters.sex * log(share / 0.5),
        frequency=share,
        background=0.5,
        text="share of this sex among its patients, against half",
        figures=estimate.figures,
    )


def _age(table: ShareTable, case: Case, disease: int) -> Contribution | None:
    figures = [
        f
        for measure in (Measure.MEAN_AGE, Measure.MEDIAN_AGE)
        for f in table.curated.diseases[disease].statements(measure)
    ]
    if case.age is None or not figures:
        return None
    child = case.age < CHILD
    near = [f for f in figures if (f.setting is Setting.CHILDREN) is child]
    if child and not near:
        return None  # a series of adults says nothing of how often children have it
    figures, least = (near, LEAST) if near else (figures, LEAST_OF_CHILDREN)
    mean = median(f.value or 0.0 for f in figures)
    spread = SPREAD + SPREAD_A_YEAR * mean
    here = exp(-((case.age - mean) ** 2) / (2 * spread**2)) / spread
    usual = exp(-((case.age - MIDDLE) ** 2) / (2 * WIDTH**2)) / WIDTH
    value = table.parameters.age * log(max(here, 1e-9) / max(usual, 1e-9))
    return Contribution(
        match=Match.CIRCUMSTANCE,
        name="age",
        log_likelihood_ratio=min(max(value, least), MOST),
        text=f"its patients are {mean:.0f} years old on average",
        figures=tuple(figures),
    )
