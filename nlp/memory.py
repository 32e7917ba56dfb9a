"""How often names and concepts were met in the texts of a training, and how often marked there."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import SourceError
from nlp.learned import LEARNED
from nlp.recognise import Mention

_COLUMNS = ("concept", "name", "marked", "met")
#: A name with its concept; the name is empty for the concept by itself.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """In how many documents something was met, and in how many of them it was marked."""

    marked: int = 0
    met: int = 0

    def without(self, *, marked: bool) -> Seen:
        """The same without one document in which it was met."""
        return Seen(self.marked - marked, self.met - 1)


NEVER = Seen()


@dataclass(frozen=True, slots=True)
class Memory:
    """What was seen, by concept and name. With `everything` also of names that the release has
    and of concepts; else of learned names only, so that nothing is held against a release's."""

    everything: bool
    seen: dict[Key, Seen] = field(default_factory=dict)

    @classmethod
    def of(
        cls, documents: Iterable[tuple[Sequence[Mention], frozenset[str]]], *, everything: bool
    ) -> Memory:
        """Count over documents: the mentions of each, and the concepts that it was marked with."""
        met: Counter[Key] = Counter()
        marked: Counter[Key] = Counter()
        for mentions, gold in documents:
            keys = {k for m in mentions for k in _keys(m, everything)}
            met.update(keys)
            marked.update(k for k in keys if k[0] in gold)
        return cls(everything, {k: Seen(marked[k], met[k]) for k in met})

    def recall(self, gold: frozenset[str] | None) -> Callable[[Mention], tuple[Seen, Seen]]:
        """What is known of a mention's name and of its concept. For a document of the training,
        marked with `gold`, what all others say."""

        def known(key: Key) -> Seen:
            found = self.seen.get(key, NEVER)
            if gold is None or found.met == 0:
                return found
            return found.without(marked=key[0] in gold)

        def of(mention: Mention) -> tuple[Seen, Seen]:
            concept, name = mention.entry.concept, mention.entry.key
            if mention.entry.type != LEARNED and not self.everything:
                return NEVER, NEVER
            return known((concept, name)), known((concept, "")) if self.everything else NEVER

        return of

    def write(self, path: Path) -> None:
        """Write as UTF-8 TSV."""
        out = io.StringIO()
        rows = csv.writer(out, delimiter="\t", lineterminator="\n")
        rows.writerow(_COLUMNS)
        for (concept, name), seen in sorted(self.seen.items()):
            rows.writerow((concept, name, seen.marked, seen.met))
        path.write_text(out.getvalue(), encoding="utf-8")

    @classmethod
    def read(cls, path: Path, *, everything: bool) -> Memory:
        """Read what `write` wrote. Raises SourceError."""
        try:
            with path.open(encoding="utf-8", newline="") as handle:
                return cls(
                    everything,
                    {
                        (row["concept"], row["name"]): Seen(int(row["marked"]), int(row["met"]))
                        for row in csv.DictReader(handle, delimiter="\t")
                    },
                )
        except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
            raise SourceError(str(path), f"is no memory of names ({error}).") from None


def _keys(mention: Mention, everything: bool) -> tuple[Key, ...]:
    concept, name = mention.entry.concept, mention.entry.key
    if everything:
        return (concept, name), (concept, "")
    return ((concept, name),) if mention.entry.type == LEARNED else ()
