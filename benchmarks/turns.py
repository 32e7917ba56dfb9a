"""Timing several things in turns, so that what slows the machine slows all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median


def medians(todo: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Median seconds of each, in turns after one that is not timed."""
    seconds: dict[str, list[float]] = {name: [] for name in todo}
    for turn in range(repeats + 1):
        for name, run in todo.items():
            start = time.perf_counter()
            run()
            if turn:
                seconds[name].append(time.perf_counter() - start)
    return {name: median(values) for name, values in seconds.items()}
