"""Cases in Neo4j: coded data and offsets only, tied to the active release.

(:Case {id})-[:HAS_OBSERVATION]->(:Observation {concept, state, ...})-[:OF]->(:Concept)
                                 (:Observation)-[:SEEN_IN]->(:Evidence {kind, box, label, ...})

`OF` is made again in the transaction that makes another release active. Deleting a release takes
its concepts and their `OF` away, never a case. Older versions kept evidence as JSON on the
observation: it is read as it stands, and becomes nodes when the case is tied again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from domain.assertions import Frequency
from domain.findings import Experiencer, State, Time
from domain.identifiers import Curie
from kg.bolt_connection import Connection, Row, Transaction
from kg.bolt_rows import Maker
from kg.cases import StoredCase, Support, check_id, from_object, missing, to_object
from kg.identifiers import Decision, Resolver

SCHEMA = (
    "CREATE CONSTRAINT case_key IF NOT EXISTS FOR (c:Case) REQUIRE c.id IS UNIQUE",
    "CREATE INDEX observation_concept IF NOT EXISTS FOR (o:Observation) ON (o.concept)",
)
EMPTY = """
MATCH (:Case {id: $id})-[:HAS_OBSERVATION]->(old) OPTIONAL MATCH (old)-[:SEEN_IN]->(seen)
DETACH DELETE seen, old
"""
ADD = """
MERGE (c:Case {id: $id}) SET c = $about
WITH c UNWIND $observations AS row
CREATE (c)-[:HAS_OBSERVATION]->(o:Observation) SET o = row.about
WITH o, row UNWIND row.places AS place
CREATE (o)-[:SEEN_IN]->(e:Evidence) SET e = place
"""
IDS = "MATCH (c:Case) RETURN c.id AS id"
GET = """
MATCH (c:Case {id: $id}) OPTIONAL MATCH (c)-[:HAS_OBSERVATION]->(o:Observation)
WITH c, o ORDER BY o.number
RETURN properties(c) AS about, collect(properties(o)) AS observations,
       collect([(o)-[:SEEN_IN]->(e) | properties(e)]) AS places
"""
REMOVE = """
MATCH (c:Case {id: $id}) OPTIONAL MATCH (c)-[:HAS_OBSERVATION]->(o:Observation)
OPTIONAL MATCH (o)-[:SEEN_IN]->(e:Evidence)
DETACH DELETE e, o, c RETURN count(DISTINCT c) AS deleted
"""
DISEASES = """
MATCH (:Case {id: $id})-[:HAS_OBSERVATION]->(o:Observation {state: $present, experiencer: $own})
WHERE o.time <> $hypothetical
MATCH (o)-[:OF]->(found:Concept)<-[:IS_A*0..]-(t) WITH DISTINCT found, t
OPTIONAL MATCH (t)<-[a:HAS_FINDING]-(d)
WHERE a.aspect = 'P' AND NOT a.excluded
  AND coalesce(a.frequency_count, 1) <> 0 AND coalesce(a.frequency_percent, 1.0) <> 0.0
RETURN found.id AS concept, collect(DISTINCT d.id) AS diseases
"""
#: The same query stands in docs/neo4j.md.
SUPPORTED = """
MATCH (:Case {id: $case})-[:HAS_OBSERVATION]->(o:Observation)-[:SEEN_IN]->(e:Evidence)
WHERE o.state = 'present' AND o.experiencer = 'patient' AND o.time <> 'hypothetical'
MATCH (o)-[:OF]->(found:Concept)<-[:IS_A*0..]-(met) WITH DISTINCT o, e, found, met
MATCH (met)<-[x:HAS_FINDING|HAS_FIGURE]-(d)
WHERE (x.aspect = 'P' AND NOT x.excluded
       AND coalesce(x.frequency_count, 1) <> 0 AND coalesce(x.frequency_percent, 1.0) <> 0.0)
   OR (x.review = 'opened' AND NOT x.absent
       AND (x.measure IN ['lr_pos', 'odds_ratio', 'risk_ratio'] AND x.value > 1
            OR x.measure IN ['frequency', 'sensitivity', 'class', 'share'] AND x.kind <> 'risk'
               AND coalesce(x.class_word, '') <> 'absent' AND coalesce(x.value, 1.0) <> 0.0))
