"""How loading grows with the number of annotations: 1 to 10 times HPOA, on both stores.

    python -m benchmarks.scale [--times 1 3 10] [--neo4j] [--plot docs/scale.svg]

Each size is the real annotation file with its diseases repeated under other ids, built into a
release of its own by a process of its own: read, assembled, checked, written, compiled. 10 times
are 2.7 million annotations. The plot shows seconds against annotations, with a line through the
origin and the last point.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

from api.service import Service
from api.settings import Settings
from benchmarks.local_neo4j import local_neo4j
from ontologies.source import load

Point = tuple[int, float, float]


def repeat(target: Path, times: int) -> int:
    """Write the annotations `times` times, each time under other disease ids; their number."""
    carrier = load("hpoa").carrier
    assert carrier is not None
    lines = carrier.locate().read_text("utf-8").splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if line.startswith("database_id"))
    header, rows = lines[: first + 1], lines[first + 1 :]
    with target.open("w", encoding="utf-8") as out:
        out.writelines(header)
        out.writelines(rows)
        for n in range(1, times):
            out.writelines(row.replace(":", f"{n}:", 1) for row in rows)
    return times * len(rows)


def measure(settings: Settings, hpoa: Path) -> tuple[float, float]:
    """Seconds and peak memory (MB) of one build, in a process that does only this."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_build, (settings, hpoa))


def _build(settings: Settings, hpoa: Path) -> tuple[float, float]:
    begin = time.perf_counter()
    Service(settings).build({"hpoa": [hpoa]}, force=True)
    took = time.perf_counter() - begin
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(name: str, store: Mapping[str, str], times: Sequence[int]) -> list[Point]:
    """Measure one store at all sizes, and print each."""
    points: list[Point] = []
    with tempfile.TemporaryDirectory(prefix="differentia-scale-") as folder:
        for n in times:
            hpoa = Path(folder) / f"phenotype-{n}.hpoa"
            rows = repeat(hpoa, n)
            stated = {f"DIFFERENTIA_{k}": v for k, v in store.items()}
            home = str(Path(folder) / f"home-{n}")
            settings = Settings.load(os.environ | stated | {"DIFFERENTIA_HOME": home})
            seconds, memory = measure(settings, hpoa)
            points.append((rows, seconds, memory))
            per_million = seconds / rows * 1e6
            print(
                f"{name:<9} {n:>3}x  {rows:>9,} annotations  {seconds:7.1f} s  "
                f"{per_million:6.1f} s a million  {memory:7,.0f} MB"
            )
    return points


def plot(series: Mapping[str, Sequence[Point]]) -> str:
    """An SVG of seconds against annotations."""
    width, height, left, bottom = 640, 400, 70, 50
    most_x = max(p[0] for points in series.values() for p in points)
    most_y = max(p[1] for points in series.values() for p in points) * 1.1

    def at(x: float, y: float) -> str:
        across = left + x / most_x * (width - left - 20)
        return f"{across:.1f},{height - bottom - y / most_y * (height - bottom - 20):.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<polyline fill="none" stroke="#333" points="{left},20 {at(0, 0)} {at(most_x, 0)}"/>',
        f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">'
        "annotations, millions</text>",
        f'<text x="16" y="{height / 2}" transform="rotate(-90 16 {height / 2})" '
        'text-anchor="middle">seconds to load</text>',
    ]
    for tick in range(1, 6):
        x, y = at(most_x * tick / 5, 0).split(",")[0], at(0, most_y * tick / 5).split(",")[1]
        parts.append(
            f'<text x="{x}" y="{height - bottom + 18}" text-anchor="middle">'
            f"{most_x * tick / 5e6:.1f}</text>"
        )
        parts.append(
            f'<text x="{left - 8}" y="{y}" text-anchor="end">{most_y * tick / 5:.0f}</text>'
        )
    for (name, points), colour in zip(series.items(), ("#1f6feb", "#b35900"), strict=False):
        rows, seconds, _ = points[-1]
        end = at(most_x, seconds / rows * most_x)
        parts.append(
            f'<polyline fill="none" stroke="{colour}" stroke-dasharray="3 4" '
            f'points="{at(0, 0)} {end}"/>'
        )
        shown = " ".join(at(p[0], p[1]) for p in points)
        parts.append(f'<polyline fill="none" stroke="{colour}" points="{shown}"/>')
        for point in points:
            x, y = at(point[0], point[1]).split(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>')
        x, y = at(points[-1][0], points[-1][1]).split(",")
        parts.append(
            f'<text x="{x}" y="{float(y) - 10:.1f}" fill="{colour}" text-anchor="end">{name}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--times", type=int, nargs="+", default=[1, 3, 10])
    options.add_argument("--neo4j", action="store_true", help="measure Neo4j as well")
    options.add_argument("--jars", type=Path, default=Path(".cache/neo4j/lib"))
    options.add_argument("--plot", type=Path, help="write an SVG there")
    asked = options.parse_args()
    series = {"embedded": run("embedded", {"STORE": "file"}, asked.times)}
    if asked.neo4j:
        with local_neo4j(asked.jars) as (url, password, _):
            store = {"STORE": url, "NEO4J_PASSWORD": password}
            series["Neo4j"] = run("Neo4j", store, asked.times)
    json.dump(series, sys.stderr)
    if asked.plot:
        asked.plot.write_text(plot(series), "utf-8")


if __name__ == "__main__":
    main()
