"""Which live concept an identifier stands for: current, alternative, obsolete or decided.

The rules are the design's. An obsolete term's own stanza rules, even where its id is also an
alternative id of another term. One `replaced_by` is followed for a present finding; for an
excluded one never without a decision, because the file does not say whether the replacement is
broader. Several replacements, or `consider`, wait for a person.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from domain.assertions import Concept
from domain.errors import SourceError
from domain.identifiers import Curie
from ontologies.files import read_text


class How(StrEnum):
    """How an identifier was understood."""

    CURRENT = "current"
    ALTERNATIVE = "alternative id"
    REPLACED = "replaced_by followed"
    DECIDED = "decided by a person"
    SET_ASIDE = "set aside"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The live concept, or None with the reason in `message`."""

    concept: Curie | None
    how: How
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Obsolete:
    """An obsolete term's own stanza."""

    label: str
    replaced_by: tuple[str, ...]
    consider: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's word: use `object` for an obsolete term (polarity `present` or `excluded`), or
    take it for the same disease (`same_as`); None leaves it out."""

    subject: str
    polarity: str
    object: str | None
    reason: str


DECISION_COLUMNS = ("subject", "polarity", "decision", "object", "by", "date", "reason")


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """Read a decisions table (TSV). Raises SourceError naming the line."""
    rows = csv.reader(
        (line for line in read_text(path) if line.strip() and not line.startswith("#")),
        delimiter="\t",
    )
    header = next(rows, [])
    if tuple(header) != DECISION_COLUMNS:
        raise SourceError(
            str(path), "is no decisions file.", mend=f"Columns: {', '.join(DECISION_COLUMNS)}."
        )
    decisions: list[Decision] = []
    for number, row in enumerate(rows, start=2):
        if len(row) != len(DECISION_COLUMNS):
            raise SourceError(str(path), f"decision {number - 1} has {len(row)} columns.")
        subject, polarity, decision, target, _, _, reason = row
        if polarity not in ("present", "excluded", "same_as") or decision not in (
            "use",
            "leave_out",
        ):
            raise SourceError(
                str(path),
                f"decision on {subject}: polarity is present, excluded or same_as, "
                "decision use or leave_out.",
            )
        decisions.append(
            Decision(
                subject=subject,
                polarity=polarity,
                object=target if decision == "use" else None,
                reason=reason,
            )
        )
    return tuple(decisions)


class Resolver:
    """Understands identifiers against one ontology release and one decisions file."""

    def __init__(
        self,
        *,
        live: Iterable[str],
        alternatives: Mapping[str, str],
        obsolete: Mapping[str, Obsolete],
        decisions: Iterable[Decision] = (),
    ) -> None:
        self.live = frozenset(live)
        self.alternatives = dict(alternatives)
        self.obsolete = dict(obsolete)
        self.decisions = {(d.subject, d.polarity): d for d in decisions}

    @classmethod
    def of(cls, concepts: Iterable[Concept], decisions: Iterable[Decision] = ()) -> Resolver:
        """Tables of an ontology's concepts, obsolete ones included."""
        live: list[str] = []
        alternatives: dict[str, str] = {}
        obsolete: dict[str, Obsolete] = {}
        for concept in concepts:
            if concept.obsolete:
                obsolete[concept.id] = Obsolete(
                    label=concept.label.removeprefix("obsolete "),
                    replaced_by=concept.replaced_by,
                    consider=concept.consider,
                )
                continue
            live.append(concept.id)
            alternatives.update(dict.fromkeys(concept.alt_ids, concept.id))
        return cls(live=live, alternatives=alternatives, obsolete=obsolete, decisions=decisions)

    def resolve(self, identifier: str, *, excluded: bool = False) -> Resolution:
        """The live concept that `identifier` stands for, as present or as excluded finding."""
        if identifier in self.live:
            return Resolution(Curie(identifier), How.CURRENT)
        stanza = self.obsolete.get(identifier)
        if stanza is None:
            if target := self.alternatives.get(identifier):
                return Resolution(Curie(target), How.ALTERNATIVE, f"now part of {target}")
            return Resolution(None, How.UNKNOWN, "not in the ontology")
        polarity = "excluded" if excluded else "present"
        if decision := self.decisions.get((identifier, polarity)):
            if decision.object is None:
                return Resolution(None, How.DECIDED, f"left out: {decision.reason}")
            return Resolution(Curie(decision.object), How.DECIDED, decision.reason)
        choices = stanza.replaced_by or stanza.consider
        if len(stanza.replaced_by) == 1 and not excluded and choices[0] in self.live:
            return Resolution(
                Curie(choices[0]), How.REPLACED, f"obsolete, replaced by {choices[0]}"
            )
        if not choices:
            return Resolution(None, How.SET_ASIDE, "obsolete without a replacement")
        if len(stanza.replaced_by) == 1 and excluded:
            return Resolution(
                None,
                How.SET_ASIDE,
                f"obsolete, replaced by {choices[0]}, which may be broader: "
                "an exclusion is not carried over without a decision",
            )
        return Resolution(
            None, How.SET_ASIDE, f"obsolete, to be chosen by a person: {', '.join(choices)}"
        )
