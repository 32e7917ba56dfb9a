"""One job from start to end, in its own process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from api.jobs import record
from api.jobs.actions import ACTIONS, Task
from api.jobs.board import Board
from api.jobs.problem import problem_of
from api.service import Service

if TYPE_CHECKING:
    from api.settings import Settings


def work(settings: Settings, job_id: str) -> None:
    """Do what the job asks. Its state is written at every stage; every error ends up in it."""
    board = Board(settings)
    found = record.read(board.file(job_id))
    assert found is not None
    job = found
    action, total = ACTIONS[job.asked.action]

    def put(**changes: object) -> None:
        nonlocal job
        job = replace(job, **changes)  # type: ignore[arg-type]
        record.write(board.file(job_id), job)

    def report(done: int, stage: str) -> None:
        put(done=done, stage=stage)

    put(state="running", stage="starting", total=total, started=record.now())
    task = Task(
        service=Service(settings), asked=job.asked, folder=board.folder(job_id), report=report
    )
    try:
        result = action(task)
    except Exception as error:  # noqa: BLE001 (whatever it is, the job has to say that it failed)
        problem = problem_of(error, job.asked.action)
        put(state="failed", finished=record.now(), problem=problem)
    else:
        put(state="done", stage="done", done=total, finished=record.now(), result=result)
    finally:
        board.forget_uploads(job_id)
