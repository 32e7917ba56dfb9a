"""GDCM in a process of its own: a damaged stream can crash it, and it writes to stderr by itself.

This file is both sides. The child reads the options as a line of JSON and then the encoded image
from stdin, and writes the type of its values as a line and then the values to stdout.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Longest that one image may take, in seconds; 100 megapixels of lossless JPEG take 10.
_PATIENCE_S = 60


def decode_apart(value: bytes, syntax: str, options: Mapping[str, object]) -> NDArray[Any]:
    """What pydicom's decoder makes of an encapsulated `value` with GDCM. Raises RuntimeError."""
    import numpy as np

    told = json.dumps({"syntax": syntax, "options": dict(options)}).encode()
    try:
        # -I: only what is installed is imported, nothing of this folder or the environment.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", __file__],
            input=told + b"\n" + value,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        raise RuntimeError("GDCM did not decode the image") from None
    kind, _, values = done.stdout.partition(b"\n")
    shape = [options["rows"], options["columns"]]
    if options["samples_per_pixel"] != 1:
        shape.append(options["samples_per_pixel"])
    return np.frombuffer(values, np.dtype(kind.decode())).reshape(shape)  # type: ignore[arg-type]


def _main() -> None:
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    told = json.loads(sys.stdin.buffer.readline())
    decoder = get_decoder(UID(told["syntax"]))
    found, _ = decoder.as_array(sys.stdin.buffer.read(), decoding_plugin="gdcm", **told["options"])
    sys.stdout.buffer.write(found.dtype.str.encode() + b"\n" + found.tobytes())


if __name__ == "__main__":
    _main()
