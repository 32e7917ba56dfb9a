"""Check the curated tables of common disease, and make the pages that show them.

    python -m benchmarks.knowledge [--warnings | --unread]
    python -m benchmarks.knowledge --pages docs/knowledge

`make check` runs the first, `make knowledge` the second. Pages are made only from tables without
an error.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from api.render.knowledge_pages import pages
from domain.assertions import Concept
from domain.identifiers import Curie
from kg.knowledge_checks import check_folder
from ontologies import format as formats
from ontologies.curated_knowledge import Knowledge, folder
from ontologies.source import load

#: What a second reader has opened again.
READ_AGAIN = Path(__file__).with_name("read-again.tsv")


def installed_hpo() -> Mapping[Curie, Concept]:
    """The concepts of the HPO that is installed, by id."""
    carrier = load("hpo").carrier
    assert carrier is not None
    return {concept.id: concept for concept in formats.read(carrier.locate(), "hpo").concepts}


def write(made: Mapping[str, str], folder: Path) -> None:
    """Write pages into a folder, and remove those of groups that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, "utf-8")


def unread(knowledge: Knowledge) -> list[tuple[int, str]]:
    """Rows and reference of what no second reader has opened, most rows first."""
    lines = READ_AGAIN.read_text(encoding="utf-8").splitlines()
    read = {line.split("\t")[0] for line in lines if not line.startswith("#")}
    counted = Counter(row.value.reference for row in knowledge.figures)
    return sorted(((n, r) for r, n in counted.items() if r not in read), key=lambda one: -one[0])


def main() -> None:
    """Check, and make the pages where asked. Ends with 1 where there is an error."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--tables", type=Path, default=folder(), help="other tables than ours")
    parser.add_argument("--pages", type=Path, metavar="FOLDER", help="write the pages there")
    parser.add_argument("--warnings", action="store_true", help="list the warnings too")
    parser.add_argument("--unread", action="store_true", help="list what was read once only")
    arguments = parser.parse_args()
    hpo = installed_hpo()
    knowledge, issues = check_folder(arguments.tables, hpo)
    errors = [issue for issue in issues if issue.severity == "error"]
    for issue in issues if arguments.warnings else errors:
        print(issue, file=sys.stderr)
    if errors:
        sys.exit(f"{len(errors)} errors in {arguments.tables}")
    if arguments.pages:
        made = pages(knowledge, hpo)
        write(made, arguments.pages)
        print(f"{len(made)} pages: {arguments.pages}")
    if arguments.unread:
        for count, reference in unread(knowledge):
            print(count, reference)
    print(f"{knowledge.summary()}; {len(issues)} warnings")


if __name__ == "__main__":
    main()
