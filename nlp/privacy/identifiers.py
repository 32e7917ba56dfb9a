"""Numbers and codes that stand for a person: found by their form or their label."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from nlp.privacy.result import Category, Found

_EMAIL = re.compile(r"[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b", re.IGNORECASE)
_URL = re.compile(
    r"\b(?:(?:https?|ftp|sftp)://[^\s<>\"\])]{2,2000}|www\.[^\s<>\"\])]{2,2000}"
    r"|(?:[a-z0-9-]{1,63}\.){1,5}(?:com|org|net|edu|gov|info|ie|nhs\.uk|co\.uk|org\.uk|ac\.uk"
    r"|com\.au|net\.au|gov\.au|co\.in|gov\.in|biz)\b(?:/[^\s<>\"\])]{0,2000})?)",
    re.IGNORECASE,
)
_IP = re.compile(
    r"(?<![\w.:])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?:/\d\d?)?"
    r"|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}"
    r"|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})"
    r"(?![\w:]|\.\d)",
    re.IGNORECASE,
)
#: Identifiers of knowledge, not of people: they survive.
_KNOWLEDGE = re.compile(
    r"(?<![\w-])(?:HP|OMIM|MIM|ORPHA|ORPHANET|DOID|MONDO|PMID|PMC|NCT|ISRCTN|LOINC"
    r"|SNOMED(?:[ -]?CT)?|ICD|UMLS|MESH|N[MPRCG]_|XM_|ENS[GTP]|rs|HGNC|chr|CAS|DOI|ISBN|ISSN"
    r"|GRCh|hg|RCV|SCV|VCV)[ :_#-]{0,2}(?:\d[\d.,:+-]*|10\.\S{1,80})[\w>*]{0,20}"
    r"|\bD(?:\d\d?|X|Y)S\d{1,6}|\b(?:RP|CTD|CTB|CTC|RPCI)\d{0,2}-\d{1,4}[A-Z]\d{1,3}"
    r"|\b[cgmnpr]\.[\w*?()+>-]{3,60}|[*#%+^]\d{6}\b|\b(?:del|dup|inv|t|ins)\([\w;,.]{1,20}\)",
)
_NUMBER_WORD = r"(?:\s{0,2}(?:number|numbers|no\b\.?|num\b|nr\b|code|id|ref|\#))"
#: Labels of identifiers; what follows is one where it holds a digit.
_LABEL = re.compile(
    rf"""\b(?:
      (?:m\.?r\.?n\.?|mrn|medical[ ]record|patient|pt|hospital|hosp|unit|case|chart|file|record
        |encounter|visit|admission|episode|account|acct|acc|accession|specimen|sample|lab|order
        |requisition|request|exam(?:ination)?|study|report|series|policy|member(?:ship)?|insurance
        |subscriber|group|claim|medicare|medicaid|veteran|licen[cs]e|certificate|registration|reg
        |provider|prescriber|serial|device|lot|batch|model|implant|lead|pacemaker|generator|pump
        |udi|passport|driver'?s?[ ]licen[cs]e|driving[ ]licen[cs]e|vehicle|plate|nhs|chi|h&c|ihi
        |dva|social[ ]security|ssn|soc\.?[ ]sec\.?|national[ ]insurance|ni|pps|ppsn|aadhaar|aadhar
        |abha|uhid|ip|op|ipd|opd|crn?|bed[ ]?head|bank|iban|card|gmc|nmc|imc|npi|dea|ahpra|mci
        |badge|staff|employee|reference|our[ ]ref|your[ ]ref|ref|barcode|tracking|trial|subject
        |participant|donor|identifier|id|username|user[ ]id|login)
      \.?{_NUMBER_WORD}{{1,2}}
    | (?<=\w[ ])(?:number|no\.|nr\.)(?=[ :#])
    | (?:m\.?r\.?n\.?|mrn|ssn|ppsn?|uhid|nhs|chi|gmc|npi|dea|ihi|crn|iban|s/n|sn|udi|acct?|accession
        |aadhaar|aadhar|abha|medicare|medicaid|our[ ]ref|your[ ]ref|ref|reference|serial|lot|id|mr
        |account|policy|passport|identifier|specimen|encounter|vin|fin|csn|har|barcode|gtin
        |insurance|insurer|reg|claim|member|invoice|order|requisition|licen[cs]e|registration|sample
        |pump|pacemaker|icd|device|generator|monitor|implant|records?|card|chart|file|case|run|kit|bill|waybill|ticket|voucher|alarm|wheelchair
        |(?:pin|gmc|nmc|licen[cs]e|device|claim|invoice)[ ](?:ref|pin))
      (?=[\s:#.=|(]|[ ]is\b)
    )
    (?:\s{{0,3}}[:\#=.|]{{1,2}}|[ ]{{1,3}}(?:is|was|of)|[ .]{{3,40}})?[\s|]{{0,4}}\(?
    (?P<value>[A-Z0-9](?:[A-Z0-9]|[-/._](?=[A-Z0-9])|[ ](?=\d)){{2,40}})(?![\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SHAPES = re.compile(
    r"""(?<![\w./+-])(?<!\b\d,)(?<!\b\d\d,)(?<!\b\d\d\d,)(?:
      \d{3}-\d{2}-\d{4}                                     # SSN
    | \d{3}[ -]\d{3}[ -]\d{4}                               # NHS number, or a telephone's
    | \d{4}[ -]\d{4}[ -]\d{4}(?:[ -]\d{4})?                # Aadhaar, a card
    | \d{4}[ ]\d{5}[ ]\d(?:[/-]\d)?                         # Medicare in Australia
    | [A-Z]{2}[ ]?\d\d[ ]?\d\d[ ]?\d\d[ ]?[A-DFMPT]       # National Insurance
    | [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}
    | \d{2}-\d{2}-\d{2} | \d{7,20}[A-Z]{0,2}
    | [A-HJ-NPR-Z\d]{3}(?=[A-HJ-NPR-Z]{0,9}\d)[A-HJ-NPR-Z\d]{8}\d{6}  # a vehicle
    | [A-Z]\d{2,4}\.\d{3,8}                                 # a specimen
    | \(\d{2}\)\d{8,20}                                      # a device's UDI
    )(?![\w%]|[-.]\d|\s?(?:/\s?[\u00b5uµ]?l|cells|copies|iu|units)\b)""",
    re.VERBOSE,
)
#: Letters and digits in one word, or joined by dashes and slashes; `_is_code` judges them.
_MIXED = re.compile(
    r"(?<![\w./+-])(?<!\b\d,)(?<!\b\d\d,)[A-Z0-9]{1,34}(?:[-/][A-Z0-9]{1,12}){0,5}"
    r"(?![\w%]|[-./]\w|\s?(?:cells|copies)\b)"
)


#: A blood pressure behind "monitor" or "device".
_PRESSURE = re.compile(r"\d{2,3}/\d{2,3}")
_NUMBER_LABEL = re.compile(_NUMBER_WORD + r"|\b(?:mrn|ssn|nhs|id|no|ref)\b", re.IGNORECASE)
#: A reference range behind "ref".
_RANGE = re.compile(r"\d{1,4}(?:\.\d+)?-\d{1,4}(?:\.\d+)?")


def find_codes(text: str) -> Iterator[Found]:
    """Mails, addresses of the network, and identifiers."""
    for pattern, category in ((_EMAIL, Category.EMAIL), (_URL, Category.URL), (_IP, Category.IP)):
        for match in pattern.finditer(text):
            end = match.end() - len(match[0]) + len(match[0].rstrip(".,;:)'"))
            yield Found(start=match.start(), end=end, category=category)
    known = [match.span() for match in _KNOWLEDGE.finditer(text)]
    for start, end in _identifiers(text):
        nearest = bisect_left(known, (end,)) - 1
        if nearest < 0 or known[nearest][1] <= start:
            yield Found(start=start, end=end, category=Category.ID)


def _identifiers(text: str) -> Iterator[tuple[int, int]]:
    for match in _LABEL.finditer(text):
        value = match["value"]
        digits = sum(c.isdigit() for c in value)
        bare = match[0][: match.start("value") - match.start()].rstrip(" (")[-1:].isalpha()
        numbered = _NUMBER_LABEL.search(match[0][: -len(value)]) is not None
        if not numbered and (_RANGE.fullmatch(value) or (bare and _PRESSURE.fullmatch(value))):
            continue
        if bare and not (value.isupper() or value[0].isdigit()):
            continue
        if bare and digits < 4 and not numbered:
            continue
        if digits >= 3 or (digits >= 2 and len(value) >= 4):
            yield match.span("value")
    for match in _SHAPES.finditer(text):
        yield match.span()
    for match in _MIXED.finditer(text):
        if _is_code(match[0]):
            yield match.span()


def _is_code(written: str) -> bool:
    """Whether a word of letters and digits is an identifier: five digits with a letter, or long
    groups of digits with dashes. Ranges of numbers and years, and dates, are none."""
    digits = sum(map(str.isdigit, written))
    parts = re.split("[-/]", written)
    if written.replace("-", "").replace("/", "").isdigit():
        if "/" in written:
            return len(parts) == 2 and digits >= 7 and max(map(len, parts)) > 4
        return len(parts) > 1 and digits >= 7 and (len(parts) > 2 or max(map(len, parts)) > 4)
    return digits >= 5 or (digits >= 4 and len(parts) > 2)
