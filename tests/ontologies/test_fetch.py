"""Fetching over HTTP, from a server on the loopback."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from domain.errors import SourceError
from ontologies.fetch import fetch, is_url

BODY = b"format-version: 1.2\n" * 100


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if not self.path.endswith("toy.obo"):
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing is logged."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}"
        made.shutdown()
        thread.join()


def test_a_file_is_fetched_whole(server: str, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(BODY).hexdigest()
    path = fetch(f"{server}/a/toy.obo", tmp_path, sha256=sha256)
    assert path == tmp_path / "toy.obo"
    assert path.read_bytes() == BODY
    assert [f.name for f in tmp_path.iterdir()] == ["toy.obo"]


@pytest.mark.parametrize(
    ("path", "options", "message"),
    [
        ("/toy.obo", {"limit": 100}, "larger than 100 bytes"),
        ("/toy.obo", {"sha256": "0" * 64}, "it was not taken"),
        ("/gone", {}, "404"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_left(
    server: str, tmp_path: Path, path: str, options: dict[str, object], message: str
) -> None:
    with pytest.raises(SourceError, match=message):
        fetch(server + path, tmp_path, **options)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x.obo"])
def test_other_schemes_are_refused(url: str, tmp_path: Path) -> None:
    assert is_url(url)
    with pytest.raises(SourceError, match="not fetched"):
        fetch(url, tmp_path)


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/toy.obo", tmp_path)
