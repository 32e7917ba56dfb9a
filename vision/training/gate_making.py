"""The gate from films and pictures to a file: material, training, thresholds and what it refuses.

Adults of the held-out part are halved by patient: one half sets the thresholds, the other says
what they cost. Every kind of bad image is then counted on the second half's films, children and
pictures that were not trained on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from domain.errors import EmptyInput
from vision.data.images import load_films
from vision.data.split import parts
from vision.data.table import ADULT, FilmTable, read_table
from vision.film import Reason
from vision.gate import NAMES, GateCard, Refused, margins
from vision.gate_network import KINDS, GateNetwork
from vision.network import save_weights
from vision.reduce import STORED, Bytes, reduced_bytes
from vision.training.gate_kinds import cropped, noise, turned
from vision.training.gate_training import GateSettings, Material, train_gate

WEIGHTS, CARD = "gate.safetensors", "gate.json"
#: The part of the patients that is held out: that of the weights that ship.
HELD_OUT = 0
#: Share of held-out adult films that each kind may refuse. A child is hardest to tell; some of
#: the collection's own films lie on a side.
SPENT = {
    Reason.CHILD: 0.04,
    Reason.INVERTED: 0.0005,
    Reason.ROTATED: 0.004,
    Reason.CROPPED: 0.0035,
    Reason.NOT_A_FRONTAL_CHEST_FILM: 0.0015,
}
#: No kind refuses a film that is more than so much (nats) likelier to be good than of that kind.
LEAST_MARGIN = -2.0
#: One picture in so many is kept from training, and counted.
KEPT = 5
#: Most pictures that are taken of one folder, chosen by their names' digests.
MOST_PICTURES = 1500

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp"})

Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pictures:
    """Pictures that are no films, (n, 128, 128) bytes; `held_out` were not trained on."""

    trained: Bytes
    held_out: Bytes


def make_gate(
    data: Sequence[Path],
    pictures: Sequence[Path],
    folder: Path,
    settings: GateSettings,
    told: Told,
) -> GateCard:
    """Train the gate on film folders and folders of pictures, and write `gate.safetensors` and
    `gate.json` into `folder`. Raises SourceError, or EmptyInput where a kind has no image."""
    table = read_table(data)
    films = load_films(table, lambda done: told("reading films", done, len(table)))
    seen = read_pictures(pictures, told)
    trained = parts(table) != HELD_OUT
    adult, child = table.age >= ADULT, table.child
    material = Material(
        adults=films[trained & adult],
        adult_ages=table.age[trained & adult],
        children=films[trained & child],
        child_ages=table.age[trained & child],
        pictures=seen.trained,
    )
    for name, found in (("adult", material.adults), ("child's", material.children)):
        if not len(found):
            raise EmptyInput(f"No {name} film is there to train the gate on.")
    network = train_gate(
        material, settings, lambda step, _: told("training the gate", step, settings.steps)
    )
    folder.mkdir(parents=True, exist_ok=True)
    save_weights(network, folder / WEIGHTS)
    set_half, judged = _halves(table, ~trained & adult)
    limits = thresholds(margins(network, films[set_half]))
    card = GateCard(
        weights=WEIGHTS,
        weights_sha256=hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest(),
        thresholds=limits,
        material={
            "adults": len(material.adults),
            "children": len(material.children),
            "pictures": len(material.pictures),
            "picture_folders": [path.name for path in pictures],
            "thresholds_on": int(set_half.sum()),
            "steps": settings.steps,
            "seed": settings.seed,
        },
        figures=refusals(
            network, limits, films[judged], films[~trained & child], seen.held_out, settings.seed
        ),
    )
    (folder / CARD).write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return card


def thresholds(of_adults: NDArray[np.float32]) -> dict[str, float]:
    """The margin of each kind above which films are refused, from margins (n, kinds) of good
    films: as low as the kind's share of them allows."""
    return {
        name: max(LEAST_MARGIN, float(np.quantile(of_adults[:, i], 1 - SPENT[kind])))
        for i, (name, kind) in enumerate(zip(NAMES, KINDS, strict=True))
        if kind is not None
    }


def refused(found: NDArray[np.float32], limits: dict[str, float]) -> NDArray[np.bool_]:
    """Which margins (n, kinds) are refused, (n,)."""
    limit = np.array([limits.get(name, np.inf) for name in NAMES], np.float32)
    above: NDArray[np.bool_] = (found > limit).any(1)
    return above


