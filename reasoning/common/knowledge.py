"""The curated diseases of a release with their figures, as ranking needs them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from domain.evidence import ConceptRef
from domain.figures import Against, Class, Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from kg.arrays import Array
from kg.graph import Graph

_NAMES = tuple(f.name for f in fields(Figure))
_READ: dict[str, Any] = {
    "disease": Curie, "concept": Curie, "kind": Kind, "measure": Measure, "setting": Setting,
    "review": Review, "word": Class, "against": Against,
}  # fmt: skip

_OF_FINDINGS = frozenset(
    {Measure.FREQUENCY, Measure.SENSITIVITY, Measure.CLASS, Measure.LR_POSITIVE, Measure.ODDS_RATIO}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CuratedDisease:
    """A disease, its other ids, and its figures."""

    ref: ConceptRef
    same_as: tuple[Curie, ...]
    figures: tuple[Figure, ...]

    @property
    def ids(self) -> tuple[Curie, ...]:
        """All its ids, the leading one first."""
        return (self.ref.id, *self.same_as)

    def statements(self, measure: Measure) -> tuple[Figure, ...]:
        """Its figures of one measure that weigh."""
        return tuple(f for f in self.figures if f.measure is measure and f.weighs)


@dataclass(frozen=True)
class CommonKnowledge:
    """Curated diseases by id."""

    diseases: tuple[CuratedDisease, ...]

    @classmethod
    def of(cls, arrays: Mapping[str, Array]) -> CommonKnowledge:
        """Of a compiled index; empty for a release without figures."""
        if "figures" not in arrays:
            return cls(())
        data = json.loads(arrays["figures"].tobytes())
        figures: dict[str, list[Figure]] = defaultdict(list)
        for row in data["figures"]:
            stated = dict(zip(_NAMES, row, strict=True))
            made = {
                k: _READ[k](v) if k in _READ and v is not None else v for k, v in stated.items()
            }
            figures[stated["disease"]].append(Figure(**made))
        return cls(
            tuple(
                CuratedDisease(
                    ref=ConceptRef(id=Curie(identifier), label=label),
                    same_as=tuple(Curie(i) for i in others),
                    figures=tuple(figures[identifier]),
                )
                for identifier, label, others in data["diseases"]
            )
        )

    def arguable(self) -> CommonKnowledge:
        """Those diseases of which anything is printed that a finding could speak for: without it a
        disease is at most a remainder, as chest pain of no cause is."""
        return CommonKnowledge(
            tuple(
                d
                for d in self.diseases
                if any(f.weighs and f.measure in _OF_FINDINGS for f in d.figures)
            )
        )

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each disease, by any of its ids."""
        return {
            identifier: number
            for number, disease in enumerate(self.diseases)
            for identifier in disease.ids
        }

    def without(self, references: frozenset[str]) -> CommonKnowledge:
        """The same without the figures of some references."""
        return CommonKnowledge(
            tuple(
                replace(d, figures=tuple(f for f in d.figures if f.reference not in references))
                for d in self.diseases
            )
        )


def figure_arrays(graph: Graph, same_as: Mapping[Curie, Sequence[Curie]]) -> dict[str, Array]:
    """The figures of a graph and the diseases that they are of, for the index."""
    label = {c.id: c.label for c in graph.concepts}
    diseases = sorted({f.disease for f in graph.figures})
    data = {
        "diseases": [[d, label[d], list(same_as.get(d, ()))] for d in diseases],
        "figures": [[getattr(f, name) for name in _NAMES] for f in graph.figures],
    }
    text = json.dumps(data, ensure_ascii=False)
    return {"figures": np.frombuffer(text.encode(), dtype=np.uint8)}
