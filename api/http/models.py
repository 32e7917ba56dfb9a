"""What may be asked over HTTP. Unknown fields are refused, so that a misspelt one is not lost."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.errors import InvalidField
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


class FindingIn(Strict):
    """One coded finding. `probability` is calibrated and travels with its `base_rate`."""

    concept: Identifier
    state: Literal["present", "absent", "uncertain", "undetermined", "not_assessed"]
    probability: float | None = Field(default=None, gt=0, lt=1)
    base_rate: float | None = Field(default=None, gt=0, lt=1)
    onset: Identifier | None = Field(default=None, description="An HPO onset term.")
    importance: str | None = Field(default=None, max_length=100)

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.probability is None) != (self.base_rate is None):
            raise PydanticCustomError(
                "probability_alone", "Give probability and base_rate together, or neither."
            )
        return self


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
    phenopacket: dict[str, object] | None = Field(
        default=None, description="GA4GH Phenopacket, version 2 (version 1's `negated` is read)."
    )
    age: str | None = Field(default=None, max_length=40, description="ISO 8601 duration: P4Y6M.")
    sex: Literal["MALE", "FEMALE", "OTHER_SEX", "UNKNOWN_SEX"] | None = None
    top: int | None = Field(default=None, ge=1, le=MAX_TOP, description="Diagnoses in the answer.")
    codes: str | None = Field(
        default=None, max_length=20, description="Vocabulary whose codes the diagnoses carry."
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
