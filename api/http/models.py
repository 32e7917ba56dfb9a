"""What may be asked over HTTP. Unknown fields are refused, so that a misspelt one is not lost."""

from __future__ import annotations

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
from domain.errors import InvalidField
from domain.findings import LEAST_IMPORTANCE, MOST_IMPORTANCE
from domain.identifiers import Curie

MAX_TOP = 500


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


class LabIn(Strict):
    """One measured value. The unit may be left out where it can be no other."""

    code: str = Field(min_length=1, max_length=100, description="A LOINC code, or a name.")
    value: Annotated[float, Strictly()] | Annotated[str, Field(max_length=40)] = Field(
        description='A number, or one as people write it: "<0.01", "172/98".'
    )
    unit: str = Field(default="", max_length=40)
    time: str | None = Field(default=None, max_length=40, description="ISO 8601.")


class FigureIn(Strict):
    """How often a disease is met, or any disease of a group; or which group a disease is of."""

    disease: Identifier | None = None
    group: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="A name of your own, or the id of a family of the release.",
    )
    figure: float | None = Field(default=None, gt=0, description="In a unit that all share.")
    reference: str | None = Field(default=None, max_length=300)


class PriorIn(Strict):
    """What to start from instead of all diseases alike: figures with their references."""

    source: str = Field(min_length=1, max_length=300, description="Where the figures come from.")
    figures: list[FigureIn] = Field(min_length=1, max_length=50_000)


class DifferentialRequest(Strict):
    """A case: a report, coded findings, a GA4GH phenopacket, or any of them together."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [
                {
                    "text": "Girl of 4 years with focal seizures. No ataxia.",
                    "findings": [{"concept": "HP:0009729", "state": "present"}],
                    "age": "P4Y",
                    "sex": "FEMALE",
                    "top": 5,
                }
            ]
        },
    )

    text: str | None = Field(default=None, description="A report in English.")
    findings: list[FindingIn] = Field(default_factory=list, max_length=2000)
    labs: list[LabIn] = Field(
        default_factory=list,
        max_length=MAX_LABS,
        description="Measured values of the patient: laboratory, vital signs, growth.",
    )
    phenopacket: dict[str, object] | None = Field(
        default=None, description="GA4GH Phenopacket, version 2 (version 1's `negated` is read)."
    )
    age: str | None = Field(default=None, max_length=40, description="ISO 8601 duration: P4Y6M.")
    sex: Literal["MALE", "FEMALE", "OTHER_SEX", "UNKNOWN_SEX"] | None = None
    scope: Literal["rare", "common", "all"] | None = Field(
        default=None,
        description="What to rank: the rare diseases of the HPO annotations, common and emergency "
        "disease, or all. By default all; rare with what only that scope has (`prior`, `codes`, "
        "`counterfactuals`, `compare`), and where the release has no common disease.",
    )
    setting: Literal["primary", "emergency", "ward"] = Field(
        default="emergency",
        description="Where the patient is met. It acts in scopes `common` and `all`.",
    )
    prior: PriorIn | None = None
    top: int | None = Field(default=None, ge=1, le=MAX_TOP, description="Diagnoses in the answer.")
    codes: str | None = Field(
        default=None, max_length=20, description="Vocabulary whose codes the diagnoses carry."
    )
    counterfactuals: bool = Field(
        default=False, description="Whether to say what each finding does: the case without it."
    )
    compare: list[Identifier] = Field(
        default_factory=list,
        min_length=2,
        max_length=2,
        description="Two ranked diseases to put side by side.",
    )


class ConceptQuery(Strict):
    """A search for concepts."""

    q: str = Field(min_length=1, max_length=200, description="Words of a label or synonym.")
    limit: int = Field(default=10, ge=1, le=100)


class FieldProblem(Strict):
    """One field of a request and what is wrong with it; never the value that was sent."""

    location: str
    message: str


class Problem(Strict):
    """An RFC 9457 problem document."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    mend: str | None = Field(default=None, description="What would do.")
    errors: list[FieldProblem] | None = None
    suggestions: list[dict[str, str]] | None = Field(
        default=None, description="Concepts near an unknown one: `id` and `label`."
    )
    instance: str | None = Field(default=None, description="Names this one occurrence in the log.")
