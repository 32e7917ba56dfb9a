"""The pointing game on boxes and maps drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vision.measuring.pointing import Trial, play


def trial(film: int, *boxes: tuple[float, float, float, float], label: str = "Mass") -> Trial:
    return Trial(film=film, patient=f"p{film}", label=label, boxes=boxes)


def peak(row: int, column: int, *, side: int = 5) -> NDArray[np.float32]:
    heat = np.zeros((side, side), np.float32)
    heat[row, column] = 1.0
    return heat


#: Upper right fifth of the film.
CORNER = (0.8, 0.0, 0.2, 0.2)


def test_the_strongest_place_in_a_box_hits_and_beside_it_misses() -> None:
    trials = [trial(0, CORNER), trial(1, CORNER), trial(2, (0.0, 0.8, 0.2, 0.2), CORNER)]
    maps = {0: peak(0, 4), 1: peak(4, 0), 2: peak(4, 0)}

    found = play(trials, lambda film, label: maps[film])

    assert found is not None
    assert found.hits.value == pytest.approx(2 / 3)
    assert found.by_label == {"Mass": (2, 3)}
    assert found.chance == pytest.approx((0.04 + 0.04 + 0.08) / 3, abs=0.001)


def test_rows_are_heights_and_columns_widths() -> None:
    wide = trial(0, (0.0, 0.0, 1.0, 0.2))
    maps = np.zeros((5, 9), np.float32)
    maps[0, 8] = 1

    found = play([wide], lambda film, label: maps)

    assert found is not None
    assert found.hits.value == 1


def test_a_map_that_says_nothing_misses() -> None:
    found = play([trial(0, (0.0, 0.0, 1.0, 1.0))], lambda film, label: np.zeros((3, 3), np.float32))

    assert found is not None
    assert found.hits.value == 0


def test_boxes_that_overlap_count_once() -> None:
    assert trial(0, (0.0, 0.0, 0.5, 1.0), (0.25, 0.0, 0.5, 1.0)).area == pytest.approx(0.75)


def test_a_fixed_place_is_chosen_on_other_patients_of_the_label() -> None:
    # All masses lie in the corner but one; the odd one cannot choose its own place.
    trials = [trial(i, CORNER) for i in range(6)] + [trial(6, (0.0, 0.8, 0.2, 0.2))]

    found = play(trials, lambda film, label: peak(2, 2))

    assert found is not None
    assert found.fixed.value == pytest.approx(6 / 7)
    assert found.hits.value == 0
    assert not found.trusted


def test_regions_are_trusted_where_the_interval_lies_above_chance() -> None:
    trials = [trial(i, CORNER) for i in range(20)]

    always = play(trials, lambda film, label: peak(0, 4))
    seldom = play(trials, lambda film, label: peak(0, 4) if film == 0 else peak(4, 4))

    assert always is not None
    assert always.trusted
    assert seldom is not None
    assert seldom.hits.value > seldom.chance
    assert not seldom.trusted


def test_without_boxes_there_is_no_game() -> None:
    assert play([], lambda film, label: peak(0, 0)) is None
