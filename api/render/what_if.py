"""What would change the answer, in words and as JSON: next findings, counterfactuals, and what
separates two diseases. The text and the HTML form say the same with these words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from api.render import figures, words
from api.render.reasons_json import contribution_json, ref_json
from domain.differential import (
    Compared,
    Comparison,
    Contribution,
    Differential,
    Ranked,
    Separator,
)
from domain.evidence import ConceptRef
from domain.findings import State
from domain.what_if import (
    TOP,
    Counterfactual,
    How,
    Move,
    NextFinding,
    Outlook,
    Part,
    Shift,
    Supposed,
)

_PLACES = '"3 to 5" says that the third would come fifth'
NEXT = "What to look for next"
NEXT_NOTE = (
    "Findings that the case does not mention, by the information that the answer is expected to "
    "bring (gain, in nats), and what each answer would do to the first diagnoses: "
    f"{_PLACES}."
)
NEXT_NOTHING = "No single finding is expected to tell much more."
WITHOUT = "What each finding does"
WITHOUT_NOTE = (
    "The case without each finding, and with the other answer: what happens to the first "
    f"{TOP} diagnoses ({_PLACES}), and the change of each score with its parts."
)
SEPARATES = "What separates the two"
SEPARATORS = "What would separate them best"
SEPARATORS_NOTE = (
    "Findings that the case does not mention: how often each disease shows them, and what either "
    "answer would add to the difference of the scores."
)
HOW_WORDS: Mapping[How, str] = {
    How.ASK: "Ask",
    How.EXAMINE: "Examine",
    How.IMAGE: "Film and other imaging",
    How.SIGNAL: "ECG and other recordings",
    How.LABORATORY: "Laboratory",
    How.GENETIC: "Genetic test",
}

Item = TypeVar("Item", NextFinding, Separator)


def by_how(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Items by how they are obtained, in words, in the order in which a clinician goes."""
    groups: dict[How, list[Item]] = {how: [] for how in How}
    for item in items:
        groups[item.how].append(item)
    return {HOW_WORDS[how]: found for how, found in groups.items() if found}


def telling(found: Iterable[NextFinding]) -> list[NextFinding]:
    """Those whose gain does not round to nothing; the JSON form has them all."""
    return [n for n in found if n.gain >= words.HALF_A_DIGIT]


def outlook_words(o: Outlook) -> str:
    """What an answer would do: who is first then, and whose place changes."""
    moved = _moves((m.before, m.after) for m in o.moves)
    if o.moves and o.first.id == o.moves[0].disease.id:
        return f"first stays; {moved}" if any(m.before != m.after for m in o.moves) else moved
    return f"{o.first.label} becomes first; {moved}"


def _moves(ranks: Iterable[tuple[int, int]]) -> str:
    moved = ", ".join(f"{before:,} to {after:,}" for before, after in ranks if before != after)
    return moved or f"the first {TOP} keep their places"


def supposition(c: Counterfactual) -> str:
    """What is supposed: "without Ataxia", "without no Ataxia" in quotes where it was absent,
    "with Seizure", "with no Ataxia"."""
    match c.supposed:
        case Supposed.WITHOUT:
            absent = c.state is State.ABSENT
            return f'without "no {c.finding.label}"' if absent else f"without {c.finding.label}"
        case Supposed.PRESENT:
            return f"with {c.finding.label}"
        case Supposed.ABSENT:
            return f"with no {c.finding.label}"


def effect_words(c: Counterfactual) -> str:
    """What a supposition does to the first diagnoses."""
    if c.first is None:
        return "no disease would be ranked"
    parts = [f"{c.first.label} becomes first" if c.new_first else "first stays"]
    if c.enter:
        parts.append("enters: " + ", ".join(r.label for r in c.enter))
    if c.leave:
        parts.append("leaves: " + ", ".join(r.label for r in c.leave))
    ranks = ((s.rank_before, s.rank_after) for s in c.shifts if s.rank_after is not None)
    parts.append(_moves((before, after) for before, after in ranks if before <= TOP))
    return "; ".join(parts)


def shift_words(s: Shift) -> str:
    """The places of a disease before and after."""
    return f"{s.rank_before:,} to {'none' if s.rank_after is None else f'{s.rank_after:,}'}"


def moves_scores(c: Counterfactual) -> bool:
    """Whether a supposition changes any score that is shown, by more than rounds to nothing."""
    return any(abs(s.change) >= words.HALF_A_DIGIT for s in c.shifts)


