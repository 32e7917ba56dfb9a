"""The words by which names are found: before them, behind them, and those that are none."""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Before a name only.
TITLES = _set(
    "dr mr mrs ms miss mx prof professor rev reverend shri smt kumari mme messrs drs master"
)
#: Before a name, or words of their own.
RANKS = _set(
    "doctor sir dame lady lord sister nurse father fr rabbi imam pastor sgt capt captain lt col"
    " colonel sergeant constable matron midwife cardinal brother"
)
#: Those that are written with a full stop.
SHORT = TITLES | _set("fr sgt capt lt col")
PARTICLES = _set("de la van der den von bin binti al el ibn mac dos da du le ter ten della di st o")
SUFFIXES = _set("jr sr ii iii iv snr jnr")
#: Behind a name.
CREDENTIALS = _set(
    "md do rn mbbs mbchb frcp mrcp frcs mrcs frcr frcpath mrcpch phd np pa pa-c msc bsc dnp lpn lvn"
    " crna dds dpm dphil facc facs frcpch mrcgp mrcpsych bds arnp aprn cnm lcsw frcog mrcog"
)
MONTHS = _set(
    "january february march april may june july august september october november december"
)
#: Ordinary words that are also names and often stand behind a name in capitals.
FUNCTION = _set(
    "may will an in so my many more than see else has had is was are can do does did given seen he"
    " she it his her they we you i this that who not no yes son lay won grow tell treat wake sever"
    " long and or the on at by of to as for from with"
)
#: What people are called by what they do: no names where they act.
ROLES = _set(
    "he she they we it this who that one you nurse doctor physician surgeon patient person staff"
    " farmer driver painter teacher steward ranger guard officer man woman boy girl mother father"
    " parent wife husband son daughter child baby pastor parson priest bishop major sergeant porter"
    " cook elder senior junior best kind warm"
)
#: Where a name should stand and does not.
STAFF = _set(
    "consultant specialist registrar ward department clinical senior chief medical nursing team"
    " service unit clinic hospital general practice practitioner director professor associate locum"
    " trainee secretary office not none unknown stable alive well deceased same see as per nil self"
    " yes no date time page address phone number type status room bed sex age weight height history"
    " diagnosis emergency social family community district foundation request report results letter"
)
KINDRED = _set(
    "mother father mum mom dad wife husband partner son daughter brother sister aunt uncle cousin"
    " niece nephew grandmother grandfather neighbour neighbor friend carer girlfriend boyfriend"
    " guardian twin younger older elder eldest youngest"
)
#: What only people do, with what others do as well.
SURE = _set(
    "phoned called lives lived works worked says said states stated reports reported denies denied"
    " agrees agreed asked noticed remembers remembered drove told attended feels felt slept ate"
    " settled declined refused enjoys smokes smoked drinks drank understood understands wishes"
    " visited wants wanted took began suggested moved married came went sat walked talked noted saw"
    " wrote prescribed explained thinks believes complains complained described describes recalls"
    " recalled looks retired rang emailed texted confirmed insisted fell arrived knows thanked"
    " brought speaks spoke named scored answered knew died"
)
HUMAN = SURE | _set("did presented was is has had will and used")
#: What staff does; drugs and tests do some of it.
ACTS = _set(
    "reviewed examined wrote ordered performed recommended arranged referred diagnosed advised"
    " discussed operated assessed concluded proposed initiated repaired interpreted requested"
    " considered consented informed"
)
MODAL = _set("may can would could should might must needs")
#: Between a name and its verb: "Harding also noted".
ADVERBS = _set(
    "also then again later subsequently now first initially always never still often kindly already"
    " recently herself himself"
)
#: What drugs, germs and tests "were": no names before these.
NOT_HUMAN = _set(
    "started stopped given increased reduced continued discontinued added prescribed tolerated"
    " negative positive normal detected isolated grown seen found noted identified present absent"
    " excluded considered used titrated withheld commenced changed switched effective elevated"
)
#: Words before a name in capitals.
FOLLOWS = _set("by with from to for and of per via saw see met")

