"""Parts of one case become one account: what is given twice counts once, what is old is past, and
what a film and its report both tell is of one study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from api.parts import FilmPart, TextPart, earlier
from domain.evidence import TextSpan
from domain.findings import Note, Observation, Time


def each_once(texts: Sequence[TextPart]) -> tuple[list[TextPart], list[Note]]:
    """The texts by name, each once however often it was sent, and notes on what was sent twice.

    White space aside, two texts of the same words are one; the earliest of their days stands. Two
    texts of one name are told apart by a number.
    """
    found: dict[str, TextPart] = {}
    notes = []
    for part in sorted(texts, key=lambda t: (t.name, t.text)):
        words = " ".join(part.text.split())
        if (first := found.get(words)) is None:
            found[words] = part
            continue
        days = [d for d in (first.day, part.day) if d is not None]
        found[words] = replace(first, day=min(days, default=None), study=first.study or part.study)
        notes.append(
            Note(
                level="info",
                code="same-text-twice",
                subject=part.name,
                message=f"{part.name} holds the words of {first.name}: it was counted once.",
            )
        )
    return _named(found.values()), notes


def _named(texts: Iterable[TextPart]) -> list[TextPart]:
    """The texts under names that differ."""
    taken: dict[str, int] = {}
    named = []
    for part in texts:
        taken[part.name] = taken.get(part.name, 0) + 1
        again = taken[part.name]
        named.append(part if again == 1 else replace(part, name=f"{part.name} ({again})"))
    return named


def study_of(film: FilmPart) -> str:
    """The study of a film: as it was named; else all films of one day are of one study."""
    if film.study is not None:
        return film.study
    return "the film" if film.day is None else f"the film of {film.day.isoformat()}"


def of_one_study(
    read: Sequence[Observation], part: TextPart, films: Sequence[FilmPart], illness: date | None
) -> list[Observation]:
    """What was read in a text, each finding with the study that it tells of where that is known.

    Either the caller named the text's study; or the case has films of one study only, of the same
    day as the text (or of no known day), and the words stand where the text tells of a chest film.
    What an older text tells of its present is past.
    """
    shown = {study_of(f) for f in films if f.reading.refused is None}
    days = {f.day for f in films if f.reading.refused is None}
    theirs = None
    if part.study is None and len(shown) == 1 and (part.day in days or {None} & {part.day, *days}):
        (theirs,) = shown
    tells = _film_places(part.text) if theirs is not None else None
    return [
        past(
            replace(o, study=part.study or (theirs if tells is not None and tells(o) else None)),
            part.day,
            illness,
        )
        for o in read
    ]


def past(observation: Observation, day: date | None, illness: date | None) -> Observation:
    """What was seen on a day: past, where that is before this illness."""
    before = earlier(day, illness)
    if before is None or observation.time is not Time.NOW:
        return observation
    return replace(observation, time=Time.PAST, earlier=before)


def _film_places(text: str) -> Callable[[Observation], bool]:
    """Tells of an observation whether it stands where the text tells of a chest film."""
    from nlp.imaging import ChestImaging

    imaging = ChestImaging(text)

    def tells(observation: Observation) -> bool:
        spans = (e for e in observation.evidence if isinstance(e, TextSpan))
        return any(imaging.film_at(span.start) for span in spans)

    return tells
