"""Which words are people's names, which are ordinary, and which name diseases."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

_HERE = Path(__file__).parent
#: Endings that only words of medicine have.
_MEDICAL = re.compile(
    r"(?:itis|osis|oses|oma|omas|emia|aemia|uria|pathy|pathic|graphy|scopy|metry|ectomy|ostomy"
    r"|otomy|plasty|plasia|plegia|paresis|megaly|algia|rrhoea|rrhea|genic|logy|logist|iatric"
    r"|iatrics|iatrist|cele|philia|penia|cytes?|cytosis|blast|trophy|trophic|tropin|mycin|cillin"
    r"|azole|prazole|olol|pril|sartan|statin|mab|nib|vir|caine|dipine|oxacin|cycline|azepam|zolam"
    r"|barbital|setron|triptan|gliptin|glitazone|parin|fenac|profen|oxetine|pramine|semide"
    r"|thiazide|sone|solone|onide|terol|tropium|phylline|coccus|cocci|virus|bacter)$"
)
#: Words after an eponym that keep it from being anybody's name here.
_HEADS = frozenset(
    """
    disease diseases syndrome syndromes sign signs phenomenon phenomena disorder disorders palsy
    paralysis ataxia chorea anaemia anemia lymphoma sarcoma tumour tumor malformation anomaly
    deformity contracture fracture nodule nodules spot spots ring rings body bodies cell cells test
    tests score scores scale scales index criteria criterion classification stage grade type line
    lines reflex manoeuvre maneuver triad tetrad pentad angle node nodes duct tube tubes canal
    catheter catheters procedure operation repair osteotomy amputation view position stain staining
    reaction equation formula ulcer ulcers oesophagus esophagus diverticulum hernia thyroiditis
    struma goitre goiter encephalopathy dystrophy atrophy neuropathy myopathy nephropathy
    cardiomyopathy retinopathy uropathy epilepsy seizure seizures encephalitis arteritis
    granulomatosis purpura bone bones cyst cysts gland glands membrane corpuscles sequence
    association complex spectrum phenotype variant mutation protein gene factor antigen antibody
    virus bacillus pouch loop shunt stent valve graft flap filter clip plate prosthesis drain splint
    collar frame brace inventory questionnaire exam examination chart coma symptom symptoms sinus
    foramen fissure lobe area nucleus fibres fibers layer tract ganglion plexus facies gait pulse
    murmur pattern muscular hereditary respiration respirations breathing crisis attack lesion
    papule papules telangiectasia melanoma keratosis carcinoma cancer leukaemia leukemia
    macroglobulinaemia macroglobulinemia macroglobulinemia hepatitis nephritis tuberculosis dwarfism
    dysplasia hypoplasia aplasia agenesis aganglionosis myoclonus tremor dystonia parkinsonism
    dementia apraxia aphasia amaurosis neuralgia vasculitis phosphaturia tetralogy sphincter wave
    waves echocardiography ultrasound imaging studies study flow signals monitor monitoring
    dermatitis erythema tic tics eruption pigmentation striae trait inheritance jaw eye ear heart
    figure naming frame hand foot knee chest nose teeth tooth hair nail nails
    """.split()  # noqa: SIM905
)


def _listed(name: str) -> frozenset[str]:
    text = (_HERE / name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


@lru_cache(maxsize=1)
def _given() -> frozenset[str]:
    return _listed("given-names.txt")


@lru_cache(maxsize=1)
def _surnames() -> frozenset[str]:
    return _listed("surnames.txt")


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    return _listed("words.txt") | _listed("capitals.txt") | _countries()


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    return _listed("countries.txt")


@lru_cache(maxsize=1)
def _eponyms() -> frozenset[str]:
    return _listed("eponyms.txt")


def is_given(word: str) -> bool:
    """Whether a word is a given name; `word` in any case."""
    return word.casefold() in _given()


def is_surname(word: str) -> bool:
    """Whether a word is a surname, or two joined by a hyphen."""
    plain = word.casefold().replace("'", "").replace("’", "")
    return all(part in _surnames() for part in plain.split("-"))


def is_eponym(word: str) -> bool:
    """Whether a word stands in the names of findings or devices: "Babinski", "Foley"."""
    plain = word.casefold().removesuffix("'s").removesuffix("’s")
    return all(part in _eponyms() for part in plain.split("-"))


def is_country(word: str) -> bool:
    """Whether a word names a country or a people, which name nobody."""
    return word.casefold() in _countries()


def is_head(word: str) -> bool:
    """Whether an eponym before this word is part of the name of a thing: "disease"."""
    return word.casefold() in _HEADS


@lru_cache(maxsize=65_536)
def is_word(word: str) -> bool:
    """Whether a word is an ordinary one of English or of medicine, in some inflection.

    >>> is_word("Admissions"), is_word("Okonkwo")
    (True, False)
    """
    plain = word.casefold().removesuffix("'s").removesuffix("’s")
    if "-" in plain:
        parts = [part for part in plain.split("-") if part]
        return all(is_word(p) or (p.endswith("o") and not is_given(p)) for p in parts)
    if plain in _words():
        return True
    if plain in _given():
        return False  # "Thomas" is no plural, "Naoma" no tumour
    if plain.endswith("ian") and len(plain) > 8 and plain not in _surnames():
        return True  # "Robertsonian"
    return _inflected(plain) or (
        len(plain) > 6 and plain not in _surnames() and _MEDICAL.search(plain) is not None
    )


def _inflected(word: str) -> bool:
    known = _words()
    for ending, others in (
        ("ies", ("y",)), ("es", ("",)), ("s", ("",)), ("ied", ("y",)), ("ed", ("", "e")),
        ("ing", ("", "e")), ("ly", ("",)), ("ically", ("ic",)),
    ):  # fmt: skip
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > (3 if ending == "ly" else 2):
            if any(stem + other in known for other in others):
                return True
            if ending in ("ed", "ing") and stem[-1:] == stem[-2:-1] and stem[:-1] in known:
                return True
    return False
