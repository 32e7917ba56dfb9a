"""A set of drawn films for training: what is to be seen in each is known, because it was drawn."""

from __future__ import annotations

import csv
import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 48
COLUMNS = ("file", "patient_id", "age", "sex", "view", "Disc", "Bar")


def draw_set(folder: Path, *, films: int, seed: int = 0) -> Path:
    """Write `labels.csv` and `images.tar` of noisy films with a bright disc, a bar, both or
    neither, somewhere. Every patient has two films; the last is masked for the bar in a tenth."""
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    y, x = np.mgrid[:SIDE, :SIDE]
    with (
        tarfile.open(folder / "images.tar", "w") as tar,
        (folder / "labels.csv").open("w", encoding="utf-8", newline="") as handle,
    ):
        table = csv.writer(handle)
        table.writerow(COLUMNS)
        for i in range(films):
            disc, bar = rng.integers(0, 2, 2).tolist()
            film = rng.normal(90, 25, (SIDE, SIDE))
            if disc:
                u, v = rng.integers(12, SIDE - 12, 2)
                film[(y - u) ** 2 + (x - v) ** 2 < 64] += 90
            if bar:
                u = int(rng.integers(4, SIDE - 6))
                film[u : u + 3] -= 80
            name = f"films/{i:04}.png"
            buffer = io.BytesIO()
            Image.fromarray(film.clip(0, 255).astype(np.uint8)).save(buffer, "PNG")
            member = tarfile.TarInfo(name)
            member.size = len(buffer.getvalue())
            buffer.seek(0)
            tar.addfile(member, buffer)
            masked = rng.random() < 0.1
            sex, view = rng.choice(["M", "F"]), rng.choice(["PA", "AP"])
            age = int(rng.integers(18, 90))
            table.writerow(
                (f"{i:04}.png", f"p{i // 2}", age, sex, view, disc, "" if masked else bar)
            )
    return folder
