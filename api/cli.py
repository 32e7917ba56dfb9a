"""The command `differentia`. Results go to stdout, progress and messages to stderr.

Exit codes: 0 done, 1 failed, 2 bad input.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from api.commands import (
    analyse,
    annotate,
    case,
    case_check,
    cases,
    cohort,
    deidentify,
    evaluate,
    evaluate_cases,
    evaluate_fusion,
    evaluate_text,
    evaluate_vision,
    fit,
    graph_server,
    kg,
    knowledge,
    system,
    train,
    train_gate,
    train_vision,
)
from domain.errors import DifferentiaError, InputError, SourceError


class Root(click.Group):
    """Says every error of ours in one line, with the right exit code; a traceback is a bug."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; our own errors become one line and an exit code."""
        try:
            return super().invoke(ctx)
        except DifferentiaError as error:
            click.echo(f"differentia: {error}", err=True)
            sys.exit(2 if isinstance(error, InputError | SourceError) else 1)
        except BrokenPipeError:
            # The reader of our output went away (as `| head` does): nothing is left to say.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="differentia", prog_name="differentia")
def main() -> None:
    """Ranked differentials in which every number can be opened. For research use."""


main.add_command(knowledge.build)
main.add_command(case.diagnose)
main.add_command(case.explain)
main.add_command(case.compare)
main.add_command(case_check.case_file)
main.add_command(cohort.rank)
main.add_command(annotate.annotate)
main.add_command(analyse.analyse)
main.add_command(deidentify.deidentify)
evaluate.evaluate.add_command(evaluate_cases.cases)
evaluate.evaluate.add_command(evaluate_fusion.fusion)
evaluate.evaluate.add_command(evaluate_text.text)
evaluate.evaluate.add_command(evaluate_vision.vision)
main.add_command(evaluate.evaluate)
main.add_command(fit.fit)
train.train.add_command(train_vision.vision)
train.train.add_command(train_gate.gate)
main.add_command(train.train)
main.add_command(knowledge.concepts)
main.add_command(kg.kg)
main.add_command(cases.cases)
main.add_command(graph_server.neo4j)
main.add_command(system.serve)
main.add_command(system.doctor)


if __name__ == "__main__":  # `torchrun -m api.cli` starts it so
    main()
