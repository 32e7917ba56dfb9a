"""What each job does: the same as the command line's `kg`, with JSON objects as results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.jobs.board import DECISIONS, SOURCES
from api.jobs.record import Action, Asked
from kg.build import STAGES, Progress

if TYPE_CHECKING:
    from api.service import Service

Result = dict[str, Any]
#: Issues of one kind of a result that are given; their number is always said.
SHOWN = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A job's question with everything to answer it. `report` takes steps done and a stage."""

    service: Service
    asked: Asked
    folder: Path
    report: Progress

    @property
    def sources(self) -> dict[str, list[Path]]:
        """The uploaded files by source; a source of the catalogue without one has none."""
        found: dict[str, list[Path]] = {name: [] for name in self.asked.catalogue}
        for file in sorted((self.folder / SOURCES).glob("*/*/*")):
            found.setdefault(file.parents[1].name, []).append(file)
        return found

    @property
    def decisions(self) -> Path | None:
        """The uploaded decisions file."""
        return next((self.folder / DECISIONS).glob("*/*"), None)


def plan(task: Task) -> Result:
    """What a load would change, in numbers here and in full in the job's folder."""
    from api import golden
    from api.render.as_plan import plan_object, write_plan

    service = task.service
    inputs = service.loader.inputs(task.sources, task.asked.without)
    planned = service.loader.plan(inputs, decisions=task.decisions, progress=task.report)
    made, moves = planned.draft, None
    if service.releases.active_id() is not None and golden.FOLDER.is_dir():
        task.report(STAGES - 1, "replaying golden cases")
        moves = golden.replay_plan(service, planned, golden.FOLDER)
    shown = (planned.changes, planned.errors, made.manifest["warnings"], moves)
    write_plan(task.folder, f"Plan of release {made.id}", *shown)
    found = plan_object(*shown)
    found["errors"] = plan_object((), planned.errors[:SHOWN], {}, None)["errors"]
    return {
        "release": made.id,
        "active": service.releases.active_id(),
        "changed": len(planned.changes),
        "stopped_by": len(planned.errors),
        **found,
    }


def load(task: Task) -> Result:
    """Make a release, replay the golden cases, and activate it if that was asked or none is."""
    from api import golden
    from api.render.as_plan import plan_object

    service, asked = task.service, task.asked
    before = service.releases.active_id()
    inputs = service.loader.inputs(task.sources, asked.without)
    identifier, new = service.loader.load(
        inputs, decisions=task.decisions, force=asked.force, progress=task.report
    )
    manifest = service.releases.manifest(identifier)
    moves = None
    if before is not None and identifier != before and golden.FOLDER.is_dir():
        task.report(STAGES, "replaying golden cases")
        moves = golden.replay_releases(service.on(before), service.on(identifier), golden.FOLDER)
    if before is None or asked.activate:
        task.report(STAGES + 1, "activating")
        service.releases.activate(identifier)
    gate = plan_object((), (), manifest["warnings"], moves)
    return {
        "release": identifier,
        "new": new,
        "active": service.releases.active_id(),
        "counts": manifest["counts"],
        **{name: gate[name] for name in ("warnings", "golden", "movers")},
    }


def validate(task: Task) -> Result:
    """Every check over what a load would make; nothing is written."""
    from api.render.as_plan import issues_json
    from api.validation import validate as run

    issues = run(task.service, task.sources, decisions=task.decisions, progress=task.report)
    return {
        "errors": sum(i.severity == "error" for i in issues),
        "found": dict(Counter(f"{i.severity} {i.code}" for i in issues)),
        "issues": issues_json(issues[:SHOWN]),
        "issues_not_shown": max(0, len(issues) - SHOWN),
    }


def activate(task: Task) -> Result:
    """Check a release and make it the active one."""
    assert task.asked.release is not None
    releases = task.service.releases
    before = releases.active_id()
    task.report(0, "verifying")
    releases.verify(task.asked.release)
    task.report(1, "activating")
    releases.activate(task.asked.release)
    return {"active": releases.active_id(), "before": before}


def rollback(task: Task) -> Result:
    """Go back to the release that was active before."""
    task.report(0, "going back")
    left, active = task.service.loader.rollback()
    return {"active": active, "before": left}


def gc(task: Task) -> Result:
    """Delete releases that are not needed for going back."""
    from kg.loading import KEPT_FOR_ROLLBACK

    task.report(0, "deleting old releases")
    keep = KEPT_FOR_ROLLBACK if task.asked.keep is None else task.asked.keep
    return {"deleted": task.service.loader.gc(keep=keep)}


#: Each action, and how many steps it has.
ACTIONS: Mapping[Action, tuple[Callable[[Task], Result], int]] = {
    "plan": (plan, STAGES),
    "load": (load, STAGES + 2),
    "unload": (load, STAGES + 2),
    "validate": (validate, STAGES),
    "activate": (activate, 2),
    "rollback": (rollback, 1),
    "gc": (gc, 1),
}
