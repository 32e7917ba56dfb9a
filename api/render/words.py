"""Plain words for what the types hold: shared by the text and the HTML form.

Nothing here is stored in an answer; sentences are made from `Contribution`s when they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.ages import ONSET_CLASSES
from domain.assertions import FREQUENCY_CLASSES, Assertion, Sex
from domain.differential import Contribution, Differential, Hypothesis, Match, Ranked
from domain.evidence import ConceptRef
from domain.findings import Attribute, Experiencer, Finding, FindingUse, Observation, State, Time
from domain.identifiers import Curie
from nlp.hedges import strength

MATCH_WORDS: Mapping[Match, str] = {
    Match.EXACT: "known in this disease",
    Match.NARROWER: "known in this disease as a more specific term",
    Match.BROADER: "known in this disease as a more general term",
    Match.SHARED: "a related term is known in this disease",
    Match.NONE: "not known in this disease",
    Match.EXCLUDED_IN_CASE: "absent in this patient",
    Match.EXCLUDED_IN_DISEASE: "reported as absent in this disease",
    Match.PROFILE: "the disease's whole picture",
    Match.CIRCUMSTANCE: "known of the patient",
    Match.RISK: "risk factor",
}

#: Evidence codes of the HPO annotation file, as its documentation spells them out.
EVIDENCE_CODES: Mapping[str, str] = {
    "IEA": "inferred from electronic annotation",
    "PCS": "published clinical study",
    "TAS": "traceable author statement",
    "ICE": "individual clinical experience",
}

IS_A = "is a kind of"
_PREDICATES: Mapping[str, str] = {
    "is_a": IS_A,
    "subclass_of": IS_A,
    "has_finding": "shows",
    "has_phenotype": "shows",
    "same_as": "is the same as",
    "exact_match": "is the same as",
}

_LINKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^PMID:(\d+)$"), "https://pubmed.ncbi.nlm.nih.gov/{}/"),
    (re.compile(r"^PMCID:(PMC\d+)$"), "https://pmc.ncbi.nlm.nih.gov/articles/{}/"),
    (re.compile(r"^OMIM:(\d+)$"), "https://omim.org/entry/{}"),
    (re.compile(r"^ORPHA:(\d+)$"), "https://www.orpha.net/en/disease/detail/{}"),
    (re.compile(r"^(HP:\d{7})$"), "https://hpo.jax.org/browse/term/{}"),
    (re.compile(r"^(?:DOI|doi):(10\.[\w./()\-]+)$"), "https://doi.org/{}"),
)

#: Differences that two digits after the point do not show.
HALF_A_DIGIT = 0.005
SMALLEST_SHARE = 0.001
ABOUT_SCORES = (
    "Scores are natural logarithms: prior plus the sum of the reasons. A reason of +0.69 doubles "
    "a disease's weight among the others, one of -0.69 halves it. Findings of one patient tell "
    "partly the same: the strongest for (or against) a disease counts most, each further one less. "
    "How often a disease shows a finding is drawn towards the average where few patients were seen."
)
TYPICAL = "Typical, not mentioned (may be present)"
CHIEF_UNEXPLAINED = "Does not explain the chief complaint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Contributions of one kind to one hypothesis, the strongest first."""

    key: str
    title: str
    contributions: tuple[Contribution, ...]


_GROUPS: Mapping[str, str] = {
    "for": "Supporting",
    "against": "Conflicting",
    "unexplained": "Not explained by this disease",
    "nil": "Next to no effect",
    "whole": "The disease as a whole",
    "patient": "Age, sex and family",
}
#: A finding that counts against a disease which knows at most something like it is unexplained.
_DISTANT = frozenset({Match.NONE, Match.SHARED, Match.BROADER})
#: What the groups are called in JSON.
GROUP_NAMES: Mapping[str, str] = {
    "for": "supporting",
    "against": "conflicting",
    "unexplained": "unexplained",
    "nil": "without_effect",
    "whole": "whole_disease",
    "patient": "patient",
}


def group_of(c: Contribution) -> str:
    """The key of the group in which a contribution is shown."""
    if c.finding is None:
        return "patient" if c.match is Match.CIRCUMSTANCE else "whole"
    if abs(c.log_likelihood_ratio) < HALF_A_DIGIT:
        return "nil"
    if c.log_likelihood_ratio > 0:
        return "for"
    return "unexplained" if c.match in _DISTANT else "against"


def by_strength(contributions: Iterable[Contribution]) -> list[Contribution]:
    """Contributions by the size of their number, the largest first."""
    return sorted(contributions, key=lambda c: -abs(c.log_likelihood_ratio))


def grouped(hypothesis: Hypothesis) -> tuple[Group, ...]:
    """All contributions of a hypothesis as supporting, conflicting, unexplained, without effect,
    of the disease as a whole, or of what is known of the patient.

    Every contribution is in exactly one group; empty groups are left out.
    """
    rows = by_strength(hypothesis.contributions)
    buckets: dict[str, list[Contribution]] = {key: [] for key in _GROUPS}
    for row in rows:
        buckets[group_of(row)].append(row)
    return tuple(
        Group(key=key, title=_GROUPS[key], contributions=tuple(members))
        for key, members in buckets.items()
        if members
    )


