"""When a mention held: now, in the past, or only perhaps one day."""

from __future__ import annotations

from domain.findings import Attribute, Time, Trigger
from nlp.context_sentence import Scope, Span
from nlp.triggers import Hit

_EFFECTS = (("hypothetical", Time.HYPOTHETICAL), ("past", Time.PAST))
#: Sections whose content is of the past unless the words say that it holds now.
_PAST_SECTIONS = frozenset(("past history", "birth history", "social history", "allergies"))


#: Verbs that say since when: "it began a year ago" does not put it into the past.
_BEGINS = frozenset(("began", "begun", "begin", "started"))


def _since(scope: Scope, span: Span, hit: Hit) -> bool:
    """Whether "ago" behind a mention says only since when it is there."""
    return hit.text.endswith("ago") and not _BEGINS.isdisjoint(
        scope.sentence.words[span[1] : hit.start]
    )


#: Spans that reach to now: "in the past 24 hours", "in the past year", but not years.
_LATELY = frozenset(("hour", "hours", "day", "days", "week", "weeks", "month", "months", "year"))


def _lately(scope: Scope, hit: Hit) -> bool:
    """Whether "in the past" goes on to how long, and so speaks of what there is now."""
    following = scope.sentence.words[hit.end : hit.end + 4]
    comma = following.index(",") if "," in following else len(following)
    return hit.text == "in the past" and not _LATELY.isdisjoint(following[:comma])


def read_time(
    scope: Scope, span: Span, section: str | None, *, tested: bool
) -> tuple[Time, tuple[Trigger, ...]]:
    """Time of the mention at `span`. What was `tested` and answered ("testing for X is negative")
    is no plan. A section that decides is not among the triggers: it is one of its own."""
    for effect, time in _EFFECTS:
        if tested and time is Time.HYPOTHETICAL:
            continue
        before, after = scope.before(effect, span), scope.after(effect, span)
        after = [h for h in after if not (_since(scope, span, h) or _lately(scope, h))]
        if before or after:
            hit = before[-1] if before else after[0]
            return time, (scope.sentence.trigger(Attribute.TIME, hit.start, hit.end),)
    if section == "instructions":
        return Time.HYPOTHETICAL, ()
    current = any(h.does("now") and h.end <= span[0] for h in scope.hits)
    if section in _PAST_SECTIONS and not current:
        return Time.PAST, ()
    return Time.NOW, ()
