"""Disease-finding edges of the graph, as their source states them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.identifiers import Curie

#: HPO frequency terms with the share they stand for: (label, lowest, highest).
#: Source: the terms' own definitions in HPO 2025-01-16 (HP:0040279 and below).
FREQUENCY_CLASSES: dict[str, tuple[str, float, float]] = {
    "HP:0040280": ("Obligate", 1.0, 1.0),
    "HP:0040281": ("Very frequent", 0.80, 0.99),
    "HP:0040282": ("Frequent", 0.30, 0.79),
    "HP:0040283": ("Occasional", 0.05, 0.29),
    "HP:0040284": ("Very rare", 0.01, 0.04),
    "HP:0040285": ("Excluded", 0.0, 0.0),
}
EXCLUDED = "HP:0040285"


class Aspect(StrEnum):
    """What an annotation speaks of (HPOA's own letters)."""

    PHENOTYPE = "P"
    INHERITANCE = "I"
    COURSE = "C"
    MODIFIER = "M"
    PAST_HISTORY = "H"


class Sex(StrEnum):
    """Sex of a patient or of the patients a row speaks of (GA4GH names)."""

    UNKNOWN = "UNKNOWN_SEX"
    FEMALE = "FEMALE"
    MALE = "MALE"
    OTHER = "OTHER_SEX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequency:
    """How often a disease shows a finding: n of m patients, a percentage, or an HPO class.

    Exactly one form is set: `count` with `total`, `percent` (0 to 100), or `term`.
    """

    count: int | None = None
    total: int | None = None
    percent: float | None = None
    term: Curie | None = None

    def __str__(self) -> str:
        if self.count is not None:
            return f"{self.count}/{self.total}"
        if self.percent is not None:
            return f"{self.percent:g}%"
        if self.term is None:
            return ""
        name, low, high = FREQUENCY_CLASSES.get(self.term, (str(self.term), 0.0, 0.0))
        if low == high:
            return f"{name.lower()} ({low:.0%})"
        return f"{name.lower()} ({low:.0%} to {high:.0%})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One source row: this disease shows (or excludes) this concept.

    `excluded` is the polarity: a NOT row, or frequency HP:0040285. `stated_concept` is what
    the row itself says where an obsolete or alternative id was followed to `concept`.
    """

    disease: Curie
    concept: Curie
    aspect: Aspect
    excluded: bool
    frequency: Frequency | None
    onset: Curie | None
    sex: Sex | None
    modifiers: tuple[str, ...]
    evidence_code: str
    references: tuple[str, ...]
    source: str
    line: int
    stated_concept: Curie | None = None

    @property
    def seen(self) -> bool:
        """Whether the row says that patients had it: neither excluded nor 0 of n."""
        f = self.frequency
        return not self.excluded and (f is None or (f.count != 0 and f.percent != 0.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """Another name; `scope` is exact, narrow, broad or related, `type` HPO's (layperson, ...)."""

    text: str
    scope: str
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A node of the graph. `category` is Biolink's class without its prefix."""

    id: Curie
    label: str
    category: str
    definition: str | None = None
    synonyms: tuple[Synonym, ...] = ()
    xrefs: tuple[str, ...] = ()
    parents: tuple[Curie, ...] = ()
    alt_ids: tuple[Curie, ...] = ()
    obsolete: bool = False
    replaced_by: tuple[Curie, ...] = ()
    consider: tuple[Curie, ...] = ()


DISEASE = "Disease"
PHENOTYPE = "PhenotypicFeature"
#: A code of another vocabulary that only serves to translate; it says nothing by itself.
CODE = "NamedThing"

SAME_AS = "SAME_AS"
XREF = "XREF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two ids of one thing. `SAME_AS` fuses their evidence; `XREF` only translates codes."""

    subject: Curie
    predicate: str
    object: Curie
    source: str
    line: int
    justification: str = ""
