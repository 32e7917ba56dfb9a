"""Whose finding a mention is: the person it is said of, if that is not the patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.findings import Attribute, Experiencer, Trigger
from nlp.context_clauses import only_owner
from nlp.context_roles import Bearer
from nlp.context_sentence import Scope, Sentence, Span
from nlp.context_words import listed
from nlp.kinship import Person

_BACK = 8  # words between a finding and "in two cousins"
_COMPARES = listed("like than as unlike")
_PREGNANCY = listed(
    "pregnancy pregnancies pregnant gestation gestational labour labor trimester antenatal prenatal"
    " antepartum intrapartum peripartum utero partum born delivery delivered birth newborn"
)


@dataclass(frozen=True, slots=True)
class Whose:
    """Experiencer and kinship; `pregnancy` as in `Observation`; whether it stays `doubtful`."""

    experiencer: Experiencer = Experiencer.PATIENT
    kinship: str | None = None
    pregnancy: bool = False
    doubtful: bool = False
    triggers: tuple[Trigger, ...] = ()


_PATIENT = Whose()


def read_person(
    scope: Scope,
    bearers: Sequence[Bearer],
    span: Span,
    section: str | None,
    previous: Sentence | None,
) -> Whose:
    """Whose finding the mention at `span` is; `bearers` are the people of the sentence."""
    sentence = scope.sentence
    told = [*scope.before("family", span), *scope.after("family", span)]
    exposed = scope.before("pregnancy", span)
    who = tuple(sentence.trigger(Attribute.EXPERIENCER, h.start, h.end) for h in told[:1])
    bearer = _behind(scope, bearers, span) or _ahead(bearers, span)
    if bearer is not None:
        person = bearer.person
        said = sentence.trigger(Attribute.EXPERIENCER, person.first, person.end)
        if bearer.doubtful_from is not None and span[0] >= bearer.doubtful_from:
            pronoun = sentence.trigger(
                Attribute.EXPERIENCER, bearer.doubtful_from, bearer.doubtful_from + 1
            )
            return Whose(doubtful=True, triggers=(*who, said, pronoun))
        return Whose(
            Experiencer.FAMILY if person.family else Experiencer.OTHER,
            bearer.kinship,
            pregnancy=_carried(sentence, person, section),
            triggers=(*who, said),
        )
    if exposed:
        said = sentence.trigger(Attribute.EXPERIENCER, exposed[-1].start, exposed[-1].end)
        return Whose(Experiencer.FAMILY, "mother", pregnancy=True, triggers=(said,))
    if who:
        return Whose(Experiencer.FAMILY, triggers=who)
    return _by_place(scope, span, section, previous)


def _by_place(scope: Scope, span: Span, section: str | None, previous: Sentence | None) -> Whose:
    """What the section and the sentence before say where this sentence names nobody."""
    sentence = scope.sentence
    words = sentence.words
    named = any(
        h.does("patient") and h.end <= span[0] and not only_owner(words, h) for h in scope.hits
    )
    pronoun = words[0] in ("he", "she")
    if section == "family history" and not named:
        if pronoun:
            said = sentence.trigger(Attribute.EXPERIENCER, 0, 1)
            return Whose(Experiencer.FAMILY, doubtful=True, triggers=(said,))
        return Whose(Experiencer.FAMILY)
    if pronoun and words[1:2] == ["also"] and previous is not None:
        subject = next((p for p in previous.people if p.at <= 3 and not p.side), None)
        if subject is not None and subject.female in (None, words[0] == "she"):
            said = sentence.trigger(Attribute.EXPERIENCER, 0, 2)
            return Whose(doubtful=True, triggers=(said,))
    return _PATIENT


def _ahead(bearers: Sequence[Bearer], span: Span) -> Bearer | None:
    """The last person whose words take in the mention."""
    for bearer in reversed(bearers):
        inside = bearer.person.side and span[0] <= bearer.person.at < span[1]
        if inside or bearer.start <= span[0] < bearer.end:
            return bearer
    return None


def _behind(scope: Scope, bearers: Sequence[Bearer], span: Span) -> Bearer | None:
    """The person named behind the mention: "seizures in two cousins", "diabetes (mother)"."""
    words = scope.sentence.words
    for bearer in bearers:
        link = bearer.link
        if link is None or link < span[1]:
            continue
        between = words[span[1] : link]
        if words[link] == "in" or words[link] == "affecting" or words[link] == "among":
            near = len(between) <= _BACK and _COMPARES.isdisjoint(between)
        elif words[link] in ("(", "["):
            near = len(between) <= 3 and "," not in between
        else:
            near = not between
        if near and not any(
            h.does("stop") or (h.ahead("present") and h.end < link)
            for h in scope.between(span[1], link)
        ):
            return bearer
    return None


def _carried(sentence: Sentence, person: Person, section: str | None) -> bool:
    """Whether it is said of the mother while she carried the patient."""
    if not person.family or person.kinship.split()[-1] not in ("mother", "mum", "mom", "mama"):
        return False
    if person.side:
        return sentence.words[person.end : person.end + 1] not in (["history"], ["hx"], ["medical"])
    return section == "birth history" or not _PREGNANCY.isdisjoint(sentence.words)
