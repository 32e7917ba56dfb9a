"""Time whole commands from start to exit, as ratios to `python -c 'import spacy'`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks.ranking import FINDINGS

REFERENCE = "python -c 'import spacy'"
CODED = "diagnose --finding ... --format json"
TEXT = "diagnose --text ... --format json"


def commands(text: Path) -> dict[str, list[str]]:
    """The commands by name; all run in this interpreter's environment."""
    diagnose = [str(Path(sys.executable).with_name("differentia")), "diagnose", "--scope", "rare"]
    coded = [word for finding in FINDINGS for word in ("--finding", finding)]
    return {
        REFERENCE: [sys.executable, "-c", "import spacy"],
        CODED: [*diagnose, *coded, "--format", "json"],
        TEXT: [*diagnose, "--text", str(text), "--format", "json"],
    }


def time_commands(todo: Mapping[str, Sequence[str]], repeats: int) -> dict[str, float]:
    """Median wall seconds of each command.

    The commands take turns, so that a busy machine slows all of them alike; one untimed turn first
    fills the page cache and writes bytecode. Raises CalledProcessError where a command fails.
    """
    seconds: dict[str, list[float]] = {name: [] for name in todo}
    for turn in range(repeats + 1):
        for name, command in todo.items():
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            if turn:
                seconds[name].append(time.perf_counter() - start)
    return {name: median(values) for name, values in seconds.items()}
