"""Whole cases written by us: text, values, films and known conditions, with what an answer must do.

`cases/NAME/` holds a case as anybody would send it (`case.yaml` and its texts) and what a physician
expects of it (`expect.yaml`). A film is named by its index in ChestX-ray14 and is not here: it is
taken from the development data, of patients that the reader was never trained on. The cases judge
the whole chain and set no weights: nothing that is fitted may read them.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from domain.errors import DifferentiaError, SourceError
from domain.findings import State, Time
from domain.identifiers import Curie

if TYPE_CHECKING:
    from api.service import Service
    from domain.case import Case
    from domain.differential import Differential
    from reasoning.common.ranker import CommonRanking

FOLDER = Path(__file__).with_name("cases")
#: Hypotheses that an answer to a case shows.
TOP = 10
CASE, EXPECT = "case.yaml", "expect.yaml"
SCOPES = ("all", "common")
NEEDED = frozenset({"disease", "first", "scope", "conflicts", "why"})
OPTIONAL = frozenset(
    {
        "films",
        "notes",
        "findings",
        "not_suggested",
        "must_not_miss",
        "next",
        "unexplained",
        "not_assessed",
        "values_lift",
        "as_without",
        "nearer_in",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmOf:
    """A film by its folder of the development data and its index there."""

    file: str
    folder: str
    index: str

    @property
    def patient(self) -> str:
        """The patient's number, which the index begins with."""
        return self.index.partition("_")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What becomes of one finding: its state, its time, whether it enters the score, and whether
    texts and films both are among its witnesses."""

    concept: Curie
    state: State
    used: bool
    time: Time = Time.NOW
    witnesses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCase:
    """A case and its expected answer, in `scope`.

    One of `disease` stands among the `first`. `conflicts` are the findings of the conflicts that
    are reported, and there are no others. Of what else was not written down nothing is expected:
    `notes` are codes of the data-quality block, `not_suggested` diseases that are not ranked,
    `not_assessed` findings that are neither there nor absent, one
    or more of `next` are named as a next finding or as what settles a disease that must not be
    missed. `values_lift`: without its values the disease would score less. `as_without` names a
    text that changes nothing. `nearer_in` is the setting in which the disease stands higher, or as
    high, than in an emergency.
    """

    name: str
    folder: Path
    disease: tuple[Curie, ...]
    first: int
    scope: str
    conflicts: frozenset[Curie]
    why: str
    films: tuple[FilmOf, ...] = ()
    notes: frozenset[str] = frozenset()
    findings: tuple[Expected, ...] = ()
    not_suggested: tuple[Curie, ...] = ()
    must_not_miss: tuple[Curie, ...] = ()
    next: tuple[Curie, ...] = ()
    unexplained: tuple[Curie, ...] = ()
    not_assessed: tuple[Curie, ...] = ()
    values_lift: bool = False
    as_without: str = ""
    nearer_in: str = ""


def read_whole_cases(folder: Path = FOLDER) -> tuple[WholeCase, ...]:
    """The cases of `folder`, by name. Raises SourceError naming the file."""
    return tuple(read_whole_case(path.parent) for path in sorted(folder.glob(f"*/{EXPECT}")))


def read_whole_case(folder: Path) -> WholeCase:
    """The case of one folder. Raises SourceError naming its file."""
    path = folder / EXPECT
    try:
        row = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, OSError):
        raise SourceError(str(path), "is no YAML that can be read.") from None
    if not isinstance(row, dict) or not NEEDED <= row.keys() <= NEEDED | OPTIONAL:
        raise SourceError(
            str(path),
            "has not the fields of an expectation.",
            mend=f"It needs {', '.join(sorted(NEEDED))}, and may have "
            f"{', '.join(sorted(OPTIONAL))}.",
        )
    try:
        return _case(folder, row)
    except (DifferentiaError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise SourceError(str(path), f"is no expectation ({error}).") from None


def stage(case: WholeCase, data: Path | None, into: Path) -> Path:
    """A copy of a case's folder with its films beside it, in `into`; without `data` they are left
    out. Raises SourceError for a film that the development data has not."""
    folder = into / case.name
    shutil.copytree(case.folder, folder, ignore=shutil.ignore_patterns(EXPECT))
    for film in case.films if data is not None else ():
        assert data is not None
        (folder / film.file).write_bytes(_film(film, data / "images" / film.folder))
    return folder


def case_of(service: Service, folder: Path, *, values: bool = True) -> tuple[Case, str]:
    """The case of a staged folder, and the setting that it names; without its `values`, if so
    asked."""
    from api.case_file.reading import read_case

    read = read_case(folder, service)
    parts = read.parts
    case = service.case(
        texts=parts.texts,
        findings=read.findings,
        phenopacket=read.phenopacket,
        images=parts.images,
        labs=parts.labs if values else (),
        known=read.known,
        age=read.age,
        sex=read.sex,
        day=read.day,
        notes=parts.notes,
        case_id=folder.name,
    )
    return case, read.setting or "emergency"


def answer(service: Service, case: WholeCase, folder: Path) -> Differential:
    """What a staged case is answered, in the setting that it names."""
    from api import common

    stated, own = case_of(service, folder)
    return common.diagnose(service, stated, common.setting_of(own), TOP, case.scope)


def ranking(
    service: Service, case: WholeCase, folder: Path, *, values: bool = True, setting: str = ""
) -> CommonRanking:
    """All candidates of a staged case in order; without its `values`, or in another setting than
    its own, if so asked."""
    from api import common

    stated, own = case_of(service, folder, values=values)
    ranker = service.both if case.scope == common.ALL else service.common
    return ranker.rank(stated, common.setting_of(setting or own))


def without_text(folder: Path, name: str) -> None:
    """Take one text out of a staged case: the file, and its entry in the case file."""
    path = folder / CASE
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    kept = [text for text in data["texts"] if text.get("file") != name]
    if len(kept) == len(data["texts"]):
        raise SourceError(str(path), f"has no text {name!r}.")
    data["texts"] = kept
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (folder / name).unlink()


def _film(film: FilmOf, folder: Path) -> bytes:
    from vision.data.images import Images

    with (folder / "labels.csv").open(encoding="utf-8", newline="") as table:
        file = next(
            (r["file"] for r in csv.DictReader(table) if r["image_index"] == film.index), ""
        )
    images = Images(folder)
    try:
        return images.read(images.find(file))
    except ValueError:
        raise SourceError(str(folder), f"has no film {film.index}.") from None


def _case(folder: Path, row: Mapping[str, Any]) -> WholeCase:
    films = tuple(
        FilmOf(file=str(file), folder=str(of["folder"]), index=str(of["index"]))
        for file, of in dict(row.get("films", {})).items()
    )
    if row["scope"] not in SCOPES:
        raise ValueError(f"scope {row['scope']!r}")
    return WholeCase(
        name=folder.name,
        folder=folder,
        disease=_ids(row["disease"]),
        first=int(row["first"]),
        scope=str(row["scope"]),
        conflicts=frozenset(_ids(row["conflicts"])),
        why=str(row["why"]),
        films=films,
        notes=frozenset(map(str, row.get("notes", ()))),
        findings=tuple(map(_expected, row.get("findings", ()))),
        values_lift=bool(row.get("values_lift", False)),
        as_without=str(row.get("as_without", "")),
        nearer_in=str(row.get("nearer_in", "")),
        not_suggested=_ids(row.get("not_suggested", ())),
        must_not_miss=_ids(row.get("must_not_miss", ())),
        next=_ids(row.get("next", ())),
        unexplained=_ids(row.get("unexplained", ())),
        not_assessed=_ids(row.get("not_assessed", ())),
    )


def _expected(row: Mapping[str, Any]) -> Expected:
    return Expected(
        concept=Curie(str(row["concept"])),
        state=State(row["state"]),
        used=bool(row["used"]),
        time=Time(row.get("time", Time.NOW)),
        witnesses=frozenset(map(str, row.get("witnesses", ()))),
    )


def _ids(given: Any) -> tuple[Curie, ...]:
    return tuple(Curie(str(i)) for i in ([given] if isinstance(given, str) else given))
