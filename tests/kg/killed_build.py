"""Run as a program: load the toy release and die, as if by SIGKILL, at the N-th point.

A point is the moment before or after each write, copy, rename or replacement of a file. With
N = 0 nothing dies, and the number of points is printed.

    python -m tests.kg.killed_build HOME HPOA N
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from api.service import Service
from api.settings import Settings
from tests.conftest import SOURCES


class Points:
    """Counts points, and kills the process at the one that was asked for."""

    def __init__(self, fatal: int) -> None:
        self.fatal = fatal
        self.passed = 0

    def reach(self) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **named: Any) -> Any:
            self.reach()
            result = function(*arguments, **named)
            self.reach()
            return result

        return wrapped


def main(home: Path, hpoa: Path, fatal: int) -> None:
    points = Points(fatal)
    for owner, names in (
        (Path, ("write_text", "rename", "replace", "mkdir", "open")),
        (shutil, ("copyfile", "rmtree")),
        (np, ("save",)),
    ):
        for name in names:
            setattr(owner, name, points.around(getattr(owner, name)))
    service = Service(Settings(home=home))
    inputs = service.loader.inputs({"hpoa": [hpoa]}) if service.releases.active_id() else None
    if inputs is None:
        identifier, _ = service.build(SOURCES)
    else:
        identifier, _ = service.loader.load(inputs)
    service.releases.activate(identifier)
    sys.stdout.write(f"{points.passed}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
