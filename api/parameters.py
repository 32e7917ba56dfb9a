"""Fitted parameters of a scoring method with their model card: one small JSON file.

    {"format": "differentia-parameters/1", "scorer": "coverage", "version": "...",
     "parameters": {...}, "calibration": {...}, "card": {...}}

The one that ships is `reasoning/parameters/<method>.json`; the setting `DIFFERENTIA_PARAMETERS`
names another, as `differentia fit ranking` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any, Self

from domain.errors import InvalidField
from reasoning.calibration import FEATURES, NONE, Calibration

FORMAT = "differentia-parameters/1"
SETTING = "DIFFERENTIA_PARAMETERS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Numbers of one scoring method, the calibration that goes with them, and their card."""

    scorer: str
    version: str = ""
    parameters: Mapping[str, float] = field(default_factory=dict)
    calibration: Calibration = NONE
    card: Mapping[str, Any] = field(default_factory=dict)

    def dump(self) -> str:
        """The file's text."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def parse(cls, text: str, where: str) -> Self:
        """Read a file's text. Raises InvalidField naming what is wrong."""
        try:
            data = json.loads(text)
            if data.pop("format") != FORMAT:
                raise ValueError(f"the format is not {FORMAT}")
            calibration = dict(data.pop("calibration"))
            calibration |= {name: _number(calibration[name]) for name in ("scale", "ceiling")}
            calibration["outside"] = tuple(_number(v) for v in calibration["outside"])
            calibration["versions"] = dict(calibration["versions"])
            if not 1 <= len(calibration["outside"]) <= FEATURES:
                raise ValueError(f"outside holds 1 to {FEATURES} weights")
            if calibration["scale"] <= 0 or not 0 <= calibration["ceiling"] <= 1:
                raise ValueError("scale is above 0, and ceiling between 0 and 1")
            data["parameters"] = {str(k): _number(v) for k, v in data["parameters"].items()}
            return cls(calibration=Calibration(**calibration), **data)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InvalidField(
                SETTING,
                f"{where} is no parameter file: {error}.",
                mend="Make one with `differentia fit ranking`.",
            ) from None


def _number(value: Any) -> float:
    if not isfinite(number := float(value)):
        raise ValueError(f"{value} is no finite number")
    return number


def shipped(scorer: str) -> Parameters:
    """Those that ship for a scoring method; the method's own defaults where none do."""
    path = files("reasoning") / "parameters" / f"{scorer}.json"
    if not path.is_file():
        return Parameters(scorer=scorer)
    return Parameters.parse(path.read_text("utf-8"), path.name)


def read(path: Path) -> Parameters:
    """Those of a file. Raises InvalidField."""
    try:
        return Parameters.parse(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidField(SETTING, f"{path} cannot be read: {error}.") from None
