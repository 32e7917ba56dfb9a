"""Speed and memory of the text reader, beside a plain dictionary over the same names.

The texts are the definitions that the release's findings carry: medical sentences that every
installation has. Each reader works in a process of its own, in turns.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from api.service import Service
from api.settings import Settings

TEXTS = 3_000
READERS = ("plain dictionary", "Differentia")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reader: seconds to open it, texts and characters a second, megabytes at its peak."""

    opened_s: float
    texts_s: float
    chars_s: float
    peak_mb: float


def measure(service: Service, turns: int = 3) -> dict[str, Reading]:
    """Medians of interleaved turns by reader, the largest peak of memory."""
    found: dict[str, list[Reading]] = {name: [] for name in READERS}
    texts = json.dumps(_texts(service))
    for _ in range(turns):
        for name in READERS:
            command = [sys.executable, "-m", "benchmarks.reading", name]
            said = subprocess.run(
                command, check=True, capture_output=True, text=True, input=texts
            ).stdout
            found[name].append(Reading(**json.loads(said)))
    return {
        name: Reading(
            opened_s=median(r.opened_s for r in own),
            texts_s=median(r.texts_s for r in own),
            chars_s=median(r.chars_s for r in own),
            peak_mb=max(r.peak_mb for r in own),
        )
        for name, own in found.items()
    }


def _work(name: str, texts: list[str]) -> Reading:
    service = Service(Settings.load())
    start = perf_counter()
    read = _dictionary(service) if name == READERS[0] else service.reader.read
    for text in texts[:20]:
        read(text, "text")  # what is opened at the first use
    opened = perf_counter() - start
    start = perf_counter()
    for text in texts[20:]:
        read(text, "text")
    took = perf_counter() - start
    return Reading(
        opened_s=opened,
        texts_s=(len(texts) - 20) / took,
        chars_s=sum(map(len, texts[20:])) / took,
        peak_mb=_peak_mb(),
    )


def _peak_mb() -> float:
    """Most memory that this process held, in MB. Linux says it since the program began; elsewhere
    what the process was before that may be counted too."""
    try:
        status = Path("/proc/self/status").read_text("utf-8")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) / 1024


def _texts(service: Service) -> list[str]:
    """Definitions of findings, evenly from the whole release."""
    ids = sorted({entry.concept for entry in service.lexicon.entries()})
    every = ids[:: max(1, len(ids) // TEXTS)]
    found = (service.store.concept(i) for i in every)
    return [c.definition for c in found if c is not None and c.definition][:TEXTS]


def _dictionary(service: Service) -> Callable[[str, str], object]:
    from nlp.baseline import Dictionary

    entries = service.lexicon.entries()
    names = ((e.concept, e.label, e.surface) for e in entries if e.kind != "analogy")
    return Dictionary(names).read


def main() -> None:
    """One reader, named on the command line, over the texts on stdin; prints figures as JSON."""
    reading = _work(sys.argv[1], json.load(sys.stdin))
    print(json.dumps({name: getattr(reading, name) for name in Reading.__slots__}))


if __name__ == "__main__":
    main()
