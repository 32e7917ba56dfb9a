"""A case as it is written down, over HTTP or in a file. Unknown fields are refused, so that a
misspelt one is not lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic import Strict as Strictly
from pydantic_core import PydanticCustomError

from api.intake import CHIEF
from api.labs import MAX_LABS
from api.parts import read_day
from domain.errors import InvalidField
from domain.findings import LEAST_IMPORTANCE, MOST_IMPORTANCE
from domain.identifiers import Curie

#: Texts, and known conditions, of one case.
MAX_TEXTS, MAX_KNOWN = 50, 100


class Strict(BaseModel):
    """Base of all models here: no unknown fields, no infinities."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


def _identifier(text: str) -> str:
    try:
        return Curie.parse(text)
    except InvalidField:
        raise PydanticCustomError("identifier", "Write PREFIX:LOCAL, as in HP:0001250.") from None


Identifier = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_identifier)]


def _importance(value: object) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value == CHIEF or (number and LEAST_IMPORTANCE <= value <= MOST_IMPORTANCE):  # type: ignore[operator]
        return value
    raise PydanticCustomError("importance", "Write a number from 0.1 to 3, or chief.")


Importance = Annotated[float | Literal["chief"], BeforeValidator(_importance)]


class FindingIn(Strict):
    """One coded finding. `probability` is calibrated and travels with its `base_rate`."""

    concept: Identifier
    state: Literal["present", "absent", "uncertain", "unknown", "undetermined", "not_assessed"]
    probability: float | None = Field(default=None, gt=0, lt=1)
    base_rate: float | None = Field(default=None, gt=0, lt=1)
    onset: str | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        description="When it began: an HPO onset term, or an ISO 8601 duration (P3Y).",
    )
    importance: Importance | None = Field(
        default=None,
        description="What its effect is multiplied by, or `chief` for a chief complaint (2), "
        "which a diagnosis ought to explain.",
    )
    relative: str | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        description="Whose finding it is (mother, sister ...), if not the patient's.",
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if self.probability is not None and self.base_rate is None:
            raise PydanticCustomError(
                "probability_alone",
                "base_rate is missing: a probability travels with the base rate of the set it "
                "was calibrated on.",
            )
        if self.base_rate is not None and self.probability is None:
            raise PydanticCustomError("probability_alone", "probability is missing.")
        return self


Name = Annotated[str, Field(min_length=1, max_length=200)]
FileName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="In a case file a path below its folder; over HTTP the name of an uploaded "
        "part.",
    ),
]


class LabIn(Strict):
    """One measured value. The unit may be left out where it can be no other."""

    code: str = Field(min_length=1, max_length=100, description="A LOINC code, or a name.")
    value: Annotated[float, Strictly()] | Annotated[str, Field(max_length=40)] = Field(
        description='A number, or one as people write it: "<0.01", "172/98".'
    )
    unit: str = Field(default="", max_length=40)
    time: str | None = Field(default=None, max_length=40, description="ISO 8601.")


class LabTableIn(Strict):
    """A table of measured values, by its file."""

    file: FileName


def _lab(value: object) -> object:
    """One of both, told by its `file`, so that what is wrong is said of that one alone."""
    if isinstance(value, LabIn | LabTableIn):
        return value
    table = isinstance(value, Mapping) and "file" in value
    return (LabTableIn if table else LabIn).model_validate(value)


def _age(value: object) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value)[:40] if number else value


Age = Annotated[
    str, Field(max_length=40), BeforeValidator(_age, json_schema_input_type=str | float)
]


def _day(text: str) -> str:
    try:
        read_day(text, "day")
    except InvalidField:
        raise PydanticCustomError("day", "Write a date as 2026-03-02.") from None
    return text


Day = Annotated[str, Field(max_length=40, description="ISO 8601."), AfterValidator(_day)]
Study = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        description="A name of your own for the examination: a film and its report bear the same.",
    ),
]


class TextIn(Strict):
    """One text: its words, or the file that holds them."""

    name: Name | None = Field(default=None, description="What its places are called by.")
    text: str | None = Field(default=None, description="A report in English.")
    file: FileName | None = None
    day: Day | None = None
    study: Study | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.text is None) == (self.file is None):
            raise PydanticCustomError("text_or_file", "Give either text or file.")
        return self


class ImageIn(Strict):
    """One film, by its file."""

    file: FileName
    day: Day | None = None
    study: Study | None = None


class CaseIn(Strict):
    """What is known of one patient, in parts; each may be left out, not all of them."""

    text: str | None = Field(default=None, description="A report in English.")
    texts: list[TextIn] = Field(default_factory=list, max_length=MAX_TEXTS)
    findings: list[FindingIn] = Field(default_factory=list, max_length=2000)
    labs: list[Annotated[LabIn | LabTableIn, BeforeValidator(_lab)]] = Field(
        default_factory=list,
        max_length=MAX_LABS,
        description="Measured values of the patient: laboratory, vital signs, growth; or tables "
        "(CSV) of them.",
    )
    images: list[ImageIn] = Field(
        default_factory=list, max_length=16, description="Frontal chest films of an adult."
    )
    phenopacket: dict[str, object] | None = Field(
        default=None,
        description="GA4GH Phenopacket, version 2 (version 1's `negated` is read); or `file` "
        "alone, the JSON file that holds it.",
    )
    known_conditions: list[Name] = Field(
        default_factory=list,
        max_length=MAX_KNOWN,
        description="Conditions that the patient is known to have, by id or name: they are "
        "evidence and are never suggested.",
    )
    age: Age | None = Field(default=None, description="ISO 8601 duration (P4Y6M), or years.")
    sex: Literal["MALE", "FEMALE", "OTHER_SEX", "UNKNOWN_SEX"] | None = None
    day: Day | None = Field(
        default=None,
        description="The day of this illness; by default that of the latest part. What is more "
        "than 30 days older is past.",
    )
    setting: Literal["primary", "emergency", "ward"] = Field(
        default="emergency",
        description="Where the patient is met. It acts in scopes `common` and `all`.",
    )

    @property
    def packet_file(self) -> str | None:
        """The file that holds the phenopacket, where it is told by its file."""
        file = (self.phenopacket or {}).get("file")
        return file if isinstance(file, str) and len(self.phenopacket or {}) == 1 else None
