"""The reader of films over a made model: what a score means, and what is not said."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from api.render.as_film_json import film_json
from domain.errors import ImageRefused, NotInstalled, SourceError
from domain.identifiers import Curie
from tests.vision.films import chest_like, dicom_bytes, png_bytes
from tests.vision.made_model import (
    BASE_RATE,
    BORDERS,
    LABELS,
    PROBABILITIES,
    SUPPORTED,
    label_card,
    made_model,
    odds,
)
from vision.card import Shipped
from vision.decode import decode
from vision.film import Film, Reason
from vision.gate import NAMES
from vision.gate_network import GateNetwork
from vision.network import load_network, save_weights
from vision.preprocess import prepare
from vision.reader import MARGIN, FilmReader, decided, open_reader
from vision.reading import ABSENT, PRESENT, FilmReading
from vision.reduce import Bytes, reduced

SCORES = {"Effusion": 2.0, "Edema": -2.0}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    return made_model(
        tmp_path_factory.mktemp("model"), scores=SCORES, regions=("Effusion", "Edema")
    )


@pytest.fixture(scope="module")
def reader(shipped: Shipped) -> FilmReader:
    return FilmReader(shipped)


@pytest.fixture
def film() -> Film:
    return decode(png_bytes(chest_like(160)), "chest.png")


def by_label(reading: FilmReading) -> dict[str, float]:
    return {f.label: f.score for f in reading.findings}


@given(st.floats(-20, 20))
def test_probability_base_rate_and_likelihood_ratio_are_one_thing(score: float) -> None:
    found = decided(score, label_card("Effusion"))
    assert found.probability is not None
    assert found.base_rate == BASE_RATE
    assert found.likelihood_ratio is not None
    assert odds(found.probability) / odds(BASE_RATE) == pytest.approx(found.likelihood_ratio.value)
    assert found.probability == PROBABILITIES[sum(score >= border for border in BORDERS)]
    assert found.decision == (PRESENT if score >= BORDERS[-1] else ABSENT)


def test_a_label_that_is_not_supported_has_a_score_and_nothing_else() -> None:
    found = decided(3.0, label_card("Mass", supported=False))
    assert (found.score, found.supported) == (3.0, False)
    assert (found.concept, found.relation) == (Curie.parse("HP:0033821"), "related")
    nothing = (
        found.probability, found.base_rate, found.operating_point, found.decision,
        found.likelihood_ratio, found.box, found.heatmap,
    )  # fmt: skip
    assert nothing == (None,) * 7


def test_every_label_in_the_order_of_the_network(reader: FilmReader, film: Film) -> None:
    reading = reader.read(film)
    assert tuple(f.label for f in reading.findings) == LABELS
    assert {f.label for f in reading.judged} == set(SUPPORTED)
    assert (reading.file, reading.size, reading.refused) == ("chest.png", (160, 160), None)
    assert reading.model == reader.model
    decisions = {f.label: f.decision for f in reading.judged}
    assert decisions == {**dict.fromkeys(SUPPORTED, ABSENT), "Effusion": PRESENT}


def test_the_scores_are_those_of_the_weights_as_they_were_trained(
    reader: FilmReader, shipped: Shipped, film: Film
) -> None:
    with torch.inference_mode():
        network = load_network(shipped)
        scores = network(prepare(reduced(film.pixels), reader.card.architecture.side)[None])[0]
    assert list(by_label(reader.read(film)).values()) == pytest.approx(scores.tolist(), abs=1e-4)


def test_the_same_file_gives_the_same_answer(reader: FilmReader, shipped: Shipped) -> None:
    data = png_bytes(chest_like(160))
    first = json.dumps(film_json(reader.read_bytes(data, "a.png")))
    assert json.dumps(film_json(reader.read_bytes(data, "a.png"))) == first
    assert json.dumps(film_json(FilmReader(shipped).read_bytes(data, "a.png"))) == first


def test_a_place_only_where_something_was_seen_and_may_be_placed(
    reader: FilmReader, film: Film
) -> None:
    found = {f.label: f for f in reader.read(film).findings}
    for unseen in ("Edema", "Cardiomegaly"):
        assert found[unseen].heatmap is None
        assert found[unseen].box is None
    seen = found["Effusion"]
    assert seen.heatmap is not None
    assert seen.heatmap.max() == pytest.approx(1.0)
    assert seen.box is not None
    x, y, width, height = seen.box
    assert min(x, y) >= 0
    assert max(x + width, y + height) <= 160


def test_what_cannot_be_read_is_a_reading_too(reader: FilmReader, tmp_path: Path) -> None:
    path = tmp_path / "note.png"
    path.write_text("No film, a note.")
    for reading in (reader.read_file(path), reader.read_bytes(path.read_bytes(), "a/note.png")):
        assert (reading.file, reading.findings) == ("note.png", ())
        assert reading.refused is not None
        assert reading.refused.reason == Reason.NOT_AN_IMAGE
    assert reader.read_file(tmp_path / "none.png").refused is not None


class _Refuses:
    """A gate that lets nothing through; what it was asked stands in `asked`."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def check(self, film: Film, small: Bytes) -> None:
        self.asked.append(film.name)
        raise ImageRefused(Reason.ROTATED, "The film lies on its side.", mend="Turn it.")