_LABELS = (
    r"name|surname|forenames?|first name|last name|middle name|given names?|family name|full name"
    r"|other names?|patient(?:'s)?(?: name)?|pt(?: name)?|client(?: name)?|child|baby"
    r"|mother(?:'s)?(?: name)?|father(?:'s)?(?: name)?|mum|mom|dad|son|daughter|brother|sister"
    r"|next of kin|nok|emergency contact|contact(?: person)?|guardian|caller|informant|relative"
    r"|spouse|wife|husband|partner|carer|gp|g\.p\.|pcp|primary care (?:physician|provider)"
    r"|consultant|attending(?: physician| md)?|(?:referring|ordering|requesting|admitting|primary"
    r"|treating|responsible|performing|reporting|reading|family|submitting)"
    r" (?:physician|doctor|clinician|provider|consultant|practitioner|radiologist|md)"
    r"|physician|provider|clinician|surgeons?|assistants?|an(?:a)?esthetist|anesthesiologist"
    r"|radiologist|pathologist|obstetrician|midwife|nurse|scrub|care ?coordinator|key ?worker"
    r"|social worker|author|dictated by|typed by|transcribed by|examiner|investigator|referrer"
    r"|submitting|subject|crew|operator|witness|therapist"
    r"|(?:electronically |digitally )?signed(?: by)?|(?:reported|reviewed|verified|certified"
    r"|authori[sz]ed|validated|checked|performed|requested|ordered|prepared|written|entered"
    r"|completed|referred|seen|approved|witnessed|interpreted|read|examined|collected|taken) by"
    r"|checked|cc|copy to|copies to|re|regarding|signature|s/n|rn|attn|fao|interpreter|doctor|dr"
    r"|from|to"
)
#: A label with what parts it from its value: a colon, a cell, dots or a wide space.
LABEL = re.compile(
    rf"(?<![\w-])(?:{_LABELS})(?: of (?:the )?(?:deceased|patient|child))?[ ]?"
    r"(?:\([^()\n]{1,20}\))?[ ]?(?:[:=|]|\t|\.{3,}|[ ]{3,}(?=\S))[ \t|.]{0,40}",
    re.IGNORECASE,
)
DEAR = re.compile(r"(?<!\w)(?:dear|hello|hi|hey|good (?:morning|afternoon|evening))[ ]+", re.I)
FAREWELL = re.compile(
    r"^[ \t]*(?:yours (?:sincerely|faithfully|truly)|(?:with )?(?:kind|best|warm|many)(?:est)?"
    r" (?:regards|wishes|thanks)|sincerely(?: yours)?|regards|thanks|thank you|cheers|best|bw|kr"
    r"|respectfully)[,.]?[ \t]*\r?$",
    re.IGNORECASE | re.MULTILINE,
)
#: A name before its mail address.
SENDER = re.compile(r"(?<![\w'’.-])(?P<name>(?:[A-Z][\w'’.-]{0,30}[ ]){1,4})<(?=[^<>\s]{1,64}@)")
#: Who speaks, in a chat or a protocol.
SPEAKER = re.compile(
    r"^(?:\[[^\]\n]{1,40}\]|\d\d?[:.]\d\d(?:[:.]\d\d)?)[ ,]{1,3}"
    r"(?=[A-Z][\w'’-]{0,30}(?: [A-Z][\w'’-]{0,30})?:)",
    re.MULTILINE,
)
BY = re.compile(
    r"\b(?:(?:seen|reviewed|examined|assessed|referred|signed|dictated|verified|authori[sz]ed"
    r"|reported|accompanied|attended|performed|requested|ordered|informed|phoned|called|certified"
    r"|telephoned|interpreted|read|operated(?: on)?|visited|written|typed|transcribed|prepared"
    r"|checked|supervised|consented|discussed|diagnosed|witnessed|brought in|escorted|dictating"
    r"|cared for|interviewed)(?: \w+){0,2}? by|r/v by|s/b|d/w|c/o|s/n"
    r"|discussed (?:him |her |them |this |the case )?with|spoke (?:to|with)|speaking (?:to|with)"
    r"|(?:letter|copy|copied|report|notes?|records?|opinion|care|patient) (?:to|of|from)"
    r"|according to|handover (?:taken )?from|taken from|given to|handed over to|married|look at"
    r"|informed|contacted|notified|telephoned to|phoned to|phoned|paged|bleeped|courtesy of"
    r"|on behalf of|meeting with|appointment with|presence of|saw|met|called|told|asked)[ ]+",
    re.IGNORECASE,
)
#: Less telling than those; only a likely name is taken behind them.
NEAR = re.compile(
    r"\b(?:with|by|per|from|to|and|via|under|for|of|attention of|consultant)[ ]+", re.IGNORECASE
)
KIN = re.compile(
    r"\b(?:mother|father|mum|mom|dad|wife|husband|partner|spouse|fianc[eé]e?|sons?|daughters?"
    r"|brothers?|sisters?|siblings?|parents?|child(?:ren)?|aunt|uncle|niece|nephew|cousins?"
    r"|grand(?:mother|father|son|daughter|child(?:ren)?|dad|ma|pa)s?|neighbou?r|friend|roommate|flatmate|carer"
    r"|caregiver|girlfriend|boyfriend|guardian|twins?|girl|boy|baby|infant|teacher|interpreter"
    r"|named|nurse|registrar|fellow|resident|consultant|physician|surgeon|social worker|colleague"
    r"|physiotherapist|coordinator|midwife|therapist|radiologist|cardiologist|neurologist|in-law"
    r"|geneticist|paediatrician|pediatrician|psychiatrist|secretary|technician|officer|student"
    r"|contact|gp|pcp|dietitian|pharmacist|crew|solicitor)"
    r"(?:[ ]?[,:(][ ]?|[ ])(?:(?:named|called|is|was) )?",
    re.IGNORECASE,
)
