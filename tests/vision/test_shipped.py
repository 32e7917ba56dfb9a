"""The weights that ship: a real film read, the same film spoilt and refused, the card's word."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.vision.films import dicom_bytes, png_bytes
from vision.card import LEAST_POSITIVES
from vision.film import Reason
from vision.gate import WORDS
from vision.reader import FilmReader, open_reader
from vision.reading import FilmReading

ROOT = Path(__file__).parents[2]
FILM = ROOT / "examples" / "whole-case" / "00000193_019.png"
WEIGHTS = ROOT / "vision" / "weights"
Grey = NDArray[np.uint8]


@pytest.fixture(scope="module")
def reader() -> FilmReader:
    return open_reader()


@pytest.fixture(scope="module")
def pixels() -> Grey:
    with Image.open(FILM) as image:
        return np.asarray(image.convert("L"))


@pytest.fixture(scope="module")
def reading(reader: FilmReader) -> FilmReading:
    return reader.read_file(FILM)


def test_the_film_of_the_examples_is_read(reading: FilmReading) -> None:
    assert reading.refused is None
    assert len(reading.findings) == 14
    for found in reading.judged:
        assert found.probability is not None
        assert found.base_rate is not None
        assert found.likelihood_ratio is not None
        odds = found.probability / (1 - found.probability)
        base = found.base_rate / (1 - found.base_rate)
        assert odds / base == pytest.approx(found.likelihood_ratio.value, rel=1e-6)


def _noise(pixels: Grey) -> Grey:
    return np.random.default_rng(0).integers(0, 256, pixels.shape, dtype=np.uint8)


def _drawing(pixels: Grey) -> Grey:
    drawn = runpy.run_path(str(ROOT / "examples" / "draw_chest.py"))["chest"]()
    return np.asarray(drawn)


SPOILT: dict[str, tuple[Callable[[Grey], Grey], Reason]] = {
    "inverted": (lambda p: ~p, Reason.INVERTED),
    "turned left": (lambda p: np.rot90(p, 1), Reason.ROTATED),
    "turned right": (lambda p: np.rot90(p, 3), Reason.ROTATED),
    "upside-down": (lambda p: p[::-1], Reason.ROTATED),
    "left half": (lambda p: p[:, : p.shape[1] // 2], Reason.CROPPED),
    "right half, enlarged": (lambda p: np.repeat(p[:, p.shape[1] // 2 :], 2, 1), Reason.CROPPED),
    "upper half, enlarged": (lambda p: np.repeat(p[: p.shape[0] // 2], 2, 0), Reason.CROPPED),
    "noise": (_noise, Reason.NOT_A_FRONTAL_CHEST_FILM),
    "a drawing": (_drawing, Reason.NOT_A_FRONTAL_CHEST_FILM),
}


@pytest.mark.parametrize("how", SPOILT)
def test_the_same_film_spoilt_is_refused(how: str, reader: FilmReader, pixels: Grey) -> None:
    spoil, reason = SPOILT[how]

    refused = reader.read_bytes(png_bytes(np.ascontiguousarray(spoil(pixels))), "film.png").refused

    assert refused is not None
    assert refused.reason == reason
    if how != "left half":  # that one is told by its shape, in words of its own
        assert (refused.detail, refused.mend) == WORDS[reason]


def test_monochrome1_gives_the_findings_of_the_original(reader: FilmReader, pixels: Grey) -> None:
    plain = reader.read_bytes(
        dicom_bytes(pixels, PhotometricInterpretation="MONOCHROME2"), "film.dcm"
    )
    negative = reader.read_bytes(
        dicom_bytes(~pixels, PhotometricInterpretation="MONOCHROME1"), "film.dcm"
    )

    assert plain.refused is None
    assert negative.refused is None
    assert [f.score for f in negative.findings] == pytest.approx(
        [f.score for f in plain.findings], rel=0.01
    )


def test_a_dicom_gives_the_findings_of_the_png(
    reader: FilmReader, reading: FilmReading, pixels: Grey
) -> None:
    dicom = reader.read_bytes(
        dicom_bytes(pixels, PhotometricInterpretation="MONOCHROME2"), "film.dcm"
    )

    assert [f.score for f in dicom.findings] == pytest.approx(
        [f.score for f in reading.findings], abs=0.02
    )


def test_the_weights_are_small() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.glob("*.safetensors")) < 20e6


def test_the_card_supports_what_it_must_and_shows_its_numbers(reader: FilmReader) -> None:
    card = reader.card
    assert {"Effusion", "Cardiomegaly", "Edema", "Pneumothorax"} <= set(card.supported)
    for label in card.labels:
        assert label.why
        assert bool(label.strata) == label.supported == (label.operating_point is not None)
        for stratum in label.strata:
            assert stratum.positives >= LEAST_POSITIVES
        ratios = [stratum.likelihood_ratio.value for stratum in label.strata]
        assert ratios == sorted(ratios)


def test_no_example_was_trained_on(reader: FilmReader) -> None:
    trained = set(str(reader.card.sections["split"]["trained_on"]).split())
    examples = {re.match(r"0*(\d+)_", path.name) for path in FILM.parent.glob("*_*.png")}

    assert len(trained) > 1000
    assert not {match[1] for match in examples if match} & trained