@pytest.mark.parametrize("batches", [False, True])
def test_nothing_is_said_of_a_film_that_the_gate_refuses(
    shipped: Shipped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batches: bool
) -> None:
    reader, gate = FilmReader(shipped, batches=batches), _Refuses()
    monkeypatch.setattr(reader, "_gate", gate)
    path = tmp_path / "side.png"
    path.write_bytes(png_bytes(chest_like(160)))
    (reading,) = reader.read_many([path])
    assert (reading.findings, reading.size) == ((), (160, 160))
    assert reading.refused is not None
    assert (reading.refused.reason, reading.refused.mend) == (Reason.ROTATED, "Turn it.")
    assert gate.asked == ["side.png"]


@pytest.mark.parametrize(("threshold", "passes"), [(1e6, True), (-1e6, False)])
def test_the_gate_is_the_card_s(
    shipped: Shipped, film: Film, tmp_path: Path, threshold: float, passes: bool
) -> None:
    weights = tmp_path / "gate.safetensors"
    save_weights(GateNetwork(), weights)
    gate = {
        "weights": weights.name,
        "weights_sha256": hashlib.sha256(weights.read_bytes()).hexdigest(),
        "thresholds": dict.fromkeys(NAMES, threshold),
        "material": {},
        "figures": {},
    }
    (tmp_path / "model.safetensors").write_bytes(shipped.weights.read_bytes())
    card = shipped.card.model_copy(update={"gate": gate})
    reading = FilmReader(Shipped(card=card, folder=tmp_path)).read(film)
    assert (reading.refused is None) == passes
    assert len(reading.findings) == (len(LABELS) if passes else 0)


@pytest.fixture
def some(tmp_path: Path) -> list[Path]:
    """Films with a note among them."""
    paths = []
    for n in range(4):
        paths.append(tmp_path / f"{n}.png")
        paths[-1].write_bytes(png_bytes(chest_like(96, seed=n)) if n != 2 else b"a note")
    return paths


def test_many_are_read_as_each_alone(reader: FilmReader, some: list[Path]) -> None:
    together = [film_json(reading) for reading in reader.read_many(some)]
    assert together == [film_json(reader.read_file(path)) for path in some]


def test_batches_of_half_precision_decide_the_same(shipped: Shipped, some: list[Path]) -> None:
    reader = FilmReader(shipped, batches=True)
    differs = False
    for path, found in zip(some, reader.read_many(some), strict=True):
        alone = reader.read_file(path)
        assert (found.file, found.refused) == (alone.file, alone.refused)
        for one, other in zip(found.findings, alone.findings, strict=True):
            assert (one.label, one.decision) == (other.label, other.decision)
            assert one.probability == other.probability
            assert one.likelihood_ratio == other.likelihood_ratio
            assert abs(one.score - other.score) < MARGIN
            differs |= one.score != other.score
    assert differs


def test_what_is_close_to_a_border_is_read_in_full(
    shipped: Shipped, some: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vision.reader.MARGIN", 10.0)
    reader = FilmReader(shipped, batches=True)
    for path, found in zip(some, reader.read_many(some), strict=True):
        assert film_json(found) == film_json(reader.read_file(path))


def test_an_inverted_dicom_of_the_same_film_says_the_same(reader: FilmReader) -> None:
    drawn = chest_like(160)
    usual = reader.read_bytes(dicom_bytes(drawn), "two.dcm")
    inverted = reader.read_bytes(
        dicom_bytes(255 - drawn, PhotometricInterpretation="MONOCHROME1"), "one.dcm"
    )
    assert usual.refused is inverted.refused is None
    assert by_label(inverted) == pytest.approx(by_label(usual), rel=0.01)
    assert (usual.view, inverted.view) == ("PA", "PA")


def test_threads_of_torch_are_as_before(shipped: Shipped, film: Film) -> None:
    before = torch.get_num_threads()
    FilmReader(shipped, threads=before + 1).read(film)
    assert torch.get_num_threads() == before


def test_the_reader_of_a_folder(shipped: Shipped, film: Film) -> None:
    assert by_label(open_reader(shipped.folder).read(film))["Effusion"] > 1


def _without_labels(card: dict[str, object]) -> None:
    card["labels"] = []


def _without_strata(card: dict[str, list[dict[str, object]]]) -> None:
    card["labels"][2]["strata"] = []


def _other_weights(card: dict[str, object]) -> None:
    card["weights_sha256"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_without_labels, "not those of its architecture"),
        (_without_strata, "Effusion is supported without strata"),
        (_other_weights, "not the file that the model card was written for"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(
    shipped: Shipped, tmp_path: Path, change: Callable[[object], None], said: str
) -> None:
    card = json.loads((shipped.folder / "card.json").read_text("utf-8"))
    change(card)
    (tmp_path / "card.json").write_text(json.dumps(card), "utf-8")
    (tmp_path / "model.safetensors").write_bytes(
        (shipped.folder / "model.safetensors").read_bytes()
    )
    with pytest.raises(SourceError, match=said):
        open_reader(tmp_path)


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"card\.json: cannot be read"):
        open_reader(tmp_path)


def test_without_torch_it_says_what_to_install(
    shipped: Shipped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for module in [m for m in sys.modules if m in ("vision.inference", "vision.network")]:
        monkeypatch.delitem(sys.modules, module)
    with pytest.raises(
        NotInstalled, match=r"needs torch, which is not installed.*pip install '\.\[vision\]'"
    ):
        open_reader(shipped.folder)
