"""Dates of a patient move by one constant, in the form in which they were written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from nlp.privacy import Deidentifier
from nlp.privacy.dates import find_dates
from nlp.privacy.surrogates import LEAST_SHIFT, MOST_SHIFT, Surrogates

KEY = b"a key of the tests"
TODAY = date(2025, 6, 1)
SHIFT = Surrogates(KEY, "one", "").shift


def values(text: str, *, day_first: bool | None = None) -> list[date | None]:
    return [d.value for d in find_dates(text, day_first=day_first, today=TODAY)]


@pytest.mark.parametrize(
    "written",
    [
        "03/05/2019", "3/5/2019", "03.05.2019", "03-05-19", "2019-05-03", "2019/05/03",
        "3 May 2019", "3rd May 2019", "3rd of May 2019", "03-May-2019", "03/May/2019",
        "3 May '19", "May 3, 2019", "May 3rd, 2019", "MAY 03 2019", "3 May, 2019", "03 May 19",
    ],
)  # fmt: skip
def test_forms(written: str) -> None:
    assert values(f"Seen on {written}.", day_first=True) == [date(2019, 5, 3)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("03/05/2019", "13/05/2019"),
        ("3/5/19", "13/5/19"),
        ("2019-12-28", "2020-01-07"),
        ("3rd May 2019", "13th May 2019"),
        ("MAY 23, 2019", "JUN 2, 2019"),
        ("Monday 3 December 2019", "13 December 2019"),
        ("12-14 May 2019", "22-24 May 2019"),
        ("21 to 23 May 2019", "31 May to 2 Jun 2019"),
        ("25 May 2019", "4 Jun 2019"),
        ("May 2019", "May 2019"),
        ("2015-2019", "2015-2019"),
    ],
)
def test_the_form_is_kept_and_the_weekday_is_not(written: str, expected: str) -> None:
    (found,) = find_dates(written, day_first=True, today=TODAY)
    assert (found.start, found.end) == (0, len(written))
    assert found.moved(timedelta(days=10)) == expected


def test_what_a_text_writes_clearly_decides_the_order() -> None:
    assert values("03/04/2019 and 25/04/2019") == [date(2019, 4, 3), date(2019, 4, 25)]
    assert values("03/04/2019 and 04/25/2019") == [date(2019, 3, 4), date(2019, 4, 25)]
    assert values("03/04/2019", day_first=False) == [date(2019, 3, 4)]


@pytest.mark.parametrize(
    "text",
    ["power 4/5", "a 2/6 murmur on 2/6 murmur", "BP 120/80", "1.2.3", "ratio 12/15", "3 may help",
     "may 5 mg", "2019 cells", "99/99/2019", "Na 135-145", "G2 P1 12.05", "MAY 5 % BE", "5/5/5"],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert values(text) == []


def test_a_day_without_its_year_is_of_the_year_before_it() -> None:
    assert values("Admitted 3 May 2017, seen on 12/05.")[1] == date(2017, 5, 12)


def test_intervals_are_kept_across_documents_of_a_patient() -> None:
    deidentifier = Deidentifier(KEY, today=TODAY)

    def moved(text: str, patient: str) -> date:
        tag = deidentifier.deidentify(text, patient).replacements[0].surrogate
        return date.fromisoformat(tag.removeprefix("[DATE ").removesuffix("]"))

    first, second = moved("On 2019-05-03.", "one"), moved("Until 2019-07-01.", "one")
    assert second - first == date(2019, 7, 1) - date(2019, 5, 3)
    assert first == date(2019, 5, 3) + SHIFT
    assert first != moved("On 2019-05-03.", "another")


def test_the_shift_is_a_secret_of_key_and_patient() -> None:
    shifts = {Surrogates(KEY, str(n), "").shift for n in range(50)}
    assert len(shifts) > 40
    assert all(LEAST_SHIFT <= -s.days <= MOST_SHIFT for s in shifts)
    assert Surrogates(KEY, None, "a").shift == Surrogates(KEY, None, "a").shift
    assert Surrogates(KEY, None, "a").shift != Surrogates(KEY, None, "b").shift


def test_a_birth_more_than_89_years_ago_is_taken_out() -> None:
    result = Deidentifier(KEY, today=TODAY).deidentify("Born 4 July 1925, seen 3 May 2019.", "one")
    assert result.text.startswith("Born [DATE], seen [DATE ")
