"""The gate: what it refuses, in which words, and that its kinds are what their names say."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from domain.errors import EmptyInput, ImageRefused, SourceError
from tests.vision.films import chest_like
from vision.card import ModelCard, read_card
from vision.film import Film, Reason
from vision.gate import LONGEST, NAMES, WORDS, Gate, margins
from vision.gate_network import KINDS, GateNetwork, standardised
from vision.network import load_weights, save_weights
from vision.training.gate_kinds import cropped, mixed, moved, noise, relit, shuffled, turned
from vision.training.gate_making import (
    LEAST_MARGIN,
    SPENT,
    make_gate,
    read_pictures,
    refused,
    thresholds,
)
from vision.training.gate_training import GateSettings, Material, train_gate

torch.set_num_threads(1)
SIDE = 128


def film(pixels: NDArray[np.uint8]) -> Film:
    brightness = (pixels / 255).astype(np.float32)
    return Film(name="film.png", pixels=brightness, sha256="0", format="PNG")


def test_every_kind_has_words_and_a_share() -> None:
    refusals = {kind for kind in KINDS if kind is not None}

    assert refusals == set(WORDS) == set(SPENT)
    assert sum(SPENT.values()) < 0.05


@pytest.mark.parametrize("make", [moved, turned, cropped, relit, shuffled])
def test_what_is_made_stays_an_image(make: object) -> None:
    torch.manual_seed(1)
    x = torch.rand(8, 1, 96, 96)

    y = make(x)  # type: ignore[operator]

    assert y.shape == x.shape
    assert torch.isfinite(y).all()
    assert float(y.min()) >= -1e-4
    assert float(y.max()) <= 1 + 1e-4


def test_noise_is_never_the_same_twice() -> None:
    torch.manual_seed(1)

    assert float((noise(4, 96) - noise(4, 96)).abs().mean()) > 0.01


def test_what_takes_over_amplitudes_keeps_its_own_shape() -> None:
    """A chest beside noise stays a chest: it is likelier its own picture than the other's."""
    torch.manual_seed(4)
    chest = torch.from_numpy(chest_like(96)).float()[None, None] / 255
    x = torch.cat([chest.expand(32, -1, -1, -1), torch.rand(32, 1, 96, 96)])

    y = mixed(x)
    chests = y[:32].flatten(1)
    changed = (y[:32] - chest).abs().amax((1, 2, 3)) > 0.02

    assert y.shape == x.shape
    assert 0.0 <= float(y.min()) <= float(y.max()) <= 1.0
    assert 3 <= int(changed.sum()) <= 24
    for one, partner in zip(chests[changed], x[32:].flatten(1), strict=False):
        own, others = (
            float(torch.corrcoef(torch.stack([one, what.flatten()]))[0, 1])
            for what in (chest, partner)
        )
        assert own > max(abs(others), 0.05) * 2


def test_turned_films_are_turned() -> None:
    """A film with a bright upper half has it elsewhere, or at another angle, afterwards."""
    torch.manual_seed(2)
    x = torch.zeros(64, 1, 96, 96)
    x[:, :, :48] = 1.0

    y = turned(x)
    upright = (y[:, 0, 8:40, 24:72].mean((1, 2)) - y[:, 0, 56:88, 24:72].mean((1, 2))) > 0.9

    assert float(upright.float().mean()) < 0.35


def test_window_and_brightness_do_not_matter() -> None:
    x = torch.rand(2, 1, 128, 128)

    assert torch.allclose(standardised(x), standardised(x * 0.3 + 0.4), atol=1e-3)


def test_a_threshold_spends_its_share_and_no_more() -> None:
    rng = np.random.default_rng(0)
    good = rng.normal(0.0, 2.0, (20_000, len(KINDS))).astype(np.float32)

    limits = thresholds(good)
    shares = {
        name: float((good[:, i] > limits[name]).mean()) for i, name in enumerate(NAMES) if i > 0
    }

    for kind, spent in SPENT.items():
        assert shares[str(kind)] == pytest.approx(spent, abs=3e-4)
    assert float(refused(good, limits).mean()) <= sum(SPENT.values()) + 1e-3


def test_no_threshold_is_below_the_least() -> None:
    certain = np.full((100, len(KINDS)), -9.0, np.float32)

    assert set(thresholds(certain).values()) == {LEAST_MARGIN}


@pytest.fixture(scope="module")
def made() -> GateNetwork:
    """A gate that learnt drawn chests against what is done to them, in some seconds."""
    films = np.stack([chest_like(SIDE) for _ in range(4)])
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 255, (20, SIDE, SIDE), dtype=np.uint8)
    small = np.zeros_like(films)
    small[:, 40:104, 40:104] = films[:, ::2, ::2]
    material = Material(
        adults=films,
        adult_ages=np.full(4, 50.0),
        children=small,
        child_ages=np.full(4, 6.0),
        pictures=pictures,
    )
    return train_gate(
        material,
        GateSettings(pretrained=False, momentum=0.2, steps=70, batch=16, rate=4e-3, average=0.9),
    )


