from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from api.service import Service

START_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(port: int, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = None if form is None else urlencode(form)
    headers = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def test_the_server_answers_on_this_machine_only_and_logs_no_case(toy_service: Service) -> None:
    port = free_port()
    environment = os.environ | {
        "DIFFERENTIA_HOME": str(toy_service.settings.home),
        "DIFFERENTIA_RELEASE": toy_service.settings.release,
    }
    command = "from api.cli import main; main()"
    server = subprocess.Popen(
        [sys.executable, "-c", command, "serve", "--port", str(port), "--workers", "1"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        end = time.monotonic() + START_S
        while True:
            try:
                status, _ = ask(port, "GET", "/readyz")
                break
            except ConnectionRefusedError:
                assert server.poll() is None, server.communicate()[0]
                assert time.monotonic() < end, "the server did not start"
                time.sleep(0.1)
        assert status == 200
        status, html = ask(port, "POST", "/", {"text": "Mr Quux has seizures."})
        assert status == 200
        assert "Mr Quux has" in html
        assert ask(port, "GET", "/Quux?q=Quux")[0] == 404
    finally:
        server.send_signal(signal.SIGTERM)
        log, _ = server.communicate(timeout=30)
    assert "Quux" not in log
    assert f"127.0.0.1:{port}" in log