def refusals(
    network: GateNetwork,
    limits: dict[str, float],
    adults: Bytes,
    children: Bytes,
    pictures: Bytes,
    seed: int,
) -> dict[str, Refused]:
    """Share refused of each kind, with its number: good films, children, and what is made of good
    films by turning, cutting and inverting."""
    torch.manual_seed(seed)
    x = torch.from_numpy(adults)[:, None].float() / 255
    kinds = {
        "adult frontal films": adults,
        "children": children,
        "inverted": 255 - adults,
        "quarter turn left": np.rot90(adults, 1, (1, 2)),
        "quarter turn right": np.rot90(adults, 3, (1, 2)),
        "upside-down": np.rot90(adults, 2, (1, 2)),
        "turned by any angle from 30 degrees": _bytes(turned(x)),
        "left half": _stretched(adults[:, :, : STORED // 2]),
        "right half": _stretched(adults[:, :, STORED // 2 :]),
        "upper half": _stretched(adults[:, : STORED // 2]),
        "lower half": _stretched(adults[:, STORED // 2 :]),
        "cropped at random": _bytes(cropped(x)),
        "pictures": pictures,
        "noise": _bytes(noise(400, STORED)),
    }
    found = {}
    for name, images in kinds.items():
        share = refused(margins(network, np.ascontiguousarray(images)), limits)
        found[name] = Refused(n=len(images), refused=float(share.mean()) if len(images) else None)
    return found


def read_pictures(folders: Sequence[Path], told: Told) -> Pictures:
    """Grey squares of the pictures in folders, at any depth; each gives its middle and three
    more. Which are held out follows from the file's name."""
    paths = [path for folder in folders for path in _some(folder)]
    kept: tuple[list[Bytes], list[Bytes]] = ([], [])
    for done, path in enumerate(paths, 1):
        told("reading pictures", done, len(paths))
        number = _number(path)
        squares = _squares(path, np.random.default_rng(number % 2**32))
        kept[number % KEPT == 0].extend(squares)
    if not kept[0]:
        raise EmptyInput("The folders hold no picture that can be read.")
    empty = np.empty((0, STORED, STORED), np.uint8)
    return Pictures(trained=np.stack(kept[0]), held_out=np.stack(kept[1]) if kept[1] else empty)


def _some(folder: Path) -> list[Path]:
    """Files of a folder at any depth, in an order that says nothing of them."""
    files = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return sorted(files, key=lambda path: (_number(path), path))[:MOST_PICTURES]


def _number(path: Path) -> int:
    return int(hashlib.sha256(path.name.encode()).hexdigest(), 16)


def _squares(path: Path, random: np.random.Generator) -> list[Bytes]:
    try:
        with Image.open(path) as image:
            image.draft("L", (1024, 1024))
            clear = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return []
    clear.thumbnail((640, 640))
    ground = int(random.choice([0, 128, 255]))
    paper = Image.new("RGBA", clear.size, (ground, ground, ground, 255))
    grey = np.asarray(Image.alpha_composite(paper, clear).convert("L"))
    height, width = grey.shape
    side = min(height, width)
    if side < 48:
        return []
    found = []
    for turn in range(4):
        part = side if turn == 0 else int(random.integers(side // 3, side + 1))
        top = (height - part) // 2 if turn == 0 else int(random.integers(0, height - part + 1))
        left = (width - part) // 2 if turn == 0 else int(random.integers(0, width - part + 1))
        square = grey[top : top + part, left : left + part]
        if square.std() > 6:
            found.append(reduced_bytes(np.ascontiguousarray(square)))
    return found


def _halves(
    table: FilmTable, held_out: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Held-out films of one half of the patients and of the other."""
    first = np.array(
        [int(hashlib.sha256(f"gate:{p}".encode()).hexdigest(), 16) % 2 == 0 for p in table.patient]
    )
    return held_out & first, held_out & ~first


def _stretched(films: Bytes) -> Bytes:
    return np.stack([reduced_bytes(np.ascontiguousarray(film)) for film in films])


def _bytes(x: torch.Tensor) -> Bytes:
    return (x[:, 0] * 255).round().to(torch.uint8).numpy()
