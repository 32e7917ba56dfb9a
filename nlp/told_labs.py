"""Laboratory values that are told, not printed: "ferritin is low", "TSH was normal".

Every name of the reviewed table of analytes is a subject of `nlp/predications.py`, and what a
value beyond its range means is what is said of it: the same concepts as for a printed number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.evidence import ConceptRef
from domain.findings import State
from ontologies.analytes import EXACT, Analyte, Kind
from ontologies.curated_names import ANY

_ABOVE = "increased|elevated|raised|high|above normal|elevation"
_BELOW = "decreased|reduced|low|diminished|below normal"
_LONG = "prolonged|increased|elevated"
_WELL = (
    "normal|within normal limits|within the normal range|within the reference range|unremarkable"
)
#: Beside these a name means another sample, what is eaten, or a score.
_UNLESS = (
    "urine urinary urin csf cerebrospinal fluid stool fecal dietary diet intake sweat tissue muscle"
    " clearance excretion score binding supplement supplementation therapy infusion"
)
#: Shorter names say too many other things in prose.
_SHORTEST = 3


def lab_rows(analytes: Mapping[str, Analyte]) -> Iterator[dict[str, str]]:
    """Rows like those of `predications.tsv`, from the laboratory values of a table."""
    for analyte in analytes.values():
        if analyte.kind is not Kind.LAB:
            continue
        names = [name.removeprefix(EXACT) for name in analyte.names]
        subject = "|".join(
            name + of
            for name in names
            if len(name) >= _SHORTEST
            for of in ("", " level", " concentration")
        )
        for concept, beyond in ((analyte.above, _ABOVE), (analyte.below, _BELOW)):
            if concept is None or not subject:
                continue
            long = concept.label.startswith("Prolonged")
            yield _row(subject, _LONG if long else beyond, State.PRESENT, concept)
            yield _row(subject, _WELL, State.ABSENT, concept)


def _row(subject: str, predicate: str, says: State, concept: ConceptRef) -> dict[str, str]:
    return {
        "subject": subject,
        "predicate": predicate,
        "says": says.value,
        "concept": concept.id,
        "label": concept.label,
        "context": ANY,
        "unless": _UNLESS,
    }
