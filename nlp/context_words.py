"""Words by which the rules of context tell what somebody does in a sentence."""

from __future__ import annotations


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


COUNTS = listed("two three four five six seven eight nine ten several many")
SOME = COUNTS | listed("one none neither either both each some most half all any")
ORDINALS = listed(
    "first second third fourth fifth sixth 1st 2nd 3rd 4th 5th only eldest oldest youngest elder"
)
BE = listed("is was are were been being became 's ’s")
APOSTROPHES = listed("'s ’s ' ’")
PRONOUNS = {"he": False, "she": True}
"""Pronouns of a subject, and whether they mean a woman."""
PATIENT = listed(
    "patient patients proband propositus boy girl infant baby newborn neonate man woman he she pt"
    " himself herself"
)
NEGATIONS = listed("no denies denied without any")
PREPOSITIONS = listed(
    "of to from with by for like unlike than on at per about toward towards between via after"
    " before beside against w/ w without including"
)
#: Of these, those that may also open a clause ("after his mother developed").
WHEN = listed("after before since until as than like")
LINKS = listed("in of affecting among ( [ : - – —")
CLOSES = listed(", ; . ) ] and or at age aged on with")
#: Words before a noun phrase that leave it free to be a subject.
OPENERS = listed(
    ", ; : . ( [ - – — / and or nor but that because whose whom which if when whether while"
    " although though since where also additionally then so as how why plus + • * only ? !"
    " whereas however yet except both neither either even fh fhx fam hx history"
)
#: Verbs that make a relative the one who tells, brings or does something for the patient.
INFORMS = listed(
    "report reports reported state states stated say says said notice notices noticed note notes"
    " noted describe describes described deny denies denied give gives gave recall recalls recalled"
    " think thinks thought believe believes believed feel feels felt observe observes observed"
    " bring brings brought call calls called tell tells told mention mentions mentioned worry"
    " worries worried concerned confirm confirms confirmed endorse endorses endorsed complain"
    " complains complained witness witnesses witnessed claims claimed volunteered ask asks asked"
    " accompanied accompanies saw sees suspects suspected attributes attributed took takes carried"
    " unsure aware wonders wondered wants requests requested insists insisted admits drove held"
    " heard woke kept"
)
FEELS = listed("worried concerned unsure aware")
#: Of these, those that another may say of the relative ("mother noted to have").
PARTICIPLES = listed(
    "noted reported described observed believed thought felt stated said seen recalled"
)
#: Words between a relative and the verb.
SKIPPED = listed(
    "and also has had have then , is was are were been very really recently first initially both"
    " who later now only again clearly repeatedly may do does did"
)
#: Verbs that say what somebody has or goes through; other verbs with an object are acts.
BEARING = listed(
    "developed suffered presented experienced underwent displayed exhibited demonstrated showed"
    " manifested contracted required received survived carried inherited acquired used tested"
    " died passed recovered miscarried collapsed battled shared revealed started continued lacked"
    " needed"
)
FINITE = BEARING | listed(
    "has had have was were is are did does develops suffers dies shows became got went carries"
    " began begins appears appeared presents experiences came comes fell caught gets lost"
)
OBJECTS = listed("the his her him them that this these a an my")
EXAMINED = listed(
    "examination exam ultrasound ultrasonography sonography biopsy autopsy mri ct imaging x-ray"
    " radiograph radiographs echocardiogram echocardiography ecg electrocardiogram eeg photograph"
    " photographs analysis testing test screening evaluation assessment investigation"
    " investigations karyotype audiometry endoscopy colonoscopy tomography fundoscopy"
    " echo sonogram scan scans us usg cxr"
)
#: What of a relative's may be named without its being a finding ("mother's concern").
BELONGINGS = listed(
    "report reports concern concerns account opinion words observation view house home arms milk"
    " lap request death visit side name age history family brother sister cousin uncle aunt mother"
    " father parents son daughter child children"
)
PRESENTING = listed(
    "with presents presented presenting who admitted referred complaining complains"
)
AGED = listed("year years yo month months old")
HEALTHY = listed("healthy well unaffected normal asymptomatic fine alive unremarkable a&w negative")
#: Adjectives after which "with" speaks of the child ("son of healthy parents with").
DESCRIBED = listed(
    "healthy unaffected normal unrelated consanguineous nonconsanguineous asymptomatic diabetic"
    " epileptic obese matched haploidentical"
)
#: Words that open a clause on somebody who is no subject.
CLAUSES = listed("with w/ w having who whose suffering diagnosed affected known had has")
RELATIVES = listed("who whose whom which")
BREAKS = listed("has had was were is are who he she presented presents developed showed shows")
#: Words that say of people just counted what some of them have ("two sons, one with").
OF_THEM = SOME | listed("who whose of with")
#: What is itself negative or normal, not what stands before it.
TESTS = listed(
    "test tests culture cultures smear smears swab swabs screen screens screening panel panels"
    " assay assays titer titers titre titres serology serologies cytology biopsy scan scans x-ray"
    " x-rays radiograph radiographs film films ct mri ultrasound echocardiogram workup work-up"
    " study studies result results urinalysis angiography endoscopy colonoscopy pcr dipstick"
)
#: Words that open a new subject: ", and a tuberculin test was negative".
OPENS_SUBJECT = listed(
    "a an the his her their its this that these those all both two three repeat repeated"
)
