"""A Neo4j server for one run, in a temporary folder, gone with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.server import LocalServer, free_port


@contextmanager
def local_neo4j(jars: Path) -> Iterator[tuple[str, str, Path]]:
    """Address and password of the server, and a folder for whatever else is temporary."""
    with tempfile.TemporaryDirectory(prefix="differentia-") as folder:
        server = LocalServer(Path(folder) / "server", jars)
        status = server.start(free_port())
        try:
            assert status.url is not None
            assert status.password_file is not None
            yield status.url, status.password_file.read_text("utf-8").strip(), Path(folder)
        finally:
            server.stop()
