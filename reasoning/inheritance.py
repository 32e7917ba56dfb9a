"""How diseases are inherited, by the rows that state it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from domain.assertions import Aspect
from kg.arrays import Array
from reasoning.knowledge import ASPECTS, Knowledge

if TYPE_CHECKING:
    from reasoning.view import View

INHERITANCE = ASPECTS.index(Aspect.INHERITANCE)
#: What qualifies a mode of inheritance and is none: HPO's branch, and Sporadic beside it.
_QUALIFIER = "HP:0034335"
_SPORADIC = "HP:0003745"
#: X-linked alone leaves open which; beside X-linked recessive it says nothing more.
_X_LINKED, _X_RECESSIVE = "HP:0001417", "HP:0001419"
#: Recessive: autosomal, X-linked and pseudoautosomal.
_RECESSIVE = ("HP:0000007", _X_RECESSIVE, "HP:0034341")
#: X-linked recessive and Y-linked, whose patients are mostly male.
_OF_MALES = (_X_RECESSIVE, "HP:0001450")
_MALE_LIMITED = "HP:0001475"
_FEMALE_LIMITED = "HP:0034344"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inheritance:
    """Which diseases are recessive by every stated mode, and whose patients are mostly male or
    female by every stated mode or by limited expression. Arrays of shape (diseases,), of bool."""

    recessive: Array
    male: Array
    female: Array

    @classmethod
    def of(cls, knowledge: Knowledge, rows: Array) -> Self:
        """By some rows on inheritance."""
        disease, term = knowledge.arrays["row_disease"][rows], knowledge.arrays["row_term"][rows]
        below = knowledge.terms.number(_QUALIFIER)
        qualifiers = set() if below is None else set(knowledge.below(below).tolist())

        def numbers(*ids: str) -> set[int]:
            return {n for i in ids if (n := knowledge.terms.number(i)) is not None}

        def having(terms: set[int]) -> Array:
            found = np.zeros(len(knowledge.diseases), dtype=bool)
            found[disease[np.isin(term, list(terms))]] = True
            return found

        def only(*ids: str) -> Array:
            allowed = numbers(*ids, _SPORADIC) | qualifiers
            others = having(set(np.unique(term).tolist()) - allowed - numbers(_X_LINKED))
            return having(numbers(*ids)) & ~others & ~unclear

        unclear = having(numbers(_X_LINKED)) & ~having(numbers(_X_RECESSIVE))

        return cls(
            recessive=only(*_RECESSIVE),
            male=only(*_OF_MALES) | having(numbers(_MALE_LIMITED)),
            female=having(numbers(_FEMALE_LIMITED)),
        )


def stated_modes(view: View, disease: int) -> tuple[Array, str]:
    """The visible rows on the inheritance of one disease, and what they state in words."""
    knowledge = view.knowledge
    rows = view.rows(disease)
    rows = rows[(knowledge.arrays["row_aspect"][rows] == INHERITANCE) & knowledge.seen(rows)]
    terms = dict.fromkeys(knowledge.arrays["row_term"][rows].tolist())
    return rows, ", ".join(knowledge.terms.label(term) for term in terms)
