"""What the templates are given: a differential with places in the text and bars worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from api.render import words
from api.render.ledger import Ledger, ledger
from api.render.spans import Mark, Segment, segments
from api.render.witnesses import Anchors, FindingRow, finding_row
from domain.differential import Contribution, Differential, Ranked
from domain.evidence import TextSpan
from domain.findings import State
from domain.identifiers import Curie

if TYPE_CHECKING:
    from vision.film import Film

#: Width of a bar chart in its own units; the middle is a contribution of 0.
BAR_WIDTH = 200.0
_STRONGEST = 3
_SMALLEST_SCALE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedSegment:
    """A piece of a report; `rows` are the findings that cover it, innermost first. `states` are
    what these words say of each, which is not always what stands once all are heard."""

    segment: Segment
    rows: tuple[FindingRow, ...]
    states: tuple[State, ...]
    anchors: tuple[str, ...]

    @property
    def css(self) -> str:
        """Class names of the innermost."""
        f = self.rows[0].use.finding
        return f"{self.states[0].value} {f.experiencer.value} {f.time.value}"

    @property
    def tag(self) -> str:
        """What to print behind the words where a finding is not the patient's own of now."""
        ending = {m.key for m in self.segment.ends}
        tags: dict[str, None] = {}
        for row, state in zip(self.rows, self.states, strict=True):
            if row.key in ending:
                said = "" if state is State.PRESENT else state.value
                tags[", ".join(filter(None, (said, row.qualifier)))] = None
        return "; ".join(filter(None, tags))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report, cut into plain and marked pieces."""

    name: str
    pieces: tuple[MarkedSegment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar from the middle: `x` and `width` in units of `BAR_WIDTH`."""

    x: float
    width: float
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A contribution with its name, its bar, and the findings of the case it stands for."""

    contribution: Contribution
    name: str
    bar: Bar
    rows: tuple[FindingRow, ...]
    labels: Mapping[Curie, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonGroup:
    """Reasons of one kind."""

    key: str
    title: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A ranked disease, ready to be shown; `bars` are the sums for and against it."""

    ranked: Ranked
    groups: tuple[ReasonGroup, ...]
    strongest: tuple[Reason, ...]
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The whole answer, ready to be shown. `scale` is the nats at either end of a reason's bar."""

    d: Differential
    documents: tuple[Document, ...]
    rows: tuple[FindingRow, ...]
    ledger: Ledger
    diagnoses: tuple[Diagnosis, ...]
    scale: float


def view(
    d: Differential,
    documents: Mapping[str, str],
    pictures: Mapping[str, Film] = MappingProxyType({}),
) -> View:
    """Work out places, bars and groups of a differential over its texts (name to text) and its
    films (the name that their findings bear, to the decoded film).

    A span is marked only where the text holds its quote at that place; where it does not, the
    findings table still shows it. A film without a picture is told in words.
    """
    anchors = Anchors(d.findings, documents)
    rows = tuple(finding_row(key, use, anchors) for key, use in enumerate(d.findings, 1))
    every = [abs(c.log_likelihood_ratio) for r in d.ranked for c in r.hypothesis.contributions]
    scale = max([_SMALLEST_SCALE, *every])
    sums = [s for r in d.ranked for s in _sums(r)]
    wide = max([_SMALLEST_SCALE, *map(abs, sums)])
    return View(
        d=d,
        documents=tuple(_document(name, text, rows) for name, text in documents.items()),
        rows=rows,
        ledger=ledger(d, rows, anchors, pictures),
        diagnoses=tuple(_diagnosis(d, r, rows, scale, wide) for r in words.with_reasons(d)),
        scale=scale,
    )


def _document(name: str, text: str, rows: tuple[FindingRow, ...]) -> Document:
    by_key = {row.key: row for row in rows}
    marks = {
        Mark(start=p.evidence.start, end=p.evidence.end, key=row.key): p.anchor
        for row in rows
        for p in row.places
        if p.anchor is not None and isinstance(p.evidence, TextSpan) and p.evidence.document == name
    }
    return Document(
        name=name,
        pieces=tuple(
            MarkedSegment(
                segment=s,
                rows=tuple(by_key[m.key] for m in s.marks),
                states=tuple(_said(by_key[m.key], name, m) for m in s.marks),
                anchors=tuple(a for m in s.starts if (a := marks[m]) is not None),
            )
            for s in segments(text, marks)
        ),
    )


def _said(row: FindingRow, document: str, mark: Mark) -> State:
    """What the words of a mark say of its finding."""
    for o in row.use.finding.observations:
        spans = (e for e in o.evidence if isinstance(e, TextSpan) and e.document == document)
        if any((e.start, e.end) == (mark.start, mark.end) for e in spans):
            return o.state
    return row.use.finding.state


def bar(value: float, scale: float) -> Bar:
    """A bar for `value` on a scale whose ends are `scale` to either side."""
    middle = BAR_WIDTH / 2
    width = min(abs(value) / scale, 1.0) * middle
    return Bar(
        x=round(middle if value >= 0 else middle - width, 2),
        width=round(width, 2),
        side="for" if value > 0 else "against",
    )


def _sums(r: Ranked) -> tuple[float, float]:
    values = [c.log_likelihood_ratio for c in r.hypothesis.contributions]
    return sum(v for v in values if v > 0), sum(v for v in values if v < 0)


def _diagnosis(
    d: Differential, r: Ranked, rows: tuple[FindingRow, ...], scale: float, wide: float
) -> Diagnosis:
    states = words.used_states(d)

    def reason(c: Contribution) -> Reason:
        own = tuple(
            row for row in rows
            if row.use.used and c.finding is not None and row.use.finding.concept == c.finding.id
        )  # fmt: skip
        return Reason(
            contribution=c,
            name=words.reason(c, states),
            bar=bar(c.log_likelihood_ratio, scale),
            rows=own,
            labels=words.path_labels(c),
        )

    return Diagnosis(
        ranked=r,
        groups=tuple(
            ReasonGroup(key=g.key, title=g.title, reasons=tuple(map(reason, g.contributions)))
            for g in words.grouped(r.hypothesis)
        ),
        strongest=tuple(map(reason, words.strongest(r.hypothesis, _STRONGEST))),
        bars=tuple(bar(s, wide) for s in _sums(r)),
    )