RETURN o.number AS observation, e.number AS evidence, e.kind AS kind,
       coalesce(e.image, e.document, e.record) AS part, e.box AS box, e.start AS start,
       e.end AS end, e.code AS code, e.value AS value, e.unit AS unit, e.label AS label,
       e.score AS score, found.id AS finding, found.label AS finding_label, met.id AS met,
       met.label AS met_label, d.id AS disease, d.label AS disease_label,
       type(x) AS edge, coalesce(x.measure, 'frequency') AS measure, x.printed AS printed,
       x.frequency_count AS n, x.frequency_total AS of, x.frequency_percent AS percent,
       x.frequency_term AS class, coalesce(x.references, []) + coalesce(x.reference, [])
       AS references, x.source AS source, x.line AS line
ORDER BY observation, evidence, finding, met, disease, source, line, measure
"""
OLD = """
MATCH (c:Case)-[:HAS_OBSERVATION]->(o:Observation)
WHERE o.evidence IS NOT NULL AND ($case IS NULL OR c.id = $case)
RETURN c.id AS case, o.number AS number, o.evidence AS evidence
"""
MOVE = """
UNWIND $rows AS row
MATCH (:Case {id: row.case})-[:HAS_OBSERVATION]->(o:Observation {number: row.number})
REMOVE o.evidence
WITH o, row UNWIND row.places AS place
CREATE (o)-[:SEEN_IN]->(e:Evidence) SET e = place
"""
ACTIVE = "MATCH (:Active)-[:IS]->(r:Release) RETURN r.id AS id, r.manifest AS manifest"
OBSERVED = """
MATCH (c:Case)-[:HAS_OBSERVATION]->(o:Observation) WHERE $case IS NULL OR c.id = $case
RETURN DISTINCT o.concept AS concept, o.state = $absent AS excluded
"""
STANZAS = """
MATCH (c:Concept {release: $release})
WHERE c.id IN $ids OR any(i IN c.alt_ids WHERE i IN $ids)
RETURN properties(c) AS concept
"""
UNLINK = """
MATCH (c:Case)-[:HAS_OBSERVATION]->(:Observation)-[x:OF]->()
WHERE $case IS NULL OR c.id = $case DELETE x
"""
LINK = """
UNWIND $links AS link
MATCH (p:Concept {release: $release, id: link.current})
MATCH (o:Observation {concept: link.concept})<-[:HAS_OBSERVATION]-(c:Case)
WHERE (o.state = $absent) = link.excluded AND ($case IS NULL OR c.id = $case)
MERGE (o)-[:OF]->(p)
"""


class BoltCases:
    """Cases beside the releases of one database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, case: StoredCase) -> None:
        """Keep a case; one of the same id is replaced whole."""
        about = to_object(case)
        observations = [
            _row(number, o) for number, o in enumerate(about.pop("observations"), start=1)
        ]

        def work(tx: Transaction) -> None:
            tx.rows(EMPTY, id=check_id(case.id))
            tx.rows(ADD, id=case.id, about=about, observations=observations)
            for active in tx.rows(ACTIVE):
                manifest = json.loads(active["manifest"])
                link(tx, active["id"], decisions_of(manifest), case=case.id)

        self._connection.define(*SCHEMA)
        self._connection.write(work)

    def ids(self) -> list[str]:
        """Ids of the cases, sorted."""
        return sorted(row["id"] for row in self._connection.read(IDS))

    def get(self, case: str) -> StoredCase:
        """One case. Raises InputError where there is none."""
        rows = self._connection.read(GET, id=check_id(case))
        if not rows:
            raise missing(case)
        observations = [
            {**o, "evidence": _evidence(o, places)}
            for o, places in zip(rows[0]["observations"], rows[0]["places"], strict=False)
        ]
        return from_object({**rows[0]["about"], "observations": observations})

    def remove(self, case: str) -> None:
        """Delete a case. Raises InputError where there is none."""
        deleted = self._connection.write(lambda tx: tx.rows(REMOVE, id=check_id(case)))
        if not deleted or not deleted[0]["deleted"]:
            raise missing(case)

    def diseases_of(self, case: str) -> dict[Curie, tuple[Curie, ...]]:
        """Diseases by present concept, as the active release knows it."""
        self.get(case)
        rows = self._connection.read(
            DISEASES,
            id=case,
            present=State.PRESENT,
            own=Experiencer.PATIENT,
            hypothetical=Time.HYPOTHETICAL,
        )
        return {
            Curie(row["concept"]): tuple(sorted(Curie(d) for d in row["diseases"])) for row in rows
        }

    def supported(self, case: str) -> list[Support]:
        """Every way from where a present finding was seen to a disease that shows it, in order."""
        self.get(case)
        if self._connection.read(OLD, case=case):
            self._connection.write(lambda tx: _move(tx, case))
        rows = self._connection.read(SUPPORTED, case=case)
        return sorted((_support(row) for row in rows), key=lambda row: row.order)


