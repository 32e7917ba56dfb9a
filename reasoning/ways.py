"""How a finding is obtained, by the most specific listed branch above it."""

from __future__ import annotations

from collections.abc import Mapping

from domain.assertions import Sex
from domain.identifiers import Curie
from domain.what_if import How, Way
from reasoning.knowledge import Knowledge


class Ways:
    """A table of branches over one release's terms; terms that the release lacks are passed
    over."""

    def __init__(self, knowledge: Knowledge, table: Mapping[Curie, Way]) -> None:
        self._knowledge = knowledge
        numbers = ((knowledge.terms.number(concept), way) for concept, way in table.items())
        self._ways = {number: way for number, way in numbers if number is not None}

    def how(self, term: int) -> How:
        """How a term is obtained: the listed term at or above it that has most terms above
        itself decides (then the smaller id); `examine` where none is listed."""
        listed = [t for t in self._knowledge.ancestors[term].tolist() if t in self._ways]
        if not listed:
            return How.EXAMINE
        nearest = max(listed, key=lambda t: (len(self._knowledge.ancestors[t]), -t))
        return self._ways[nearest].how

    def fits(self, term: int, sex: Sex) -> bool:
        """Whether a patient of this sex can have a finding, as far as the table says."""
        above = self._knowledge.ancestors[term].tolist()
        sexes = {w.sex for t in above if (w := self._ways.get(t)) is not None and w.sex is not None}
        return len(sexes) != 1 or sex not in (Sex.FEMALE, Sex.MALE) or sex in sexes
