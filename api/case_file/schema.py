"""The JSON Schema of case files, made from the model that they are held against."""

from __future__ import annotations

import json
from typing import Any

from api.case_models import CaseIn


def case_schema() -> dict[str, Any]:
    """The schema, of draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **CaseIn.model_json_schema(),
        "title": "A case file of Differentia",
    }


def case_schema_text() -> str:
    """The schema as it is written in docs/case.schema.json."""
    return json.dumps(case_schema(), indent=2, ensure_ascii=False) + "\n"
