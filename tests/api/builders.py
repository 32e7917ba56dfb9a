"""A small differential built by hand from the real types: what the render tests look at.

The report is invented. Frequencies, references and scores are made up for these tests; PMIDs
below 100 stand for no paper that is meant.
"""

from __future__ import annotations

from dataclasses import replace

from domain.assertions import Aspect, Assertion, Frequency, Sex
from domain.differential import (
    CalibrationUse,
    Conflict,
    Contribution,
    Differential,
    Families,
    Family,
    FamilyMember,
    Hypothesis,
    KnownUse,
    Match,
    Pair,
    PairMember,
    Pairs,
    PathEdge,
    Ranked,
    Scope,
    Side,
    Typical,
)
from domain.evidence import CodedEntry, ConceptRef, TextSpan
from domain.findings import (
    Attribute,
    Experiencer,
    Finding,
    FindingUse,
    Note,
    Observation,
    State,
    Time,
    Trigger,
)
from domain.identifiers import Curie
from domain.what_if import Move

DOCUMENT = "report"
REPORT = (
    "Girl of 4 years with focal seizures since infancy.\n"
    "No ataxia. Possible cardiac rhabdomyoma on ultrasound.\n"
    "Her mother had seizures. She had pneumonia last year.\n"
    "Return if there is fever. <script>alert('x')</script> & café.\n"
)

SEIZURE = ConceptRef(id=Curie("HP:0001250"), label="Seizure")
FOCAL = ConceptRef(id=Curie("HP:0007359"), label="Focal-onset seizure")
ATAXIA = ConceptRef(id=Curie("HP:0001251"), label="Ataxia")
RHABDOMYOMA = ConceptRef(id=Curie("HP:0009729"), label="Cardiac rhabdomyoma")
PNEUMONIA = ConceptRef(id=Curie("HP:0002090"), label="Pneumonia")
FEVER = ConceptRef(id=Curie("HP:0001945"), label="Fever")
ATAXIA_DISEASE = ConceptRef(id=Curie("MONDO:0000437"), label="cerebellar ataxia")
TSC = ConceptRef(id=Curie("OMIM:191100"), label="Tuberous sclerosis 1")


def span(quote: str, *, document: str = DOCUMENT, text: str = REPORT, after: str = "") -> TextSpan:
    """The first place of `quote` in the text (behind `after`, where given)."""
    start = text.index(quote, text.index(after))
    return TextSpan(document=document, start=start, end=start + len(quote), quote=quote)


def finding(
    ref: ConceptRef,
    state: State,
    *evidence: TextSpan | CodedEntry,
    experiencer: Experiencer = Experiencer.PATIENT,
    kinship: str | None = None,
    time: Time = Time.NOW,
    triggers: tuple[str, ...] = (),
    probability: float | None = None,
    base_rate: float | None = None,
) -> Finding:
    """A finding with one observation that holds all its evidence."""
    observation = Observation(
        label=ref.label,
        state=state,
        concept=ref.id,
        experiencer=experiencer,
        kinship=kinship,
        time=time,
        triggers=tuple(Trigger(attribute=Attribute.NEGATED, text=t) for t in triggers),
        probability=probability,
        base_rate=base_rate,
        evidence=evidence,
    )
    return Finding(
        concept=ref.id,
        label=ref.label,
        state=state,
        experiencer=experiencer,
        kinship=kinship,
        time=time,
        probability=probability,
        base_rate=base_rate,
        onset=None,
        observations=(observation,),
    )


def assertion(
    concept: ConceptRef,
    frequency: Frequency | None,
    *references: str,
    disease: str = "OMIM:191100",
    excluded: bool = False,
    evidence_code: str = "PCS",
    sex: Sex | None = None,
    line: int = 1,
) -> Assertion:
    """One source row."""
    return Assertion(
        disease=Curie(disease),
        concept=concept.id,
        aspect=Aspect.PHENOTYPE,
        excluded=excluded,
        frequency=frequency,
        onset=None,
        sex=sex,
        modifiers=(),
        evidence_code=evidence_code,
        references=references,
        source="phenotype.hpoa",
        line=line,
    )


def of(count: int, total: int) -> Frequency:
    """n of m patients."""
    return Frequency(count=count, total=total)


