"""Diseases that must not be missed: where each stands, what speaks for it and against it, and what
would settle it. A low place, or nothing to say, is never put as reassurance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from api.render import figures, words
from api.render.reasons_json import contribution_json, ref_json
from domain.differential import Contribution, Differential, MustNotMiss, Serious

TITLE = "Must not be missed"
NOT_ASSESSED = "not assessed: nothing in the case speaks of it"
#: Diseases that a terminal shows in full, and reasons of each.
IN_FULL, _REASONS = 8, 2


def head(d: Differential) -> str:
    """What the head of an answer says of them."""
    m = d.must_not_miss
    if m.status == "not_assessed":
        return f"not assessed. {m.reason}"
    n = len(m.diseases)
    return f"{n} {'disease' if n == 1 else 'diseases'}, listed below. {m.reason}"


def must_not_miss_json(m: MustNotMiss) -> dict[str, object]:
    """All of them with every reason; `diseases` is empty where none was looked for."""
    return {
        "status": m.status,
        "reason": m.reason,
        "diseases": [
            {
                "disease": str(s.disease.id),
                "label": s.disease.label,
                "rank": s.rank,
                "assessed": s.assessed,
                "why": figures.figure_json(s.why),
                "speaks_for": [contribution_json(c) for c in s.speaks_for],
                "speaks_against": [contribution_json(c) for c in s.speaks_against],
                "settled_by": [ref_json(r) for r in s.settled_by],
            }
            for s in m.diseases
        ],
    }


def settled_words(s: Serious) -> str:
    """What would settle a disease."""
    if not s.settled_by:
        return "what settles it is not in the tables"
    return f"would be settled by showing {' or '.join(r.label for r in s.settled_by)}"


def lines(d: Differential, s: Serious) -> Iterator[str]:
    """One disease for a terminal: for, against, and what would settle it."""
    if not s.assessed:
        yield NOT_ASSESSED
        yield settled_words(s)
        return
    for title, some in (("for", telling(s.speaks_for)), ("against", telling(s.speaks_against))):
        if some:
            yield f"{title}: {'; '.join(_reasons(d, some))}"
        else:
            yield f"{title}: nothing in the case that a figure is known of"
    yield settled_words(s)


def telling(some: Iterable[Contribution]) -> list[Contribution]:
    """Reasons that show in two digits, the strongest first."""
    return [c for c in words.by_strength(some) if abs(c.log_likelihood_ratio) >= words.HALF_A_DIGIT]


def _reasons(d: Differential, strongest: Sequence[Contribution]) -> Iterator[str]:
    states = words.used_states(d)
    for c in strongest[:_REASONS]:
        shown = f"{words.signed(c.log_likelihood_ratio)} {words.reason(c, states)}"
        yield shown + (
            f" ({figures.brief(c.figures[0])}, {c.figures[0].reference})" if c.figures else ""
        )
    if len(strongest) > _REASONS:
        yield f"and {len(strongest) - _REASONS} more"


def in_full(d: Differential) -> tuple[Serious, ...]:
    """Those that a terminal shows in full: the first by rank, none where nothing was ranked."""
    return d.must_not_miss.diseases[:IN_FULL] if d.ranked else ()


def rest_line(d: Differential) -> str:
    """Those that are not shown in full, in one line; "" where all are."""
    rest = d.must_not_miss.diseases[len(in_full(d)) :]
    if not rest:
        return ""
    if not d.ranked:
        return (
            f"Not assessed, because no finding counts: {'; '.join(s.disease.label for s in rest)}."
        )
    named = "; ".join(
        f"{s.rank}. {s.disease.label}" + ("" if s.assessed else " (not assessed)") for s in rest
    )
    return (
        f"Further down, and to be thought of all the same: {named}. Not assessed means that "
        "nothing in the case speaks of it."
    )
