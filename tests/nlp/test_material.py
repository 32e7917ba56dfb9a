"""Floors on annotated text, where it is beside the checkout."""

from __future__ import annotations

import pytest

from nlp.reader import TextReader
from tests.conftest import MATERIAL

SENTENCES = MATERIAL / "nlp" / "context-sentences-dev.tsv"


@pytest.mark.skipif(not SENTENCES.is_file(), reason="the annotated context sentences are absent")
def test_negation_and_history_on_annotated_sentences(reader: TextReader) -> None:
    counts = {"absent": [0, 0, 0], "past": [0, 0, 0]}
    for line in SENTENCES.read_text(encoding="utf-8").splitlines()[1:]:
        _, target, sentence, negated, time, *_ = line.split("\t")
        start = sentence.upper().find(target.strip().upper())
        if start < 0 or len(sentence.upper()) != len(sentence):
            continue
        (context,) = reader.contexts(sentence, [(start, start + len(target.strip()))])
        pairs = (
            ("absent", negated == "Negated", context.state.value == "absent"),
            ("past", time == "Historical", context.time.value == "past"),
        )
        for name, gold, read in pairs:
            counts[name][0] += gold and read
            counts[name][1] += gold
            counts[name][2] += read
    f1 = {name: 2 * hit / (gold + read) for name, (hit, gold, read) in counts.items()}
    assert f1["absent"] >= 0.97
    assert f1["past"] >= 0.72
