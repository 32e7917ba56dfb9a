"""An annotated document as a GA4GH phenopacket, version 2.

A phenotypic feature is there or excluded, and the patient's own. So the features are the findings
that a ranking would count as such, and what values imply as present; what cannot be said that way
(hedged, undetermined, of relatives, hypothetical, not linked) is left out, and
`metaData.updates` says how much. A normal value is a measurement and no excluded feature: it holds
for its own time only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property

from api.annotate import Annotated, Placed
from api.render.as_annotations_measured import can_be_measured, measurements, reference
from domain.assertions import Sex
from domain.findings import Experiencer, Finding, FindingUse, Observation, State, Time
from domain.identifiers import Curie
from reasoning.findings import choose, fuse
from reasoning.knowledge import Knowledge

SCHEMA = "2.0"
_AUTOMATIC = {"id": "ECO:0000501", "label": "evidence used in automatic assertion"}
_MODIFIER, _SEVERITY = Curie("HP:0012823"), Curie("HP:0012824")
#: Resources by prefix: name, address, the version (or the source of the release that has one),
#: IRI prefix.
_RESOURCES: Mapping[str, tuple[str, str, str, str]] = {
    "HP": (
        "Human Phenotype Ontology",
        "http://purl.obolibrary.org/obo/hp.owl",
        "hpo",
        "http://purl.obolibrary.org/obo/HP_",
    ),
    "ECO": (
        "Evidence and Conclusion Ontology",
        "http://purl.obolibrary.org/obo/eco.owl",
        "2024-07-19",
        "http://purl.obolibrary.org/obo/ECO_",
    ),
    "UCUM": ("Unified Code for Units of Measure", "https://ucum.org", "not stated", "https://ucum.org/"),
    "LOINC": ("Logical Observation Identifiers Names and Codes", "https://loinc.org",
              "not stated", "https://loinc.org/"),
    "dif": ("Differentia", "urn:differentia:", "differentia", "urn:differentia:analyte:"),
}  # fmt: skip


class Packets:
    """Writes phenopackets of documents of one patient, with the terms of one release."""

    def __init__(
        self, knowledge: Knowledge, *, age: float | None = None, sex: Sex = Sex.UNKNOWN
    ) -> None:
        self._knowledge = knowledge
        self._age = age
        self._sex = sex

    def packet(self, a: Annotated, *, created: datetime | None = None) -> dict[str, object]:
        """A document as a phenopacket; `created` is now unless stated."""
        implied = [p for p in a.values if p.observation.state is State.PRESENT]
        placed = {id(p.observation): p for p in (*a.findings, *implied)}
        observations = [p.observation for p in placed.values()]
        uses, _ = choose(fuse(observations, self._knowledge), self._knowledge)
        made = (created or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
        by = f"differentia {a.versions['differentia']}"
        packet: dict[str, object] = {
            "id": a.document,
            "subject": _subject(a.document, self._age, self._sex),
            "phenotypicFeatures": [
                self._feature(use.finding, placed) for use in uses if _can_be_said(use)
            ],
            "measurements": measurements(a.values),
        }
        update = {"timestamp": made, "updatedBy": by, "comment": _left_out(a, observations, uses)}
        packet["metaData"] = {
            "created": made,
            "createdBy": by,
            "resources": list(_resources(packet, a.versions)),
            "phenopacketSchemaVersion": SCHEMA,
            "updates": [update],
        }
        return {key: value for key, value in packet.items() if value}

    def _feature(self, finding: Finding, placed: Mapping[int, Placed]) -> dict[str, object]:
        same = [o for o in finding.observations if o.state is finding.state]
        severity, modifiers = self._modifiers(same)
        feature: dict[str, object] = {
            "type": {"id": str(finding.concept), "label": finding.label},
            "excluded": finding.state is State.ABSENT,
            "severity": severity,
            "modifiers": modifiers,
            "onset": _onset(finding),
            "description": "in the past" if finding.time is Time.PAST else "",
            "evidence": [_evidence(placed[id(o)]) for o in same],
        }
        return {key: value for key, value in feature.items() if value}

    def _modifiers(
        self, observations: Iterable[Observation]
    ) -> tuple[dict[str, str] | None, list[dict[str, str]]]:
        """The severity and the other modifiers that HPO has a term for."""
        severity = None
        modifiers: dict[str, dict[str, str]] = {}
        for word in dict.fromkeys(m.lower() for o in observations for m in o.modifiers):
            if word not in self._modifier_terms:
                continue
            number, grades = self._modifier_terms[word]
            term = self._knowledge.terms.ref(number)
            written = {"id": str(term.id), "label": term.label}
            if not grades:
                modifiers[term.id] = written
            elif severity is None:
                severity = written
        return severity, list(modifiers.values())

    @cached_property
    def _modifier_terms(self) -> dict[str, tuple[int, bool]]:
        """HPO's clinical modifiers by their label: number, and whether it is a severity."""
        terms, ancestors = self._knowledge.terms, self._knowledge.ancestors
        root, severity = terms.number(_MODIFIER), terms.number(_SEVERITY)
        if root is None:
            return {}
        below = (n for n in range(len(terms)) if n != root and root in ancestors[n])
        return {terms.label(n).lower(): (n, severity in ancestors[n]) for n in below}


