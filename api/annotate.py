"""Texts as annotated documents: what was read in them, where, and in what context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from domain.ages import age_in_years
from domain.assertions import Sex
from domain.case import parse_sex
from domain.evidence import TextSpan
from domain.findings import Note, Observation, Trigger

if TYPE_CHECKING:
    from api.service import Service
    from nlp.privacy import Deidentified, Deidentifier
    from nlp.reader import TextReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An observation with its characters `start` to `end` in the text that was given, and its
    triggers there.

    What it holds itself counts in the text that was read, which de-identification changes.
    """

    observation: Observation
    start: int
    end: int
    triggers: tuple[Trigger, ...]

    @property
    def span(self) -> TextSpan:
        """Where it stands in the text that was read."""
        return text_span(self.observation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """A document and what was read in it, in its order (or that of the targets).

    `text` is what was read: the text that was given, or the de-identified one, and then
    `replacements` says how many of each category were made.
    """

    document: str
    text: str
    findings: tuple[Placed, ...]
    values: tuple[Placed, ...]
    notes: tuple[Note, ...]
    versions: Mapping[str, str]
    replacements: Mapping[str, int] | None = None


def text_span(observation: Observation) -> TextSpan:
    """Where in a text an observation was made."""
    return next(e for e in observation.evidence if isinstance(e, TextSpan))


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotator:
    """Annotates documents of one patient, or of several of whom nothing is known.

    `age` (years) and `sex` choose the reference ranges of values.
    """

    reader: TextReader
    versions: Mapping[str, str]
    age: float | None = None
    sex: Sex = Sex.UNKNOWN
    deidentifier: Deidentifier | None = None

    @classmethod
    def over(
        cls,
        service: Service,
        *,
        age: str | None = None,
        sex: str | None = None,
        deidentify: bool = False,
    ) -> Self:
        """An annotator with a service's reader. Raises InvalidField for age and sex."""
        from api.service import VERSION
        from nlp.privacy import Deidentifier

        key = service.settings.deidentify_key
        by_policy = service.settings.deidentify == "on"
        return cls(
            reader=service.reader,
            versions={"release": service.release, **service.versions, "differentia": VERSION},
            age=None if age is None else age_in_years(age),
            sex=parse_sex(sex or ""),
            deidentifier=Deidentifier(None if key is None else key.encode())
            if deidentify or by_policy
            else None,
        )

    def annotate(
        self, document: str, text: str, targets: Sequence[tuple[int, int]] | None = None
    ) -> Annotated:
        """What `text` says, or the context of exactly these targets, in their order.

        Targets are characters of `text`, 0-based and half-open; each gives one finding, linked
        where the reader finds a concept at exactly this place. Raises InputError for a text that
        is empty, too long, or holds no word at a target.
        """
        changed = None if self.deidentifier is None else self.deidentifier.deidentify(text)
        read = text if changed is None else changed.text
        if targets is None:
            findings = _all_placed(self.reader.read(read, document), changed)
        else:
            findings = self._judged(document, read, targets, changed)
        values = self.reader.values(read, document, age=self.age, sex=self.sex)
        return Annotated(
            document=document,
            text=read,
            findings=findings,
            values=_all_placed(values, changed),
            notes=() if findings or values else (_nothing(document),),
            versions=self.versions,
            replacements=None
            if changed is None
            else dict(sorted(Counter(str(r.category) for r in changed.replacements).items())),
        )

    def _judged(
        self,
        document: str,
        text: str,
        targets: Sequence[tuple[int, int]],
        changed: Deidentified | None,
    ) -> tuple[Placed, ...]:
        here = [t if changed is None else changed.to_deidentified(*t) for t in targets]
        judged = self.reader.judge(text, here, document)
        return tuple(_placed(o, given, changed) for given, o in zip(targets, judged, strict=True))


def _all_placed(
    observations: Iterable[Observation], changed: Deidentified | None
) -> tuple[Placed, ...]:
    places = ((o, text_span(o)) for o in observations)
    return tuple(_placed(o, _given((p.start, p.end), changed), changed) for o, p in places)


def _placed(
    observation: Observation, given: tuple[int, int], changed: Deidentified | None
) -> Placed:
    """An observation that stands at `given` in the given text."""
    triggers = []
    for t in observation.triggers:
        if t.start is not None and t.end is not None:
            start, end = _given((t.start, t.end), changed)
            triggers.append(replace(t, start=start, end=end))
        else:
            triggers.append(t)
    start, end = given
    return Placed(observation=observation, start=start, end=end, triggers=tuple(triggers))


def _given(place: tuple[int, int], changed: Deidentified | None) -> tuple[int, int]:
    return place if changed is None else changed.to_original(*place)


def _nothing(document: str) -> Note:
    return Note(
        level="warning",
        code="no-finding-in-text",
        subject=document,
        message="Nothing of the release's lexicon was recognised.",
        mend="`differentia concepts search TEXT` says what a term is called.",
    )
