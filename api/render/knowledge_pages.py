"""The curated tables as pages for physicians: `docs/knowledge/*.md`, one a group of diseases.

A figure stands as it is printed. Where what is taken from it is another number (the middle of a
range, one minus the share of the comparators who had the finding), that stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from api.render.knowledge_words import (
    AGAINST,
    DEMOGRAPHIC,
    MEASURES,
    SECTIONS,
    SETTINGS,
    section_of,
    taken,
    title,
)
from domain.assertions import Concept
from domain.figures import Figure, Measure
from domain.identifiers import Curie
from ontologies.curated_knowledge import Knowledge, Row
from ontologies.formats.curated_figures import ALL

INDEX = "README.md"
MADE = (
    "<!-- Made by `make knowledge` from ontologies/curated/common: change the tables instead. -->"
)
_COLUMNS = ("Finding", "Figure", "What it is", "In whom", "Against whom", "Reference", "Opened")
_LINKS = {
    "PMID": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "PMCID": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    "DOI": "https://doi.org/{}",
    "HP": "https://hpo.jax.org/browse/term/HP:{}",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_{}",
    "DOID": "http://purl.obolibrary.org/obo/DOID_{}",
    "OMIM": "https://omim.org/entry/{}",
    "ORPHA": "http://www.orpha.net/ORDO/Orphanet_{}",
}

Labels = Mapping[Curie, Concept]


def pages(knowledge: Knowledge, hpo: Labels) -> dict[str, str]:
    """The pages by file name, the index among them. `hpo` names the concepts of HPO by id."""
    known = {**hpo, **{row.value.id: row.value for row in knowledge.findings}}
    made = {f"{group}.md": _page(group, knowledge, known) for group in knowledge.groups}
    return {INDEX: _index(knowledge), **made}


def link(reference: str) -> str:
    """A reference or an id with where it leads; one of our own without.

    >>> link("PMID:32915980")
    '[PMID:32915980](https://pubmed.ncbi.nlm.nih.gov/32915980/)'
    """
    prefix, _, local = reference.partition(":")
    if prefix not in _LINKS:
        return escaped(reference)
    safe = re.sub(r"[()<>\s|]", lambda found: f"%{ord(found[0]):02X}", local)
    return f"[{escaped(reference)}]({_LINKS[prefix].format(safe)})"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, also within a table."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\|*_`\[\]~])", r"\\\1", " ".join(text.split()))


def anchor(heading: str) -> str:
    """The anchor that a Markdown renderer gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _heading(disease: Concept) -> str:
    return escaped(_capital(disease.label))


def _index(knowledge: Knowledge) -> str:
    count = "| {} | {:,} | {:,} | {:,} | {:,} |"
    groups = [_counts(knowledge, group) for group in knowledge.groups]
    where = {row.value.id: row for row in knowledge.diseases}
    grave = [r.value for r in knowledge.statements if r.value.measure is Measure.MUST_NOT_MISS]
    named = sorted(knowledge.diseases, key=lambda row: row.value.label.lower())
    lines = [
        "# Common and emergency disease: what is known, and who says so",
        "",
        MADE,
        "",
        f"{knowledge.summary()}.",
        "Every figure stands as its reference prints it, with the patients it was counted in, whom",
        "they were compared with, and the day on which we read the page. No clinician has reviewed",
        "these pages.",
        "",
        "| group | diseases | figures | with a number | references |",
        "|---|--:|--:|--:|--:|",
        *(count.format(f"[{title(name)}]({name}.md)", *numbers) for name, *numbers in groups),
        "",
        "## How to read a row",
        "",
        "*What it is* matters as much as the figure: these differ, and none stands in for another.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {words.short} | {words.long} |" for words in MEASURES.values() if words.long),
        "",
        "Where we take another number than the one that is printed, it follows (*taken as*): the",
        "middle of a range, or a specificity from the share of comparators who had the finding. A",
        "finding written with **no** is the finding's absence. *In whom* ends with where the",
        "patients were met; *collected* in the last column marks a row whose page we have not",
        "opened: it weighs nothing. A disease is its own finding only as the result of a named",
        "test, with the test's accuracy.",
        "",
        "What the columns of the tables mean, and how to add a row:",
        "[knowledge-tables.md](../knowledge-tables.md).",
        "",
        "## Must not be missed",
        "",
        "| disease | why | source |",
        "|---|---|---|",
        *(
            f"| {_entry(where[f.disease])} | {escaped(f.words)} | {link(f.reference)} |"
            for f in sorted(grave, key=lambda f: where[f.disease].value.label.lower())
        ),
        "",
        "A disease that is not listed here may be dangerous too: a mark needs a page that says so.",
        "",
        "## Diseases",
        "",
        *(f"- {_entry(row)}" for row in named),
    ]
    return "\n".join(lines) + "\n"


def _entry(row: Row[Concept]) -> str:
    return f"[{_heading(row.value)}]({row.group}.md#{anchor(_capital(row.value.label))})"


def _counts(knowledge: Knowledge, group: str) -> tuple[str, int, int, int, int]:
    figures = [r.value for r in knowledge.figures if r.group == group and r.value.weighs]
    return (
        group,
        sum(row.group == group for row in knowledge.diseases),
        len(figures),
        sum(figure.value is not None for figure in figures),
        len({figure.reference for figure in figures}),
    )


