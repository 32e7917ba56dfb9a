"""Libraries that talk: pydicom's warnings can quote a patient's values, Pillow's are not ours."""

from __future__ import annotations

import logging
import struct
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

#: What pydicom, Pillow and the decoders behind them raise on damaged input.
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)

#: All that these libraries log to: a filter does not reach the records of child loggers.
_LOGGERS = (
    "pydicom",
    "pydicom.pixels.decoders.base",
    "pydicom.pixels.utils",
    "PIL.ImageFile",
    "PIL.PngImagePlugin",
    "PIL.TiffImagePlugin",
)

# The filters of warnings belong to the process, not to a thread.
_lock = threading.RLock()
_silenced = threading.local()


def _told(_: logging.LogRecord) -> bool:
    return not getattr(_silenced, "on", False)


@contextmanager
def quiet() -> Iterator[None]:
    """No warning and no log record of pydicom or Pillow leaves this block."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            # Adding a filter that is there already does nothing.
            logger.addFilter(_told)
        before = getattr(_silenced, "on", False)
        _silenced.on = True
        try:
            yield
        finally:
            _silenced.on = before
