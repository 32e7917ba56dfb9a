"""What one finding does to one disease: the log of its share there over its share in the
background, with the figures that both rest on.

A pair that nobody printed is unknown, not zero: it takes the background and moves nothing.
Published likelihood ratios are not multiplied in beside a share; where a finding has nothing else,
the share is the ratio times the rate of those it was compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, isinf, log

import numpy as np

from domain.differential import Contribution, Match, PathEdge
from domain.evidence import ConceptRef
from domain.figures import Figure
from kg.arrays import Array
from reasoning.common.background import MOST, Rate
from reasoning.common.heard import Heard
from reasoning.common.table import Cell, ShareTable

#: A broader term speaks of a finding while it counts at least so much of it.
NEAR = exp(-2.0)
#: Findings whose effects on all diseases are kept.
KEPT = 256


class Effects:
    """Effects in one setting, for candidates of these prior weights (diseases,). A `complaint`
    whose causes the prior counts has no weight of its own, nor through a kind of it."""

    def __init__(self, table: ShareTable, weights: Array, complaint: int | None = None) -> None:
        self.table, self.weights, self.complaint = table, weights, complaint
        self._rates: dict[int, Rate] = {}
        self._columns: dict[Heard, tuple[Contribution, ...]] = {}

    def rate(self, term: int) -> Rate:
        """The background of a term; made once."""
        if term not in self._rates:
            self._rates[term] = self.table.rate(term, self.weights)
        return self._rates[term]

    def alone(self, heard: Sequence[Heard]) -> list[list[Contribution]]:
        """Effects of all findings on every disease, each as if it stood alone, but for those that
        are met by the same figures: these count once."""
        columns = [self._column(one) for one in heard]
        if not columns:
            return [[] for _ in self.table.estimates]
        return [_once(row) for row in zip(*columns, strict=True)]

    def _column(self, heard: Heard) -> tuple[Contribution, ...]:
        """The effects of one finding on every disease; those of the last findings are kept."""
        known = self._columns.get(heard)
        if known is None:
            if len(self._columns) >= KEPT:
                self._columns.clear()
            diseases = range(len(self.table.estimates))
            known = tuple(self._weighed(self.contribution(d, heard), heard) for d in diseases)
            self._columns[heard] = known
        return known

    def _weighed(self, one: Contribution, heard: Heard) -> Contribution:
        if heard.importance == 1.0:
            return one
        value = one.log_likelihood_ratio * heard.importance
        return replace(one, log_likelihood_ratio=value, importance=heard.importance)

    def contribution(self, disease: int, heard: Heard) -> Contribution:
        """The effect of a finding on a disease, with its reason."""
        cell = self.table.cell(disease, heard.term)
        if heard.ratio < 1:
            return self._against(heard, cell)
        if cell is not None:
            return self._for(heard, cell, heard.term, 1.0)
        if (risk := self.table.risks[disease].get(heard.term)) is not None:
            return self._risk(heard, risk)
        broader = self.table.nearest_above(disease, heard.term)
        if broader is not None and self._in_prior(broader.term):
            broader = None
        if broader is None:
            return Contribution(
                match=Match.NONE,
                log_likelihood_ratio=self._unprinted(heard, self.rate(heard.term)),
                finding=heard.ref,
                background=self.rate(heard.term).share,
                ratio=_stated_ratio(heard),
                chief=heard.chief,
                text="nobody printed how often this disease shows it"
                + ("" if self._unprinted(heard, self.rate(heard.term)) else ": it moves nothing"),
            )
        damping = exp(-self.table.parameters.broader * self._lost(heard, broader.term))
        return self._for(heard, broader, broader.term, damping)

    def _lost(self, heard: Heard, broader: int) -> float:
        """How much more a broader term spans than what was told: the finding, or a term between
        that the case tells as well ("abdominal pain" beside the tenderness)."""
        terms = self.table.terms
        told = [heard.term, *(t for t in heard.broader if terms.implies(t, broader))]
        spans = max(len(terms.below(t)) for t in told)
        return log(max(len(terms.below(broader)), 1) / max(spans, 1))

    def _unprinted(self, heard: Heard, rate: Rate) -> float:
        """What a present finding does to a disease of which nobody printed it: the same for every
        disease, and nothing where that has no price."""
        price = self.table.parameters.unprinted
        if self.complaint is not None and self.table.terms.implies(heard.term, self.complaint):
            return 0.0  # a kind of the complaint, of whose causes the prior speaks
        if heard.known or self.table.terms.is_circumstance(heard.term):
            return 0.0  # a known condition, a history or an exposure asks for no explanation
        if not price or isinf(heard.ratio):
            return -price
        share = exp(-price) * rate.share
        top = heard.ratio * share + 1 - share
        return log(top / (heard.ratio * rate.share + 1 - rate.share))

    def _in_prior(self, term: int) -> bool:
        """Whether a term is the complaint whose causes the prior counts, or above it."""
        return self.complaint is not None and self.table.terms.implies(self.complaint, term)

    def _for(self, heard: Heard, cell: Cell, term: int, damping: float) -> Contribution:
        p = self.table.parameters
        rate = self.rate(term)
        share = self.table.drawn(cell, rate.share)
        ratio = share / rate.share
        if not isinf(heard.ratio):
            ratio = (heard.ratio * share + 1 - share) / (heard.ratio * rate.share + 1 - rate.share)
        value = p.present * damping * log(ratio)
        # A term so broad that it says next to nothing of the finding is as if nobody printed it.
        value += max(0.0, 1 - damping / NEAR) * self._unprinted(heard, rate)
        if cell.term != term and value < 0:
            # What lies below the finding is rare here: the finding itself may be common.
            value = 0.0
        if cell.term == heard.term:
            match = Match.EXACT
        else:
            match = Match.NARROWER if term == heard.term else Match.BROADER
        text = "commoner here than in the background" if value > 0 else "no commoner here"
        return self._made(
            heard, cell, rate, share, float(np.clip(value, p.least, p.most)), match, text
        )

    def _risk(self, heard: Heard, figure: Figure) -> Contribution:
        """A risk factor: the odds of those who have it over those of everybody, of whom a share
        has it that is assumed."""
        p = self.table.parameters
        odds = figure.value or 1.0
        ratio = odds / (1 + p.exposed * (odds - 1))
        if not isinf(heard.ratio):
            share, rate = p.exposed * ratio, p.exposed
            ratio = (heard.ratio * share + 1 - share) / (heard.ratio * rate + 1 - rate)
        value = p.present * log(ratio)
        return Contribution(
            match=Match.RISK,
            log_likelihood_ratio=float(np.clip(value, p.least, p.most)),
            finding=heard.ref,
            ratio=_stated_ratio(heard),
            chief=heard.chief,
            text=f"by its printed ratio; that {p.exposed:.0%} of all patients have it is assumed",
            figures=(figure,),
        )

    def _against(self, heard: Heard, cell: Cell | None) -> Contribution:
        p = self.table.parameters
        rate = self.rate(heard.term)
        if cell is None:
            return Contribution(
                match=Match.EXCLUDED_IN_CASE,
                log_likelihood_ratio=0.0,
                finding=heard.ref,
                background=rate.share,
                text="nobody printed how often this disease shows it: its absence moves nothing",
            )
        share = min(self.table.drawn(cell, rate.share), MOST)
        top = heard.ratio * share + 1 - share
        value = p.absent * log(top / (heard.ratio * rate.share + 1 - rate.share))
        text = "its absence speaks against it" if value < 0 else "rarer here than in the background"
        value = float(np.clip(value, p.least, 0.0))
        return self._made(heard, cell, rate, share, value, Match.EXCLUDED_IN_CASE, text)

    def _made(
        self,
        heard: Heard,
        cell: Cell,
        rate: Rate,
        share: float,
        value: float,
        match: Match,
        text: str,
    ) -> Contribution:
        terms = self.table.terms.terms
        path: tuple[PathEdge, ...] = ()
        if cell.term != heard.term:
            met = terms.ref(cell.term)
            one, other = (met, heard.ref) if match is not Match.BROADER else (heard.ref, met)
            path = (PathEdge(subject=one, predicate="IS_A", object=other),)
        return Contribution(
            match=match,
            log_likelihood_ratio=value,
            finding=ConceptRef(id=heard.ref.id, label=heard.ref.label),
            frequency=share,
            background=rate.share,
            ratio=_stated_ratio(heard),
            chief=heard.chief,
            text=text,
            path=path,
            figures=cell.estimate.figures,
            background_figures=rate.figures,
        )


def _stated_ratio(heard: Heard) -> float | None:
    return None if isinf(heard.ratio) or heard.ratio == 0 else heard.ratio


def _once(found: Sequence[Contribution]) -> list[Contribution]:
    """Effects on one disease, of which several that are met by the same figures count once, the
    strongest: the others are the same patients once more."""
    strongest: dict[tuple[Figure, ...], Contribution] = {}
    for one in found:
        if one.figures:
            known = strongest.get(one.figures)
            if known is None or _size(one) > _size(known):
                strongest[one.figures] = one
    return [
        one
        if not one.figures or strongest[one.figures] is one
        else replace(
            one,
            log_likelihood_ratio=0.0,
            text=f"met by the same figures as {_label(strongest[one.figures])}: counted there",
        )
        for one in found
    ]


def _size(one: Contribution) -> float:
    return abs(one.log_likelihood_ratio)


def _label(one: Contribution) -> str:
    return one.finding.label.lower() if one.finding is not None else "another finding"
