"""What is coded in a case file, tried against the release one by one: what it refuses is named, and
the rest is left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from api import phenopackets
from api.case_file.document import CaseDocument, dotted
from api.case_file.fields import Fitting
from api.case_parts import PartsReader
from api.intake import CodedFinding
from domain.ages import age_in_years
from domain.errors import InputError

if TYPE_CHECKING:
    from api.service import Service

#: What coded entries of a case file name as their system.
SYSTEM = "case file"


def findings(
    fit: Fitting, document: CaseDocument, service: Service, parts: PartsReader
) -> tuple[CodedFinding, ...]:
    """The findings that the release takes; of the others, notes."""
    kept = []
    for i, given in enumerate(fit.case.findings):
        path = fit.place("findings", i)
        place = dotted(path)
        finding = CodedFinding(**given.model_dump(), system=SYSTEM, field=place)
        try:
            service.observe([finding], strict=True)
        except InputError as error:
            parts.lost(place, f"{place} ({document.place(path)})", error)
        else:
            kept.append(finding)
    return tuple(kept)


def packet_of(data: bytes, name: str) -> dict[str, Any]:
    """The phenopacket in the bytes of a JSON file. Raises InputError."""
    try:
        packet = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError(f"{name} is not JSON.") from None
    if not isinstance(packet, dict):
        raise InputError(f"{name} holds no JSON object.", mend="A phenopacket is one object.")
    return packet


def check_packet(packet: Mapping[str, Any], service: Service) -> None:
    """Refuses a phenopacket that a case could not be made of. Raises InputError."""
    phenopackets.age(packet)
    phenopackets.sex(packet)
    service.observe(phenopackets.features(packet), strict=False)


def age(text: str | None, document: CaseDocument, parts: PartsReader) -> str | None:
    """The age, or None with a note where it is none."""
    if text is None:
        return None
    try:
        age_in_years(text)
    except InputError as error:
        parts.lost("age", f"age ({document.place(('age',))})", error)
        return None
    return text
