"""Ages over 89, which few people reach and which therefore name them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.privacy.result import Category, Found

_OLD = r"(?:9\d|1[0-2]\d)"
_WORDS = (
    r"(?:ninety|(?:a |one )?hundred(?:[ -]and)?)(?:[ -](?:one|two|three|four|five|six|seven|eight"
    r"|nine|ten))?"
)
_AGE = re.compile(
    rf"""(?<![\w.,/+<>=-])(?:
      (?P<before>{_OLD}|{_WORDS})(?=(?:\.\d)?\s?[- ]?\s?(?:y(?:ea)?rs?[ .-]*(?:old|of[ ]age)
        |y[/.]?o\b|year-old|yr-old|y/o|(?:-|[ ])years?[ -]old|[ ]?[MF]\b(?!\.)))
    | (?P<short>{_OLD})(?=[ ]?(?:y|yrs?|years)\b(?![ ](?:ago|later|of[ ](?!age)|after|before)))
    | (?<=aged[ ])(?P<aged>{_OLD}|{_WORDS})(?!\d|\.\d|[ ]?(?:months?|days?|weeks?|hours?|minutes))
    | (?:\b(?:age|years|yrs)\b(?:[ ](?:at[ ](?:death|presentation|diagnosis|onset|examination|visit)
        |of|is|was|died|in[ ]years|\(years\)|\(y\))){{0,2}}[ \t.]{{0,30}}[:=|]?\s{{0,3}})
      (?P<after>{_OLD}|{_WORDS})
        (?!\w|\.\d|[%/]|[ ]?(?:months?|days?|weeks?|hours?|minutes|mm|%|patients|mg))
    | \b(?:died|death|dying|passed[ ]away|lived|demise)\b[ ](?:at|to|to[ ]be|aged)[ ]
      (?:the[ ]age[ ]of[ ])?
      (?P<died>{_OLD}|{_WORDS})(?!\w|\.\d|[%/]|[ ]?(?:months?|days?|weeks?|hours?))
    | \b(?:died|death|dying|passed[ ]away|alive|living|lived)\b[^.\n\d]{{0,60}}?[ ]at[ ]
      (?P<at>{_OLD}|{_WORDS})(?!\w|[.,]\d|[%/:]|[ ]?(?:months?|days?|weeks?|hours?|h\b))
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def find_ages(text: str) -> Iterator[Found]:
    """Ages in years that are written as 90 or more; 90 itself is over 89."""
    for match in _AGE.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        yield Found(start=start, end=end, category=Category.AGE)
