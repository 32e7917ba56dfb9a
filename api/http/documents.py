"""How problem documents are described in /openapi.json."""

from __future__ import annotations

from http import HTTPStatus

from flask_openapi3.types import ResponseDict

from api.http.models import Problem


def problem_responses(*statuses: int) -> ResponseDict:
    """Response descriptions of problem documents for these statuses."""
    reference = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": reference}},
        }
        for status in statuses
    }
