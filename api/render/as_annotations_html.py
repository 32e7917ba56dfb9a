"""Annotated documents as HTML: the text with its marks, and beside it what each was read as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from api.annotate import Annotated, Placed
from api.render import words
from api.render.as_annotations import measurement
from api.render.as_annotations_text import (
    NO_FINDING,
    NO_RANGE,
    NOT_LINKED,
    hedge_words,
    replaced_words,
    trigger_words,
)
from api.render.as_html import html_with_script
from api.render.spans import Mark, Segment, segments
from domain.findings import Attribute, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A finding or a value: its number on the page, its class names, and its attributes as
    (name, words) pairs."""

    key: int
    placed: Placed
    label: str
    css: str
    attributes: tuple[tuple[str, str], ...]
    anchor: str
    usual: str = ""

    @property
    def hedge(self) -> str:
        """Class and measured strength of the words that made it uncertain."""
        return hedge_words(self.placed)

    @property
    def qualifier(self) -> str:
        """What sets it apart from the patient's own of now."""
        return words.who_and_when(self.placed.observation)

    @property
    def triggers(self) -> tuple[str, ...]:
        """The words that decided state, time and experiencer."""
        return trigger_words(self.placed)

    @property
    def tag(self) -> str:
        """What is printed behind the words, "" for what the patient has now."""
        o = self.placed.observation
        said = "" if o.state is State.PRESENT else o.state.value
        return ", ".join(filter(None, (said, self.qualifier)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of the text: `rows` cover it (innermost first), `cues` are decided by it, `anchors`
    begin with it, `tag` stands behind it."""

    segment: Segment
    rows: tuple[Row, ...]
    cues: tuple[Row, ...]
    anchors: tuple[str, ...]
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A document, ready to be shown."""

    annotated: Annotated
    number: int
    pieces: tuple[Piece, ...]
    findings: tuple[Row, ...]
    values: tuple[Row, ...]
    replaced: str | None


def html_annotations(annotated: Iterable[Annotated]) -> str:
    """Documents as one HTML file that asks for nothing from elsewhere.

    The file carries its own content security policy, as the report of a differential does.
    """
    return html_with_script("annotations.html", documents=shown(annotated))


def shown(annotated: Iterable[Annotated]) -> tuple[Shown, ...]:
    """Marks, tables and attributes of documents worked out; numbers run on through all of them."""
    found: list[Shown] = []
    key = 1
    for number, a in enumerate(annotated):
        findings = [_finding(key + i, number, p) for i, p in enumerate(a.findings)]
        key += len(findings)
        values = [_value(key + i, number, p) for i, p in enumerate(a.values)]
        key += len(values)
        found.append(
            Shown(
                annotated=a,
                number=number,
                pieces=_pieces(a.text, (*findings, *values)),
                findings=tuple(findings),
                values=tuple(values),
                replaced=None if a.replacements is None else replaced_words(a),
            )
        )
    return tuple(found)


def _finding(key: int, number: int, p: Placed) -> Row:
    o = p.observation
    score = "" if o.link_score is None or o.concept is None else f"{o.link_score:.2f}"
    return _row(
        key,
        number,
        p,
        ("concept", o.concept or NOT_LINKED),
        ("link", score),
        ("state", ", ".join(filter(None, (o.state.value, hedge_words(p))))),
        ("time", o.time.value),
        ("whose", f"{o.experiencer.value} ({o.kinship})" if o.kinship else o.experiencer.value),
        ("section", o.section or ""),
        ("modifiers", ", ".join(o.modifiers)),
        ("because of", ", ".join(f'"{t}"' for t in trigger_words(p))),
    )


def _value(key: int, number: int, p: Placed) -> Row:
    o, m = p.observation, measurement(p)
    usual = m.reference_range or NO_RANGE
    row = _row(
        key,
        number,
        p,
        ("concept", o.concept or NO_FINDING),
        ("state", o.state.value),
        ("value", f"{m.name or m.code} {m.amount}"),
        ("when", m.time or ""),
        ("method", m.method),
        ("usual", usual),
        ("source", m.source),
        ("section", o.section or ""),
    )
    return replace(row, css=f"{row.css} measured", usual=usual)


def _row(key: int, number: int, p: Placed, *attributes: tuple[str, str]) -> Row:
    o = p.observation
    linked = " unlinked" if o.concept is None and not o.momentary else ""
    return Row(
        key=key,
        placed=p,
        label=o.label,
        css=f"{o.state.value} {o.experiencer.value} {o.time.value}{linked}",
        attributes=tuple((name, said) for name, said in attributes if said),
        anchor=f"text-{number}-{p.span.start}-{p.span.end}-{key}",
    )


def _pieces(text: str, rows: Sequence[Row]) -> tuple[Piece, ...]:
    """The text cut at every edge of a mention (by the row's number) and of the words that decided
    it (by its negative)."""
    by_key = {row.key: row for row in rows}
    marks = [Mark(start=s.start, end=s.end, key=r.key) for r in rows for s in [r.placed.span]]
    cues = [
        Mark(start=t.start, end=t.end, key=-row.key)
        for row in rows
        for t in row.placed.observation.triggers
        if t.attribute is not Attribute.SECTION and t.start is not None and t.end is not None
    ]
    return tuple(_piece(s, by_key) for s in segments(text, (*marks, *cues)))


def _piece(segment: Segment, by_key: dict[int, Row]) -> Piece:
    covering = [m.key for m in segment.marks]
    ending = [by_key[m.key].tag for m in segment.ends if m.key > 0]
    return Piece(
        segment=segment,
        rows=tuple(by_key[key] for key in covering if key > 0),
        cues=tuple(by_key[-key] for key in covering if key < 0),
        anchors=tuple(by_key[m.key].anchor for m in segment.starts if m.key > 0),
        tag="; ".join(dict.fromkeys(filter(None, ending))),
    )
