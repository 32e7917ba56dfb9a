"""What may be asked over HTTP. Unknown fields are refused, so that a misspelt one is not lost."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from api.case_models import CaseIn, Identifier, Strict

MAX_TOP = 500


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


class DifferentialRequest(CaseIn):
    """A case, and what is asked of it."""

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

    scope: Literal["rare", "common", "all"] | None = Field(
        default=None,
        description="What to rank: the rare diseases of the HPO annotations, common and emergency "
        "disease, or all. By default all; rare with what only that scope has (`prior`, `codes`, "
        "`counterfactuals`), and where the release has no common disease.",
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
        description="Two diseases to put side by side, by any of their ids.",
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