def _can_be_said(use: FindingUse) -> bool:
    plain = use.finding.state in (State.PRESENT, State.ABSENT)
    return use.used and plain and use.finding.probability is None


def _subject(document: str, age: float | None, sex: Sex) -> dict[str, object]:
    subject: dict[str, object] = {"id": document, "sex": sex.value}
    if age is not None:
        subject["timeAtLastEncounter"] = {"age": {"iso8601duration": duration(age)}}
    return subject


def duration(years: float) -> str:
    """An age as an ISO 8601 duration, to the month where it is a number of months, else to the day.

    >>> duration(4.5), duration(34.0), duration(10 / 365.25)
    ('P4Y6M', 'P34Y', 'P10D')
    """
    months = round(years * 12)
    if abs(years * 12 - months) > 1 / 100:
        return f"P{round(years * 365.25)}D"
    whole, rest = divmod(months, 12)
    return f"P{whole}Y{rest}M" if rest and whole else f"P{rest}M" if rest else f"P{whole}Y"


def _onset(finding: Finding) -> dict[str, object] | None:
    onset = finding.onset
    if onset is None:
        return None
    if onset.term is not None:
        return {"ontologyClass": {"id": str(onset.term), "label": str(onset)}}
    return None if onset.years is None else {"age": {"iso8601duration": duration(onset.years)}}


def _evidence(p: Placed) -> dict[str, object]:
    return {"evidenceCode": _AUTOMATIC, "reference": reference(p)}


def _resources(packet: object, versions: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The vocabularies that a packet names, by the prefixes of its ids."""
    used = {identifier.partition(":")[0] for identifier in _ids(packet)}
    for prefix, (name, url, version, iri) in _RESOURCES.items():
        if prefix in used:
            yield {
                "id": prefix.lower(),
                "name": name,
                "url": url,
                "version": versions.get(version, version),
                "namespacePrefix": prefix,
                "iriPrefix": iri,
            }


def _ids(value: object) -> Iterator[str]:
    """Ids of ontology classes, which have a label beside them."""
    if isinstance(value, dict):
        if "label" in value and isinstance(value.get("id"), str):
            yield value["id"]
        for inner in value.values():
            yield from _ids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner)


def _left_out(a: Annotated, observations: Iterable[Observation], uses: Iterable[FindingUse]) -> str:
    """What was read and is not in the packet, counted by why."""
    why = Counter("not linked to a term" for o in observations if o.concept is None)
    why.update(_why(use) for use in uses if not _can_be_said(use))
    said = ["Read from text by a program; nobody has checked it."]
    if why:
        counted = "; ".join(f"{n} {reason}" for reason, n in why.items())
        said.append(f"Not among the features: {counted}.")
    unsaid = {(p.start, p.end) for p in a.values if not can_be_measured(p)}
    if unsaid:
        said.append(
            f"Not among the measurements: {len(unsaid)} not of the patient, without a known unit, "
            "or only a limit."
        )
    return " ".join(said)


def _why(use: FindingUse) -> str:
    f = use.finding
    if f.time is Time.HYPOTHETICAL:
        return "hypothetical or planned"
    if f.experiencer is not Experiencer.PATIENT:
        return "of relatives or others"
    if f.state is State.UNCERTAIN:
        return "hedged"
    if f.state is State.UNDETERMINED:
        return "undetermined"
    if use.why_not and use.why_not.startswith("describes"):
        return "inheritance, onset or course"
    return "implied or contradicted by a feature"
