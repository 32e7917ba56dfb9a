"""What is read of the values of a text, in short words to compare with."""

from __future__ import annotations

from typing import Any

from domain.evidence import Measurement, TextSpan
from domain.findings import Experiencer, Observation, Time
from nlp.reader import TextReader


def said(reader: TextReader, text: str, **known: Any) -> tuple[str, ...]:
    """ "Label state [experiencer] [time]" of each observation in its order."""
    return tuple(words(o) for o in reader.values(text, **known))


def words(o: Observation) -> str:
    whose = "" if o.experiencer is Experiencer.PATIENT else o.kinship or o.experiencer.value
    when = "" if o.time is Time.NOW else o.time.value
    return " ".join(filter(None, (o.label, o.state.value, whose, when)))


def measurement(o: Observation) -> Measurement:
    return next(e for e in o.evidence if isinstance(e, Measurement))


def quote(o: Observation) -> TextSpan:
    return next(e for e in o.evidence if isinstance(e, TextSpan))


def one(reader: TextReader, text: str, **known: Any) -> Observation:
    """The first observation of a text that has one."""
    return reader.values(text, **known)[0]
