"""What a mention shows of itself, as numbers for the ranker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from math import log, log1p

import numpy as np
from numpy.typing import NDArray

from nlp.coordination import COORDINATED
from nlp.learned import LEARNED
from nlp.memory import Seen
from nlp.names import FOLDED, worth
from nlp.recognise import Mention

_KINDS = ("label", "exact", "narrow", "related", "analogy", "broad")
_TYPES = ("layperson", "abbreviation", "plural", "curated", LEARNED)
_NEAR = 0.005  # scores are rounded
#: The numbers of `features`, in their order.
NAMES = (
    *(f"kind: {kind}" for kind in _KINDS),
    *(f"type: {kind}" for kind in _TYPES),
    "as printed only",
    "several concepts",
    "link score",
    "by word family or order",
    "pieced together",
    "by likeness",
    "an abbreviation of the text",
    "one word",
    "words (log)",
    "letters",
    "times before in the text (log)",
    "inside another",
    "around another",
    "beside another of the same characters",
    "name marked elsewhere (log)",
    "name not marked elsewhere (log)",
    "share of the name marked elsewhere",
    "concept marked elsewhere (log)",
    "concept not marked elsewhere (log)",
    "share of the concept marked elsewhere",
)

#: How often a mention's name, and its concept, were met and marked in the texts of the training.
Recall = Callable[[Mention], tuple[Seen, Seen]]


def features(mentions: Sequence[Mention], seen: Recall) -> NDArray[np.float32]:
    """Numbers of each mention of one text, shape (mentions, len(NAMES)), mostly 0 to 1."""
    before: Counter[str] = Counter()
    rows = np.zeros((len(mentions), len(NAMES)), dtype=np.float32)
    for n, (m, around) in enumerate(zip(mentions, _neighbours(mentions), strict=True)):
        entry, words = m.entry, m.entry.key.count(" ") + 1
        name, concept = seen(m)
        rows[n] = (
            *(entry.kind == kind for kind in _KINDS),
            *(entry.type == kind for kind in _TYPES),
            entry.guard == "case",
            bool(entry.alternatives),
            m.score,
            *_how(m),
            m.expansion is not None,
            words == 1,
            log(words),
            min(m.end - m.start, 40) / 40,
            log1p(before[entry.concept]) / 2,
            *around,
            *_shown(name),
            *_shown(concept),
        )
        before[entry.concept] += 1
    return rows


def _how(mention: Mention) -> tuple[bool, bool, bool]:
    """How the name was met, where not word for word: the score says it."""
    share = mention.score / worth(mention.entry)
    family, pieced = (abs(share - of) < _NEAR for of in (FOLDED, COORDINATED))
    return family, pieced, not (family or pieced) and share < 1 - _NEAR


def _shown(seen: Seen) -> tuple[float, float, float]:
    return (
        log1p(seen.marked) / 2,
        log1p(seen.met - seen.marked) / 2,
        (seen.marked + 0.5) / (seen.met + 1),
    )


def _neighbours(mentions: Sequence[Mention]) -> list[tuple[bool, bool, bool]]:
    """For each mention whether it lies inside another, around one, or on the same characters.

    Mentions are in the order of the text; only those that begin before another ends are compared.
    """
    found = [[False, False, False] for _ in mentions]
    for i, one in enumerate(mentions):
        for j in range(i + 1, len(mentions)):
            other = mentions[j]
            if other.start >= one.end:
                break
            if (one.start, one.end) == (other.start, other.end):
                found[i][2] = found[j][2] = True
            elif other.end <= one.end:
                found[i][1] = found[j][0] = True
            elif one.start == other.start:
                found[i][0] = found[j][1] = True
    return [(a, b, c) for a, b, c in found]