def with_reasons(d: Differential) -> tuple[Ranked, ...]:
    """The ranking, if there is any reason in it: without one, its order means nothing."""
    return d.ranked if any(r.hypothesis.contributions for r in d.ranked) else ()


def used_states(d: Differential) -> dict[Curie, State]:
    """State of every finding that entered the score, by concept."""
    return {u.finding.concept: u.finding.state for u in d.findings if u.used}


def reason(c: Contribution, states: Mapping[Curie, State]) -> str:
    """Short name of a contribution: the finding's label with its state, or the term's name; of
    soft evidence with its likelihood ratio (LR), from which it counts, whatever was decided."""
    if c.finding is None:
        return c.name or MATCH_WORDS[c.match]
    state = states.get(c.finding.id)
    if c.ratio is not None and state in (State.PRESENT, State.ABSENT):
        return f"{c.finding.label} ({state.value}, LR {c.ratio:.2g})"
    if state is State.ABSENT or (state is None and c.match is Match.EXCLUDED_IN_CASE):
        return f"no {c.finding.label}"
    if state is State.UNCERTAIN:
        return f"possible {c.finding.label}"
    return c.finding.label


def signed(value: float) -> str:
    """A log-likelihood ratio with its sign; nothing and next to nothing have none."""
    text = f"{value:+.2f}"
    return text[1:] if float(text) == 0 else text


def strongest(hypothesis: Hypothesis, count: int) -> tuple[Contribution, ...]:
    """The `count` findings that moved the hypothesis most, either way."""
    found = (c for c in hypothesis.contributions if c.finding is not None)
    moved = [c for c in found if c.log_likelihood_ratio != 0]
    return tuple(by_strength(moved)[:count])


def frequency_words(a: Assertion) -> str:
    """One source row's frequency in words."""
    f = a.frequency
    if f is not None and f.count is not None:
        return f"seen in {f.count} of {f.total} {'patient' if f.total == 1 else 'patients'}"
    if a.excluded:
        return "reported as absent"
    if f is None:
        return "how often is not stated"
    if f.percent is not None:
        return f"seen in {f.percent:g} % of patients"
    if f.term in FREQUENCY_CLASSES:
        return str(f)
    return f"frequency {f.term}"


def pooled_words(assertions: Iterable[Assertion]) -> str:
    """Rows of one concept in words; n of m rows are summed, by sex where a row has one.

    The sum is a way to read rows out, not the number used: that is the contribution's `frequency`.
    """
    counts: dict[Sex | None, tuple[int, int]] = {}
    others: dict[str, None] = {}
    for a in assertions:
        f = a.frequency
        if f is not None and f.count is not None and f.total is not None:
            n, m = counts.get(a.sex, (0, 0))
            counts[a.sex] = (n + f.count, m + f.total)
        else:
            others[frequency_words(a)] = None
    words = []
    for sex, (n, m) in counts.items():
        who = {Sex.MALE: "male patients", Sex.FEMALE: "female patients"}.get(
            sex or Sex.UNKNOWN, "patient" if m == 1 else "patients"
        )
        words.append(f"seen in {n} of {m} {who}")
    return "; ".join([*words, *others])


def by_concept(assertions: Iterable[Assertion]) -> dict[Curie, list[Assertion]]:
    """Rows grouped by the concept they speak of, in the order given."""
    groups: dict[Curie, list[Assertion]] = {}
    for a in assertions:
        groups.setdefault(a.concept, []).append(a)
    return groups


def seen(c: Contribution) -> tuple[str, ...]:
    """The rows behind a contribution in words, by the concept that each speaks of: "seen in 2 of
    3 patients", with the concept's name where it is another than the finding."""
    if c.finding is None:
        return ()
    labels = path_labels(c)
    words = []
    for concept, assertions in by_concept(c.assertions).items():
        name = "" if concept == c.finding.id else f"{labels.get(concept, concept)} "
        words.append(name + pooled_words(assertions))
    return tuple(words)


def way(c: Contribution) -> str:
    """The way up from either end of a path in words, "" where the finding itself was met:
    "Hand tremor is a kind of Tremor, a kind of Abnormal movement"."""
    chains: list[list[ConceptRef]] = []
    for e in c.path:
        if predicate_words(e.predicate) != IS_A:
            continue
        if chains and chains[-1][-1].id == e.subject.id:
            chains[-1].append(e.object)
        elif chains and chains[-1][0].id == e.object.id:
            chains[-1].insert(0, e.subject)
        else:
            chains.append([e.subject, e.object])
    return "; ".join(
        f"{chain[0].label} {IS_A} " + ", a kind of ".join(ref.label for ref in chain[1:])
        for chain in chains
    )


