"""How words are made comparable: case, accents, hyphens, plurals, British and American spelling.

One function decides for both sides, the lexicon when it is built and the report when it is read,
so a wrong guess here (an odd stem) costs nothing unless two real words fall together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

#: Prefixes that are written with or without a hyphen ("post-natal", "postnatal").
JOINED_PREFIXES = frozenset(
    _listed(
        "anti bi brachy co de dys electro endo epi extra hemi hyper hypo infra inter intra iso"
        " macro mega micro mid mono multi neuro non osteo para peri poly post pre pseudo re retro"
        " semi sub super supra tele trans tri ultra un under over"
    )
)

_STRIPS_ES = ("sses", "xes", "ches", "shes", "zzes", "uses")
#: Words that only look like plurals, or are the same in both numbers.
_NOT_PLURAL = frozenset(
    _listed(
        "always ascites biceps caries congeries diabetes facies forceps herpes hives lens less"
        " measles mumps news pancreas pes quadriceps rabies rickets scabies series shingles"
        " species tabes this thus triceps was has does his its yes us as is pus ros gas menses"
        " meninges"
    )
)
#: Names of microbes, which name no disease by themselves.
_SPECIES = frozenset(_listed("pneumoniae influenzae diphtheriae agalactiae leprae"))
_IRREGULAR = {
    "feet": "foot",
    "teeth": "tooth",
    "children": "child",
    "women": "woman",
    "men": "man",
    "phalanges": "phalanx",
    "testes": "testis",
    "nares": "naris",
    "diverticula": "diverticulum",
    "septa": "septum",
    "ganglia": "ganglion",
    "bacteria": "bacterium",
    "nevi": "nevus",
    "nevuses": "nevus",
    "thrombi": "thrombus",
    "emboli": "embolus",
    "humeri": "humerus",
    "radii": "radius",
    "bronchi": "bronchus",
    "calculi": "calculus",
    "nuclei": "nucleus",
    "fundi": "fundus",
    "pterygia": "pterygium",
    "femora": "femur",
    "irides": "iris",
    "pelves": "pelvis",
    "cortices": "cortex",
    "matrices": "matrix",
    "crises": "crisis",
    "metastases": "metastasis",
    "bases": "base",
    "doses": "dose",
    "noses": "nose",
    "calves": "calf",
    "halves": "half",
    "lives": "life",
    "leaves": "leaf",
    "knives": "knife",
}
#: British spellings inside a word; each stem is long enough to be safe.
_BRITISH = tuple(
    pair.split(">")
    for pair in _listed(
        "oede>ede oeso>eso oestr>estr noea>nea rhoea>rhea coeli>celi coelo>celo foet>fet"
        " oecolog>ecolog homoeo>homeo amoeb>ameb oenter>enter leuco>leuko leucae>leuke sulph>sulf"
        " tumour>tumor colour>color behaviour>behavior odour>odor humour>humor labour>labor"
        " vapour>vapor flavour>flavor harbour>harbor favour>favor fibre>fiber centre>center"
        " litre>liter metre>meter titre>titer calibre>caliber goitre>goiter isation>ization"
        " alised>alized arised>arized orised>orized alyse>alyze mould>mold grey>gray"
    )
)
#: Whole words only; their stems are too short to be replaced inside others.
_FOLDED_WORDS = {"aged": "age", "ageing": "aging", "mum": "mother", "orthopaedic": "orthopedic"}


@lru_cache(maxsize=65_536)
def normalise_word(word: str) -> str:
    """The comparable form of one word: lower case, no accents, singular, American spelling.

    >>> [normalise_word(w) for w in ("Oedema", "seizures", "Haemorrhages", "stenoses", "Crohn's")]
    ['edema', 'seizure', 'hemorrhage', 'stenosis', 'crohn']
    """
    text = word.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c)).replace("’", "'")
    if "'" in text:
        text = text.removesuffix("'s").replace("'", "")
    if len(text) <= 3 or not text.isalpha():
        return text
    for british, american in _BRITISH:
        if british in text:
            text = text.replace(british, american)
    if "ae" in text[:-2]:
        text = text[:-2].replace("ae", "e") + text[-2:]
    return _singular(_FOLDED_WORDS.get(text, text))


def _singular(text: str) -> str:
    if text in _IRREGULAR:
        return _IRREGULAR[text]
    if text in _NOT_PLURAL:
        return text
    if text.endswith("ae") and len(text) > 4 and text not in _SPECIES:
        return text[:-1]
    if text.endswith("omata"):
        return text[:-2]
    if not text.endswith("s") or text.endswith(("ss", "us", "is")):
        return text
    if text.endswith("ies") and len(text) > 4:
        return text[:-3] + "y"
    if text.endswith(("oses", "yses", "eses")) and len(text) > 6:
        return text[:-2] + "is"
    if text.endswith(_STRIPS_ES) and not text.endswith(("aches", "auses")):
        return text[:-2]
    return text[:-1]


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Words of `text` in normal form with their place: (word, start, end), 0-based, half-open.

    A hyphen parts words, except after prefixes that are also written without one.
    """
    pending = -1
    for match in _WORD.finditer(text):
        start, end = match.span()
        if pending >= 0:
            yield normalise_word(text[pending : start - 1] + text[start:end]), pending, end
            pending = -1
        elif (
            text[end : end + 1] in "-‐‑"
            and text[end + 1 : end + 2].isalpha()
            and text[start:end].lower() in JOINED_PREFIXES
        ):
            pending = start
        else:
            yield normalise_word(match.group()), start, end


