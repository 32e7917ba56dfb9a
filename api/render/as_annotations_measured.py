"""Values of an annotated document as the measurements of a GA4GH phenopacket, in UCUM's units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import quote

from api.annotate import Placed
from api.render.as_annotations import measurement
from domain.evidence import Measurement, TextSpan
from domain.findings import Experiencer, Time
from nlp.values.judge import PRINTED
from nlp.values.units import spelled

#: Units that UCUM writes another way; what is no unit there is an annotation in braces.
_UCUM = {
    "mmHg": "mm[Hg]",
    "degC": "Cel",
    "degF": "[degF]",
    "lb": "[lb_av]",
    "inch": "[in_i]",
    "SD": "{SD}",
    "centile": "{centile}",
}
#: Two numbers, as a text prints a range beside a value; in the value's unit unless it names one.
_PRINTED = re.compile(
    r"[([]?\s*(?P<low>\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(?P<high>\d+(?:\.\d+)?)\s*(?P<unit>[^)\]]*)[)\]]?"
)


def measurements(values: Iterable[Placed]) -> list[dict[str, object]]:
    """The patient's values, each once, however many findings it speaks of."""
    grouped: dict[tuple[Measurement, TextSpan], list[Placed]] = {}
    for p in values:
        key = replace(measurement(p), reference_range=None, source="", method=""), p.span
        grouped.setdefault(key, []).append(p)
    return [_measurement(said) for said in grouped.values() if can_be_measured(said[0])]


def can_be_measured(p: Placed) -> bool:
    """Whether it is one number of the patient's, in a unit: a limit is no quantity."""
    o, m = p.observation, measurement(p)
    own = o.experiencer is Experiencer.PATIENT and o.time is not Time.HYPOTHETICAL
    return own and not m.bound and m.upper is None and ucum(m.unit) is not None


def _measurement(said: Sequence[Placed]) -> dict[str, object]:
    m = measurement(said[0])
    coded = re.fullmatch(r"\d+-\d", m.code) is not None
    unit = {"id": f"UCUM:{ucum(m.unit)}", "label": m.unit}
    quantity: dict[str, object] = {"unit": unit, "value": m.value}
    printed = _PRINTED.fullmatch(m.reference_range or "") if m.source == PRINTED else None
    if printed and printed["unit"].strip() in ("", m.unit):
        low, high = float(printed["low"]), float(printed["high"])
        quantity["referenceRange"] = {"unit": unit, "low": low, "high": high}
    measured: dict[str, object] = {
        "assay": {"id": f"{'LOINC' if coded else 'dif'}:{m.code}", "label": m.name or m.code},
        "value": {"quantity": quantity},
        "description": "; ".join([reference(said[0])["reference"], *map(_verdict, said)]),
    }
    if m.time is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", m.time):
        measured["timeObserved"] = {"timestamp": f"{m.time}T00:00:00Z"}
    return measured


def _verdict(p: Placed) -> str:
    """What a value says of one finding, and by which range."""
    o, m = p.observation, measurement(p)
    concept = "" if o.concept is None else f" ({o.concept})"
    by = "" if m.reference_range is None else f": {m.reference_range}"
    return f"{o.label}{concept} {o.state.value}{by}"


def ucum(written: str) -> str | None:
    """A unit as UCUM writes it, None where none is written or none is known.

    >>> ucum("x 10^9/L"), ucum("mm Hg"), ucum("°C"), ucum("IU/mL"), ucum("")
    ('10*9/L', 'mm[Hg]', 'Cel', '[IU]/mL', None)
    """
    unit = spelled(written) if written else None
    if unit is None:
        return None
    if unit in _UCUM:
        return _UCUM[unit]
    unit = re.sub(r"^1e(\d+)(?=/)", r"10*\1", unit)
    unit = re.sub(r"^([munpk]?)IU\b", r"\1[IU]", unit)
    return re.sub(r"^mEq\b", "meq", re.sub(r"^mosmol\b", "mosm", unit))


def reference(p: Placed) -> dict[str, str]:
    """The place as RFC 5147 writes it: characters of a plain text."""
    return {
        "reference": f"{quote(p.span.document)}#char={p.start},{p.end}",
        "description": " ".join(p.span.quote.split()),
    }
