"""What is said of a film in words."""

from __future__ import annotations

import pytest

from api.render.film_words import conclusion, label_words, not_judged, refusal_words, strength
from vision.card import Figure
from vision.reading import FilmReading, LabelReading, ModelUsed, Refusal


def ratio(value: float, low: float, high: float) -> Figure:
    return Figure(value=value, low=low, high=high, n=100)


def film(*findings: tuple[str, str | None]) -> FilmReading:
    """A reading of (label, decision) pairs; a decision of None is not supported."""
    return FilmReading(
        file="a.png",
        refused=None,
        findings=tuple(
            LabelReading(
                label=label,
                concept=None,
                relation=None,
                supported=decision is not None,
                score=0.0,
                decision=decision,
            )
            for label, decision in findings
        ),
        model=ModelUsed(name="made", version="1", weights_sha256="0"),
    )


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (ratio(12, 9, 15), "strong evidence for"),
        (ratio(10, 9, 15), "strong evidence for"),
        (ratio(9.9, 9, 15), "moderate evidence for"),
        (ratio(4.3, 3, 5), "weak evidence for"),
        (ratio(1.5, 1.1, 2), "hardly any evidence for"),
        (ratio(1.5, 0.9, 2), "no clear evidence"),
        (ratio(0.7, 0.6, 0.8), "hardly any evidence against"),
        (ratio(0.4, 0.3, 0.5), "weak evidence against"),
        (ratio(0.15, 0.1, 0.2), "moderate evidence against"),
        (ratio(0.05, 0.02, 0.1), "strong evidence against"),
    ],
)
def test_a_likelihood_ratio_as_evidence(figure: Figure, said: str) -> None:
    assert strength(figure) == said


def test_what_is_not_judged_is_named_once_and_never_what_is_judged() -> None:
    named = not_judged(film(("Fracture", "absent"), ("Mass", None), ("Hernia", None)))
    assert named[:2] == ("mass", "hernia")
    assert "fracture" not in named
    named = not_judged(film(("Fracture", None), ("Effusion", "absent")))
    assert named.count("fracture") == 1


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (film(("Effusion", "absent")), "The one finding this model can judge was not seen. This"),
        (film(("Mass", None)), "This model can judge no finding, and says nothing of the film."),
        (
            film(("Edema", "present"), ("Pleural_Thickening", "present"), ("Effusion", "absent")),
            "Seen: edema and pleural thickening (2 of the 3 findings this model can judge).",
        ),
    ],
)
def test_conclusions(reading: FilmReading, said: str) -> None:
    assert conclusion(reading).startswith(said)
    assert "Not judged: " in conclusion(reading)


def test_a_label_and_a_refusal_in_words() -> None:
    assert label_words("Pleural_Thickening") == "pleural thickening"
    refused = Refusal(reason="inverted", detail="Air is white.", mend="Invert it.")
    assert refusal_words(refused) == "Not read (inverted): Air is white. Invert it."
