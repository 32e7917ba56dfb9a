"""Shares refused by kind of image."""

from __future__ import annotations

import numpy as np
import pytest

from domain.errors import ImageRefused
from vision.film import Film
from vision.measuring.refusals import refusals, wilson


def film(brightness: float) -> Film:
    pixels = np.full((4, 4), brightness, np.float32)
    return Film(name="film.png", pixels=pixels, sha256="", format="PNG")


def check(film: Film) -> None:
    if film.pixels.mean() > 0.5:
        raise ImageRefused("inverted", "The film is inverted.")
    if film.pixels.mean() < 0.1:
        raise ImageRefused("no-contrast", "The film is black.")


def test_refusals_are_counted_by_kind_and_reason() -> None:
    kinds = {"films": [film(0.3)] * 9 + [film(0.9)], "bad": [film(0.9), film(0.9), film(0.0)],
             "none": []}  # fmt: skip

    films, bad = refusals(kinds, check)

    assert films.kind == "films"
    assert films.share.value == pytest.approx(0.1)
    assert films.reasons == {"inverted": 1}
    assert bad.share.value == 1
    assert bad.share.n == 3
    assert bad.reasons == {"inverted": 2, "no-contrast": 1}


def test_wilson_s_interval() -> None:
    # Newcombe 1998 (Stat Med 17:857), table I: 81 of 263 and 0 of 20 by Wilson's score method.
    found, none = wilson(81, 263), wilson(0, 20)

    assert (found.low, found.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (none.low, none.high) == pytest.approx((0.0, 0.1611), abs=5e-5)
