"""The machine that trains: processes, devices, arithmetic, memory."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import distributed


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One of the processes that train together; `rank` 0 leads: it measures and writes."""

    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process measures and writes."""
        return self.rank == 0

    @property
    def half(self) -> torch.dtype | None:
        """The short number type that this device computes faster in; None: it has none."""
        if self.device.type == "cuda":
            return torch.bfloat16 if torch.cuda.is_bf16_supported() else None
        return torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16") else None

    def agree(self, decision: bool) -> bool:
        """The leader's decision, in every process."""
        if self.size == 1:
            return decision
        told = torch.tensor([int(decision)], device=self.device)
        distributed.broadcast(told, src=0)
        return bool(told.item())


@contextmanager
def worker(threads: int | None = None) -> Iterator[Worker]:
    """This process, alone or one of those that `torchrun` started, on its own GPU where there
    are any. `threads` of the processor; None leaves it to torch."""
    if threads is not None:
        torch.set_num_threads(threads)
    keep_memory()
    rank, size = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    cuda = torch.cuda.is_available()
    if cuda:
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
        # The same seed gives the same weights.
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.deterministic = True
    else:
        device = torch.device("cpu")
    if size > 1:
        distributed.init_process_group(
            "nccl" if cuda else "gloo", device_id=device if cuda else None
        )
    try:
        yield Worker(rank=rank, size=size, device=device)
    finally:
        if size > 1:
            distributed.destroy_process_group()


def keep_memory() -> None:
    """Have glibc keep the memory of freed tensors instead of handing it back to the system and
    asking for it again at every layer, which costs a quarter of the time of a step."""
    if not sys.platform.startswith("linux") or platform.libc_ver()[0] != "glibc":
        return
    mallopt = ctypes.CDLL(None).mallopt
    trim_threshold, top_pad, mmap_max = -1, -2, -4
    mallopt(mmap_max, 0)
    mallopt(trim_threshold, 2**31 - 1)
    mallopt(top_pad, 500_000_000)


def described(here: Worker) -> dict[str, Any]:
    """Machine and versions, for the record beside every figure."""
    import torchvision

    made: dict[str, Any] = {
        "device": here.device.type,
        "processes": here.size,
        "threads": torch.get_num_threads(),
        "arithmetic": "float32" if here.half is None else "bfloat16",
        "processor": torch.cpu.get_capabilities().get("cpu_name") or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
    }
    if here.device.type == "cuda":
        made["gpu"] = torch.cuda.get_device_name(here.device)
    return made
