"""The jobs of one home: started one at a time, seen by every worker, outliving each of them.

HOME/jobs/lock            held by whoever runs a job (flock)
HOME/jobs/ID.json         how far it is
HOME/jobs/ID/alive        held by the process of that job, from before it starts to its end; its id
HOME/jobs/ID/sources/     uploaded files, NAME/NUMBER/FILE; deleted when the job ends
HOME/jobs/ID/             what a plan wrote: plan.html, changes.tsv

Both locks are taken by the web worker and handed to the job's process, so there is no moment at
which a second job could begin, and a process that dies in any way gives them back.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from api.jobs import record
from api.jobs.problem import DIED
from api.jobs.record import Asked, Job

if TYPE_CHECKING:
    from api.settings import Settings

#: Jobs that are remembered.
KEPT = 50
#: How long the process of a job that is done may take to end.
EXIT_S = 5.0
SOURCES = "sources"
DECISIONS = "decisions"
#: What a plan leaves in the job's folder to be fetched.
PLAN_FILES = ("plan.html", "changes.tsv")


class Board:
    """The jobs of the home that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.path = settings.home / "jobs"

    def start(self, asked: Asked, save: Callable[[Path], None]) -> Job | None:
        """Start a job in a process of its own; None where one is running.

        `save` writes the uploaded files into the job's folder. Raises OSError where the disk is
        full; then there is no job.
        """
        until = monotonic() + EXIT_S
        while True:
            with _held(self._made() / "lock") as lock:
                if lock is not None:
                    return self._begin(asked, save, lock)
            # The process of a job that is done may need a moment to end.
            if self.running() is not None or monotonic() > until:
                return None
            sleep(0.02)

    def _begin(self, asked: Asked, save: Callable[[Path], None], lock: int) -> Job:
        self._tidy()
        time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        job = Job(id=f"{time}-{secrets.token_hex(4)}", asked=asked, created=record.now())
        folder = self.folder(job.id)
        try:
            folder.mkdir()
            save(folder)
            with _held(folder / "alive") as alive:
                assert alive is not None
                record.write(self.file(job.id), job)
                self._spawn(job.id, lock, alive)
        except BaseException:
            self.file(job.id).unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return job

    def running(self) -> Job | None:
        """The job that is under way, or None."""
        newest = next((self.find(name) for name in self._ids()), None)
        return newest if newest is not None and newest.unfinished else None

    def find(self, job_id: str) -> Job | None:
        """One job, or None. A job whose process has died is `failed`."""
        if not record.is_job_id(job_id):
            return None
        job = record.read(self.file(job_id))
        if job is None or not job.unfinished or self._alive(job_id):
            return job
        # It may have ended between the two looks: what it wrote last is read again.
        job = record.read(self.file(job_id))
        return _died(job) if job is not None and job.unfinished else job

    def all(self) -> list[Job]:
        """Every job that is remembered, the newest first."""
        found = (self.find(name) for name in self._ids())
        return [job for job in found if job is not None]

    def folder(self, job_id: str) -> Path:
        """The folder of a job."""
        return self.path / job_id

    def file(self, job_id: str) -> Path:
        """The file with a job's state."""
        return self.path / f"{job_id}.json"

    def forget_uploads(self, job_id: str) -> None:
        """Delete what was uploaded for a job: what it loaded is kept beside the releases."""
        for name in (SOURCES, DECISIONS):
            shutil.rmtree(self.folder(job_id) / name, ignore_errors=True)

    def _made(self) -> Path:
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path

    def _ids(self) -> list[str]:
        names = (p.stem for p in self.path.glob("*.json"))
        return sorted((n for n in names if record.is_job_id(n)), reverse=True)

    def _alive(self, job_id: str) -> bool:
        alive = self.folder(job_id) / "alive"
        if not alive.exists():
            return False
        with _held(alive, fcntl.LOCK_SH) as lock:
            return lock is None

    def _tidy(self) -> None:
        """With the lock held nothing runs: what looks as if it did has died."""
        for place, job_id in enumerate(self._ids()):
            if place >= KEPT:
                self.file(job_id).unlink()
                shutil.rmtree(self.folder(job_id), ignore_errors=True)
                continue
            job = record.read(self.file(job_id))
            if job is not None and job.unfinished:
                record.write(self.file(job_id), _died(job))
            self.forget_uploads(job_id)

    def _spawn(self, job_id: str, *locks: int) -> None:
        """Start the process. Settings go through its standard input: a password is neither on
        a command line nor in a file. Its errors go where ours go."""
        settings = asdict(self._settings) | {"home": str(self._settings.home), "admin_token": None}
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-m", "api.jobs", job_id],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=locks,
            start_new_session=True,
            text=True,
        )
        assert process.stdin is not None
        os.write(locks[-1], f"{process.pid}\n".encode())
        try:
            with process.stdin as stdin:
                json.dump(settings, stdin)
        except BrokenPipeError:
            pass  # it has died already, and shows as failed
        # Somebody has to ask for its exit status, or it stays in the process table.
        threading.Thread(target=process.wait, daemon=True).start()


@contextmanager
def _held(path: Path, kind: int = fcntl.LOCK_EX) -> Iterator[int | None]:
    """A locked file descriptor, or None where another process holds the lock. A process that was
    handed the descriptor keeps the lock when it is closed here."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        os.close(descriptor)


def _died(job: Job) -> Job:
    return replace(job, state="failed", problem=dict(DIED))
