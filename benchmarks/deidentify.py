"""De-identification, measured: recall by category, precision, and what happens to findings."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.deidentify_notes import SETS, Note, Planted, Writer, notes
from nlp.corpora import read_corpus
from nlp.privacy import Category, Deidentifier
from nlp.privacy.vocabulary import is_given, is_surname
from reasoning.reliability import wilson

MATERIAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "nlp"
KEY = b"benchmark"
#: What a de-identifier does here: a text's replaced characters, 0-based and half-open.
Finder = Callable[[str], list[tuple[int, int, str]]]
_JOINS = re.compile(r"\b(?:and|of|the)\b|^Drs\b", re.IGNORECASE)
_TAG = re.compile(r"\*\*(NAME|DATE|AGE|ID-NUM|INSTITUTION|PLACE|PATH-NUMBER)(\[[^\]]*\])?")


def ours(text: str) -> list[tuple[int, int, str]]:
    """Our own rules, with a fixed key."""
    return [
        (r.start, r.end, r.category.value)
        for r in Deidentifier(KEY).deidentify(text, "benchmark").replacements
    ]


def parts(text: str) -> Iterator[str]:
    """The words of a name that have more than an initial."""
    return (w for w in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text) if len(w) > 1)


def group(note: Note, place: Planted) -> list[str]:
    """The rows that a planted place counts in."""
    rows = [place.category.value]
    text = note.text[place.start : place.end]
    if place.category is Category.NAME and place.kind != "initials":
        known = all(is_given(p) or is_surname(p) for p in parts(text))
        rows.append("NAME, every part in our lists" if known else "NAME, a part in no list")
    elif place.category in (Category.ID, Category.ADDRESS, Category.ORGANISATION):
        rows.append(f"{place.category.value}, {place.kind}")
    return rows


def count(
    found: Finder, material: Iterable[Note], misses: list[str]
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Planted places, those of them gone whole, and (under `true`, `all`) replacements."""
    planted: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    replaced: Counter[str] = Counter()
    for note in material:
        spans = found(note.text)
        covered = bytearray(len(note.text))
        for start, end, _ in spans:
            covered[start:end] = b"\1" * (end - start)
        gold = bytearray(len(note.text))
        for place in note.planted:
            gold[place.start : place.end] = b"\1" * (place.end - place.start)
            text = note.text[place.start : place.end]
            # What joins the words of a name tells nothing: "and", "of".
            kept = _JOINS.sub(lambda m: " " * len(m[0]), text)
            whole = all(covered[i] for i, c in enumerate(kept, place.start) if c.isalnum())
            for row in (*group(note, place), "all"):
                planted[row] += 1
                gone[row] += whole
            if not whole:
                misses.append(f"{note.name} {place.kind} missed: {_around(note.text, place)}")
        for start, end, category in spans:
            true = any(gold[start:end])
            replaced.update(("all", f"all {category}"))
            replaced.update(("true", f"true {category}") if true else ())
            if not true:
                misses.append(f"{note.name} {category} false: {note.text[start - 25 : end + 25]!r}")
    return planted, gone, replaced


def _around(text: str, place: Planted) -> str:
    before, after = text[max(0, place.start - 30) : place.start], text[place.end : place.end + 20]
    return f"{before}<<{text[place.start : place.end]}>>{after}".replace("\n", "\\n")


def sentences(seed: int) -> list[Note]:
    """The context sentences whose tags (`**NAME[AAA]`) are filled with invented values."""
    path = MATERIAL / "context-sentences-dev.tsv"
    if not path.is_file():
        return []
    roles = {
        "NAME": "doctor", "DATE": "date", "AGE": "young", "ID-NUM": "account",
        "PATH-NUMBER": "accession", "INSTITUTION": "hospital", "PLACE": "town",
    }  # fmt: skip
    texts = dict.fromkeys(
        line.split("\t")[2] for line in path.read_text(encoding="utf-8").splitlines()[1:]
    )
    filled = []
    for number, text in enumerate(t for t in texts if _TAG.search(t)):
        writer = Writer("second", "en_US", f"{seed}/{number}")

        def role(match: re.Match[str]) -> str:
            inside = match[2] or ""
            form = ".comma" if "," in inside else ".last" if " " not in inside else ""
            if match[1] == "NAME":
                return f"{{doctor{sum(map(ord, inside))}{form}}}"
            return f"{{{roles[match[1]]}}}"

        filled.append(writer.fill(_TAG.sub(role, text.replace("{", "(")), f"sentence {number}"))
    return filled


def kept(found: Finder) -> list[tuple[str, int, int, list[str]]]:
    """By corpus: annotated mentions of findings, those that are altered, and which."""
    rows = []
    for name in ("hpo-gsc-plus", "hpo-genereviews", "hpo-val"):
        total = altered = 0
        which = []
        for document in read_corpus(MATERIAL / name).documents:
            spans = found(document.text)
            for gold in document.mentions:
                hits = [(a, b) for a, b, _ in spans if a < gold.end and gold.start < b]
                total += 1
                altered += bool(hits)
                whole = document.text[gold.start : gold.end]
                which += [f"{document.name}: {document.text[a:b]!r} in {whole!r}" for a, b in hits]
        rows.append((name, altered, total, which))
    return rows


def table(title: str, planted: Counter[str], gone: Counter[str], replaced: Counter[str]) -> Table:
    """Recall by row, then precision."""
    result = Table(title=title)
    for heading in ("what", "planted", "replaced whole", "recall", "95 % interval"):
        result.add_column(heading, justify="left" if heading == "what" else "right")
    for row in sorted(planted, key=lambda r: (r == "all", r)):
        n, k = planted[row], gone[row]
        low, high = wilson(k, n)
        name = f"  {row.split(', ', 1)[1]}" if ", " in row else row
        result.add_row(name, str(n), str(k), f"{k / n:.3f}", f"{low:.3f} to {high:.3f}")
    n, k = replaced["all"], replaced["true"]
    low, high = wilson(k, n)
    interval = f"{low:.3f} to {high:.3f}"
    result.add_row("precision: replacements that touch a planted place", str(n), str(k),
                   f"{k / n:.3f}", interval, style="bold")  # fmt: skip
    return result


def measure(found: Finder, sets: Sequence[str], turns: int, seed: int, show: int) -> None:
    """Measure one de-identifier and print its tables."""
    console = Console(width=100)
    for name in sets:
        material = sentences(seed) if name == "sentences" else list(notes(name, turns, seed))
        if not material:
            console.print(f"{name}: not beside this checkout, left out")
            continue
        misses: list[str] = []
        counted = count(found, material, misses)
        console.print(table(f"{name}: {len(material)} texts", *counted))
        for line in misses[:show]:
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    if MATERIAL.is_dir():
        for corpus, altered, total, which in kept(found):
            console.print(f"{corpus}: {altered} of {total} annotated mentions altered")
            for line in which[:show]:
                console.print("  " + line, markup=False, highlight=False, soft_wrap=True)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", default=["held_out", "sentences"],
                        choices=[*SETS, "sentences"])  # fmt: skip
    parser.add_argument("--turns", type=int, default=8, help="notes a template and locale")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="print so many errors of each set")
    options = parser.parse_args()
    measure(ours, options.sets, options.turns, options.seed, options.show)


if __name__ == "__main__":
    main()
