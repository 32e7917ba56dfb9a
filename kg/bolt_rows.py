"""Domain objects as properties of Neo4j's nodes and relationships, and back.

Texts are cleaned as the exchange format cleans them, so that both stores give the same back.
What is empty is not stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from domain.assertions import Aspect, Assertion, Concept, Frequency, Link, Sex, Synonym
from domain.errors import InvalidField, ReleaseCorrupt
from domain.figures import Against, Class, Figure, Kind, Measure, Review, Setting
from domain.identifiers import Curie
from kg.kgx import clean

Properties = Mapping[str, Any]
T = TypeVar("T")


def _stored(**properties: object) -> dict[str, object]:
    return {k: v for k, v in properties.items() if v is not None and v not in ("", [])}


def _clean(texts: Sequence[str]) -> list[str]:
    return [clean(t) for t in texts]


def concept_row(concept: Concept, release: str) -> dict[str, object]:
    """A concept's properties, without its parents (those are relationships)."""
    return _stored(
        release=release,
        id=str(concept.id),
        label=clean(concept.label),
        category=concept.category,
        definition=clean(concept.definition or ""),
        synonyms=_clean([s.text for s in concept.synonyms]),
        synonym_scopes=[s.scope for s in concept.synonyms],
        synonym_types=[s.type or "" for s in concept.synonyms],
        xrefs=_clean(concept.xrefs),
        alt_ids=_clean(concept.alt_ids),
        obsolete=concept.obsolete,
        replaced_by=_clean(concept.replaced_by),
        consider=_clean(concept.consider),
    )


def assertion_row(assertion: Assertion) -> dict[str, object]:
    """An assertion: its two ends, and the relationship's properties."""
    f = assertion.frequency or Frequency()
    properties = _stored(
        aspect=assertion.aspect.value,
        excluded=assertion.excluded,
        frequency_count=f.count,
        frequency_total=f.total,
        frequency_percent=None if f.percent is None else float(f"{f.percent:g}"),
        frequency_term=f.term,
        onset=assertion.onset,
        sex=assertion.sex and assertion.sex.value,
        modifiers=_clean(assertion.modifiers),
        evidence=assertion.evidence_code,
        references=_clean(assertion.references),
        source=assertion.source,
        line=assertion.line,
        stated=assertion.stated_concept,
    )
    return {"from": assertion.disease, "to": assertion.concept, "properties": properties}


def link_row(link: Link) -> dict[str, object]:
    """A link: its two ends, and the relationship's properties."""
    properties = _stored(
        source=link.source, line=link.line, justification=clean(link.justification)
    )
    return {"from": link.subject, "to": link.object, "properties": properties}


def figure_row(figure: Figure) -> dict[str, object]:
    """A figure: its two ends, and the relationship's properties."""
    f = figure
    properties = _stored(
        measure=f.measure.value,
        absent=f.absent,
        words=clean_words(f.words),
        threshold=f.threshold,
        kind=f.kind.value,
        printed=clean_words(f.printed),
        value=f.value,
        class_word=f.word and f.word.value,
        count=f.count,
        total=f.total,
        interval=f.interval,
        population=clean_words(f.population),
        setting=f.setting.value,
        comparator=clean_words(f.comparator),
        against=f.against and f.against.value,
        reference=f.reference,
        opened=f.opened,
        review=f.review.value,
        note=clean_words(f.note),
        source=f.source,
        line=f.line,
    )
    return {"from": f.disease, "to": f.concept, "properties": properties}


def clean_words(text: str) -> str:
    """One line, as figures.tsv holds it."""
    return " ".join(text.split())


