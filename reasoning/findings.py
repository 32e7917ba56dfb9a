"""Observations of all readers become findings, and it is decided which of them count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import inf, log

import numpy as np

from domain.ages import Onset
from domain.assertions import Aspect
from domain.differential import Conflict
from domain.findings import (
    CHIEF_IMPORTANCE,
    Experiencer,
    Finding,
    FindingUse,
    Observation,
    State,
    Time,
    likelihood_ratio,
)
from domain.identifiers import Curie
from reasoning.conflicts import (
    child_and_ancestor,
    decided,
    opposed,
    read_otherwise,
    settles,
    stated_both,
)
from reasoning.knowledge import ASPECTS, Knowledge
from reasoning.studies import beside_report

#: How it begins why a finding does not count that a more specific one says.
IMPLIED = "implied by"
_Key = tuple[Curie, Experiencer, str, Time]


def fuse(observations: Iterable[Observation], knowledge: Knowledge) -> tuple[Finding, ...]:
    """One finding for each concept, experiencer and time, in order of first mention.

    Observations without a concept are not linked and are left to the caller. Concepts must be
    live terms of `knowledge`.
    """
    groups: dict[_Key, list[Observation]] = {}
    for o in beside_report(tuple(observations)):
        if o.concept is not None:
            groups.setdefault((o.concept, o.experiencer, o.kinship or "", o.time), []).append(o)
    return tuple(
        _finding(key, part, knowledge)
        for key, group in groups.items()
        for part in _parts(list(dict.fromkeys(group)))
    )


def _parts(group: list[Observation]) -> list[list[Observation]]:
    """One finding, or two where something was absent at one moment and otherwise not absent:
    what held for a moment neither contradicts the rest nor settles it."""
    lasting = [
        o for o in group if not (o.momentary and o.state is State.ABSENT and o.probability is None)
    ]
    if len(lasting) in (0, len(group)) or _fused_state([o.state for o in lasting]) is State.ABSENT:
        return [group]
    return [lasting, [o for o in group if o not in lasting]]


def _finding(key: _Key, group: Sequence[Observation], knowledge: Knowledge) -> Finding:
    concept, experiencer, kinship, time = key
    number = knowledge.terms.number(concept)
    soft = [o for o in group if o.probability is not None]
    strongest = max(soft, key=lambda o: (abs(log(_ratio(o))), -_ratio(o)), default=None)
    stated = [o.state for o in group if not decided(o)]
    state = _fused_state(stated)
    if state in (State.PRESENT, State.ABSENT):
        strongest = None  # a plain statement stands above what is likely
    elif strongest is not None and not opposed(stated):
        state = strongest.state
    return Finding(
        concept=concept,
        label=knowledge.terms.label(number) if number is not None else group[0].label,
        state=state,
        experiencer=experiencer,
        kinship=kinship or None,
        time=time,
        probability=strongest.probability if strongest else None,
        base_rate=strongest.base_rate if strongest else None,
        joint=strongest.joint if strongest else None,
        onset=min((o.onset for o in group if o.onset), key=_begins, default=None),
        observations=tuple(group),
        importance=max((i for o in group if (i := _importance(o)) is not None), default=1.0),
        chief=any(o.chief for o in group) and state is not State.ABSENT,
    )


def _importance(o: Observation) -> float | None:
    return CHIEF_IMPORTANCE if o.chief and o.importance is None else o.importance


def _begins(onset: Onset) -> tuple[float, str]:
    return (inf if onset.earliest is None else onset.earliest), str(onset)


def _ratio(o: Observation) -> float:
    assert o.probability is not None
    assert o.base_rate is not None
    return likelihood_ratio(o.probability, o.base_rate)


def _fused_state(states: Sequence[State]) -> State:
    """Present and absent together settle nothing; a plain statement outweighs a hedged one."""
    said = set(states)
    if opposed(said):
        return State.UNDETERMINED
    if State.PRESENT in said:
        return State.PRESENT
    if State.ABSENT in said:
        return State.UNCERTAIN if State.UNCERTAIN in said else State.ABSENT
    return State.UNCERTAIN if State.UNCERTAIN in said else State.UNDETERMINED


def choose(
    findings: Sequence[Finding], knowledge: Knowledge, *, of_now: bool = False
) -> tuple[tuple[FindingUse, ...], tuple[Conflict, ...]]:
    """Which findings enter the score, why others do not, and what contradicts what. With `of_now`
    what was seen before this illness does not count: it says something of lifelong disease."""
    reasons: dict[int, str] = {}
    conflicts: list[Conflict] = []
    for i, finding in enumerate(findings):
        reason = _outside(finding, knowledge, of_now)
        if of_now and reason is None and finding.earlier is not None:
            reason = f"of {finding.earlier}, before this illness: says nothing of now"
        if reason:
            reasons[i] = reason
            if opposed(o.state for o in finding.observations if not decided(o)):
                conflicts.append(stated_both(finding))
        else:
            conflicts += read_otherwise(finding)
    plain = [i for i in range(len(findings)) if i not in reasons]
    present = [i for i in plain if _is(findings[i], State.PRESENT)]
    absent = [i for i in plain if _is(findings[i], State.ABSENT)]
    _contradicted(findings, present, absent, knowledge, reasons, conflicts)
    _settled(findings, present, absent, knowledge, reasons, conflicts)
    findings = list(findings)
    _implied(findings, present, absent, knowledge, reasons)
    uses = (
        FindingUse(finding=f, used=i not in reasons, why_not=reasons.get(i))
        for i, f in enumerate(findings)
    )
    return tuple(uses), tuple(conflicts)


def _is(finding: Finding, state: State) -> bool:
    return finding.state is state and finding.probability is None


def _outside(finding: Finding, knowledge: Knowledge, history: bool) -> str | None:
    """Why a finding is not the patient's own certain or measured finding, or None. With `history`
    what was before, an exposure and the character of a complaint are findings too."""
    if finding.time is Time.HYPOTHETICAL:
        return "hypothetical or planned: not something the patient has"
    if finding.experiencer is Experiencer.FAMILY:
        who = finding.kinship or "a relative"
        if any(o.pregnancy for o in finding.observations):
            n = _past_history(finding, knowledge)
            return (
                f"of the pregnancy ({who}): not the patient's own finding; recorded as past "
                f"history of {n} disease{'' if n == 1 else 's'}, which is shown and not weighed"
            )
        return f"family history ({who}): not the patient's own finding"
    if finding.experiencer is not Experiencer.PATIENT:
        return f"about {finding.kinship or 'somebody else'}: not the patient's own finding"
    number = knowledge.terms.number(finding.concept)
    if number is None or not (
        knowledge.is_phenotype(number) or (history and knowledge.is_circumstance(number))
    ):
        return "describes inheritance, onset or course: this scorer ranks by findings"
    if finding.state is State.UNDETERMINED:
        return "it could not be settled whether it is present or absent"
    if finding.state is State.UNCERTAIN and finding.probability is None:
        return "hedged in words: no strength has been measured for the hedge"
    if finding.momentary and finding.time is Time.PAST:
        return "absent at one time in the past: says nothing of other times"
    return None


def _past_history(finding: Finding, knowledge: Knowledge) -> int:
    """In how many diseases the finding, or one that implies it, is recorded as past history.

    They are counted and not weighed: a share says something only beside how common the condition
    is in all pregnancies, which no source of the release states.
    """
    term = knowledge.terms.number(finding.concept)
    if term is None:
        return 0
    a = knowledge.arrays
    rows = np.flatnonzero(a["row_aspect"] == ASPECTS.index(Aspect.PAST_HISTORY))
    rows = rows[knowledge.seen(rows)]
    told = [row for row in rows if knowledge.implies(int(a["row_term"][row]), term)]
    return len(set(a["row_disease"][told].tolist()))


def _contradicted(
    findings: Sequence[Finding],
    present: Sequence[int],
    absent: Sequence[int],
    knowledge: Knowledge,
    reasons: dict[int, str],
    conflicts: list[Conflict],
) -> None:
    """An absent finding that a present one implies: the more specific statement stands."""
    for i in absent:
        for j in present:
            if not _above(findings[i].concept, findings[j].concept, knowledge):
                continue
            if findings[i].momentary:
                reasons[i] = f"absent at one time only: {findings[j].label} was present at another"
                break
            if findings[i].concept == findings[j].concept:
                reasons[i] = "was present at another time, which this scorer counts"
                break
            reasons[i] = f"contradicted by {findings[j].label}, which implies it"
            conflicts.append(child_and_ancestor(findings[j], findings[i]))
            break


def _settled(
    findings: Sequence[Finding],
    present: Sequence[int],
    absent: Sequence[int],
    knowledge: Knowledge,
    reasons: dict[int, str],
    conflicts: list[Conflict],
) -> None:
    """Soft evidence of what a plain statement implies or excludes: the statement stands. Not even
    its importance counts, for a probability at its base rate moves nothing."""
    for i, finding in enumerate(findings):
        if i in reasons or finding.probability is None:
            continue
        for j in present:
            if not _above(finding.concept, findings[j].concept, knowledge):
                continue
            if findings[j].time is not finding.time:
                reasons[i] = "was present at another time, which this scorer counts"
                break
            reasons[i] = f"settled by {findings[j].label}, which is stated plainly"
            if finding.state is State.ABSENT:
                conflicts.append(settles(findings[j], finding))
            break
        for j in absent:
            if i in reasons or j in reasons or findings[j].momentary:
                continue
            if findings[j].time is finding.time and _above(
                findings[j].concept, finding.concept, knowledge
            ):
                reasons[i] = f"settled by {findings[j].label}, which is stated to be absent"
                if finding.state is State.PRESENT:
                    conflicts.append(settles(findings[j], finding))


def _implied(
    findings: list[Finding],
    present: Sequence[int],
    absent: Sequence[int],
    knowledge: Knowledge,
    reasons: dict[int, str],
) -> None:
    """A finding that another one implies says nothing new; its importance passes to that one."""
    for group, below in ((present, True), (absent, False)):
        for i in group:
            for j in group:
                if i == j or i in reasons or j in reasons:
                    continue
                if findings[j].momentary and not findings[i].momentary:
                    continue  # what was absent for a moment implies no lasting absence
                one, other = findings[i].concept, findings[j].concept
                same = one == other and (j < i or findings[i].momentary > findings[j].momentary)
                upper, lower = (one, other) if below else (other, one)
                if same or (one != other and _above(upper, lower, knowledge)):
                    reasons[i] = f"{IMPLIED} {findings[j].label}" if not same else "already counted"
        for i in group:
            for j in group:
                one, other = findings[i].concept, findings[j].concept
                if i not in reasons or j in reasons:
                    continue
                if findings[j].momentary and not findings[i].momentary:
                    continue
                if _above(one, other, knowledge) if below else _above(other, one, knowledge):
                    findings[j] = _at_least(findings[j], findings[i])


def _at_least(one: Finding, other: Finding) -> Finding:
    """A finding, as important as another."""
    most = max(one.importance, other.importance)
    return replace(one, importance=most, chief=one.chief or other.chief)


def _above(upper: Curie, lower: Curie, knowledge: Knowledge) -> bool:
    """Whether `upper` is `lower` or one of its ancestors."""
    a, b = knowledge.terms.number(upper), knowledge.terms.number(lower)
    return a is not None and b is not None and knowledge.implies(b, a)
