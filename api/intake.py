"""Coded input becomes observations: identifiers checked, repaired or refused, each by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from domain.errors import InvalidField, UnknownConcept
from domain.evidence import CodedEntry
from domain.findings import Note, Observation, State
from domain.identifiers import Curie
from kg.identifiers import How
from reasoning.knowledge import Knowledge

#: Nearest labels for an id that is not known: (id, label) pairs.
Suggest = Callable[[str], Sequence[tuple[str, str]]]
NOT_ASSESSED = "not_assessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedFinding:
    """A finding as somebody coded it, not yet checked. `system` names where it came from."""

    concept: str
    state: str = "present"
    probability: float | None = None
    base_rate: float | None = None
    onset: str | None = None
    importance: str | None = None
    label: str | None = None
    system: str = "request"


def observe(
    coded: Iterable[CodedFinding],
    knowledge: Knowledge,
    release: str,
    suggest: Suggest,
    *,
    strict: bool = True,
) -> tuple[list[Observation], list[Note]]:
    """Observations of coded findings, and notes on what was repaired or could not be used.

    `strict` refuses an unknown id (UnknownConcept with the nearest labels); otherwise it becomes
    a note, as for files that may come from another HPO release. Raises InvalidField.
    """
    observations: list[Observation] = []
    notes: list[Note] = []
    for i, finding in enumerate(coded):
        if finding.state == NOT_ASSESSED:
            notes.append(
                Note(
                    level="info",
                    code="not-assessed",
                    subject=finding.concept,
                    message="Said to be not assessed: it has no effect.",
                )
            )
            continue
        state = _state(finding, i)
        concept = _concept(finding, i, state, knowledge, release, suggest, strict, notes)
        if concept is None:
            continue
        number = knowledge.terms.number(concept)
        label = knowledge.terms.label(number) if number is not None else finding.concept
        observations.append(
            Observation(
                label=finding.label or label,
                concept=concept,
                link_score=1.0,
                state=state,
                probability=finding.probability,
                base_rate=finding.base_rate,
                onset=Curie.parse(finding.onset) if finding.onset else None,
                evidence=(CodedEntry(system=finding.system, code=finding.concept),),
            )
        )
        if finding.importance is not None:
            notes.append(
                Note(
                    level="info",
                    code="importance-not-used",
                    subject=finding.concept,
                    message="The importance of a finding is not used by this scoring method.",
                )
            )
    return observations, notes


def _state(finding: CodedFinding, position: int) -> State:
    try:
        state = State(finding.state)
    except ValueError:
        raise InvalidField(
            f"findings[{position}].state",
            f"{finding.state[:40]!r} is not a state.",
            mend=f"Use one of {', '.join(State)}, {NOT_ASSESSED}.",
        ) from None
    if finding.probability is not None and state in (State.PRESENT, State.ABSENT):
        return State.UNCERTAIN
    return state


def _concept(
    finding: CodedFinding,
    position: int,
    state: State,
    knowledge: Knowledge,
    release: str,
    suggest: Suggest,
    strict: bool,
    notes: list[Note],
) -> Curie | None:
    """The live concept, or None with a note."""
    try:
        identifier = Curie.parse(finding.concept)
    except InvalidField as error:
        field = f"findings[{position}].concept"
        raise InvalidField(field, error.message, mend=error.mend) from None
    resolution = knowledge.resolver.resolve(identifier, excluded=state is State.ABSENT)
    if resolution.how is How.CURRENT:
        return resolution.concept
    if resolution.how is How.UNKNOWN:
        if strict:
            raise UnknownConcept(identifier, release, tuple(suggest(finding.label or identifier)))
        notes.append(
            Note(
                level="warning",
                code="unknown-concept",
                subject=identifier,
                message=f"{finding.label or identifier} is not in release {release}: not used.",
                mend="The file may use a later HPO; a newer release may know it.",
            )
        )
        return None
    followed = resolution.concept is not None
    notes.append(
        Note(
            level="info" if followed else "warning",
            code="identifier-followed" if followed else "obsolete-concept",
            subject=identifier,
            message=f"{identifier}: {resolution.message}."
            + ("" if followed else " It was not used."),
            mend=None if followed else "Name a current term instead.",
        )
    )
    return resolution.concept
