"""Figures of the literature in plain words, and as JSON: what was printed, of whom, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from api.render import words
from api.render.ordinal import ordinal
from domain.differential import Contribution, Differential
from domain.figures import Against, Figure, Kind, Measure, Review, Setting

#: The scopes in which answers rest on figures of the literature.
COMMON, ALL = "common", "all"
ABOUT_SCORES = (
    "Scores are natural logarithms: prior plus the sum of the reasons. A reason of +0.69 doubles "
    "a disease's weight among the others, one of -0.69 halves it. A reason compares how often this "
    "disease shows the finding, by published figures, with how often patients of this setting do; "
    "figures from few patients are drawn towards that background. Absent findings, and those that "
    "are known only by a broader term, count for less. What nobody printed moves nothing. Of "
    "findings that imply one another only the most specific counts."
)
ABOUT_ALL = (
    "Scores are natural logarithms: prior plus the sum of the reasons. A reason of +0.69 doubles "
    "a disease's weight among the others, one of -0.69 halves it. Common and rare diseases are "
    "measured against the same background: how often patients of this setting show a finding. What "
    "is known of a common disease are published figures, of a rare one its annotations. Findings "
    "that tell the same count less beside each other. A finding that nobody recorded of a disease "
    "costs each the same. A rare disease begins lower, by a measured number that is no prevalence."
)
SETTINGS: Mapping[Setting, str] = {
    Setting.PRIMARY: "primary care",
    Setting.EMERGENCY: "emergency department",
    Setting.WARD: "ward",
    Setting.REFERRED: "referred patients",
    Setting.SERIES: "patients known to have it",
    Setting.GENERAL: "patients in general",
    Setting.CHILDREN: "children",
}
_MODALITIES: Mapping[Kind, str] = {
    Kind.FILM: "film",
    Kind.CT: "CT",
    Kind.ULTRASOUND: "ultrasound",
    Kind.ECG: "ECG",
    Kind.LAB: "laboratory",
}
_AGAINST: Mapping[Against, str] = {
    Against.WITHOUT: "patients without the disease",
    Against.HEALTHY: "healthy people",
    Against.OTHER: "patients with another disease",
}
#: Figures of one contribution that a terminal shows.
SHOWN = 2


def about_scores(d: Differential) -> str:
    """How the scores of an answer are made, in its scope."""
    return {COMMON: ABOUT_SCORES, ALL: ABOUT_ALL}.get(d.scope.asked, words.ABOUT_SCORES)


def prior_moves(d: Differential) -> str:
    """What the shares of the complaint's causes did to the first diagnoses; "" where nothing."""
    moved = [m for m in d.scope.prior_moves if m.before != m.after]
    if not moved:
        return ""
    told = "; ".join(
        f"{m.disease.label} is {ordinal(m.after)}, {ordinal(m.before)} without it" for m in moved
    )
    return f"What the prior did: {told}."


def _others(f: Figure) -> str:
    """Whom a figure's patients were compared with."""
    named = f" ({f.comparator})" if f.comparator else ""
    return ("others" if f.against is None else _AGAINST[f.against]) + named


def _those_without(f: Figure) -> str:
    """A specificity as what it says of patients without the disease: how many have the finding."""
    if f.value is None:
        return f"specificity: {f.printed}, against {_others(f)}"
    # A specificity of an absence counts those without the disease who have the finding.
    showing = f.value if f.absent else 1 - f.value
    return f"in {words.share(showing)} of {_others(f)}: specificity {f.printed}"


def _ratio(name: str) -> Callable[[Figure], str]:
    return lambda f: f"{name}: {f.printed}, against {_others(f)}"


def _plain(name: str) -> Callable[[Figure], str]:
    return lambda f: f"{name}: {f.printed}"


_SAID: Mapping[Measure, Callable[[Figure], str]] = {
    Measure.FREQUENCY: _plain("in patients with the disease"),
    Measure.SENSITIVITY: _plain("in patients with the disease who were tested"),
    Measure.SPECIFICITY: _those_without,
    Measure.LR_POSITIVE: _ratio("likelihood ratio of its presence"),
    Measure.LR_NEGATIVE: _ratio("likelihood ratio of its absence"),
    Measure.SHARE: _plain("share of the causes of the complaint"),
    Measure.PREVALENCE: _plain("prevalence of the disease"),
    Measure.INCIDENCE: _plain("incidence of the disease"),
    Measure.ODDS_RATIO: _ratio("odds ratio"),
    Measure.RISK_RATIO: _ratio("risk ratio"),
    Measure.CLASS: lambda f: f"called {_class(f)}",
    Measure.MEAN_AGE: _plain("mean age of its patients"),
    Measure.MEDIAN_AGE: _plain("median age of its patients"),
    Measure.MUST_NOT_MISS: lambda f: f.words or "must not be missed",
    Measure.SETTLES: lambda f: f"{f.words} settles the diagnosis".strip(),
}
#: Measures of the disease itself or of what settles it: no finding's name stands before them.
_UNNAMED = frozenset({Measure.MEAN_AGE, Measure.MEDIAN_AGE, Measure.MUST_NOT_MISS, Measure.SETTLES})


