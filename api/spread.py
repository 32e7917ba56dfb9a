"""Spread work on a release over processes, each of which memory-maps it; the order stays.

Processes are started afresh (`spawn`), so that none inherits threads or open files. What each
does is a function of the service and one item alone: results are the same for any number.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from types import TracebackType
from typing import Protocol, Self, TypeVar

from api.service import Service
from api.settings import Settings
from domain.errors import DifferentiaError

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)
#: Items that a process is given at a time, and the fewest that are worth starting one for.
CHUNK = 16
WORTH = 50


class Task(Protocol[T_contra, R_co]):
    """Work on one item; it and the items are pickled."""

    def __call__(self, service: Service, item: T_contra, /) -> R_co:
        """The result for one item."""


def cores() -> int:
    """How many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """Processes that answer from the same release as `service`; with one job, this process."""

    def __init__(self, service: Service, jobs: int) -> None:
        self._service = service
        self._pool: ProcessPoolExecutor | None = None
        if jobs > 1:
            release = service.settings.release
            pinned = service.release if release == "active" else release
            self._pool = ProcessPoolExecutor(
                jobs,
                mp_context=get_context("spawn"),
                initializer=_open,
                initargs=(replace(service.settings, release=pinned),),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(
        self,
        task: Task[T, R_co],
        items: Sequence[T],
        done: Callable[[int], None] = lambda _: None,
    ) -> list[R_co]:
        """The results in the order of `items`; `done` hears how many there are."""
        found: list[R_co] = []
        if self._pool is None:
            for item in items:
                found.append(task(self._service, item))
                done(len(found))
            return found
        chunks = [(task, items[i : i + CHUNK]) for i in range(0, len(items), CHUNK)]
        try:
            for results in self._pool.map(_run, chunks):
                found += results
                done(len(found))
        except BrokenProcessPool:
            raise DifferentiaError(
                "A process ended before its work was done.",
                mend="It may have run out of memory: try fewer with --jobs.",
            ) from None
        return found


#: The service of a process that was started by `Workers`; set once, when it starts.
_opened: list[Service] = []


def _open(settings: Settings) -> None:
    _opened.append(Service(settings))


def _run(chunk: tuple[Task[T, R_co], Sequence[T]]) -> list[R_co]:
    task, items = chunk
    try:
        return [task(_opened[0], item) for item in items]
    except DifferentiaError as error:
        # Some of our errors take arguments that do not survive the way back.
        raise DifferentiaError(error.message, mend=error.mend) from None