def link(
    tx: Transaction, release: str, decisions: Sequence[Decision], *, case: str | None = None
) -> None:
    """Tie the observations of a case, or of all, to the live concepts of a release."""
    _move(tx, case)
    tx.rows(UNLINK, case=case)
    observed = tx.rows(OBSERVED, case=case, absent=State.ABSENT)
    if not observed:
        return
    resolver = _resolver(tx, release, decisions, sorted({row["concept"] for row in observed}))
    links = [
        {"concept": row["concept"], "excluded": row["excluded"], "current": found}
        for row in observed
        if (found := resolver.resolve(row["concept"], excluded=row["excluded"]).concept)
    ]
    tx.rows(LINK, release=release, links=links, case=case, absent=State.ABSENT)


def _resolver(
    tx: Transaction, release: str, decisions: Sequence[Decision], ids: list[str]
) -> Resolver:
    """Understands these ids as the whole release does: their stanzas, and what they point to."""
    make = Maker(release)
    decided = [d.object for d in decisions if d.object]
    stanzas = tx.rows(STANZAS, release=release, ids=ids)
    further = [i for row in stanzas for i in row["concept"].get("replaced_by", ())]
    stanzas += tx.rows(STANZAS, release=release, ids=[*further, *decided])
    return Resolver.of([make.concept(row["concept"], ()) for row in stanzas], decisions)


def _row(number: int, observation: Row) -> dict[str, object]:
    about = {name: value for name, value in observation.items() if name != "evidence"}
    return {"about": {**about, "number": number}, "places": _places(observation["evidence"])}


def _places(evidence: Sequence[Row]) -> list[dict[str, object]]:
    """Evidence as properties of nodes, numbered; a list may hold numbers of one type only."""
    return [
        {k: [float(x) for x in v] if isinstance(v, list) else v for k, v in e.items()}
        | {"number": number}
        for number, e in enumerate(evidence, start=1)
    ]


def _evidence(observation: Row, places: Sequence[Row]) -> list[Row]:
    """The evidence of an observation in its order, wherever it is kept."""
    if "evidence" in observation:
        return [json.loads(e) for e in observation["evidence"]]
    return sorted(places, key=lambda place: int(place["number"]))


def _move(tx: Transaction, case: str | None) -> None:
    """Make nodes of the evidence that a case, or any, still holds as JSON."""
    old = [
        {**row, "places": _places([json.loads(e) for e in row["evidence"]])}
        for row in tx.rows(OLD, case=case)
    ]
    if old:
        tx.rows(MOVE, rows=old)


def _support(row: Row) -> Support:
    said = dict(row)
    count, total, percent, term = (said.pop(name) for name in ("n", "of", "percent", "class"))
    frequency = Frequency(count=count, total=total, percent=percent, term=term and Curie(term))
    said["printed"] = said["printed"] or str(frequency)
    for name in ("finding_label", "met_label", "disease_label"):
        said[name] = said[name] or ""
    for name in ("finding", "met", "disease"):
        said[name] = Curie(said[name])
    said["box"] = None if said["box"] is None else tuple(said["box"])
    return Support(**said | {"references": tuple(said["references"])})


def decisions_of(manifest: Row) -> list[Decision]:
    """The decisions that a release was built with."""
    return [
        Decision(subject=subject, polarity=polarity, object=target, reason=reason)
        for subject, polarity, target, reason in manifest.get("decisions", ())
    ]
