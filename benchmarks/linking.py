"""What linking by likeness does: misspelt names, and words of annotated texts that no name has.

    python -m benchmarks.linking [CORPUS ...]

Names of the release are given one slip each (a letter left out, doubled, or two swapped) and put
into a sentence; annotated texts say which links an annotator made too. The threshold of
`nlp/linker.py` was chosen by this.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from api.service import Service
from api.settings import Settings
from nlp.corpora import read_corpus
from nlp.linker import THRESHOLD
from nlp.linking import NAME
from nlp.mentions import MENTIONS, UNLINKED

NAMES, SEED = 1_000, 0


def slip(name: str, chance: random.Random) -> str:
    """The name with one letter past the second left out, doubled or swapped with the next."""
    while True:
        at, kind = chance.randrange(2, len(name) - 1), chance.randrange(3)
        if name[at - 1 : at + 2].isalpha():
            middle = ("", name[at] * 2, name[at + 1] + name[at])[kind]
            made = name[:at] + middle + name[at + (2 if kind == 2 else 1) :]
            if made != name:
                return made


def slips(service: Service) -> Counter[str]:
    """What became of `NAMES` misspelt names, by outcome."""
    chance = random.Random(SEED)
    every = sorted(
        {
            (e.key, e.concept)
            for e in service.lexicon.entries()
            if e.guard == "plain" and e.kind in ("label", "exact") and not e.context
            if sum(len(w) >= 7 for w in e.key.split(" "))
        }
    )
    outcomes: Counter[str] = Counter()
    for name, concept in chance.sample(every, NAMES):
        doc = service.reader.pipeline(f"The patient had {slip(name, chance)} on review.")
        found = {m.entry.concept for m in doc.user_data[MENTIONS]}
        if concept in found:
            outcomes["linked rightly"] += 1
        elif found:
            outcomes["linked otherwise"] += 1
        elif doc.user_data[UNLINKED]:
            outcomes["told as not linked"] += 1
        else:
            outcomes["not seen"] += 1
    return outcomes


def agreeing(service: Service, path: Path) -> tuple[int, int]:
    """Links that the dictionary had not made, and those of them that annotators made too."""
    nlp = service.reader.pipeline
    made = right = 0
    for document in read_corpus(path).documents:
        gold = {m.concept for m in document.mentions}
        with nlp.select_pipes(disable=[NAME]):
            known = {m.entry.concept for m in nlp(document.text).user_data[MENTIONS]}
        linked = {m.entry.concept for m in nlp(document.text).user_data[MENTIONS]} - known
        made += len(linked)
        right += len(linked & gold)
    return made, right


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("corpora", nargs="*", type=Path, help="annotated texts to look at too")
    service = Service(Settings.load())
    table = Table(title=f"Linking at an agreement of {THRESHOLD} or more (seed {SEED})")
    table.add_column("what")
    table.add_column("n", justify="right")
    for outcome, n in slips(service).most_common():
        table.add_row(f"{NAMES:,} misspelt names: {outcome}", f"{n:,}")
    for path in parser.parse_args().corpora:
        made, right = agreeing(service, path)
        table.add_row(f"{path.name}: links beyond the dictionary", f"{made:,}")
        table.add_row(f"{path.name}: of them annotated so", f"{right:,}")
    Console().print(table)


if __name__ == "__main__":
    main()
