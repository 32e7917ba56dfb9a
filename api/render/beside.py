"""What stands beside the ranking: families of subtypes, pairs of diseases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from api.render import words
from api.render.figures import ALL, COMMON
from api.render.reasons_json import contribution_json, ref_json
from domain.differential import (
    Differential,
    Families,
    Family,
    FamilyMember,
    Pair,
    PairMember,
    Pairs,
)

FAMILIES = "Families"
PAIRS = "Two diseases at once"
#: Titles of vocabularies that order diseases.
_TITLES: Mapping[str, str] = {
    "DOID": "Human Disease Ontology",
    "MONDO": "Mondo Disease Ontology",
    "ORPHA": "Orphanet",
}


def families_json(f: Families) -> dict[str, object]:
    """The families of the listed hypotheses, or why there are none."""
    return {
        "status": f.status,
        "reason": f.reason,
        "groups": [
            {
                "id": str(g.id),
                "label": g.label,
                "source": g.source,
                "members": [_member_json(m) for m in g.members],
                "others": g.others,
                "posterior": g.posterior,
            }
            for g in f.groups
        ],
        "not_grouped": [_member_json(m) for m in f.alone],
    }


def _member_json(m: FamilyMember) -> dict[str, object]:
    return {
        "rank": m.rank,
        "disease": str(m.disease.id),
        "label": m.disease.label,
        "score": m.score,
    }


def pairs_json(p: Pairs) -> dict[str, object]:
    """Pairs of diseases, or why none is shown."""
    return {
        "status": p.status,
        "reason": p.reason,
        "unexplained_by_first": [ref_json(r) for r in p.unexplained],
        "price": p.price,
        "margin": p.margin,
        "pairs": [
            {
                "score": pair.score,
                "prior_score": pair.prior_score,
                "price": pair.price,
                "gain": pair.gain,
                "members": [_pair_member_json(m) for m in (pair.first, pair.second)],
                "unexplained": [ref_json(r) for r in pair.unexplained],
            }
            for pair in p.pairs
        ],
    }


def _pair_member_json(m: PairMember) -> dict[str, object]:
    return {
        "rank": m.rank,
        "disease": str(m.disease.id),
        "label": m.disease.label,
        "explains": [ref_json(r) for r in m.explains],
        "contributions": [contribution_json(c) for c in m.contributions],
    }


def source_title(family: Family) -> str:
    """The hierarchy that makes a family, by its name."""
    return _TITLES.get(family.source, family.source)


def size_words(family: Family) -> str:
    """How many more belong to a family."""
    if not family.others:
        return "no other member was ranked"
    return f"{family.others:,} more {'member was' if family.others == 1 else 'members were'} ranked"


def cost_words(p: Pairs) -> str:
    """What a pair had to gain, in words; "" where none was tried."""
    if p.price is None or p.margin is None:
        return ""
    return (
        f"The second disease costs {words.signed(p.price)}; a pair is shown if it still gains at "
        f"least {words.signed(p.margin)} over the first diagnosis."
    )


def left_words(p: Pairs) -> str:
    """What the first diagnosis leaves unexplained."""
    return f"Left unexplained by the first diagnosis: {', '.join(r.label for r in p.unexplained)}."


def sum_words(pair: Pair) -> str:
    """A pair's score as the sum it is."""
    reasons = words.signed(pair.score - pair.prior_score - pair.price)
    return (
        f"score {pair.score:.2f} = prior {pair.prior_score:.2f} + second disease {pair.price:.2f} "
        f"+ reasons {reasons}; {words.signed(pair.gain)} over the first diagnosis"
    )


def explains_words(m: PairMember) -> str:
    """What one of two diseases explains, the strongest first, with the numbers."""
    return ", ".join(
        f"{words.signed(c.log_likelihood_ratio)} {c.finding.label}"
        for c in words.by_strength(m.contributions)
        if c.finding is not None and c.log_likelihood_ratio > 0
    )


def shown(d: Differential) -> bool:
    """Whether families and pairs have a place: where some were looked for, and reasons are."""
    looked = d.scope.asked not in (COMMON, ALL) or d.families.groups or d.pairs.pairs
    return bool(looked and words.with_reasons(d))


def family_lines(d: Differential) -> Iterator[str]:
    """One line a family, then the hypotheses of none."""
    for g in d.families.groups:
        members = "; ".join(f"{m.rank}. {m.disease.label} ({m.score:.2f})" for m in g.members)
        shown = d.calibration.calibrated
        share = f"; together {words.posterior(d, g.posterior)}" if shown else ""
        yield f"{g.label} ({g.id}, {source_title(g)}): {members}; {size_words(g)}{share}"
    if d.families.groups and d.families.alone:
        yield "Not grouped: " + "; ".join(f"{m.rank}. {m.disease.label}" for m in d.families.alone)
    if not d.families.groups:
        yield f"Not grouped. {d.families.reason}"


def pair_lines(d: Differential) -> Iterator[str]:
    """Three lines a pair: the sum, and what each disease explains; or why there is none."""
    for pair in d.pairs.pairs:
        yield f"{pair.first.disease.label} and {pair.second.disease.label}: {sum_words(pair)}"
        for m in (pair.first, pair.second):
            yield f"{m.rank}. {m.disease.label} ({m.disease.id}) explains {explains_words(m)}"
        if pair.unexplained:
            yield "Neither explains " + ", ".join(r.label for r in pair.unexplained)
