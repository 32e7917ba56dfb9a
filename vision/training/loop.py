"""The training loop."""

from __future__ import annotations

import copy
import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from domain.errors import EmptyInput
from vision.data.split import Indices, Split, split
from vision.data.table import FilmTable
from vision.network import Network, load_model
from vision.reduce import Bytes
from vision.training.augment import augmented
from vision.training.checkpoint import Checkpoint, load_checkpoint
from vision.training.machine import Worker
from vision.training.optimise import average, learning_rate, optimiser
from vision.training.recipe import Recipe
from vision.training.score import aurocs, score
from vision.training.targets import Student, Targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a run is: `done` of `total` steps, the mean loss of the epoch so far."""

    done: int
    total: int
    epoch: int
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """What came of a run: the averaged weights, the films it was split into, an entry an epoch."""

    network: Network
    split: Split
    history: list[dict[str, Any]]
    seconds: float


class Run:
    """One training of one recipe on one table of films, in this process."""

    def __init__(
        self,
        recipe: Recipe,
        table: FilmTable,
        *,
        here: Worker,
        teachers: Sequence[Path] = (),
    ) -> None:
        self.recipe, self.table, self.here = recipe, table, here
        self.split = split(table, fold=recipe.fold, inner=recipe.inner)
        self.targets = Targets.of(table, self.split.train, recipe, teachers)
        self.steps = len(self.split.train) // recipe.batch_size
        if not self.steps:
            raise EmptyInput(
                f"{len(self.split.train)} films to train on are fewer than a batch of "
                f"{recipe.batch_size}."
            )
        torch.manual_seed(recipe.seed)
        network = load_model(recipe.model).build(
            len(table.names), side=recipe.side, pretrained=recipe.pretrained, **recipe.settings
        )
        student = Student(network, auxiliary=recipe.auxiliary > 0)
        self.student = student.to(here.device).to(memory_format=torch.channels_last)
        self.kept = copy.deepcopy(network).eval().requires_grad_(False)
        self.optimiser = optimiser(self.student, recipe)
        self.step, self.loss, self.seconds = 0, 0.0, 0.0
        self.history: list[dict[str, Any]] = []
        self.films = torch.empty(0)
        self.best: dict[str, Tensor] | None = None

    @property
    def total(self) -> int:
        """Steps that the schedule is laid out for."""
        return self.steps * self.recipe.most_epochs

    @property
    def fingerprint(self) -> str:
        """Digest of the films that train and of what they are to teach."""
        digest = hashlib.sha256("\n".join(self.table.image_index[self.split.train]).encode())
        digest.update(self.targets.labels[self.split.train].numpy().tobytes())
        return digest.hexdigest()

    def train(
        self,
        films: Bytes,
        folder: Path,
        *,
        resume: bool = False,
        every_seconds: float = 600.0,
        told: Callable[[Step], None] = lambda _: None,
        epoch_told: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> Trained:
        """Train to the end on `films`, those of the table. `folder` holds a checkpoint after every
        epoch, and every so many seconds; with `resume` the run goes on from there, as if it had
        never stopped."""
        self.films = torch.from_numpy(films)
        if resume:
            self._continue(folder)
        model: nn.Module = self.student
        if self.here.size > 1:
            ids = [self.here.device.index] if self.here.device.type == "cuda" else None
            model = DistributedDataParallel(self.student, device_ids=ids)
        started, saved = time.monotonic() - self.seconds, time.monotonic()
        order: Indices | None = None
        while self.step < self.total and not self._stopped():
            epoch, at = divmod(self.step, self.steps)
            if order is None or at == 0:
                order = self._order(epoch)
            size = self.recipe.batch_size
            self._step(model, torch.from_numpy(order[at * size : (at + 1) * size]))
            self.seconds = time.monotonic() - started
            told(Step(done=self.step, total=self.total, epoch=epoch, loss=self.loss / (at + 1)))
            ended = at + 1 == self.steps
            if ended:
                self._end_epoch(epoch)
                epoch_told(self.history[-1])
            if self.here.leads and (ended or time.monotonic() - saved > every_seconds):
                self._checkpoint().save(folder)
                saved = time.monotonic()
        if self.best is not None:
            self.kept.load_state_dict(self.best)
        return Trained(
            network=self.kept, split=self.split, history=self.history, seconds=self.seconds
        )

    def _step(self, model: nn.Module, rows: Tensor) -> None:
        """One step on this process's share of a batch."""
        recipe, here = self.recipe, self.here
        rows = rows[here.rank :: here.size]
        torch.manual_seed(_seed(recipe.seed, self.step, here.rank))
        films = self.films[rows]
        if here.device.type == "cuda":
            films = films.pin_memory()
        x = augmented(films.to(here.device, non_blocking=True), recipe.side, recipe.augmentation)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(self.step, self.total, recipe)
        self.student.train()
        with torch.autocast(here.device.type, dtype=here.half, enabled=here.half is not None):
            answer = model(x.to(memory_format=torch.channels_last))
        loss = self.targets.loss(answer, rows, recipe.auxiliary)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.student.parameters(), recipe.clip)
        self.optimiser.step()
        self.optimiser.zero_grad()
        average(self.kept, self.student.network, self.step, recipe.ema)
        self.step += 1
        self.loss += loss.item()

    def _order(self, epoch: int) -> Indices:
        """Training films as they come in an epoch, the same in every process."""
        generator = np.random.default_rng((self.recipe.seed, epoch))
        return generator.permutation(self.split.train)

    def _end_epoch(self, epoch: int) -> None:
        entry: dict[str, Any] = {
            "epoch": epoch + 1,
            "loss": round(self.loss / self.steps, 6),
            "seconds": round(self.seconds, 1),
        }
        self.loss = 0.0
        if len(self.split.inner) and self.here.leads:
            found = score(self.kept, self.films[self.split.inner], side=self.recipe.side)
            each = aurocs(found.logits, self.table.labels[self.split.inner])
            mean = float(np.nanmean(each)) if not np.isnan(each).all() else 0.5
            if mean > max((e["inner"]["mean"] for e in self.history), default=0.0):
                self.best = {k: v.clone() for k, v in self.kept.state_dict().items()}
            entry["inner"] = {
                "mean": mean,
                "auroc": {
                    name: None if np.isnan(value) else float(value)
                    for name, value in zip(self.table.names, each, strict=True)
                },
            }
        self.history.append(entry)

    def _stopped(self) -> bool:
        """Whether the inner part has not got better for so many epochs that more is no use."""
        if not len(self.split.inner) or self.step % self.steps:
            return False
        stop = False
        if self.here.leads and self.history:
            means = [entry["inner"]["mean"] for entry in self.history]
            stop = len(means) - 1 - means.index(max(means)) >= self.recipe.patience
        return self.here.agree(stop)

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(
            recipe=self.recipe.as_dict(),
            films=self.fingerprint,
            step=self.step,
            loss=self.loss,
            seconds=self.seconds,
            student=self.student.state_dict(),
            kept=self.kept.state_dict(),
            optimiser=self.optimiser.state_dict(),
            best=self.best,
            history=self.history,
        )

    def _continue(self, folder: Path) -> None:
        found = load_checkpoint(folder, self.recipe.as_dict(), self.fingerprint, self.here.device)
        if found is None:
            return
        self.student.load_state_dict(found.student)
        self.kept.load_state_dict(found.kept)
        self.optimiser.load_state_dict(found.optimiser)
        self.step, self.loss, self.seconds = found.step, found.loss, found.seconds
        self.history, self.best = found.history, found.best


def _seed(seed: int, step: int, rank: int) -> int:
    """A seed for the draws of one step in one process."""
    return int(np.random.SeedSequence((seed, step, rank)).generate_state(1, np.uint64)[0]) >> 1
