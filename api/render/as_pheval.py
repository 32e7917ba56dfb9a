"""A ranking in the disease result schema of PhEval 0.7: `disease_identifier`, `score`,
`grouping_id`, as a table of tab-separated values.

PhEval itself keeps parquet, which it writes in `pheval.post_processing.post_processing`: its
`generate_disease_result` takes these columns as a polars data frame, ranks them (highest score
first) and marks the true diseases of the phenopacket whose file has the same name.
"""

from __future__ import annotations

from kg.arrays import Array
from reasoning.knowledge import Knowledge
from reasoning.ranking import Ranking

COLUMNS = ("disease_identifier", "score", "grouping_id")
TOP = 100


def disease_results(knowledge: Knowledge, ranking: Ranking, top: int = TOP) -> str:
    """The first `top` hypotheses: a row for each id of one, with one score and one group, so
    that several ids of one disease share a rank. Header only where no finding was used."""
    order: Array = ranking.order[: top if ranking.signs else 0]
    lines = ["\t".join(COLUMNS)]
    for disease in order.tolist():
        group = knowledge.diseases.id(disease)
        score = float(ranking.scores[disease])
        lines += [f"{i}\t{score!r}\t{group}" for i in (group, *knowledge.same_as(disease))]
    return "\n".join([*lines, ""])
