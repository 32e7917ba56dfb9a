"""The state of a run on disk, so that it continues after being killed as if it had not been.

All randomness of a step follows from seed, step and process, so none of it needs to be kept.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from domain.errors import InvalidField, SourceError

NAME = "checkpoint.pt"
Tensors = dict[str, torch.Tensor]


@dataclass(slots=True, kw_only=True)
class Checkpoint:
    """A run after `step` steps. `films` is the digest of the films that it trains on, `loss` the
    sum over the steps of the present epoch, `best` the averaged weights of the best epoch."""

    recipe: dict[str, Any]
    films: str
    step: int
    loss: float
    seconds: float
    student: Tensors
    kept: Tensors
    optimiser: dict[str, Any]
    best: Tensors | None
    history: list[dict[str, Any]]

    def save(self, folder: Path) -> None:
        """Write it in one atomic step: whoever is killed finds the last or the one before."""
        temporary = folder / f".{NAME}.part"
        with temporary.open("wb") as handle:
            torch.save({name: getattr(self, name) for name in self.__slots__}, handle)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(folder / NAME)


def load_checkpoint(
    folder: Path, recipe: dict[str, Any], films: str, device: torch.device
) -> Checkpoint | None:
    """The checkpoint in a folder, None if there is none. Raises SourceError where it cannot be
    read, InvalidField where it is of another recipe or of other films."""
    path = folder / NAME
    if not path.exists():
        return None
    try:
        made = Checkpoint(**torch.load(path, map_location=device, weights_only=True))
    except Exception as error:  # noqa: BLE001 (torch raises many kinds for a broken file)
        raise SourceError(
            str(path), f"cannot be read: {error}.", mend="Remove it to start anew."
        ) from None
    for name, value in recipe.items():
        if made.recipe.get(name) != value:
            raise InvalidField(
                name,
                f"the run to continue has {made.recipe.get(name)!r}, not {value!r}.",
                mend="Give the options that it was started with, or another --out.",
            )
    if made.films != films:
        raise InvalidField("data", "the run to continue was started with other films.")
    return made