def findings() -> tuple[FindingUse, ...]:
    """Every state, experiencer and time that a report can give."""
    return (
        FindingUse(finding=finding(FOCAL, State.PRESENT, span("focal seizures")), used=True),
        FindingUse(
            finding=finding(ATAXIA, State.ABSENT, span("ataxia"), triggers=("No",)), used=True
        ),
        FindingUse(
            finding=finding(
                RHABDOMYOMA,
                State.UNCERTAIN,
                span("cardiac rhabdomyoma"),
                triggers=("Possible",),
                probability=0.6,
                base_rate=0.1,
            ),
            used=True,
        ),
        FindingUse(
            finding=finding(
                SEIZURE,
                State.PRESENT,
                span("seizures", after="mother"),
                experiencer=Experiencer.FAMILY,
                kinship="mother",
                triggers=("mother",),
            ),
            used=False,
            why_not="a finding of the family",
        ),
        FindingUse(
            finding=finding(PNEUMONIA, State.PRESENT, span("pneumonia"), time=Time.PAST),
            used=True,
        ),
        FindingUse(
            finding=finding(FEVER, State.UNDETERMINED, span("fever"), time=Time.HYPOTHETICAL),
            used=False,
            why_not="hypothetical",
        ),
    )


def first() -> Hypothesis:
    """A disease with a reason of every kind."""
    return Hypothesis(
        disease=TSC.id,
        label=TSC.label,
        same_as=(Curie("ORPHA:805"),),
        prior_score=-9.448,
        contributions=(
            Contribution(
                match=Match.BROADER,
                log_likelihood_ratio=3.21,
                finding=FOCAL,
                frequency=0.5,
                background=0.02,
                text="the disease is annotated with a parent of the finding",
                path=(
                    PathEdge(subject=FOCAL, predicate="IS_A", object=SEIZURE),
                    PathEdge(subject=TSC, predicate="HAS_FINDING", object=SEIZURE),
                ),
                assertions=(
                    assertion(SEIZURE, of(6, 11), "PMID:11", line=101),
                    assertion(SEIZURE, of(1, 1), "PMID:12", line=102),
                    assertion(SEIZURE, of(0, 2), "PMID:13", "PMID:11", line=103),
                    assertion(
                        SEIZURE,
                        Frequency(term=Curie("HP:0040281")),
                        "ORPHA:805",
                        disease="ORPHA:805",
                        evidence_code="TAS",
                        line=9001,
                    ),
                ),
            ),
            Contribution(
                match=Match.EXACT,
                log_likelihood_ratio=1.7,
                finding=RHABDOMYOMA,
                frequency=0.4,
                background=0.001,
                assertions=(assertion(RHABDOMYOMA, None, "OMIM:191100", evidence_code="IEA"),),
            ),
            Contribution(
                match=Match.EXCLUDED_IN_CASE,
                log_likelihood_ratio=-0.4,
                finding=ATAXIA,
                frequency=0.3,
                background=0.1,
                text="damped",
                assertions=(assertion(ATAXIA, Frequency(percent=12.5), "PMID:14"),),
            ),
            Contribution(match=Match.NONE, log_likelihood_ratio=-1.1, finding=PNEUMONIA),
            Contribution(match=Match.PROFILE, log_likelihood_ratio=0.25, name="depth of picture"),
        ),
        typical_not_mentioned=(
            Typical(
                concept=ConceptRef(id=Curie("HP:0009716"), label="Subependymal nodules"),
                frequency=0.8,
                assertions=(
                    assertion(
                        ConceptRef(id=Curie("HP:0009716"), label="Subependymal nodules"),
                        of(8, 10),
                        "PMID:15",
                    ),
                ),
            ),
        ),
    )


def second() -> Hypothesis:
    """A disease that excludes what the patient has."""
    return Hypothesis(
        disease=Curie("OMIM:999999"),
        label='Syndrome <b>"X"</b> & others, a disease with a long name that has to be folded',
        prior_score=-9.448,
        contributions=(
            Contribution(
                match=Match.EXCLUDED_IN_DISEASE,
                log_likelihood_ratio=-2.5,
                finding=FOCAL,
                assertions=(
                    assertion(FOCAL, of(0, 40), "PMID:16", disease="OMIM:999999", excluded=True),
                ),
            ),
            Contribution(match=Match.NONE, log_likelihood_ratio=0.0, finding=ATAXIA),
        ),
    )


