"""Coded input becomes observations: identifiers checked, repaired or refused, each by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from domain.ages import ONSET, ONSET_CLASSES, Onset
from domain.assertions import Sex
from domain.errors import InvalidField, UnknownConcept
from domain.evidence import CodedEntry
from domain.findings import Experiencer, Note, Observation, State
from domain.identifiers import Curie
from kg.identifiers import How
from reasoning.knowledge import Knowledge

if TYPE_CHECKING:
    from nlp.reader import TextReader

#: Nearest labels for an id that is not known: (id, label) pairs.
Suggest = Callable[[str], Sequence[tuple[str, str]]]
NOT_ASSESSED = "not_assessed"
UNKNOWN = "unknown"
CHIEF = "chief"
#: Most words that a note lists.
SHOWN = 5
#: What a state may be called: the states, and words for having no effect.
STATES = (*State, UNKNOWN, NOT_ASSESSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedFinding:
    """A finding as somebody coded it, not yet checked.

    `onset` is an HPO onset term, an ISO 8601 duration or a number of years; `importance` a number
    or "chief"; `relative` says whose finding it is ("mother"), the patient's where None. `system`
    names where it came from, `field` its place there for messages.
    """

    concept: str
    state: str = "present"
    probability: float | None = None
    base_rate: float | None = None
    onset: str | None = None
    importance: float | str | None = None
    relative: str | None = None
    label: str | None = None
    system: str = "request"
    field: str = ""


def importance(text: str, field: str = "importance") -> float | str:
    """A number, or "chief" as it is. Raises InvalidField."""
    if text == CHIEF:
        return CHIEF
    try:
        return float(text)
    except ValueError:
        raise InvalidField(
            field, f"{text[:40]!r} is no number.", mend="Write a number from 0.1 to 3, or chief."
        ) from None


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
    for i, given in enumerate(coded):
        finding = given if given.field else replace(given, field=f"findings[{i}]")
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
        state = _state(finding)
        concept = _concept(finding, state, knowledge, release, suggest, strict, notes)
        if concept is not None:
            observations.append(_observation(finding, state, concept, knowledge, strict, notes))
    return observations, notes


def read_text(
    reader: TextReader,
    knowledge: Knowledge,
    text: str,
    document: str,
    *,
    age: float | None,
    sex: Sex | None,
) -> tuple[list[Observation], list[Note]]:
    """What a document says in words and by its values, and notes on what could not be used.

    `age` (years) and `sex` choose the reference ranges. What a value means stands with the id
    that the release knows it by, or unlinked. Raises InputError for empty or huge text.
    """
    values = [linked(o, knowledge) for o in reader.values(text, document, age=age, sex=sex)]
    read = reader.read(text, document)
    observations = [*read, *(o for o, _ in values)]
    lost = list(dict.fromkeys(label for _, label in values if label is not None))
    notes = _not_linked(read, document)
    if lost:
        notes.append(not_in_release(lost, document))
    if not observations:
        notes.append(
            Note(
                level="warning",
                code="no-finding-in-text",
                subject=document,
                message=f"No finding of the release's lexicon was recognised in {document}.",
                mend="Add findings as HPO terms (`differentia concepts search TEXT`).",
            )
        )
    return observations, notes


def _not_linked(read: Sequence[Observation], document: str) -> list[Note]:
    """What seems to be a finding and could not be linked, so that nobody takes it for read."""
    loose = list(dict.fromkeys(o.label for o in read if o.concept is None))
    if not loose:
        return []
    more = f" and {len(loose) - SHOWN} more" if len(loose) > SHOWN else ""
    return [
        Note(
            level="warning",
            code="not-linked",
            subject=document,
            message=f"Not linked to a finding, and not used: {', '.join(loose[:SHOWN])}{more}.",
            mend="Add what is meant as HPO terms (`differentia concepts search TEXT`).",
        )
    ]


def not_in_release(labels: Sequence[str], subject: str) -> Note:
    """What values mean and the release has no concept for, so that nobody takes it for used."""
    return Note(
        level="info",
        code="value-not-in-release",
        subject=subject,
        message=f"The release does not know what these values mean: {', '.join(labels)}.",
        mend="A newer release may know it.",
    )


def linked(observation: Observation, knowledge: Knowledge) -> tuple[Observation, str | None]:
    """What a value means by the release's own id; with its label where the release has none."""
    if observation.concept is None:
        return observation, None
    excluded = observation.state is State.ABSENT
    found = knowledge.resolver.resolve(observation.concept, excluded=excluded).concept
    if found == observation.concept:
        return observation, None
    linked = replace(observation, concept=found)
    return linked, observation.label if found is None else None


def _observation(
    finding: CodedFinding,
    state: State,
    concept: Curie,
    knowledge: Knowledge,
    strict: bool,
    notes: list[Note],
) -> Observation:
    """The observation. Raises InvalidField with the field's place."""
    number = knowledge.terms.number(concept)
    chief = finding.importance == CHIEF
    weight = finding.importance
    if isinstance(weight, str):
        weight = None if chief else float(importance(weight, f"{finding.field}.importance"))
    try:
        return Observation(
            label=finding.label
            or (finding.concept if number is None else knowledge.terms.label(number)),
            concept=concept,
            link_score=1.0,
            state=state,
            experiencer=Experiencer.FAMILY if finding.relative else Experiencer.PATIENT,
            kinship=finding.relative,
            probability=finding.probability,
            base_rate=finding.base_rate,
            onset=_onset(finding, knowledge, strict, notes),
            importance=weight,
            chief=chief,
            evidence=(CodedEntry(system=finding.system, code=finding.concept),),
        )
    except InvalidField as error:
        if error.field.startswith(finding.field):
            raise
        message = error.message.removeprefix(f"{error.field}: ")
        raise InvalidField(f"{finding.field}.{error.field}", message, mend=error.mend) from None


def _onset(
    finding: CodedFinding, knowledge: Knowledge, strict: bool, notes: list[Note]
) -> Onset | None:
    """When it began; a term that is no onset is refused if `strict`, else noted."""
    if finding.onset is None:
        return None
    field = f"{finding.field}.onset"
    onset = Onset.parse(finding.onset, field)
    if onset.term is None or onset.term in ONSET_CLASSES or _is_onset(onset.term, knowledge):
        return onset
    if strict:
        raise InvalidField(
            field,
            f"{onset.term} is no onset term.",
            mend="Use one below HP:0003674, such as HP:0003577, or an age (P3Y).",
        )
    notes.append(
        Note(
            level="warning",
            code="onset-not-used",
            subject=finding.concept,
            message=f"Its onset {onset.term} is no onset term: it was left out.",
        )
    )
    return None


def _is_onset(term: Curie, knowledge: Knowledge) -> bool:
    number, root = knowledge.terms.number(term), knowledge.terms.number(ONSET)
    return number is not None and root is not None and root in knowledge.ancestors[number]


def _state(finding: CodedFinding) -> State:
    if finding.state in (UNKNOWN, State.UNDETERMINED):
        if finding.probability is not None:
            raise InvalidField(
                f"{finding.field}.state",
                f"{finding.state} has no probability.",
                mend="Use state uncertain.",
            )
        return State.UNDETERMINED
    try:
        state = State(finding.state)
    except ValueError:
        raise InvalidField(
            f"{finding.field}.state",
            f"{finding.state[:40]!r} is not a state.",
            mend=f"Use one of {', '.join(STATES)}.",
        ) from None
    return state


def _concept(
    finding: CodedFinding,
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
        field = f"{finding.field}.concept"
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