class Maker:
    """Makes domain objects of what the database returns; equal ids become one object.

    What a person wrote into the database can be anything: ReleaseCorrupt names where it was
    found and which property cannot be used.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._made: dict[str, Curie] = {}

    def curie(self, text: Any) -> Curie:
        """An identifier."""
        if text not in self._made:
            self._made[text] = Curie(text)
        return self._made[text]

    def curies(self, texts: Sequence[str]) -> tuple[Curie, ...]:
        """Several identifiers."""
        return tuple(self.curie(t) for t in texts)

    def concept(self, properties: Properties, parents: Sequence[str]) -> Concept:
        """A concept with its parents by id. Raises ReleaseCorrupt."""
        p = properties
        return self._checked(
            lambda: Concept(
                id=self.curie(p["id"]),
                label=p.get("label", ""),
                category=p["category"],
                definition=p.get("definition"),
                synonyms=tuple(
                    Synonym(text=text, scope=scope, type=kind or None)
                    for text, scope, kind in zip(
                        p.get("synonyms", ()),
                        p.get("synonym_scopes", ()),
                        p.get("synonym_types", ()),
                        strict=True,
                    )
                ),
                xrefs=tuple(p.get("xrefs", ())),
                parents=tuple(sorted({self.curie(i) for i in parents})),
                alt_ids=self.curies(p.get("alt_ids", ())),
                obsolete=p.get("obsolete", False),
                replaced_by=self.curies(p.get("replaced_by", ())),
                consider=self.curies(p.get("consider", ())),
            ),
            f"the node {p.get('id')}",
        )

    def assertion(self, disease: str, concept: str, properties: Properties) -> Assertion:
        """One `HAS_FINDING`. Raises ReleaseCorrupt."""
        p = properties
        return self._checked(
            lambda: Assertion(
                disease=self.curie(disease),
                concept=self.curie(concept),
                aspect=Aspect(p["aspect"]),
                excluded=_is(bool, p["excluded"]),
                frequency=self._frequency(p),
                onset=self.curie(p["onset"]) if "onset" in p else None,
                sex=Sex(p["sex"]) if "sex" in p else None,
                modifiers=tuple(p.get("modifiers", ())),
                evidence_code=p.get("evidence", ""),
                references=tuple(p.get("references", ())),
                source=_is(str, p["source"]),
                line=_is(int, p["line"]),
                stated_concept=self.curie(p["stated"]) if "stated" in p else None,
            ),
            f"the HAS_FINDING from {disease} to {concept}",
        )

    def _frequency(self, p: Properties) -> Frequency | None:
        if "frequency_count" in p:
            return Frequency(
                count=_is(int, p["frequency_count"]), total=_is(int, p["frequency_total"])
            )
        if "frequency_percent" in p:
            return Frequency(percent=float(p["frequency_percent"]))
        if "frequency_term" in p:
            return Frequency(term=self.curie(p["frequency_term"]))
        return None

    def figure(self, disease: str, concept: str, properties: Properties) -> Figure:
        """One `HAS_FIGURE`. Raises ReleaseCorrupt."""
        p = properties
        return self._checked(
            lambda: Figure(
                disease=self.curie(disease),
                concept=self.curie(concept),
                absent=_is(bool, p["absent"]),
                words=p.get("words", ""),
                threshold=p.get("threshold", ""),
                kind=Kind(p["kind"]),
                measure=Measure(p["measure"]),
                printed=p.get("printed", ""),
                value=_is(float, p["value"]) if "value" in p else None,
                word=Class(p["class_word"]) if "class_word" in p else None,
                count=_is(int, p["count"]) if "count" in p else None,
                total=_is(int, p["total"]) if "total" in p else None,
                interval=p.get("interval", ""),
                population=p.get("population", ""),
                setting=Setting(p["setting"]),
                comparator=p.get("comparator", ""),
                against=Against(p["against"]) if "against" in p else None,
                reference=_is(str, p["reference"]),
                opened=p.get("opened", ""),
                review=Review(p["review"]),
                note=p.get("note", ""),
                source=_is(str, p["source"]),
                line=_is(int, p["line"]),
            ),
            f"the HAS_FIGURE from {disease} to {concept}",
        )

    def link(self, subject: str, predicate: str, target: str, properties: Properties) -> Link:
        """One `SAME_AS` or `XREF`. Raises ReleaseCorrupt."""
        return self._checked(
            lambda: Link(
                subject=self.curie(subject),
                predicate=predicate,
                object=self.curie(target),
                source=_is(str, properties["source"]),
                line=_is(int, properties["line"]),
                justification=properties.get("justification", ""),
            ),
            f"the {predicate} from {subject} to {target}",
        )

    def _checked(self, make: Callable[[], T], what: str) -> T:
        try:
            return make()
        except KeyError as error:
            raise ReleaseCorrupt(f"In {self._where}, {what} has no {error}.") from None
        except (ValueError, TypeError, InvalidField) as error:
            raise ReleaseCorrupt(f"In {self._where}, {what} cannot be read: {error}.") from None


def _is(kind: type[T], value: object) -> T:
    if type(value) is not kind:
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value
