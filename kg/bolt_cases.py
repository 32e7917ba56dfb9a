"""Cases in Neo4j: coded data and offsets only, tied to the active release.

(:Case {id})-[:HAS_OBSERVATION]->(:Observation {concept, state, ...})-[:OF]->(:Concept)

`OF` is made again in the transaction that makes another release active. Deleting a release takes
its concepts and their `OF` away, never a case.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from domain.findings import Experiencer, State
from domain.identifiers import Curie
from kg.bolt_connection import Connection, Row, Transaction
from kg.bolt_rows import Maker
from kg.cases import StoredCase, check_id, from_object, missing, to_object
from kg.identifiers import Decision, Resolver

SCHEMA = (
    "CREATE CONSTRAINT case_key IF NOT EXISTS FOR (c:Case) REQUIRE c.id IS UNIQUE",
    "CREATE INDEX observation_concept IF NOT EXISTS FOR (o:Observation) ON (o.concept)",
)
EMPTY = "MATCH (:Case {id: $id})-[:HAS_OBSERVATION]->(old) DETACH DELETE old"
ADD = """
MERGE (c:Case {id: $id}) SET c = $about
WITH c UNWIND $observations AS observation
CREATE (c)-[:HAS_OBSERVATION]->(o:Observation) SET o = observation
"""
IDS = "MATCH (c:Case) RETURN c.id AS id"
GET = """
MATCH (c:Case {id: $id}) OPTIONAL MATCH (c)-[:HAS_OBSERVATION]->(o:Observation)
WITH c, o ORDER BY o.number
RETURN properties(c) AS about, collect(properties(o)) AS observations
"""
REMOVE = """
MATCH (c:Case {id: $id}) OPTIONAL MATCH (c)-[:HAS_OBSERVATION]->(o:Observation)
DETACH DELETE o, c RETURN count(DISTINCT c) AS deleted
"""
DISEASES = """
MATCH (:Case {id: $id})-[:HAS_OBSERVATION]->(o:Observation {state: $present, experiencer: $own})
MATCH (o)-[:OF]->(found:Concept)<-[:IS_A*0..]-(t) WITH DISTINCT found, t
OPTIONAL MATCH (t)<-[a:HAS_FINDING]-(d)
WHERE a.aspect = 'P' AND NOT a.excluded
  AND coalesce(a.frequency_count, 1) <> 0 AND coalesce(a.frequency_percent, 1.0) <> 0.0
RETURN found.id AS concept, collect(DISTINCT d.id) AS diseases
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
        empty = {"age": None}
        observations = [
            {"probability": None, "base_rate": None}
            | dict(o)
            | {"evidence": [json.loads(e) for e in o.get("evidence", ())]}
            for o in rows[0]["observations"]
        ]
        return from_object({**empty, **rows[0]["about"], "observations": observations})

    def remove(self, case: str) -> None:
        """Delete a case. Raises InputError where there is none."""
        deleted = self._connection.write(lambda tx: tx.rows(REMOVE, id=check_id(case)))
        if not deleted or not deleted[0]["deleted"]:
            raise missing(case)

    def diseases_of(self, case: str) -> dict[Curie, tuple[Curie, ...]]:
        """Diseases by present concept, as the active release knows it."""
        self.get(case)
        rows = self._connection.read(
            DISEASES, id=case, present=State.PRESENT, own=Experiencer.PATIENT
        )
        return {
            Curie(row["concept"]): tuple(sorted(Curie(d) for d in row["diseases"])) for row in rows
        }


def link(
    tx: Transaction, release: str, decisions: Sequence[Decision], *, case: str | None = None
) -> None:
    """Tie the observations of a case, or of all, to the live concepts of a release."""
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
    evidence = [json.dumps(e, sort_keys=True) for e in observation["evidence"]]
    return {**observation, "number": number, "evidence": evidence}


def decisions_of(manifest: Row) -> list[Decision]:
    """The decisions that a release was built with."""
    return [
        Decision(subject=subject, polarity=polarity, object=target, reason=reason)
        for subject, polarity, target, reason in manifest.get("decisions", ())
    ]