def test_a_short_training_tells_inverted_films(made: GateNetwork) -> None:
    films = np.stack([chest_like(SIDE)])

    good, inverted = margins(made, films)[0], margins(made, ~films)[0]

    number = KINDS.index(Reason.INVERTED)
    assert inverted[number] > good[number] + 1.0


def test_the_same_seed_gives_the_same_gate() -> None:
    rng = np.random.default_rng(0)
    some = rng.integers(0, 255, (6, SIDE, SIDE), dtype=np.uint8)
    material = Material(
        adults=some, adult_ages=np.full(6, 50.0), children=some, child_ages=np.full(6, 6.0),
        pictures=some,
    )  # fmt: skip
    one, other = (
        train_gate(material, GateSettings(pretrained=False, steps=2, batch=16)) for _ in range(2)
    )

    for a, b in zip(one.state_dict().values(), other.state_dict().values(), strict=True):
        assert torch.equal(a, b)


def card_with(folder: Path, network: GateNetwork, **changed: object) -> ModelCard:
    save_weights(network, folder / "gate.safetensors")
    digest = hashlib.sha256((folder / "gate.safetensors").read_bytes()).hexdigest()
    gate = {
        "weights": "gate.safetensors",
        "weights_sha256": digest,
        "thresholds": {str(kind): 0.0 for kind in KINDS if kind is not None},
        "material": {},
        "figures": {},
    } | changed
    card = {
        "name": "made", "version": "1", "weights": "w", "weights_sha256": "",
        "architecture": {"model": "lite", "side": 64, "labels": []},
        "labels": [], "joint_cap": 1.0, "gate": gate, "sections": {},
    }  # fmt: skip
    (folder / "card.json").write_text(json.dumps(card), "utf-8")
    return read_card(folder).card


def test_refuses_in_the_words_of_the_kind(made: GateNetwork, tmp_path: Path) -> None:
    card = card_with(tmp_path, made, thresholds=dict.fromkeys(NAMES[1:], -100.0))
    gate = Gate.of(card, tmp_path)

    with pytest.raises(ImageRefused) as refusal:
        gate.check(film(~chest_like(SIDE)), ~chest_like(SIDE))

    assert refusal.value.reason in set(WORDS)
    assert (refusal.value.detail, refusal.value.mend) == WORDS[Reason(refusal.value.reason)]


def test_lets_through_what_is_below_every_threshold(made: GateNetwork, tmp_path: Path) -> None:
    card = card_with(tmp_path, made, thresholds=dict.fromkeys(NAMES[1:], 100.0))

    Gate.of(card, tmp_path).check(film(chest_like(SIDE)), chest_like(SIDE))


def test_a_long_image_is_no_whole_film(made: GateNetwork, tmp_path: Path) -> None:
    card = card_with(tmp_path, made, thresholds=dict.fromkeys(NAMES[1:], 100.0))
    long = chest_like(SIDE)[:, : int(SIDE / LONGEST) - 2]

    with pytest.raises(ImageRefused, match="too long for a whole chest film") as refusal:
        Gate.of(card, tmp_path).check(film(long), chest_like(SIDE))

    assert refusal.value.reason == Reason.CROPPED


def test_a_gate_of_another_card_is_refused(made: GateNetwork, tmp_path: Path) -> None:
    card = card_with(tmp_path, made, weights_sha256="0" * 64)

    with pytest.raises(SourceError, match="is not the file that the model card was written for"):
        Gate.of(card, tmp_path)


def test_weights_survive_the_disk(made: GateNetwork, tmp_path: Path) -> None:
    save_weights(made, tmp_path / "g.safetensors")
    again = GateNetwork()
    load_weights(again, tmp_path / "g.safetensors")
    films = np.stack([chest_like(SIDE)])

    assert margins(again.eval(), films) == pytest.approx(margins(made, films), abs=1e-4)


def test_pictures_need_a_folder_with_some(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture", "utf-8")

    with pytest.raises(EmptyInput, match="no picture that can be read"):
        read_pictures([tmp_path], lambda *_: None)


def test_makes_a_gate_from_folders(tmp_path: Path) -> None:
    from PIL import Image

    data, pictures = tmp_path / "films", tmp_path / "pictures"
    for folder in (data, pictures):
        folder.mkdir()
    rows = ["file,patient_id,age,Effusion"]
    for i in range(60):
        Image.fromarray(chest_like(SIDE)).save(data / f"{i}.png")
        rows.append(f"{i}.png,{i},{8 if i % 4 == 0 else 60},0")
    (data / "labels.csv").write_text("\n".join(rows) + "\n", "utf-8")
    rng = np.random.default_rng(0)
    for i in range(10):
        grain = rng.integers(0, 255, (96, 96), dtype=np.uint8)
        Image.fromarray(grain).save(pictures / f"{i}.png")

    card = make_gate(
        [data],
        [pictures],
        tmp_path / "out",
        GateSettings(pretrained=False, steps=2, batch=32),
        lambda *_: None,
    )

    assert set(card.thresholds) == set(NAMES[1:])
    assert card.figures["adult frontal films"].n > 0
    assert (tmp_path / "out" / "gate.safetensors").is_file()
