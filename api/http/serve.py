"""The production WSGI server: gunicorn, started from Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask_openapi3.openapi import OpenAPI

    from api.service import Service

_TIMEOUT_S = 120


def serve(
    service_factory: Callable[[], Service],
    host: str = "127.0.0.1",
    port: int = 8350,
    workers: int = 2,
) -> None:
    """Serve until stopped; does not return (gunicorn ends the process).

    The service is made, its index opened and its text reader loaded before the workers are
    forked, so that they share the memory. After a release switch each worker opens the new one
    with its next request. There is no access log: addresses can hold words of a case.

    Raises `ReleaseError` before anything listens where no release can be used.
    """
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

    from api.http.app import create_app

    service = service_factory()
    first = service.current()
    first.ready()
    _ = first.reader  # loaded once, before the fork, and not by the first report of each worker
    app = create_app(service)
    # An IPv6 address needs brackets beside a port.
    shown_host = f"[{host}]" if ":" in host else host

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            options: dict[str, object] = {
                "bind": f"{shown_host}:{port}",
                "workers": workers,
                "preload_app": True,
                "timeout": _TIMEOUT_S,
                "accesslog": None,
                "loglevel": "warning",
                "control_socket_disable": True,
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> OpenAPI:
            return app

    Server().run()
