"""GA4GH phenopackets, version 2 (and version 1's `negated`), read as cases.

Only features with their onset, sex, age and (for leaving out a case's own paper) the external
references are read. Diagnoses and interpretations are never looked at here. A feature may carry
`probability` with `base_rate`, and `importance`, as in a request; GA4GH has no fields for them.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from api.intake import CodedFinding, importance
from domain.ages import age_in_years
from domain.assertions import Sex
from domain.case import parse_sex
from domain.errors import EmptyInput, InputError, InvalidField
from domain.identifiers import Curie

SYSTEM = "phenopacket"


def features(packet: Mapping[str, Any]) -> list[CodedFinding]:
    """The phenotypic features. Raises InvalidField naming the entry."""
    listed = packet.get("phenotypicFeatures")
    if listed is None or listed == []:
        raise EmptyInput(
            "The phenopacket has no phenotypicFeatures.",
            mend="Add features with `type.id`, as in {'type': {'id': 'HP:0001250'}}.",
        )
    if not isinstance(listed, list):
        raise InvalidField("phenotypicFeatures", "is not a list.")
    return [_feature(f, i) for i, f in enumerate(listed)]


def _feature(feature: object, position: int) -> CodedFinding:
    where = f"phenotypicFeatures[{position}]"
    if not isinstance(feature, dict):
        raise InvalidField(where, "is not an object.")
    kind = feature.get("type")
    if not isinstance(kind, dict) or not isinstance(kind.get("id"), str) or not kind["id"]:
        raise InvalidField(f"{where}.type.id", "is missing.", mend="Name an HPO id.")
    try:
        Curie.parse(kind["id"])
    except InvalidField as error:
        raise InvalidField(f"{where}.type.id", "is no identifier.", mend=error.mend) from None
    excluded = feature.get("excluded", feature.get("negated", False))
    if not isinstance(excluded, bool):
        raise InvalidField(f"{where}.excluded", "is neither true nor false.")
    label = kind.get("label")
    probability = _number(feature, "probability", where)
    plain = "absent" if excluded else "present"
    return CodedFinding(
        concept=kind["id"],
        # GA4GH knows only these two: with a probability, neither was decided.
        state=plain if probability is None else "uncertain",
        probability=probability,
        base_rate=_number(feature, "base_rate", where),
        onset=_onset(feature.get("onset") or feature.get("classOfOnset"), where),
        importance=_importance(feature.get("importance"), where),
        label=label if isinstance(label, str) else None,
        system=SYSTEM,
        field=where,
    )


def _number(feature: Mapping[str, Any], name: str, where: str) -> float | None:
    value = feature.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidField(f"{where}.{name}", "is no number.")
    return float(value)


def _importance(value: object, where: str) -> float | str | None:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    if isinstance(value, str):
        return importance(value, f"{where}.importance")
    raise InvalidField(f"{where}.importance", "is no number.", mend="Write a number, or chief.")


def _onset(element: object, where: str) -> str | None:
    """A GA4GH time element (or version 1's class) as an HPO id or an ISO 8601 duration; an age
    range begins when it began, and what is told as a date or interval is left."""
    if not isinstance(element, dict):
        return None
    if "gestationalAge" in element:
        return "HP:0030674"
    term = (element.get("ontologyClass") or element).get("id")
    if isinstance(term, str):
        return term if term.startswith("HP:") else None
    stated = element.get("age") or (element.get("ageRange") or {}).get("start")
    duration = stated.get("iso8601duration") if isinstance(stated, dict) else None
    if duration is None:
        return None
    if not isinstance(duration, str):
        raise InvalidField(f"{where}.onset", "is no age.", mend="Write an ISO 8601 duration.")
    return duration


def sex(packet: Mapping[str, Any]) -> Sex:
    """The subject's sex, unknown where it is not stated."""
    stated = _subject(packet).get("sex")
    return parse_sex(stated, "subject.sex") if isinstance(stated, str) else Sex.UNKNOWN


def age(packet: Mapping[str, Any]) -> float | None:
    """The subject's age in years at the last encounter (or collection), or None."""
    subject = _subject(packet)
    stated = subject.get("timeAtLastEncounter") or subject.get("ageAtCollection")
    for _ in range(3):
        if not isinstance(stated, dict):
            break
        stated = next(
            (stated[k] for k in ("age", "ageRange", "start", "iso8601duration") if k in stated),
            None,
        )
    return age_in_years(stated, "subject.timeAtLastEncounter") if isinstance(stated, str) else None


def _subject(packet: Mapping[str, Any]) -> Mapping[str, Any]:
    subject = packet.get("subject", {})
    if not isinstance(subject, dict):
        raise InvalidField("subject", "is not an object.")
    return subject


def references(packet: Mapping[str, Any]) -> frozenset[str]:
    """The case's own publications (`metaData.externalReferences[].id`)."""
    meta = packet.get("metaData")
    listed = meta.get("externalReferences") if isinstance(meta, dict) else None
    if not isinstance(listed, list):
        return frozenset()
    return frozenset(
        r["id"] for r in listed if isinstance(r, dict) and isinstance(r.get("id"), str)
    )


def read_one(path: Path) -> dict[str, Any]:
    """A phenopacket in a JSON file. Raises InputError."""
    return _object(_unpacked(path), str(path))


def read_many(path: Path) -> Iterator[tuple[str, dict[str, Any] | InputError]]:
    """Cases of a folder, a JSON file, or a .jsonl[.gz]: (id, phenopacket or what is wrong).

    Raises InputError only where the path itself cannot be read.
    """
    if path.is_dir():
        files = sorted(f for f in path.rglob("*.json*") if f.is_file())
        if not files:
            raise EmptyInput(f"{path} holds no .json file.")
        for file in files:
            yield from read_many(file)
        return
    if path.name.removesuffix(".gz").endswith(".jsonl"):
        text = _unpacked(path)
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                yield _guarded(line, f"{path.name}:{number}")
        return
    yield _guarded(_unpacked(path), path.name)


def count(path: Path) -> int | None:
    """How many cases `read_many` will give, where that is cheap to know."""
    if path.is_dir() or not path.name.removesuffix(".gz").endswith(".jsonl"):
        return None
    return sum(1 for line in _unpacked(path).splitlines() if line.strip())


def _guarded(text: str, name: str) -> tuple[str, dict[str, Any] | InputError]:
    try:
        packet = _object(text, name)
    except InputError as error:
        return name, error
    identifier = packet.get("id")
    return (identifier if isinstance(identifier, str) and identifier else name), packet


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        packet = json.loads(text)
    except ValueError as error:
        raise InputError(f"{name} is not JSON: {error}.") from None
    if not isinstance(packet, dict):
        raise InputError(f"{name} holds no JSON object.", mend="A phenopacket is one object.")
    return packet


def _unpacked(path: Path) -> str:
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file.") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from None