def families() -> Families:
    """The first diagnosis in a family, the second in none."""
    one, other = first(), second()
    return Families(
        status="grouped",
        reason="",
        groups=(
            Family(
                id=Curie("DOID:13515"),
                label="tuberous sclerosis",
                source="DOID",
                members=(FamilyMember(rank=1, disease=TSC, score=one.score),),
                others=1,
                posterior=0.7654,
            ),
        ),
        alone=(
            FamilyMember(
                rank=2,
                disease=ConceptRef(id=other.disease, label=other.label),
                score=other.score,
            ),
        ),
    )


def pairs() -> Pairs:
    """The first diagnosis, and one that explains what it leaves over."""
    alone = first()
    lung = ConceptRef(id=Curie("OMIM:219700"), label="Cystic fibrosis")
    return Pairs(
        status="shown",
        reason="Two diseases that come independently are assumed.",
        pairs=(
            Pair(
                first=PairMember(
                    rank=1,
                    disease=TSC,
                    contributions=tuple(c for c in alone.contributions if c.finding != PNEUMONIA),
                ),
                second=PairMember(
                    rank=40,
                    disease=lung,
                    contributions=(
                        Contribution(
                            match=Match.EXACT,
                            log_likelihood_ratio=12.34,
                            finding=PNEUMONIA,
                            frequency=0.6,
                            background=0.01,
                            assertions=(
                                assertion(PNEUMONIA, of(2, 3), "PMID:17", disease="OMIM:219700"),
                            ),
                        ),
                        Contribution(
                            match=Match.PROFILE, log_likelihood_ratio=-0.5, name="depth of picture"
                        ),
                    ),
                ),
                prior_score=-9.448,
                price=-9.25,
                best_score=alone.score,
                unexplained=(ATAXIA,),
            ),
        ),
        unexplained=(PNEUMONIA,),
        price=-9.25,
        margin=0.69,
    )


def differential(*, calibrated: bool = False) -> Differential:
    """Two ranked diseases over the invented report."""
    return Differential(
        scope=Scope(
            statement=(
                "Ranked among 12,687 mostly rare diseases of the Human Phenotype Ontology's "
                "annotations. Common causes are not in this release. For research use."
            ),
            ranked=12687,
            not_ranked="common causes, such as ordinary pneumonia or heart failure",
        ),
        findings=findings(),
        calibration=CalibrationUse(calibrated=calibrated, ceiling=0.9),
        ranked=(
            Ranked(rank=1, hypothesis=first(), posterior=0.73),
            Ranked(rank=2, hypothesis=second(), posterior=0.011),
        ),
        outside_knowledge_base=0.2,
        unexplained=(PNEUMONIA,),
        conflicts=(
            Conflict(
                kind="hierarchy",
                findings=(FOCAL, SEIZURE),
                message="Focal-onset seizure is present, Seizure is absent.",
                sides=sides(),
            ),
        ),
        data_quality=(
            Note(
                level="warning",
                code="obsolete",
                subject="HP:0000001",
                message="obsolete, followed to its replacement.",
                mend="Use the new id.",
            ),
        ),
        versions={"release": "0123456789ab", "scorer": "likelihood", "software": "0.1.0"},
        families=families(),
        pairs=pairs(),
        known=(
            KnownUse(label="ataxia of childhood", finding=ATAXIA, diseases=(ATAXIA_DISEASE,)),
            KnownUse(label="some condition", finding=None, diseases=()),
        ),
    )


def sides() -> tuple[Side, Side]:
    """A report that says so now, and one of last year that does not."""
    told = finding(FOCAL, State.PRESENT, span("focal seizures")).observations
    letter = CodedEntry(system="command line", code="HP:0001250")
    old = finding(SEIZURE, State.ABSENT, letter, time=Time.PAST).observations[0]
    return (
        Side(
            finding=FOCAL,
            state=State.PRESENT,
            observations=told,
            moves=(Move(disease=TSC, before=1, after=1),),
        ),
        Side(
            finding=SEIZURE,
            state=State.ABSENT,
            observations=(replace(old, earlier="2025-03-02", study="visit"),),
            moves=(Move(disease=TSC, before=1, after=12),),
        ),
    )
