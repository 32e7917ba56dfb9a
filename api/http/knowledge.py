"""/v1/kg: load knowledge in the background, switch releases and look at them.

There only where an admin token is set. Files come with the request: no path on the server can
be named.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from flask import Response, request, send_file
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import NotFound, Unauthorized

from api.http import problems
from api.http.bodies import json_response
from api.http.documents import problem_responses
from api.http.kg_models import (
    JobFilePath,
    JobOut,
    JobPath,
    JobsOut,
    ManifestOut,
    ReleasePath,
    ReleasesOut,
)
from api.http.models import Problem
from api.http.uploads import BODY, read_job
from api.jobs.board import PLAN_FILES, Board
from api.jobs.problem import URN, full, is_full
from kg.release import is_id

if TYPE_CHECKING:
    from api.service import Service

_TAG = Tag(name="knowledge", description="For whoever runs the service: needs the admin token.")
_MEGABYTE = 1_000_000
#: The security scheme of these addresses, by its name in /openapi.json.
SECURITY = {"admin": {"type": "http", "scheme": "bearer"}}


def blueprint(service: Service, token: str) -> APIBlueprint:
    """The routes for loading over `service`, for whoever shows `token`."""
    security: list[dict[str, list[Any]]] = [{name: [] for name in SECURITY}]
    routes = APIBlueprint("knowledge", __name__, abp_tags=[_TAG], abp_security=security)
    board = Board(service.settings)

    @routes.before_request
    def admit() -> None:
        shown = request.authorization
        sent = (shown.token or "") if shown is not None and shown.type == "bearer" else ""
        if not hmac.compare_digest(sent.encode(), token.encode()):
            asks = WWWAuthenticate("bearer", {"realm": "differentia"})
            raise Unauthorized(www_authenticate=asks)
        request.max_content_length = service.settings.max_upload_mb * _MEGABYTE

    @routes.post(
        "/v1/kg/jobs",
        summary="Start a job; one runs at a time",
        openapi_extensions={"requestBody": BODY},
        responses={202: JobOut, **problem_responses(400, 401, 409, 413, 415, 422, 507)},
    )
    def start() -> Response:
        sent = read_job()
        if isinstance(sent, Problem):
            return problems.problem_response(sent)
        try:
            job = board.start(sent.asked, sent.save)
        except OSError as error:
            if not is_full(error):
                raise
            return problems.problem_response(Problem(**full()))
        if job is None:
            return problems.problem_response(_BUSY)
        response = json_response(job.to_json(), status=202)
        response.headers["Location"] = f"/v1/kg/jobs/{job.id}"
        return response

    @routes.get(
        "/v1/kg/jobs",
        summary="Jobs, the newest first, without their results",
        responses={200: JobsOut, **problem_responses(401)},
    )
    def jobs() -> Response:
        shown = [{k: v for k, v in job.to_json().items() if k != "result"} for job in board.all()]
        return json_response({"jobs": shown})

    @routes.get(
        "/v1/kg/jobs/<string:job>",
        summary="How far a job is, and what came out of it",
        responses={200: JobOut, **problem_responses(401, 404)},
    )
    def one(path: JobPath) -> Response:
        job = board.find(path.job)
        if job is None:
            raise NotFound
        return json_response(job.to_json())

    @routes.get(
        "/v1/kg/jobs/<string:job>/<string:file>",
        summary="A plan to browse (plan.html), and every change of it (changes.tsv)",
        responses=problem_responses(401, 404),
    )
    def plan_file(path: JobFilePath) -> Response:
        job = board.find(path.job)
        if job is None or job.state != "done" or path.file not in PLAN_FILES:
            raise NotFound
        found = board.folder(job.id) / path.file
        if not found.is_file():
            raise NotFound
        return send_file(found.resolve(), as_attachment=True)

    @routes.get(
        "/v1/kg/releases",
        summary="The releases there are, and the one that answers",
        responses={200: ReleasesOut, **problem_responses(401, 503)},
    )
    def releases() -> Response:
        active = service.releases.active_id()
        found = []
        for identifier in service.releases.ids():
            manifest = service.releases.manifest(identifier)
            found.append(
                {
                    "id": identifier,
                    "active": identifier == active,
                    "sources": {s["name"]: s["version"] for s in manifest["sources"]},
                    "counts": manifest["counts"],
                }
            )
        return json_response({"active": active, "releases": found})

    @routes.get(
        "/v1/kg/releases/<string:release>",
        summary="A release's manifest",
        responses={200: ManifestOut, **problem_responses(401, 404, 503)},
    )
    def manifest(path: ReleasePath) -> Response:
        # Elsewhere a release may be named by its path; here nobody may try paths.
        if not is_id(path.release) or path.release not in service.releases.ids():
            raise NotFound
        active = service.releases.active_id() == path.release
        return json_response(service.releases.manifest(path.release) | {"active": active})

    return routes


_BUSY = Problem(
    type=URN + "job-running",
    title="A job is running",
    status=409,
    detail="One job runs at a time, and one is running.",
    mend="GET /v1/kg/jobs shows it; send this one again when it is done.",
)
