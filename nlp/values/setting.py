"""What stands around a value and says that it is not the patient's blood, or not a measurement."""

from __future__ import annotations

import re

#: How far back, at most, a word may rule a value, and one that is a limit.
_BACK, _BACK_LIMIT = 120, 400
_AIMS = re.compile(
    r"\b(?P<aim>goals?|targets?|targeting|aim(?:ing|ed)?|keep|maintain|titrat\w+|thresholds?"
    r"|cut-?offs?|defined as|definitions?|criteri\w+|upper limits?|lower limits?|reference ranges?"
    r"|normal ranges?|normal(?=:)|hold|until|unless|whenever|in case of|inclusion|exclusion"
    r"|trigger(?:ed)? at"
    r"|(?:patients|subjects|individuals|participants|those|people)\s(?:with|whose|having)"
    r"|(?<!even )if|alert|alarms?|call|notify)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?P<other>urine|urinary|urinalysis|ua|dipstick|csf|cerebrospinal|lumbar puncture|pleural"
    r"|ascit\w+|peritoneal|synovial|pericardial|stool|faecal|fecal|sweat|saliva\w*|amniotic|cord"
    r"|vitreous|drain|dialysate|gastric|bronchoalveolar|bal|breast milk|24[- ]?h(?:our)?s?"
    r"|donor|control|controls)\b"
    r"|\b(?P<blood>serum|plasma|blood|venous|arterial|capillary|labs?|laboratory|cbc|fbc|chemistry)\b",
    re.IGNORECASE,
)
#: A heading that names a specimen, in a line of its own or closing a sentence ("CSF shows:").
_HEADING = re.compile(
    r"(?:^|(?<=[.;\n]))[^\S\n]*(?P<words>[^.;\n]{1,160}?)[^\S\n]*(?P<colon>:)?[^\S\n]*\n",
    re.MULTILINE,
)
_SPECIMEN = re.compile(
    r"\b(?:(?P<urine>(?:urine|urinary)(?:\s(?:analysis|dipstick|studies|sediment|tests?))?|urinalysis|ua)"
    r"|(?P<csf>(?:csf|cerebrospinal fluid)(?:\s(?:analysis|studies))?|lumbar puncture)"
    r"|(?P<effusion>(?:pleural|ascitic|peritoneal|synovial|pericardial)(?:\sfluid)?(?:\sanalysis)?)"
    r"|(?P<blood>(?:complete\s)?blood\s(?:count|tests?|chemistry|gas(?:es)?)|serum(?:\sstudies)?|plasma"
    r"|cbc|(?:basic|comprehensive)\smetabolic\spanel|chemistry|electrolytes|hemogram))\b",
    re.IGNORECASE,
)
_TABLE_BACK = 900
_NEAR = 30
#: Words around a puncture that has given nothing.
_UNDONE_BEFORE = re.compile(
    r"\b(?:no|not|without|before|until|declin\w+|refus\w+|defer\w+|plan\w*|consider\w*)\b[^.;\n]*$",
    re.IGNORECASE,
)
_UNDONE = re.compile(
    r"[^.;\n]{0,12}?\b(?:not|never|deferred|declined|refused|planned|scheduled|pending"
    r"|contraindicated|unsuccessful|considered)\b",
    re.IGNORECASE,
)
_OUTPUT = re.compile(r"\s(?:output|production|volume)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[;\n.](?!\d)|,(?=\s)")
_LINE = re.compile(r"[;\n]|\.(?=\s)")
_AFTER = re.compile(
    r"[^\S\n]{0,3}[(,]?\s?(?:in|of|from)?\s?(?:the\s)?(?:urine|csf|cerebrospinal|pleural|ascit\w+)",
    re.IGNORECASE,
)


def aim(text: str, start: int, *, limit: bool) -> tuple[int, int] | None:
    """The words before a value that make it a goal, a threshold or a condition; their characters.

    They rule their own clause, and where the value is a `limit` ("> 94") the sentence.
    """
    begins = max(0, start - (_BACK_LIMIT if limit else _BACK))
    before = text[begins:start]
    stops = [m.end() for m in (_LINE if limit else _CLAUSE).finditer(before)]
    from_here = stops[-1] if stops else 0
    found = list(_AIMS.finditer(before, from_here))
    return None if not found else (begins + found[-1].start(), begins + found[-1].end())


def fluid(text: str, start: int) -> str | None:
    """The specimen that the heading above a place names: "urine", "csf", "effusion" or "blood";
    None where no line above is such a heading, or words of the sentence name one."""
    begins = max(0, start - _TABLE_BACK)
    line = text.rfind("\n", 0, start) + 1
    said = [m for m in _SPECIMEN.finditer(text, max(line, start - _BACK), start) if _done(text, m)]
    # "Dark urine. Creatinine 4.1": urine speaks of its own sentence, a puncture of the next too.
    while said and said[-1]["urine"] and _LINE.search(text, said[-1].end(), start):
        said.pop()
    if said:
        return said[-1].lastgroup
    found = None
    for heading in _HEADING.finditer(text, begins, line):
        named = heading["words"].strip()
        whole = _SPECIMEN.fullmatch(named)
        if whole is None and heading["colon"]:
            *_, whole = [None, *_SPECIMEN.finditer(named)]
        found = whole.lastgroup if whole is not None else found
    return found


def _done(text: str, specimen: re.Match[str]) -> bool:
    """Whether a specimen was taken: not by a puncture that was planned, refused or not done."""
    if specimen[0].lower() != "lumbar puncture":
        return True
    before = text[max(0, specimen.start() - _NEAR) : specimen.start()]
    return not (_UNDONE_BEFORE.search(before) or _UNDONE.match(text, specimen.end()))


def not_blood(text: str, start: int, end: int) -> bool:
    """Whether the words before (in its sentence) or right behind say that it is another fluid's."""
    begins = max(0, start - _BACK)
    before = text[begins:start]
    stops = [m.end() for m in _LINE.finditer(before)]
    found = [
        m
        for m in _ELSEWHERE.finditer(before, stops[-1] if stops else 0)
        if not _OUTPUT.match(before, m.end())
    ]
    if found and found[-1].lastgroup == "other":
        return True
    if not found and fluid(text, start) not in (None, "blood"):
        return True
    return _AFTER.match(text, end) is not None
