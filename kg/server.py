"""A Neo4j Community server of one's own on loopback, without Docker: start, stop, status.

HOME/            the server's data, its log (`server.log`), `server.json` (pid and port), and
                 `password`, readable by its owner only, where none was given
The jars are fetched once by Maven; `deploy/neo4j/` says which, and starts them.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from domain.errors import InvalidField, StoreError
from kg.bolt_connection import await_server

USER = "neo4j"
PORT = 7687
ADDRESS = "127.0.0.1"
#: What Neo4j asks of a password.
SHORTEST_PASSWORD = 8
_DEPLOY = Path(__file__).resolve().parents[1] / "deploy" / "neo4j"
_MEMORY = "-Xmx2g"
_START_S = 120.0
_STOP_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Whether a server runs, and where. `password_file` only where the password is kept here."""

    running: bool
    home: Path
    url: str | None = None
    pid: int | None = None
    password_file: Path | None = None


def fetch_jars(lib: Path) -> Path:
    """Fetch Neo4j's jars by Maven, whole or not at all, unless they are there. Raises
    StoreError."""
    if lib.is_dir() and any(lib.glob("neo4j-*.jar")):
        return lib
    maven = _tool("mvn", "Maven")
    if not (_DEPLOY / "pom.xml").is_file():
        raise StoreError(f"{_DEPLOY / 'pom.xml'} is not there.", mend="Run from a full checkout.")
    lib.parent.mkdir(parents=True, exist_ok=True)
    temporary = lib.with_name(f".{lib.name}-{os.getpid()}")
    done = subprocess.run(  # noqa: S603 - our own words, no shell
        [
            maven, "--batch-mode", "--quiet", "--file", str(_DEPLOY / "pom.xml"),
            "dependency:copy-dependencies", f"-DoutputDirectory={temporary.resolve()}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        shutil.rmtree(temporary, ignore_errors=True)
        said = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
        raise StoreError(
            f"Maven could not fetch Neo4j: {said[0] if said else done.returncode}",
            mend="Is the network there? `docker-compose up` is another way to have a server.",
        )
    shutil.rmtree(lib, ignore_errors=True)
    temporary.rename(lib)
    return lib


class LocalServer:
    """The server whose data is in `home`, run from the jars in `lib`."""

    def __init__(self, home: Path, lib: Path) -> None:
        self.home = home.resolve()
        self._lib = lib.resolve()
        self._state = self.home / "server.json"
        self._password = self.home / "password"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, port: int = PORT, password: str | None = None) -> Status:
        """Start it, wait until it answers, and set its password the first time.

        Without a password one is made and kept in HOME/password. A server that runs stays as it
        is. Raises StoreError (also without Java or Maven), InvalidField.
        """
        if password is not None and len(password) < SHORTEST_PASSWORD:
            raise InvalidField(
                "neo4j_password", f"Neo4j asks for {SHORTEST_PASSWORD} characters or more."
            )
        status = self.status()
        if status.running:
            return status
        java = _tool("java", "Java")
        fetch_jars(self._lib)
        _check_free(port)
        self.home.mkdir(parents=True, exist_ok=True)
        password = password or self._kept_password()
        command = [
            java, _MEMORY, "-cp", f"{self._lib}/*", str(_DEPLOY / "Neo4jServer.java"),
            str(self.home), str(port),
        ]  # fmt: skip
        with (self.home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own words, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # it outlives the command that started it
            )
        self._state.write_text(json.dumps({"pid": self._process.pid, "port": port}) + "\n")
        try:
            self._await(port, password)
        except BaseException:
            self.stop()
            raise
        return self.status()

    def _await(self, port: int, password: str) -> None:
        url = f"bolt://{ADDRESS}:{port}"
        until = time.monotonic() + _START_S
        while True:
            if self._process is not None and self._process.poll() is not None:
                raise StoreError(f"Neo4j did not start: {self._last_words()}")
            try:
                accepted = await_server(url, USER, password, 1.0)
                break
            except StoreError:
                if time.monotonic() > until:
                    raise
        if not accepted:
            raise StoreError(
                f"The server of {self.home} has another password.",
                mend="Set DIFFERENTIA_NEO4J_PASSWORD to it, or take another --home.",
            )

    def stop(self) -> bool:
        """End it and wait until it has; whether it ran. Raises StoreError."""
        pid = self.status().pid
        if pid is None:
            self._state.unlink(missing_ok=True)
            return False
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + _STOP_S
        while self._runs(pid):
            if time.monotonic() > until:
                raise StoreError(f"Neo4j (process {pid}) did not end in {_STOP_S:.0f} s.")
            time.sleep(0.1)
        self._state.unlink(missing_ok=True)
        return True

    def status(self) -> Status:
        """Whether it runs, and where."""
        try:
            state = json.loads(self._state.read_text("utf-8"))
            pid, port = int(state["pid"]), int(state["port"])
        except (OSError, ValueError, KeyError, TypeError):
            return Status(running=False, home=self.home)
        if not self._runs(pid):
            return Status(running=False, home=self.home)
        return Status(
            running=True,
            home=self.home,
            url=f"bolt://{ADDRESS}:{port}",
            pid=pid,
            password_file=self._password if self._password.is_file() else None,
        )

    def _runs(self, pid: int) -> bool:
        """Whether the process is there and is this server: ids of processes are used again."""
        if self._process is not None and self._process.pid == pid:
            return self._process.poll() is None
        command = Path(f"/proc/{pid}/cmdline")
        if Path("/proc/self").exists():
            try:
                said = command.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                return False
        else:
            ps = [_tool("ps", "ps"), "-o", "args=", "-p", str(pid)]
            said = subprocess.run(ps, capture_output=True, text=True, check=False).stdout  # noqa: S603
        return "Neo4jServer.java" in said and str(self.home) in said

    def _kept_password(self) -> str:
        if self._password.is_file():
            return self._password.read_text("utf-8").strip()
        password = secrets.token_urlsafe(18)
        handle = os.open(self._password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(password + "\n")
        return password

    def _last_words(self) -> str:
        log = self.home / "server.log"
        lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
        causes = [line.strip() for line in lines if line.startswith(("Caused by:", "error:"))]
        return f"{(causes or lines or ['it said nothing.'])[-1]} (in {log})"


def free_port() -> int:
    """A port on loopback that nothing listens on now."""
    with socket.socket() as found:
        found.bind((ADDRESS, 0))
        return int(found.getsockname()[1])


def _check_free(port: int) -> None:
    with socket.socket() as wanted:
        wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            wanted.bind((ADDRESS, port))
        except OSError as error:
            raise StoreError(
                f"Port {port} cannot be used: {error.strerror}.", mend="Name another: --port."
            ) from None


def _tool(command: str, name: str) -> str:
    path = shutil.which(command)
    if path is None:
        raise StoreError(
            f"{name} is not installed: the command `{command}` is missing.",
            mend="Install a JDK (17 or later) and Maven, or use docker-compose.",
        )
    return path