def _class(f: Figure) -> str:
    word = "" if f.word is None else f.word.replace("_", " ")
    printed = f.printed.strip()
    return f'{word} ("{printed}")' if printed.lower() not in ("", word) else word


def said(f: Figure) -> str:
    """What one figure says, without its reference: "pleuritic pain in patients with the disease:
    74 % (n 215; patients of two trials; patients known to have it)". `words` are the reference's
    own: of an absence they say so themselves."""
    what = "" if f.measure in _UNNAMED else f.words
    head = _SAID[f.measure](f)
    if what:
        head = f"{what} {head}" if head.startswith(("in ", "called ")) else f"{what}, {head}"
    counts = "" if f.count is None or f.total is None else f"{f.count} of {f.total}"
    if not counts and f.total is not None and str(f.total) not in f.population:
        counts = f"n {f.total}"
    where = SETTINGS[f.setting] if f.measure is not Measure.MUST_NOT_MISS else ""
    details = (
        _MODALITIES.get(f.kind, ""),
        f.threshold and f"threshold {f.threshold}",
        counts if counts not in f.printed else "",
        f.interval and f"interval {f.interval}",
        f.population,
        where,
        "" if f.review is Review.OPENED else "collected, not opened: weighs nothing",
    )
    stated = "; ".join(filter(None, details))
    return f"{head} ({stated})" if stated else head


def brief(f: Figure) -> str:
    """A figure in the least words that keep its meaning, without finding and reference."""
    return _SAID[f.measure](f)


def background_from(c: Contribution) -> str | None:
    """What the rate of patients with none of the candidates rests on: figures, or an assumption;
    None where no number came from it."""
    if c.background is None or c.frequency is None or not c.figures:
        return None
    return "figures" if c.background_figures else "assumed"


def background_words(c: Contribution) -> str:
    """What a background rests on, in words; "" where none entered the number."""
    match background_from(c):
        case "figures":
            n = len(c.background_figures)
            printed = "1 figure" if n == 1 else f"the median of {n} figures"
            return f"background: the other diseases' figures, and for all other patients {printed}"
        case "assumed" if c.finding is None:
            return "background: assumed"
        case "assumed":
            return "background: the other diseases' figures; for all other patients assumed"
        case _:
            return ""


def lines(c: Contribution) -> list[str]:
    """A contribution's figures for a terminal: at most `SHOWN`, each with its reference, then what
    the background rests on."""
    found = [f"{said(f)}; {f.reference}" for f in c.figures[:SHOWN]]
    if extra := len(c.figures[SHOWN:]):
        found[-1] += f" (and {extra} more {'figure' if extra == 1 else 'figures'})"
    if background := background_words(c):
        refs = list(dict.fromkeys(f.reference for f in c.background_figures))
        more = f" and {len(refs) - SHOWN} more" if len(refs) > SHOWN else ""
        found.append("; ".join(filter(None, (background, ", ".join(refs[:SHOWN]) + more))))
    return found


def unprinted(d: Differential, some: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """Findings of which no figure is known in this disease, which a terminal names in one line."""
    if d.scope.asked != COMMON:
        return ()
    return tuple(c for c in some if c.finding and not c.figures and not c.log_likelihood_ratio)


def unprinted_line(names: Iterable[str]) -> str:
    """Findings that move nothing because nobody printed how often the disease shows them."""
    return (
        f"Nobody printed how often this disease shows it, so it moves nothing: {', '.join(names)}."
    )


def figure_json(f: Figure) -> dict[str, object]:
    """A figure with every field, what it says in words, and where its reference leads."""
    return {
        "disease": str(f.disease),
        "concept": str(f.concept),
        "absent": f.absent,
        "words": f.words,
        "threshold": f.threshold,
        "kind": f.kind.value,
        "measure": f.measure.value,
        "printed": f.printed,
        "value": f.value,
        "class": None if f.word is None else f.word.value,
        "count": f.count,
        "total": f.total,
        "interval": f.interval,
        "population": f.population,
        "setting": f.setting.value,
        "comparator": f.comparator,
        "against": None if f.against is None else f.against.value,
        "reference": f.reference,
        "link": words.link(f.reference),
        "opened": f.opened or None,
        "review": f.review.value,
        "note": f.note,
        "source": f.source,
        "line": f.line,
        "says": said(f),
    }
