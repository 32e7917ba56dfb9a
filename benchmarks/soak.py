"""Kill loads of the full knowledge base at seeded moments, and see that nothing is lost.

A release is active. A second one, of the same annotations less a thousand rows, is loaded in a
process that is killed (SIGKILL) after a random share of the time that a whole load takes. After
each kill the active release must be the former one or, past the switch, the new one; its files
must match their checksums (its content hash, in a database); and a case must be answered as
before. The next load starts in the same place, on whatever the kill left. The last one runs to
its end.

    python -m benchmarks.soak --kills 50            # in a folder
    python -m benchmarks.soak --kills 10 --neo4j   # in a Neo4j server of its own
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from api.intake import CodedFinding
from api.render.as_json import differential_json
from api.service import Service
from api.settings import Settings
from benchmarks.local_neo4j import local_neo4j
from ontologies.source import load

FINDINGS = ("HP:0002066", "HP:0000666", "HP:0001263", "HP:0001252")
LEFT_OUT = 1000


def answer(settings: Settings) -> tuple[str, str]:
    """The active release, and a case's answer from it without the release's name."""
    service = Service(settings)
    case = service.case(findings=[CodedFinding(concept=i) for i in FINDINGS])
    found = differential_json(service.diagnose(case))
    found.pop("versions")
    return service.release, json.dumps(found)


def load_command(home: Path, hpoa: Path) -> list[str]:
    code = (
        "import sys; from api.cli import main; "
        f"main(['kg', 'load', 'hpoa={hpoa}', '--activate', '--golden', {str(home / 'none')!r}])"
    )
    return [sys.executable, "-c", code]


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--seed", type=int, default=20250116)
    options.add_argument("--neo4j", action="store_true")
    options.add_argument("--jars", type=Path, default=Path(".cache/neo4j/lib"))
    asked = options.parse_args()
    if asked.neo4j:
        with local_neo4j(asked.jars) as (url, password, folder):
            run(folder, asked.kills, asked.seed, {"STORE": url, "NEO4J_PASSWORD": password})
        return
    with tempfile.TemporaryDirectory(prefix="differentia-soak-") as name:
        run(Path(name), asked.kills, asked.seed, {"STORE": "file"})


def run(folder: Path, kills: int, seed: int, store: dict[str, str]) -> None:
    home, hpoa = folder / "home", folder / "phenotype.hpoa"
    (home / "none").mkdir(parents=True)
    stated = {f"DIFFERENTIA_{name}": value for name, value in store.items()}
    environ = os.environ | {"DIFFERENTIA_HOME": str(home)} | stated
    settings = Settings.load(environ)
    carrier = load("hpoa").carrier
    assert carrier is not None
    lines = carrier.locate().read_text("utf-8").splitlines(keepends=True)
    hpoa.write_text("".join(lines[:-LEFT_OUT]), "utf-8")

    service = Service(settings)
    first, _ = service.build({})
    service.releases.activate(first)
    before = answer(settings)
    # One whole load, undone, tells how long there is to be killed in.
    began = time.monotonic()
    subprocess.run(load_command(home, hpoa), env=environ, check=True, capture_output=True)
    whole = time.monotonic() - began
    second, after = answer(settings)
    service.loader.rollback()
    service.loader.gc(keep=0)
    print(f"store {service.releases.where}; a whole load takes {whole:.1f} s; seed {seed}")
    print(f"{'kill':>4}  {'after':>7}  {'active':<12}  {'checksums':<9}  answer")
    chance = random.Random(seed)
    bad = 0
    for kill in range(1, kills + 1):
        moment = chance.uniform(0.02, 1.0) * whole
        process = subprocess.Popen(
            load_command(home, hpoa),
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        active, said = answer(settings)
        fresh = Service(settings)
        try:
            for identifier in fresh.releases.ids():
                fresh.releases.verify(identifier)
            intact = True
        except Exception as error:  # noqa: BLE001 - the table shows it, and the run goes on
            intact = False
            print(error)
        right = said == (before[1] if active == first else after)
        bad += not (intact and right and active in (first, second))
        shown = "hold" if intact else "BROKEN"
        print(f"{kill:>4}  {moment:6.1f}s  {active}  {shown:<9}  {'same' if right else 'WRONG'}")
        if active == second:
            fresh.loader.rollback()
            fresh.loader.gc(keep=0)
    subprocess.run(load_command(home, hpoa), env=environ, check=True, capture_output=True)
    assert answer(settings) == (second, after)
    print(f"{kills - bad} of {kills} kills left everything intact; the last load ran to its end.")
    if bad:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
