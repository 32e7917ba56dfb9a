"""What draws the graph: the vendored library with its licence, and the report in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from api.render.as_html import PAGES, html_report
from tests.api import builders

STATIC = PAGES / "static"
VENDOR = STATIC / "vendor"
#: Of dist/cytoscape.min.js in the package cytoscape 3.34.4.
PUBLISHED = "081591ab735b2b6a3b31a3c60f8f3a3e2fee8c92939e0c7820ad1208571b6cd8"
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")


def test_the_library_is_as_published_and_its_licence_beside_it() -> None:
    code = (VENDOR / "cytoscape.min.js").read_bytes()
    assert sha256(code).hexdigest() == PUBLISHED
    licence = (VENDOR / "cytoscape.LICENSE.txt").read_text("utf-8")
    assert "The Cytoscape Consortium" in licence
    assert "Permission is hereby granted, free of charge" in licence
    notice = (PAGES.parent.parent / "NOTICE").read_text("utf-8")
    assert "Cytoscape.js 3.34.4" in notice
    assert {p.name for p in VENDOR.iterdir()} == {"cytoscape.min.js", "cytoscape.LICENSE.txt"}


def test_nothing_that_draws_asks_for_anything_or_makes_code() -> None:
    for name in ("graph.js", "graph.css"):
        text = (STATIC / name).read_text("utf-8")
        assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttp|eval\(|innerHTML", text)
    library = (VENDOR / "cytoscape.min.js").read_text("utf-8")
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|\beval\(|importScripts", library)
    assert "</script" not in library


def test_a_report_leaves_room_for_a_film() -> None:
    html = html_report(builders.differential(), {builders.DOCUMENT: builders.REPORT})
    assert len(html.encode()) < 1_000_000


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_a_browser_draws_it_under_the_policy_of_the_report(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text(
        html_report(builders.differential(), {builders.DOCUMENT: builders.REPORT}), "utf-8"
    )
    assert BROWSER is not None
    ran = subprocess.run(
        [
            BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
            f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=4000", "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "CONSOLE" not in ran.stderr, "the policy stopped something, or a script failed"
    drawing = ran.stdout.partition('class="graph-canvas')[2].partition("graph-panel")[0]
    assert drawing.count("<canvas") == 3
    assert re.search(r'<details class="graph-list">', ran.stdout), "the list is closed once drawn"
