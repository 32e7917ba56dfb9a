"""What POST /v1/images answers, described for /openapi.json.

The bodies themselves are made by `api.render.as_film_json`; a test holds the two together.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from api.case_models import Strict

Interval = Annotated[list[float], Field(min_length=2, max_length=2)]
Rectangle = Annotated[list[float], Field(min_length=4, max_length=4)]
Size = Annotated[list[int], Field(min_length=2, max_length=2)]


class ImagesQuery(Strict):
    """What the answer holds beside the findings."""

    heatmaps: bool = Field(
        default=False,
        description="Whether a finding that is present carries its `heatmap`: only for labels "
        "whose heatmaps the model card trusts.",
    )


class RefusalOut(Strict):
    """Why a film was not read."""

    reason: str = Field(description="A fixed word for programs: `lateral-view`, `child`.")
    detail: str = Field(description="What was seen, in words.")
    mend: str | None = Field(description="What would do, if anything.")


class FilmFindingOut(Strict):
    """One label of the model. All is null but `score` where the model card does not support it."""

    label: str = Field(description="The column's name in ChestX-ray14: `Pleural_Thickening`.")
    concept: str | None = Field(description="The concept of the Human Phenotype Ontology.")
    relation: str | None = Field(
        description="How the concept stands to the label: `exact`, `broader` or `related`."
    )
    score: float = Field(description="The network's raw output; it is no probability.")
    probability: float | None = Field(
        description="Share of the calibration films with scores like this that have the finding."
    )
    base_rate: float | None = Field(description="Share of all calibration films that have it.")
    operating_point: float | None = Field(description="The lowest score that is called present.")
    decision: Literal["present", "absent"] | None
    supported: bool = Field(description="Whether the model may judge this label.")
    likelihood_ratio: float | None = Field(
        description="odds(`probability`) / odds(`base_rate`): what a film adds at any prevalence."
    )
    likelihood_ratio_interval: Interval | None = Field(
        description="Its 95 % interval, from a bootstrap by patient."
    )
    box: Rectangle | None = Field(
        description="Strongest part of the heatmap: x, y, width, height in pixels of the film."
    )
    heatmap: str | None = Field(
        default=None,
        description="With `heatmaps`: a data URI of a PNG that covers the whole film.",
    )


class FilmModelOut(Strict):
    """Which model read the film: GET /v1/image-model has its card."""

    name: str
    version: str
    weights_sha256: str


class FilmReadingOut(Strict):
    """One film: every label of the model, or why it was refused."""

    file: str = Field(description="The name it was sent under.")
    refused: RefusalOut | None
    findings: list[FilmFindingOut] = Field(description="Empty where the film was refused.")
    model: FilmModelOut
    size: Size | None = Field(description="Width and height in pixels.")
    view: Literal["PA", "AP"] | None = Field(description="Null where the file does not say.")
    remarks: list[str] = Field(description="What decoding had to do: `VOI LUT applied`.")


class ReadingsOut(Strict):
    """Films in the order they were sent."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        json_schema_extra={
            "examples": [
                {
                    "readings": [
                        {
                            "file": "side.dcm",
                            "refused": {
                                "reason": "lateral-view",
                                "detail": "The file says that this is a lateral view (LL).",
                                "mend": "Send the frontal view (PA or AP).",
                            },
                            "findings": [],
                            "model": {
                                "name": "chest",
                                "version": "1",
                                "weights_sha256": "0" * 64,
                            },
                            "size": None,
                            "view": None,
                            "remarks": [],
                        }
                    ]
                }
            ]
        },
    )

    readings: list[FilmReadingOut]
