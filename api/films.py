"""The reader of films: opened when first needed, once a process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vision.card import Shipped
    from vision.reader import FilmReader

#: The setting `image_model` where the model in the project is meant.
SHIPPED = "shipped"
_opening = Lock()


def film_reader(image_model: str) -> FilmReader:
    """The reader over the model that the setting names; the first call imports torch.

    Threads wait for the one that opens it. Raises NotInstalled or SourceError, and tries again
    with the next call.
    """
    with _opening:
        return _opened(image_model)


@cache
def _opened(image_model: str) -> FilmReader:
    from vision.reader import open_reader

    return open_reader(_folder(image_model))


def film_card(image_model: str) -> Shipped:
    """The model card, which is there without torch. Raises SourceError."""
    from vision.card import read_card
    from vision.reader import WEIGHTS

    return read_card(_folder(image_model) or WEIGHTS)


def _folder(image_model: str) -> Path | None:
    return None if image_model == SHIPPED else Path(image_model).expanduser()
