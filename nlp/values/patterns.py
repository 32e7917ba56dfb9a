"""What stands around a value in a text: patterns, each tried at one place and bounded in length."""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: White space within a line, or up to the next line.
GAP = r"[^\S\n]{0,8}(?:\n[^\S\n]{0,8})?"
NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:[.,·]\d+)?)"
SIGN = r"[-−–+]"
_LESS = r"(?:<=?|≤|less\sthan|below|under|at\smost)"
_MORE = r"(?:>=?|≥|more\sthan|greater\sthan|above|over|at\sleast|exceeding)"

#: Words that may stand between a name and its value.
FILLERS = _set(
    """a an the of was is were are be been being at in on by with to from as had has have having
    level levels value values count counts concentration concentrations measured measuring
    measurement reading readings result results test found noted recorded reported returned came
    back only just about around approximately approx estimated almost nearly still now then up
    today initial initially first last latest repeat repeated second serum plasma blood venous
    arterial capillary random resting peak peaked peaking maximum max minimum min nadir
    admission arrival presentation discharge examination exam triage ed er clinic room air ra
    oxygen nasal cannula supplemental day his her their patient rose risen rising increased
    increasing elevated raised high low dropped fell fallen decreased decreasing reduced normal
    remained stable stayed reached showed shows showing revealed demonstrated significantly
    markedly mildly slightly moderately severely very index between which and"""
)
WORD = re.compile(rf"{GAP}([A-Za-z]+)\.?(?![A-Za-z0-9])")
#: A day, an hour or a date on the way: its numbers are not the value.
WHEN = re.compile(
    rf"{GAP}(?:(?:on|at|from|by)\s)?(?:(?:the\s)?(?:hospital\s|postoperative\s|post-?op\s)?days?\s\d{{1,3}}"
    r"(?:\s(?:of\s(?:life|admission|illness)))?|\d{1,2}:\d{2}(?:\s?[ap]\.?m\b\.?)?"
    r"|\d{4}-\d{2}-\d{2}(?:[T\s]\d{2}:\d{2})?|\d{1,2}/\d{1,2}/\d{2,4})(?![\w/]|[.,:]\d)",
    re.IGNORECASE,
)
MARK = re.compile(rf"{GAP}(?:[:=~≈→|*]+|\.{{2,}}|[-–—](?=\s)|'s\b)")
ASIDE = re.compile(rf"{GAP}[(\[]([^()\[\]\n]{{1,40}})[)\]]")
OPEN = re.compile(rf"{GAP}[(\[](?=[^\S\n]{{0,2}}(?:{_LESS}|{_MORE}|[-−+]?\d))", re.IGNORECASE)
COMMA = re.compile(r"[^\S\n]{0,2},[^\S\n]{0,2}")
START = re.compile(
    rf"{GAP}(?:(?P<less>{_LESS})|(?P<more>{_MORE}))?(?:\sthe)?[^\S\n]{{0,2}}"
    rf"(?P<sign>{SIGN})?(?P<number>{NUMBER})(?![/:]\d|-[A-Za-z]|\d)",
    re.IGNORECASE,
)
#: The other end of a span: "110-120", "10th and 25th".
OTHER = re.compile(
    rf"(?:st|nd|rd|th)?[^\S\n]{{0,2}}(?:[-–—−]|to\b|and\b(?=\s{NUMBER}(?:st|nd|rd|th)))"
    rf"[^\S\n]{{0,2}}(?P<sign>{SIGN})?(?P<number>{NUMBER})(?![/:\d]|-[A-Za-z])"
)
#: The other end after "between".
AND = re.compile(
    rf"[^\S\n]{{0,2}}(?:and|to)\s(?P<sign>{SIGN})?(?P<number>{NUMBER})(?![/:\d]|-[A-Za-z])"
)
#: The next of a series: "187 → 45", "from 12 to 187".
ARROW = re.compile(rf"[^\S\n]{{0,2}}(?:→|->|=>)[^\S\n]{{0,2}}(?P<number>{NUMBER})(?![/:]\d)")
FROM_TO = re.compile(rf"[^\S\n]{{0,2}}to\s(?P<number>{NUMBER})(?![/:]\d)")
#: What may part a number from its unit: white space, the edge of a column.
BEFORE_UNIT = re.compile(r"[^\S\n]{0,16}(?:\|[^\S\n]{0,16})?")
#: What may follow a range that nothing but its place tells to be one.
AFTER_RANGE = re.compile(
    r"[^\S\n]{0,2}(?:$|[\n,;|)\]]|\.(?!\d)|(?:HH?|LL?|↑{1,3}|↓{1,3}|\*{1,2})(?!\w)|[^\S\n]{2,})"
)
PRESSURE = re.compile(
    rf"{GAP}(\d{{2,3}})[^\S\n]?(?:/|\sover\s|over)[^\S\n]?(\d{{2,3}})(?![\d/])"
    r"(?:[^\S\n]{0,2}(mm\s?\[?Hg\]?))?",
    re.IGNORECASE,
)
BARE_PRESSURE = re.compile(r"(?<![\d/.])(\d{2,3})/(\d{2,3})[^\S\n]{0,2}(mm\s?Hg)\b", re.IGNORECASE)
#: Pressures of other vessels, before a bare one.
OTHER_VESSEL = re.compile(
    r"\b(?:pulmonary|ventric\w*|gradient|intracranial|ocular|wedge|pa|rv|lv|icp|portal|aortic root)"
    r"\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
#: What may follow a number that has no unit.
ENDS = re.compile(
    r"[^\S\n]{0,2}(?:$|\n|[,;)\]|](?!\d)|\.(?!\d)|[(\[→]|->|(?:H|L|HH|LL)\b"
    r"|(?i:and|with|on|at|but|while|which|in|after|before|today|this|then|from|high|low|normal"
    r"|elevated|compared|despite)\b"
    r"|[^\S\n]{2,}|\t)"
)
NEXT_WORD = re.compile(r"[^\S\n]{1,2}([A-Za-z][A-Za-z0-9]*)")
#: A spread or an interval behind a number: it is of a group, not of a patient.
OF_A_GROUP = re.compile(
    r"[^\S\n]{0,2}(?:±|\+/-|\+-|[(\[;,]?[^\S\n]{0,2}(?:9[059]\s?%\s?(?:CI|confidence)|CI\b|IQR\b|"
    r"SD\s?[=:±\d]|p\s?[<=>]\s?0|interquartile))"
    r"|[^\S\n]{1,2}(?:(?:is|was|are|were)\s\w+\s(?:\w+\s)?)?(?:in|of|for)\s(?:[\w-]+\s){1,3}"
    r"(?:patients|cases|subjects|participants|individuals|children|infants|controls|adults)\b",
    re.IGNORECASE,
)
_CLOSED = r"(?=[)\]]?[^\S\n]{0,2}(?:$|[,;.)\]\n|]|and\b))"
FLAG = re.compile(
    r"[^\S\n]{0,12}[(\[,]?[^\S\n]{0,2}(?:"
    r"(?P<high>(?:HH?|↑{1,3})(?![A-Za-z0-9:/-])|(?i:high|elevated|raised|increased)" + _CLOSED + ")"
    r"|(?P<low>(?:LL?|↓{1,3})(?![A-Za-z0-9:/-])|(?i:low|decreased|reduced)" + _CLOSED + ")"
    r"|(?P<normal>(?i:normal|WNL|within normal limits))" + _CLOSED + r")[)\]]?"
)
#: A word before a name that says how its value is.
BEFORE = re.compile(
    r"\b(?:(?P<high>elevated|raised|high|increased)|(?P<low>low|decreased|reduced)"
    r"|(?P<normal>normal))\s(?:(?:serum|plasma|blood|total|fasting|arterial)\s)?$",
    re.IGNORECASE,
)
_LABEL = (
    r"(?:normal|reference|ref\b\.?|nl\b\.?|norm\b|N\b|lab(?:oratory)?)"
    r"(?:\s(?:range|interval|values?|limits?|levels?|is|for\sage))*"
)
RANGE = re.compile(
    r"(?P<gap>[^\S\n]{0,12},?[^\S\n]{0,12}\|?[^\S\n]{0,12})(?P<bracket>[(\[])?[^\S\n]{0,2}"
    rf"(?P<label>{_LABEL})?[^\S\n]{{0,2}}[:=,]?[^\S\n]{{0,2}}"
    rf"(?:(?P<from>{NUMBER})[^\S\n]{{0,2}}(?:[-–—−]|to)[^\S\n]{{0,2}}(?P<to>{NUMBER})"
    rf"|(?P<most><=?|≤|up\sto|below|less\sthan)[^\S\n]{{0,2}}(?P<high>{NUMBER})"
    rf"|(?P<least>>=?|≥|above|more\sthan)[^\S\n]{{0,2}}(?P<low>{NUMBER}))"
    r"(?![\d/:]|\.\d)",
    re.IGNORECASE,
)
SCORE = re.compile(
    rf"{GAP},?[^\S\n]{{0,2}}[(\[]?[^\S\n]{{0,2}}(?:z(?:[- ]?score)?|SDS|SD)\s?(?:of|[:=])?\s?"
    rf"(?P<sign>{SIGN})?(?P<number>{NUMBER})",
    re.IGNORECASE,
)
UNDER_MEAN = re.compile(r"[^\S\n]{0,2}(?:below|under|less\sthan)\b", re.IGNORECASE)


def number(text: str) -> float:
    """A number as people write it: "12,300" is a thousand times "12.3", "4,5" is 4.5."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", text):
        return float(text.replace(",", ""))
    return float(text.replace(",", ".").replace("·", "."))