def _page(group: str, knowledge: Knowledge, known: Labels) -> str:
    rows = sorted(
        (row for row in knowledge.diseases if row.group == group),
        key=lambda row: row.value.label.lower(),
    )
    _, diseases, figures, numbers, references = _counts(knowledge, group)
    lines = [
        f"# {title(group)}",
        "",
        MADE,
        "",
        f"{diseases:,} diseases, {figures:,} figures, {numbers:,} of them with a number, from "
        f"{references:,} references. [How to read a row]({INDEX}#how-to-read-a-row).",
        "",
        *(f"- [{_heading(r.value)}](#{anchor(_capital(r.value.label))})" for r in rows),
        "",
    ]
    for row in rows:
        lines += _disease(row, knowledge, known)
    return "\n".join(lines)


def _disease(row: Row[Concept], knowledge: Knowledge, known: Labels) -> Iterator[str]:
    disease = row.value
    yield from (f"## {_heading(disease)}", "")
    yield from (". ".join(_identity(row)) + ".", "")
    for words in _statements(knowledge.said_of(disease.id), known):
        yield from (words, "")
    figures = [r.value for r in knowledge.figures if r.value.disease == disease.id]
    for section, heading in SECTIONS.items():
        if found := [f for f in figures if section_of(f) == section]:
            yield from (f"**{heading}**", "")
            yield "| " + " | ".join(_COLUMNS) + " |"
            yield "|" + "---|" * len(_COLUMNS)
            for figure in _arranged(found, known):
                yield "| " + " | ".join(_cells(figure, known)) + " |"
            yield ""


def _identity(row: Row[Concept]) -> Iterator[str]:
    yield link(row.value.id) if row.value.id.prefix != "DX" else f"{row.value.id} (an id of ours)"
    if same := [part.strip() for part in row.cells["same_as"].split("|") if part.strip()]:
        yield "The same as " + ", ".join(map(link, same))
    if row.value.synonyms:
        yield "Also called " + ", ".join(escaped(s.text) for s in row.value.synonyms)
    if sex := {"F": "women", "M": "men"}.get(row.cells["sex"]):
        yield f"Only in {sex}"


def _statements(rows: Sequence[Row[Figure]], known: Labels) -> Iterator[str]:
    """What is said of the disease as a whole."""
    for row in rows:
        if row.value.measure is Measure.MUST_NOT_MISS:
            f = row.value
            yield f"**Must not be missed**: {escaped(f.words)} ({link(f.reference)}, {f.opened})."
    if settles := [row.value for row in rows if row.value.measure is Measure.SETTLES]:
        what = ", ".join(_concept(f.concept, known) for f in settles)
        yield f"**Settled by**: {what} ({link(settles[0].reference)}, {settles[0].opened})."


def _arranged(figures: Sequence[Figure], known: Labels) -> list[Figure]:
    """What patients most often have comes first; the rows of a finding stand together."""
    often: dict[Curie, float] = {}
    for f in figures:
        if f.measure in (Measure.FREQUENCY, Measure.SENSITIVITY) and f.value is not None:
            share = 1 - f.value if f.absent else f.value
            often[f.concept] = max(share, often.get(f.concept, 0.0))
    order = list(MEASURES)
    return sorted(
        figures,
        key=lambda f: (
            -often.get(f.concept, -1.0), known[f.concept].label.lower(), f.concept, f.absent,
            order.index(f.measure), f.words.lower(), f.reference, f.population,
        ),
    )  # fmt: skip


def _cells(figure: Figure, known: Labels) -> tuple[str, ...]:
    what = MEASURES[figure.measure].short
    return (
        _finding(figure, known),
        _figure(figure),
        f"{what}; {escaped(figure.note)}" if figure.note else what,
        f"{escaped(figure.population)}; {SETTINGS[figure.setting]}",
        _against(figure),
        link(figure.reference),
        figure.opened if figure.weighs else "collected",
    )


def _finding(figure: Figure, known: Labels) -> str:
    words = escaped(figure.words)
    if figure.threshold and figure.threshold not in figure.words:
        words += f" ({'not ' if figure.absent else ''}{escaped(figure.threshold)})"
    if figure.concept == ALL or (figure.concept in DEMOGRAPHIC and not figure.absent):
        return words
    name = ("**no** " if figure.absent else "") + _concept(figure.concept, known)
    same = figure.words.lower() == known[figure.concept].label.lower()
    return name if same and not figure.threshold else f"{name}: {words}"


def _concept(concept: Curie, known: Labels) -> str:
    label = escaped(known[concept].label)
    if concept.prefix in _LINKS:
        return f"[{label}]({_LINKS[concept.prefix].format(concept.local)})"
    return label


def _figure(figure: Figure) -> str:
    said = escaped(figure.printed)
    numbers = re.findall(r"\d+", figure.printed)
    if figure.total is not None and str(figure.total) not in numbers:
        said_already = figure.count is None or str(figure.count) in numbers
        said += f" (n = {figure.total})" if said_already else f" ({figure.count}/{figure.total})"
    if figure.interval and figure.interval not in figure.printed:
        said += f" (CI {escaped(figure.interval)})"
    other = taken(figure)
    return f"{said}, *taken as {other}*" if other else said


def _against(figure: Figure) -> str:
    kind = AGAINST[figure.against] if figure.against else ""
    return escaped(figure.comparator) + (f" ({kind})" if kind else "")
