"""Side, severity and site of a mention, read from the words that stand right beside it.

Side and severity are given as labels of HPO's clinical modifiers (HP:0012831, HP:0012824), sites
as the text prints them. Nothing is taken across another mention, a verb that is not listed here,
or the end of a clause: what is not plainly said of the mention is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from nlp.context_sentence import Sentence, Span
from nlp.context_words import listed

#: Words and the HPO clinical modifier that they mean (labels of release 2025-01-16).
_LABELS = {
    **dict.fromkeys(("left", "lt"), "Left"),
    **dict.fromkeys(("right", "rt"), "Right"),
    **dict.fromkeys(("bilateral", "bilaterally", "both"), "Bilateral"),
    **dict.fromkeys(("unilateral", "unilaterally"), "Unilateral"),
    **dict.fromkeys(
        ("mild", "mildly", "slight", "slightly", "minimal", "minimally", "minor"), "Mild"
    ),
    **dict.fromkeys(("moderate", "moderately"), "Moderate"),
    **dict.fromkeys(("severe", "severely", "marked", "markedly"), "Severe"),
    **dict.fromkeys(("profound", "profoundly"), "Profound"),
    "borderline": "Borderline",
}
_SIDED_SITES = {
    **dict.fromkeys(("rul", "rml", "rll", "ruq", "rlq"), "Right"),
    **dict.fromkeys(("lul", "lll", "luq", "llq"), "Left"),
}
_SITES = listed(
    """
    abdomen abdominal acral alveolar anal ankle ankles anterior antecubital aorta aortic apex apical
    apices appendicular arm arms arterial artery atrial atrium auricular axial axilla axillae
    axillary back basal base bases basilar bibasilar biapical bladder body bone bones bowel brain
    brainstem breast breasts bronchial bronchus buttock buttocks calf calves callosum canal canals
    cardiac carotid caudal cerebellar cerebellum cerebral cervical cheek cheeks chest chin colon
    corneal cortex cortical costophrenic cranial cubital deltoid diaphragm digit digits distal
    dorsal duodenum ear ears elbow elbows epigastric epigastrium esophagus extremities extremity eye
    eyebrow eyebrows eyelid eyelids eyes face facial fallopian feet femoral femur femurs fibula
    field fields fifth finger fingernails fingers first fissure flank foot foramen forearm forearms
    forefoot forehead fossa fourth frontal gastric gingiva globe great groin hand hands head heart
    heel heels hemidiaphragm hemisphere hemispheres hemithorax hepatic hilar hilum hindfoot hip hips
    humeral humerus hypochondrium iliac index inferior infrahilar inguinal inner interphalangeal
    intracranial jaw joint joints kidney kidneys knee knees lateral leg legs lid lids limb limbs lip
    lips little liver lobe lobes lobar lower lumbar lumbosacral lung lungs mandible mandibular
    maxilla maxillary medial mediastinal mediastinum metacarpal metacarpals metacarpophalangeal
    metatarsal metatarsals mid middle midlung mitral mouth mucosa nail nails nasal neck nipple
    nipples nose nostril occipital occiput optic oral orbit orbital orbits outer ovary palate palm
    palmar palms pancreas parietal paraspinal paratracheal patella patellar pelvic pelvis penis
    periauricular perihilar perioral periorbital peripheral perineum phalanges phalanx pharynx
    plantar pons popliteal posterior pretibial proximal pulmonary pupil quadrant quadrants radial
    radius rectum renal retina retinal retrocardiac retrosternal rib ribs sacral sacrum scalp
    scapula scrotum second shin shins shoulder shoulders sinus sinuses skin skull sole soles spinal
    spine spleen splenic sternal sternum stomach subcutaneous subpulmonic superior suprapubic
    temple temporal terminal testis thenar thigh thighs third thoracic thorax throat thumb thumbs
    thyroid tibia tibiae tibial toe toenails toes tongue tooth teeth trachea trochanter trunk
    truncal tympanic ulna ulnar umbilical umbilicus upper ureter urethra uterus vaginal valve
    ventral ventricle ventricles ventricular vertebra vertebrae vertebral wall wrist wrists zone
    zones
    """
) | frozenset(_SIDED_SITES)
#: Of these, words that only narrow a site: alone they name none.
_NARROWING = listed(
    "first second third fourth fifth great little index inner outer mid middle upper lower lateral"
    " medial superior inferior terminal field fields canal wall body"
)
#: Adjectives and small words that may stand between a modifier and its mention.
_BETWEEN = listed(
    "- sided side new old small large tiny big acute subacute chronic recurrent persistent stable"
    " unchanged known early late diffuse focal patchy mixed subtle slow fast progressive residual"
    " trace more less very rather quite predominantly mostly mainly increased decreased loculated"
    " partial complete total congenital isolated multiple several few scattered dense faint vague"
    " painless painful tender"
)
_SUFFIXES = ("al", "ic", "ous", "ive", "ar", "ly", "ary", "oid", "iform")
_JOIN = frozenset(("and", "to", "or", "/", "&"))
_INTO = listed("of in at on over within involving affecting along around across")
_ARTICLES = listed("the his her their a an its")
_SEEN = listed(
    "is are was were seen noted present identified located again also visible found more greater"
    " predominantly mainly mostly only localised localized especially particularly"
)
_BE = listed("is are was were appears appeared remains remained")
_ENDS = frozenset((".", ",", ";", ")", "and", "but", "with", "in", "on"))
_BACK = 8
_NAMED = 6


def read_modifiers(sentence: Sentence, span: Span, taken: Set[int]) -> tuple[str, ...]:
    """Side, severity and site of the mention at `span` (words of the sentence).

    `taken` are the words of all mentions of the sentence; none of them is read.
    """
    first = _before(sentence.words, span[0], taken)
    found = _named(sentence, first, span[0])
    for start, end in _after(sentence.words, span[1], taken):
        found += _named(sentence, start, end)
    return tuple(dict.fromkeys(found))


def _before(words: Sequence[str], end: int, taken: Set[int]) -> int:
    """Where the adjectives begin that lead up to a mention."""
    first = end
    for at in range(end - 1, max(-1, end - 1 - _BACK), -1):
        word = words[at]
        if at in taken:
            break
        if word in _JOIN:
            # "mild to moderate", "right and left"; never "cough and" before fever
            if not (at + 1 < end and _modifies(words[at + 1]) and _modifies(words[at - 1])):
                break
            if at - 1 in taken or at == 0:
                break
        elif _modifies(word):
            first = at
        elif word not in _BETWEEN and not word.endswith(_SUFFIXES):
            break
    return first


def _modifies(word: str) -> bool:
    return word in _LABELS or word in _SITES


def _named(sentence: Sentence, start: int, end: int) -> list[str]:
    """Labels and sites among the words `start` to `end`."""
    words = sentence.words
    found: list[str] = []
    first: int | None = None  # of a site
    for at in range(start, end + 1):
        word = words[at] if at < end else ""
        joins = word in ("and", "-", "/") and at + 1 < end and words[at + 1] in _SITES
        if word in _SITES or (first is not None and joins):
            if word in _SIDED_SITES:
                found.append(_SIDED_SITES[word])
            first = at if first is None else first
            continue
        if first is not None and not _NARROWING.issuperset(words[first:at]):
            found.append(sentence.printed(first, at))
        first = None
        if word in _LABELS:
            found.append(_LABELS[word])
    return found


def _after(words: Sequence[str], start: int, taken: Set[int]) -> Iterator[Span]:
    """What follows a mention: "bilaterally", "of the lower limbs", "is mild", "on the left"."""
    at = start
    while at < len(words) and at not in taken:
        word = words[at]
        if word in ("bilaterally", "unilaterally", "bilateral"):
            yield at, at + 1
            at += 1
        elif (end := _phrase(words, at, taken)) is not None:
            yield at + 1, end
            at = end
        elif word in _SEEN and at - start < _NAMED:
            at += 1
        else:
            return


def _phrase(words: Sequence[str], at: int, taken: Set[int]) -> int | None:
    if words[at] in _INTO:
        return _place(words, at + 1, taken)
    return _predicate(words, at + 1, taken) if words[at] in _BE else None


def _place(words: Sequence[str], start: int, taken: Set[int]) -> int | None:
    """End of a place that begins at `start` ("the right upper lobe", "both legs"), or None."""
    at = start
    while at < len(words) and words[at] in _ARTICLES:
        at += 1
    first = at
    while at < len(words) and at < first + _NAMED and at not in taken:
        joins = words[at] in ("and", "or", "-", "/") and at > first
        if not (_modifies(words[at]) or words[at] in ("side", "sides", "sided") or joins):
            break
        at += 1
    while at > first and words[at - 1] in ("and", "or", "-", "/"):
        at -= 1
    return at if at > first else None


def _predicate(words: Sequence[str], start: int, taken: Set[int]) -> int | None:
    """End of "mild" in "the effusion is mild.", or None where a noun follows."""
    at = start
    while at < len(words) and at not in taken and (words[at] in _LABELS or words[at] in _BETWEEN):
        at += 1
    while at < len(words) and words[at - 1] in _LABELS and words[at] == "to":
        at += 2
    closed = at >= len(words) or words[at] in _ENDS
    return at if at > start and closed else None