def words(text: str) -> list[str]:
    """Words of `text` in normal form.

    >>> words("Post-natal low-set ears (Sjögren's)")
    ['postnatal', 'low', 'set', 'ear', 'sjogren']
    """
    return [word for word, _, _ in tokens(text)]


#: Words that carry no meaning of their own in the name of a finding.
STOP_WORDS = frozenset(
    _listed(
        "a an and are at by for from has have his her in is its morphology of on or that the their"
        " this to was were with"
    )
)

#: Word families: each line is one meaning, its first word stands for all.
_FAMILIES = (
    "abnormal abnormality anomaly anomalous abnormally malformation malformed",
    "absent absence lack lacking missing",
    "increased elevated raised high highly elevation increase heightened excess",
    "decreased reduced low diminished reduction decrease lowered",
    "delayed delay",
    "enlarged enlargement big large",
    "impaired impairment",
    "hypoplasia underdeveloped underdevelopment",
    "atrophy atrophied",
    "hypertrophy hypertrophied",
    "retardation retarded",
    "mental mentally",
    "mild mildly",
    "moderate moderately",
    "severe severely",
    "profound profoundly",
    "progressive progressively",
    "bilateral bilaterally",
    "congenital congenitally",
    "1st first",
    "2nd second",
    "3rd third",
    "4th fourth",
    "5th fifth",
    "dislocation dislocated dislocatable",
    "fusion fused",
    "contracture contracted",
    "weakness weak",
    "degeneration degenerative",
    "calcification calcified",
    "thickening thickened thick",
    "narrowing narrowed narrow",
    "widened wide widening broad broadened",
    "bowing bowed",
    "shortening shortened short",
    "depressed depression",
    "detachment detached",
    "deviation deviated",
    "duplication duplicated",
    "obstruction obstructive obstructed",
    "stenosis stenotic",
    "fibrosis fibrotic",
    "sclerosis sclerotic",
    "cyst cystic",
    "ataxia ataxic",
    "spasticity spastic",
    "hydrocephalus hydrocephalic hydrocephaly",
    "dysmorphism dysmorphic dysmorphia",
    "jaundice jaundiced icteric",
    "cyanosis cyanotic cyanosed",
    "deafness deaf",
    "blindness blind",
    "obesity obese",
    "epilepsy epileptic",
    "flared flaring",
    "arched arch",
    "deformed deformity",
    "prominent prominence protruding protuberant",
    "sparse sparseness thinning",
    "recurrent repeated frequent",
    "hypogonadism hypogonadal",
    "pigmentation pigmented pigmentary",
    "scoliosis scoliotic",
    "kyphosis kyphotic",
    "dysarthria dysarthric",
    "heart cardiac",
    "kidney renal",
    "liver hepatic",
    "lung pulmonary",
    "muscle muscular",
    "face facial facies",
    "tooth dental",
    "nail ungual",
    "spine spinal",
    "vertebra vertebral",
    "palate palatal",
    "retina retinal",
    "cornea corneal",
    "cranium cranial skull",
    "cerebellum cerebellar",
    "cerebrum cerebral",
    "eye ocular",
    "digit digital finger",
    "stomach gastric",
    "intestine intestinal bowel",
    "skin cutaneous",
    "neoplasm tumor neoplasia",
    "defect defective",
    "inheritance inherited",
    "carcinoma carcinomatous",
)
_FAMILY = {word: line.split()[0] for line in _FAMILIES for word in line.split()}


#: Endings of adjectives, with those of their nouns.
_ADJECTIVES = (
    ("plastic", "plasia"),
    ("trophic", "trophy"),
    ("plegic", "plegia"),
    ("cephalic", "cephaly"),
    ("tonic", "tonia"),
    ("emic", "emia"),
    ("opic", "opia"),
    ("pathic", "pathy"),
    ("melic", "melia"),
    ("dactylous", "dactyly"),
    ("phasic", "phasia"),
    ("penic", "penia"),
    ("philic", "philia"),
)


@lru_cache(maxsize=65_536)
def folded_word(word: str) -> str | None:
    """One word as it stands in a folded key; None for a small word that keys leave out."""
    if word in STOP_WORDS:
        return None
    if word in _FAMILY:
        return _FAMILY[word]
    if len(word) > 7 and word.endswith(("ic", "ous")):
        for adjective, noun in _ADJECTIVES:
            if word.endswith(adjective):
                return word.removesuffix(adjective) + noun
    return word


def folded(phrase: str) -> str:
    """A key that forgets word order, small words and word family.

    >>> folded("hypoplasia of the thumb") == folded("hypoplastic thumb")
    True
    """
    kept = {folded_word(word) for word in phrase.split(" ")} - {None}
    return " ".join(sorted(word for word in kept if word))
