"""KGX TSV: a nodes file or an edges file, told apart by their headers. Our own export, and
Biolink's in general.

Of Biolink's we read diseases, phenotypic features and things without a closer class, and the
edges between them that say what we know of; the others are counted in a note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from domain.assertions import (
    CODE,
    DISEASE,
    EXCLUDED,
    FREQUENCY_CLASSES,
    PHENOTYPE,
    Aspect,
    Assertion,
    Concept,
    Frequency,
    Sex,
    Synonym,
)
from domain.errors import InvalidField, SourceError
from domain.identifiers import Curie
from ontologies import content
from ontologies.content import Content, Mapping
from ontologies.formats import kgx_figures
from ontologies.frequency import counted, percentage
from ontologies.tables import Table, header_of

NODE_COLUMNS = ("id", "category")
EDGE_COLUMNS = ("subject", "predicate", "object")
SUBCLASS_OF = "biolink:subclass_of"
#: Predicates of disease-finding edges, and the aspect that they imply.
FINDINGS = {
    "biolink:has_phenotype": Aspect.PHENOTYPE,
    "biolink:has_mode_of_inheritance": Aspect.INHERITANCE,
}
#: Our own edges of the other aspects.
RELATED = "biolink:related_to"
#: `close_match` is how our export writes a cross-reference.
MAPPINGS = {
    "biolink:same_as": content.EXACT_MATCH,
    "biolink:exact_match": content.EXACT_MATCH,
    "biolink:close_match": content.DB_XREF,
    "biolink:broad_match": content.BROAD_MATCH,
    "biolink:narrow_match": content.NARROW_MATCH,
}
_SEXES = {"MALE": Sex.MALE, "FEMALE": Sex.FEMALE, "PATO:0000384": Sex.MALE,
          "PATO:0000383": Sex.FEMALE}  # fmt: skip
_CATEGORIES = (DISEASE, PHENOTYPE, CODE)


def sniff(head: str, name: str) -> bool:  # noqa: ARG001
    """Whether the header is that of a nodes or an edges file, not one of figures."""
    columns = header_of(head)
    if columns == kgx_figures.COLUMNS:
        return False
    return _are_nodes(columns) or set(EDGE_COLUMNS) <= set(columns)


def _are_nodes(columns: Iterable[str]) -> bool:
    return set(NODE_COLUMNS) <= set(columns) and not set(EDGE_COLUMNS) & set(columns)


def read(path: Path, source: str, category: str = PHENOTYPE) -> Content:  # noqa: ARG001
    """Concepts of a nodes file; hierarchy, assertions and mappings of an edges file. Raises
    SourceError with the line."""
    table = Table(path, (), quoted=False)
    if _are_nodes(table.columns):
        return _nodes(path, table)
    return _Edges(path, source, table).content()


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _nodes(path: Path, table: Table) -> Content:
    concepts: dict[Curie, Concept] = {}
    others: Counter[str] = Counter()
    for line, row in table:
        stated = [c.removeprefix("biolink:") for c in _split(row["category"])] or [CODE]
        category = next((c for c in _CATEGORIES if c in stated), None)
        if category is None or (category == CODE and len(stated) > 1):
            others[stated[0]] += 1
            continue
        try:
            concept = _concept(row, category)
        except InvalidField as error:
            raise SourceError(str(path), error.message, line=line, mend=error.mend) from None
        except ValueError:
            raise SourceError(
                str(path), "synonym_scope is not parallel to synonym.", line=line
            ) from None
        if concept.id in concepts:
            raise SourceError(str(path), f"{concept.id} is defined twice.", line=line)
        concepts[concept.id] = concept
    return Content(version="", concepts=tuple(concepts.values()), notes=_notes(path, others))


def _notes(path: Path, others: Counter[str]) -> tuple[str, ...]:
    return tuple(f"{path.name}: {n:,} of {what} left out" for what, n in sorted(others.items()))


def _concept(row: dict[str, str], category: str) -> Concept:
    identifier = Curie.parse(row["id"])
    names = _split(row.get("synonym", ""))
    scopes = _split(row.get("synonym_scope", "")) or ("exact",) * len(names)
    pairs = zip(names, (s.partition(":") for s in scopes), strict=True)
    return Concept(
        id=identifier,
        label=row.get("name", "") or str(identifier),
        category=category,
        definition=row.get("description", "") or None,
        synonyms=tuple(
            Synonym(text=text, scope=scope, type=kind or None) for text, (scope, _, kind) in pairs
        ),
        xrefs=_split(row.get("xref", "")),
        obsolete=row.get("deprecated", "").lower() in ("true", "1"),
        **{
            field: tuple(Curie.parse(i) for i in _split(row.get(column, "")))
            for field, column in (
                ("alt_ids", "alt_id"),
                ("replaced_by", "replaced_by"),
                ("consider", "consider"),
            )
        },
    )


class _Edges:
    """Reads an edges file; what repeats (identifiers) is made once."""

    def __init__(self, path: Path, source: str, table: Table) -> None:
        missing = [c for c in EDGE_COLUMNS if c not in table.columns]
        if missing:
            raise SourceError(str(path), f"the header lacks {', '.join(missing)}.", line=1)
        self._path = path
        self._source = source
        self._table = table
        #: Our own export says of each edge which line of which source it came from.
        self._own = "source_line" in table.columns
        self._ids: dict[str, Curie] = {}

    def content(self) -> Content:
        """The whole file."""
        hierarchy: list[tuple[Curie, Curie]] = []
        assertions: list[Assertion] = []
        mappings: list[Mapping] = []
        others: Counter[str] = Counter()
        for line, row in self._table:
            predicate = row["predicate"]
            try:
                if predicate == SUBCLASS_OF:
                    hierarchy.append((self._id(row["subject"]), self._id(row["object"])))
                elif predicate in FINDINGS or (predicate == RELATED and row.get("aspect")):
                    assertions.append(self._assertion(line, row))
                elif predicate in MAPPINGS:
                    mappings.append(self._mapping(line, row))
                else:
                    others[predicate] += 1
            except InvalidField as error:
                raise SourceError(
                    str(self._path), error.message, line=line, mend=error.mend
                ) from None
        return Content(
            version="",
            hierarchy=tuple(hierarchy),
            assertions=tuple(assertions),
            mappings=tuple(mappings),
            notes=_notes(self._path, others),
        )

    def _id(self, text: str) -> Curie:
        if text not in self._ids:
            self._ids[text] = Curie.parse(text)
        return self._ids[text]

    def _said_by(self, line: int, row: dict[str, str]) -> tuple[str, int]:
        """Source and line: those that our own export names, else this file's."""
        stated = row.get("source_line", "")
        if not self._own or not stated:
            return self._source, line
        who = row.get("primary_knowledge_source", "").removeprefix("infores:")
        return who or self._source, self._whole("source_line", stated)

    def _whole(self, column: str, text: str) -> int:
        if not text.isdecimal():
            raise InvalidField(column, f"{text[:40]!r} is not a whole number.")
        return int(text)

    def _mapping(self, line: int, row: dict[str, str]) -> Mapping:
        source, stated = self._said_by(line, row)
        return Mapping(
            subject=self._id(row["subject"]),
            predicate=MAPPINGS[row["predicate"]],
            object=self._id(row["object"]),
            source=source,
            line=stated,
            justification=row.get("modifier", ""),
        )

    def _assertion(self, line: int, row: dict[str, str]) -> Assertion:
        source, stated_line = self._said_by(line, row)
        frequency = self._frequency(row)
        excluded = row.get("negated", "").lower() in ("true", "1")
        sex = row.get("sex_qualifier", "")
        if sex and sex not in _SEXES:
            raise InvalidField("sex_qualifier", f"{sex[:40]!r} is neither MALE nor FEMALE.")
        aspect = row.get("aspect", "")
        if aspect and aspect not in tuple(Aspect):
            raise InvalidField("aspect", f"{aspect[:40]!r} is none of {', '.join(Aspect)}.")
        stated, onset = row.get("stated_object", ""), row.get("onset_qualifier", "")
        return Assertion(
            disease=self._id(row["subject"]),
            concept=self._id(row["object"]),
            aspect=Aspect(aspect) if aspect else FINDINGS[row["predicate"]],
            excluded=excluded or (frequency is not None and frequency.term == EXCLUDED),
            frequency=frequency,
            onset=self._id(onset) if onset else None,
            sex=_SEXES[sex] if sex else None,
            modifiers=_split(row.get("modifier", "")),
            evidence_code=row.get("has_evidence", ""),
            references=_split(row.get("publications", "")),
            source=source,
            line=stated_line,
            stated_concept=self._id(stated) if stated else None,
        )

    def _frequency(self, row: dict[str, str]) -> Frequency | None:
        count, total = row.get("has_count", ""), row.get("has_total", "")
        if count and total:
            return counted(self._whole("has_count", count), self._whole("has_total", total))
        try:
            if percent := row.get("has_percentage", ""):
                return percentage(float(percent))
            if quotient := row.get("has_quotient", ""):
                return percentage(100 * float(quotient))
        except ValueError:
            raise InvalidField("frequency", "a percentage or quotient is not a number.") from None
        term = row.get("frequency_qualifier", "")
        if term and term not in FREQUENCY_CLASSES:
            raise InvalidField(
                "frequency_qualifier", f"{term[:40]!r} is none of HP:0040280 to HP:0040285."
            )
        return Frequency(term=self._id(term)) if term else None
