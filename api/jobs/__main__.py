"""`python -m api.jobs ID`, with the settings as JSON on standard input: runs one job.

Started by `api.jobs.board`, which hands it the locks; not for people.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Run the job named by the only argument."""
    from api.jobs.work import work
    from api.settings import Settings

    stated = json.load(sys.stdin)
    work(Settings(**{**stated, "home": Path(stated["home"])}), sys.argv[1])


if __name__ == "__main__":
    main()