def parts_words(s: Shift) -> str:
    """The change of a score as the sum it is, the largest part first; what rounds to nothing is
    left to the JSON form."""
    parts = sorted(s.parts, key=lambda p: -abs(p.change))
    told = [f"{part_name(p)} {words.signed(p.change)}" for p in parts if round(p.change, 2)]
    return "; ".join(told) or "nothing of note"


def part_name(p: Part) -> str:
    """The finding, or the name of a term for the disease as a whole."""
    return p.finding.label if p.finding is not None else p.name or ""


def row_name(c: Compared, d: Differential) -> str:
    """The finding that a row compares, with its state, or the term for the whole disease."""
    return words.reason(c.reason, words.used_states(d))


def side_words(c: Contribution) -> str:
    """How a disease met a finding, in which patients, or what its term for the whole says."""
    printed = (figures.brief(f) for f in c.figures[:1])
    return "; ".join((words.MATCH_WORDS[c.match], *words.seen(c), *printed, *_whole_text(c)))


def missing_words(c: Compared) -> str:
    """Why one of two diseases has no number for a reason."""
    if c.reason.finding is None:
        return "no such term"
    return "not counted: the prior, or a more specific finding, says it"


def _whole_text(c: Contribution) -> tuple[str, ...]:
    return (c.text,) if c.finding is None and c.text else ()


def scale(c: Comparison) -> float:
    """The largest difference of a row, at least 1: the ends of the bars."""
    return max([1.0, *(abs(r.difference) for r in c.rows)])


def share_words(share: float | None) -> str:
    """How often a disease shows a finding."""
    return "not recorded" if share is None else words.share(share)


def next_findings_json(found: Iterable[NextFinding]) -> list[dict[str, object]]:
    """Findings to look for, the most informative first."""
    return [
        {
            **ref_json(n.concept),
            "how": n.how.value,
            "gain": n.gain,
            "if_present": _outlook_json(n.if_present),
            "if_absent": _outlook_json(n.if_absent),
        }
        for n in found
    ]


def _outlook_json(o: Outlook) -> dict[str, object]:
    return {
        "first": _disease_json(o.first),
        "moves": [move_json(m) for m in o.moves],
    }


def move_json(m: Move) -> dict[str, object]:
    """Where a disease stands now, and where it would stand."""
    return {**_disease_json(m.disease), "before": m.before, "after": m.after}


def _disease_json(ref: ConceptRef) -> dict[str, object]:
    return {"disease": str(ref.id), "label": ref.label}


def counterfactuals_json(
    found: Iterable[Counterfactual] | None,
) -> list[dict[str, object]] | None:
    """Each finding supposed otherwise; None where it was not asked for."""
    return None if found is None else [_counterfactual_json(c) for c in found]


def _counterfactual_json(c: Counterfactual) -> dict[str, object]:
    return {
        "finding": str(c.finding.id),
        "label": c.finding.label,
        "state": c.state.value,
        "supposed": c.supposed.value,
        "first": None if c.first is None else _disease_json(c.first),
        "new_first": c.new_first,
        "enter": [_disease_json(r) for r in c.enter],
        "leave": [_disease_json(r) for r in c.leave],
        "shifts": [
            {
                **_disease_json(s.disease),
                "rank_before": s.rank_before,
                "rank_after": s.rank_after,
                "score_before": s.score_before,
                "change": s.change,
                "parts": [_part_json(p) for p in s.parts],
            }
            for s in c.shifts
        ],
    }


def _part_json(p: Part) -> dict[str, object]:
    return {
        "finding": None if p.finding is None else str(p.finding.id),
        "label": None if p.finding is None else p.finding.label,
        "name": p.name,
        "before": p.before,
        "after": p.after,
        "change": p.change,
    }


def comparison_json(c: Comparison | None) -> dict[str, object] | None:
    """Two diseases side by side; None where it was not asked for."""
    if c is None:
        return None
    return {
        "one": _compared_json(c.one),
        "other": _compared_json(c.other),
        "difference": c.difference,
        "rows": [
            {
                "one": None if r.one is None else contribution_json(r.one),
                "other": None if r.other is None else contribution_json(r.other),
                "difference": r.difference,
            }
            for r in c.rows
        ],
        "separators": [
            {
                **ref_json(s.concept),
                "how": s.how.value,
                "one": s.one,
                "other": s.other,
                "if_present": s.if_present,
                "if_absent": s.if_absent,
            }
            for s in c.separators
        ],
    }


def _compared_json(r: Ranked) -> dict[str, object]:
    h = r.hypothesis
    return {"disease": str(h.disease), "label": h.label, "rank": r.rank, "score": h.score}
