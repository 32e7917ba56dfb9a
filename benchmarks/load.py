"""Loading HPO and HPOA into both stores, beside a bare batched write of the same rows, in one run.

    python -m benchmarks.load [--home FOLDER] [--turns N]

starts a Neo4j server of its own in a temporary folder; its jars are kept in FOLDER/neo4j/lib. In a
turn, each thing is done by a process of its own, whose peak memory is measured with it: a bare
parse, a load with its checks, reading back and compiling, and a bare write of the same rows into
an empty database. Medians are printed. It measures and never asserts.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from api.service import Service
from api.settings import Settings
from benchmarks.local_neo4j import local_neo4j
from kg.bolt_connection import Connection, Transaction
from kg.bolt_load import BATCH, SCHEMA, batches
from kg.build import draft, find_inputs

EVERYTHING = "MATCH (n) WITH n LIMIT 1000 DETACH DELETE n RETURN count(*) AS n"


def connect(settings: Settings) -> Connection:
    """The database, without anything of ours around it."""
    return Connection(settings.store, settings.neo4j_user, settings.neo4j_password)


def parse(_: Settings) -> float:
    """Split every line of the files: the least that reading can cost."""
    begin = time.perf_counter()
    for given in find_inputs({}):
        with given.path.open(encoding="utf-8") as lines:
            for line in lines:
                line.split("\t")
    return time.perf_counter() - begin


def load(settings: Settings) -> float:
    """What `differentia build` does, and the switch."""
    begin = time.perf_counter()
    service = Service(settings)
    service.releases.activate(service.build({})[0])
    return time.perf_counter() - begin


def read(settings: Settings) -> float:
    """Read the graph back, hash and compile it, open the index."""
    begin = time.perf_counter()
    Service(settings).ready()
    return time.perf_counter() - begin


def write(settings: Settings) -> float:
    """The rows alone, made beforehand, into an empty database: no log, no claim, no check."""
    connection = connect(settings)
    empty(connection)
    connection.define(*SCHEMA)
    rows = list(batches(draft(find_inputs({})).graph, "bare"))
    begin = time.perf_counter()
    for query, batch in rows:
        connection.write(partial(_rows, query=query, batch=batch))
    took = time.perf_counter() - begin
    empty(connection)
    connection.close()
    return took


def _rows(tx: Transaction, query: str, batch: list[dict[str, object]]) -> None:
    tx.rows(query, release="bare", rows=batch)


def empty(connection: Connection) -> None:
    """Delete everything, in pieces."""
    while connection.write(lambda tx: tx.rows(EVERYTHING)[0]["n"]):
        pass


def alone(work: Callable[[Settings], float], settings: Settings) -> tuple[float, float]:
    """Seconds and peak memory (MB) of a process that does only this."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (work, settings))


def _measured(work: Callable[[Settings], float], settings: Settings) -> tuple[float, float]:
    took = work(settings)
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def table(turns: list[dict[str, tuple[float, float]]]) -> Table:
    """The figures, each with its goal beside it."""
    s = {name: statistics.median(t[name][0] for t in turns) for name in turns[0]}
    mb = {name: statistics.median(t[name][1] for t in turns) for name in turns[0]}
    result = Table(
        title=f"Loading HPO and HPOA: medians of {len(turns)} turns on {os.cpu_count()} cores",
        caption="Absolute times are this machine's; the ratio is what to compare.",
    )
    for heading in ("what", "measured", "goal"):
        result.add_column(heading, justify="left" if heading == "what" else "right")
    result.add_row("bare parse of the files", f"{s['parse']:.1f} s", "")
    result.add_row("folder: read, assemble, check, write", f"{s['embedded']:.1f} s", "at most 20 s")
    result.add_row("the same, beside the bare parse", f"{s['embedded'] / s['parse']:.0f}x", "")
    result.add_row("peak memory of that", f"{mb['embedded']:,.0f} MB", "under 1,500 MB")
    result.add_row(f"Neo4j: bare write of the rows, {BATCH:,} a batch", f"{s['write']:.1f} s", "")
    result.add_row("Neo4j: read, assemble, check, write", f"{s['load']:.1f} s", "at most 30 s")
    result.add_row(
        "the same, beside the bare write", f"{s['load'] / s['write']:.2f}x", "at most 2x"
    )
    result.add_row("peak memory of the load", f"{mb['load']:,.0f} MB", "under 1,500 MB")
    result.add_row("read back, hash, compile, open", f"{s['read']:.1f} s", "")
    result.add_row("peak memory of that", f"{mb['read']:,.0f} MB", "under 1,500 MB")
    return result


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, default=Path(".cache"), help="where the jars are")
    parser.add_argument("--turns", type=int, default=3, help="turns (default 3)")
    options = parser.parse_args()
    with local_neo4j(options.home / "neo4j" / "lib") as (url, password, folder):
        turns = []
        for n in range(options.turns):
            settings = Settings(home=folder / f"home-{n}", store=url, neo4j_password=password)
            turn = {w.__name__: alone(w, settings) for w in (parse, load, read, write)}
            turn["embedded"] = alone(load, Settings(home=folder / f"embedded-{n}"))
            turns.append(turn)
    Console().print(table(turns))


if __name__ == "__main__":
    main()