def computed(c: Contribution, asked: str = "rare") -> str:
    """The shares that a number was computed from, in the scope that was `asked` for, and what it
    would be without the discount for findings that tell the same; "" where there are none, or
    nothing was computed."""
    if c.log_likelihood_ratio == 0 and not c.alone:
        return ""
    said = ""
    if c.background is not None:
        # Findings are compared with patients of the setting, in scope rare with diseases.
        average = "average disease" if asked == "rare" else "background"
        said = f"{share(c.background)} in the {average}"
    if c.frequency == 0:
        # A finding that was only ever denied counts by how many patients were asked.
        said = ""
    elif c.frequency is not None:
        said = " against ".join(filter(None, (f"taken as {share(c.frequency)} here", said)))
    if c.alone is None or abs(c.alone - c.log_likelihood_ratio) < HALF_A_DIGIT:
        return said
    return "; ".join(filter(None, (said, f"alone it would count {signed(c.alone)}")))


def share(value: float) -> str:
    """A share as a percentage: whole numbers from 10 % on, two digits below."""
    percent = value * 100
    return f"{percent:.0f}%" if percent >= 10 else f"{percent:.2g}%"


def posterior(d: Differential, value: float) -> str:
    """A posterior as it may be shown: never above what was measured, nor finer than it could."""
    return "under 0.1%" if value < SMALLEST_SHARE else share(min(value, d.calibration.ceiling))


def references(assertions: Iterable[Assertion]) -> tuple[str, ...]:
    """Distinct references, publications first, otherwise in the order given."""
    seen = dict.fromkeys(r for a in assertions for r in a.references)
    return tuple(sorted(seen, key=lambda r: not r.startswith("PMID:")))


def path_labels(c: Contribution) -> dict[Curie, str]:
    """Labels that a contribution knows: of its finding and of both ends of each edge."""
    labels = {ref.id: ref.label for e in c.path for ref in (e.subject, e.object)}
    if c.finding is not None:
        labels.setdefault(c.finding.id, c.finding.label)
    return labels


def predicate_words(predicate: str) -> str:
    """An edge's predicate as words (`biolink:subclass_of`, `IS_A` give "is a")."""
    local = predicate.rpartition(":")[2].lower()
    return _PREDICATES.get(local, local.replace("_", " "))


def who_and_when(finding: Finding | Observation) -> str:
    """ "family (mother)", "past, of 2025-03-02", "at that time" or an empty string for the patient
    now."""
    words = []
    if finding.experiencer is not Experiencer.PATIENT:
        kin = f" ({finding.kinship})" if finding.kinship else ""
        words.append("family" + kin if finding.experiencer is Experiencer.FAMILY else "other" + kin)
    if finding.time is not Time.NOW:
        words.append(finding.time.value)
    if finding.earlier is not None:
        words.append(f"of {finding.earlier}")
    if finding.momentary and finding.state is State.ABSENT:
        words.append("at that time")
    return ", ".join(words)


def given_words(finding: Finding) -> tuple[str, ...]:
    """What was said of a finding beside its state: probability, importance, onset."""
    words = []
    if finding.probability is not None and finding.base_rate is not None:
        p, base = finding.probability, finding.base_rate
        words.append(f"probability {p:.3g} at a base rate of {base:.3g}{_hedged(finding)}")
    if finding.chief:
        words.append(f"chief complaint, counts {finding.importance:g} times")
    elif finding.importance != 1:
        words.append(f"counts {finding.importance:g} times")
    if finding.onset is not None:
        words.append(f"began {finding.onset}" if finding.onset.term is None else str(finding.onset))
    return tuple(words)


def _hedged(finding: Finding) -> str:
    """Whence a probability that words gave: the words, and what was counted of their kind."""
    for o in finding.observations:
        known = strength(o.hedge)
        if known is not None and o.probability == finding.probability:
            said = next((t.text for t in o.triggers if t.attribute is Attribute.UNCERTAIN), o.hedge)
            return (
                f': hedged by "{said}"; {known.coded} of {known.n} findings of chest reports that'
                f" were hedged so ({', '.join(known.hedges)}) were coded"
            )
    return ""


def onset_words(term: Curie) -> str:
    """When a row says that a finding begins: "congenital onset", of a term without a label its
    id behind "onset"."""
    known = ONSET_CLASSES.get(term)
    return known[0].lower() if known else f"onset {term}"


def weighed(c: Contribution) -> str:
    """What a number was multiplied by, "" where nobody said how important the finding is."""
    return "" if c.importance == 1 else f"counted {c.importance:g} times"


def prior_words(h: Hypothesis, d: Differential) -> str:
    """A prior score, with how it came about where it is not the same for all."""
    reason = "" if d.prior.kind == "uniform" else f" ({h.prior_reason})"
    return f"{h.prior_score:.2f}{reason}"


def used_words(use: FindingUse) -> str:
    """Whether a finding counted, and why not."""
    if use.used:
        return "counted"
    return f"not counted: {use.why_not}" if use.why_not else "not counted"


def link(identifier: str) -> str | None:
    """Web address of an identifier or reference, None where none is known.

    >>> link("PMID:123")
    'https://pubmed.ncbi.nlm.nih.gov/123/'
    >>> link("javascript:alert(1)") is None
    True
    """
    for pattern, address in _LINKS:
        if found := pattern.match(identifier):
            return address.format(found[1])
    return identifier if re.match(r"^https?://[\w.\-]+(/[^\s\"'<>]*)?$", identifier) else None
