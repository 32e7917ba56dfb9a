"""Time a whole case (one film, a page of text, ten values) beside its parts; readers are warm."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

from api.common import diagnose
from api.films import film_reader
from api.labs import Lab
from api.parts import FilmPart, TextPart
from api.render.as_html import html_report
from api.service import Service
from benchmarks.turns import medians
from domain.case import Case
from domain.differential import Differential
from domain.figures import Setting

#: Words of a page.
PAGE = 400
#: Ten values of our making, of the patient of the text.
VALUES = (
    ("CRP", "187", "mg/L"), ("D-dimer", "4.2", "mg/L"), ("troponin T", "21", "ng/L"),
    ("NT-proBNP", "1450", "pg/mL"), ("creatinine", "96", "umol/L"), ("sodium", "131", "mmol/L"),
    ("potassium", "4.1", "mmol/L"), ("hemoglobin", "11.2", "g/dL"),
    ("leukocytes", "13.9", "10^9/L"), ("platelets", "412", "10^9/L"),
)  # fmt: skip
LABS = tuple(Lab(code=code, value=value, unit=unit) for code, value, unit in VALUES)
TOP = 10


def page(text: str, first: int = 1) -> str:
    """Some text as often as fills a page: paragraphs numbered from `first`."""
    times = -(-PAGE // (len(text.split()) + 2))
    return "\n\n".join(f"Note {i}. {text.strip()}" for i in range(first, first + times))


def rows(service: Service, text: Path, film: Path, repeats: int) -> list[tuple[str, ...]]:
    """What was measured, as rows of (what, time, measured, goal)."""
    reader = film_reader(service.settings.image_model)
    written = text.read_text("utf-8")
    words = page(written)
    reading = reader.read_file(film)
    if reading.refused is not None:
        raise ValueError(f"{film.name} was refused: {reading.refused.detail}")
    numbers = count(2, PAGE)

    def note() -> list[TextPart]:
        # Numbered anew, for the reader remembers what it has read.
        return [TextPart(name="note", text=page(written, next(numbers)))]

    case = service.case(
        texts=[TextPart(name="note", text=words)], images=[FilmPart(reading=reading)], labs=LABS
    )
    answer = diagnose(service, case, Setting.EMERGENCY, TOP, "all")

    def whole() -> Differential:
        seen = FilmPart(reading=reader.read_file(film))
        made: Case = service.case(texts=note(), images=[seen], labs=LABS)
        return diagnose(service, made, Setting.EMERGENCY, TOP, "all")

    parts: dict[str, Callable[[], object]] = {
        "whole": whole,
        "the film, from file to findings": lambda: reader.read_file(film),
        "the text": lambda: service.case(texts=note()),
        "the values": lambda: service.case(labs=LABS),
        "ranking in scope all, with reasons": lambda: diagnose(
            service, case, Setting.EMERGENCY, TOP, "all"
        ),
        "the HTML report, beside": lambda: html_report(answer, {"note": words}),
    }
    timed = medians(parts, repeats)
    n = len(words.split())
    return [
        (
            f"whole case, scope all: one film, {n} words, {len(LABS)} values",
            f"{timed.pop('whole'):.2f} s",
            "",
            "1.5 s, at most 4 s",
        ),
        *((f"  {name}", f"{seconds:.2f} s", "", "") for name, seconds in timed.items()),
    ]
