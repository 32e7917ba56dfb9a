"""Cases as JSON files in a folder, beside a folder of releases."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from domain.assertions import Assertion
from domain.figures import Figure
from domain.identifiers import Curie
from kg.cases import (
    LookUp,
    StoredCase,
    Support,
    check_id,
    counts,
    from_object,
    missing,
    shows,
    to_object,
)


class CaseFolder:
    """Cases as JSON files in a folder, linked to the active release of `look_up`."""

    def __init__(self, folder: Path, look_up: LookUp) -> None:
        self._folder = folder
        self._look_up = look_up

    def add(self, case: StoredCase) -> None:
        """Keep a case; one of the same id is replaced whole."""
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._folder / f".{case.id}-{os.getpid()}"
        temporary.write_text(json.dumps(to_object(case), indent=1) + "\n", "utf-8")
        temporary.chmod(0o600)
        temporary.replace(self._path(case.id))

    def ids(self) -> list[str]:
        """Ids of the cases, sorted."""
        return sorted(f.stem for f in self._folder.glob("*.json"))

    def get(self, case: str) -> StoredCase:
        """One case. Raises InputError where there is none."""
        try:
            return from_object(json.loads(self._path(case).read_text("utf-8")))
        except FileNotFoundError:
            raise missing(case) from None

    def remove(self, case: str) -> None:
        """Delete a case. Raises InputError where there is none."""
        try:
            self._path(case).unlink()
        except FileNotFoundError:
            raise missing(case) from None

    def diseases_of(self, case: str) -> dict[Curie, tuple[Curie, ...]]:
        """Diseases by present concept, as the active release knows it."""
        found: dict[Curie, tuple[Curie, ...]] = {}
        for o in self.get(case).observations:
            if counts(o):
                current = self._look_up.current(o.concept)
                if current is not None:
                    found[current] = tuple(sorted(self._look_up.diseases(current)))
        return found

    def supported(self, case: str) -> list[Support]:
        """Every way from where a present finding was seen to a disease that shows it, in order."""
        label = cache(self._look_up.label)
        rows = []
        for number, o in enumerate(self.get(case).observations, start=1):
            finding = self._look_up.current(o.concept) if counts(o) else None
            if finding is None:
                continue
            for said in filter(shows, self._look_up.said(finding)):
                end = _end(finding, said, label)
                rows += [
                    Support(observation=number, evidence=n, **_place(e), **end)
                    for n, e in enumerate(o.evidence, start=1)
                ]
        return sorted(rows, key=lambda row: row.order)

    def _path(self, case: str) -> Path:
        return self._folder / f"{check_id(case)}.json"


def _end(finding: Curie, said: Assertion | Figure, label: Callable[[Curie], str]) -> dict[str, Any]:
    """The half of the way that leads from a finding to a disease."""
    if isinstance(said, Assertion):
        measure, printed = "frequency", str(said.frequency or "")
        references = said.references
    else:
        measure, printed = said.measure.value, said.printed
        references = (said.reference,)
    return {
        "finding": finding,
        "finding_label": label(finding),
        "met": said.concept,
        "met_label": label(said.concept),
        "disease": said.disease,
        "disease_label": label(said.disease),
        "edge": "HAS_FINDING" if isinstance(said, Assertion) else "HAS_FIGURE",
        "measure": measure,
        "printed": printed,
        "references": references,
        "source": said.source,
        "line": said.line,
    }


def _place(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The half of the way that begins where something was seen."""
    box = evidence.get("box")
    names = ("start", "end", "code", "value", "unit", "label", "score")
    return {
        "kind": evidence["kind"],
        "part": next((evidence[n] for n in ("image", "document", "record") if n in evidence), None),
        "box": None if box is None else tuple(box),
        **{name: evidence.get(name) for name in names},
    }
