"""Synthetic notes: templates filled with invented people by Faker, each filled place remembered."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from faker import Faker

from nlp.privacy import Category

TEMPLATES = Path(__file__).with_name("deidentify_templates")
LOCALES = ("en_US", "en_GB", "en_IE", "en_AU", "en_IN")
_PLACE = re.compile(r"\{([a-z0-9_.]+)\}")
#: Forms of dates and numbers by set. Rules were written with those of `tuning` before the eyes and
#: mended with `second`, `third` and `fourth`, each of which was written and measured before it was
#: read; `held_out` was written before the last mending and measured after it.
SETS = ("tuning", "second", "third", "fourth", "held_out")
_DATES = {
    "tuning": ("%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%Y-%m-%d"),
    "second": ("%d/%m/%y", "%d-%b-%Y", "%a %d %b %Y", "%b %d, %Y", "%d %b %y", "%d/%m/%Y"),
    "third": ("%d.%m.%y", "%A %d %B %Y", "%d/%b/%Y", "%B %d %Y", "%Y/%m/%d", "%d-%m-%Y"),
    "fourth": ("%d/%m/%Y", "%d %b, %Y", "%b %d %Y", "%d-%b-%y", "%A, %B %d, %Y", "%Y.%m.%d"),
    "held_out": ("%d/%m/%Y", "%d. %B %Y", "%b. %d, %Y", "%a, %d-%b-%Y", "%m/%d/%y", "%d %B, %Y"),
}
_CODES = {
    "tuning": {
        "mrn": ("#######", "MRN######"),
        "account": ("V#########",),
        "accession": ("ACC######", "CR-20##-#####"),
        "device": ("SN########",),
        "policy": ("??#########",),
        "licence": ("GMC #######", "License No. A#####"),
        "reference": ("??/##/#####",),
        "order": ("########",),
    },
    "second": {
        "mrn": ("######", "H-######", "##-##-##", "?#######"),
        "account": ("####-######", "#########"),
        "accession": ("##-CT-#####", "XR#######", "####-######"),
        "device": ("PM-#####-?", "ZX#########", "#####-##-###"),
        "policy": ("###-??-####", "?##-####-##", "##########"),
        "licence": ("NPI ##########", "NMC Pin ##?####?", "Reg. No. #####", "DEA ?######"),
        "reference": ("???-#####", "#####/?/##", "??######??"),
        "order": ("######-##", "Q#######"),
    },
    "third": {
        "mrn": ("MR-###-###", "##########", "??######", "#####/##"),
        "account": ("AC/####/##", "##-####-###", "############"),
        "accession": ("##?#######", "S##-#####", "####-##-#####"),
        "device": ("####-##-##?", "?##-#####/##", "(01)##############"),
        "policy": ("??-###-###-#", "####/####/##", "?####?####"),
        "licence": ("GMC ref #######", "Licence ??#####", "Registration ####-?"),
        "reference": ("??##-####", "####/??/##", "#######-?"),
        "order": ("INV-####-##", "##/####"),
    },
    "fourth": {
        "mrn": ("??-######", "#######?", "### ###", "#-###-###-#"),
        "account": ("IE##????##########", "###-########", "## ### ###"),
        "accession": ("?##-####", "##/#####", "H##.####", "########-#"),
        "device": ("Kit ####", "OC-##?-#####", "######/##"),
        "policy": ("########", "???######"),
        "licence": ("GMC no. #######", "ID #####", "License ?-#####"),
        "reference": ("#########", "??/####/###", "####.##"),
        "order": ("###-###", "S####"),
    },
    "held_out": {
        "mrn": ("####-####", "?###-###-##", "00######", "###.###.##"),
        "account": ("####-##-#####",),
        "accession": ("EEG##-####", "N####/##", "#####"),
        "device": ("TX-#####", "WCH####", "SN ##-###-##"),
        "policy": ("###/#######/?", "?-####-####"),
        "licence": ("HCPC OT#####", "Reg ######"),
        "reference": ("G##/####", "??-##-###"),
        "order": ("#####", "R-####"),
    },
}
_NATIONAL = {
    "en_US": ("SSN", "###-##-####"),
    "en_GB": ("NHS No", "### ### ####"),
    "en_IE": ("PPS number", "#######??"),
    "en_AU": ("Medicare", "#### ##### #"),
    "en_IN": ("Aadhaar", "#### #### ####"),
}
_HOSPITALS = {
    "tuning": (
        "{city} General Hospital", "St {first}'s Hospital", "{last} Memorial Hospital",
        "{city} Medical Centre", "University Hospital {city}",
    ),
    "second": (
        "Royal {city} Infirmary", "Hospital of Saint {first}", "{city} Regional Health System",
        "{last} Children's Hospital", "{last} Institute of Medical Sciences",
        "Our Lady of {city} Hospital", "{city} Hospice",
    ),
    "third": (
        "{city} Community Hospital", "Queen {first} Hospital",
        "{last} University Hospitals NHS Trust",
        "The {last} Infirmary", "{last}-{last2} Medical Center", "{city} Heart Institute",
        "Nursing Home {first} House", "{city} Nursing Home",
    ),
    "fourth": (
        "{city} District General", "{last} Medical College Hospital", "St. {first} Medical Centre",
        "Sir {first} {last} Hospital", "{city} and {city} Teaching Hospitals", "Mater {city}",
        "{last} Specialist Clinic", "Princess {first} Wing, {city} Hospital",
    ),
    "held_out": (
        "{city} Rehabilitation Centre", "{last} Memorial Medical Center", "St {first} Hospice",
        "{city} University Hospital", "The {last} Clinic", "Hospital {city}",
        "{last} and {last2} Hospital", "Children's Hospital of {city}",
    ),
}  # fmt: skip
_PRACTICES = {
    "tuning": ("{city} Surgery", "{last} Family Practice"),
    "second": ("The {last} Clinic", "{city} Health Centre", "{last} & {last2} Medical Group"),
    "third": ("{last} Primary School", "{city} Group Practice", "Drs {last} and {last2}"),
    "fourth": ("{last} Health Clinic", "{city} Family Doctors", "{last} & Sons", "{city} College"),
    "held_out": ("{city} Road Surgery", "{last} Medical Practice", "{city} Community Clinic"),
}
_LABORATORIES = {
    "tuning": ("{last} Laboratories Ltd",),
    "second": ("{city} Genomics Laboratory", "{last} Diagnostics Inc."),
    "third": ("{last} & {last2} Solicitors", "{city} Mutual Insurance", "{last} Health Plan"),
    "fourth": ("{last} Pathology", "{city} Reference Laboratory", "{last} Biotech GmbH"),
    "held_out": ("{last} Laboratory",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A place of a note that names somebody: characters `start` to `end`."""

    start: int
    end: int
    category: Category
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A filled template, with the places that were filled."""

    name: str
    locale: str
    text: str
    planted: tuple[Planted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person."""

    title: str
    first: str
    last: str


def notes(kind: str, turns: int, seed: int) -> Iterator[Note]:
    """Notes from every template of a set (one of SETS), in every locale, `turns` times."""
    for template in sorted((TEMPLATES / kind).glob("*.txt")):
        text = template.read_text(encoding="utf-8")
        for locale in LOCALES:
            for turn in range(turns):
                writer = Writer(kind, locale, f"{seed}/{template.stem}/{locale}/{turn}")
                yield writer.fill(text, f"{template.stem}/{locale}/{turn}")


class Writer:
    """Fills one note: a person keeps its name within it."""

    def __init__(self, kind: str, locale: str, seed: str) -> None:
        self.kind = kind
        self.locale = locale
        self._random = random.Random(seed)
        self._faker = Faker(locale)
        self._faker.seed_instance(self._random.getrandbits(63))
        self._people: dict[str, Person] = {}

    def fill(self, template: str, name: str) -> Note:
        """The template with every place filled."""
        pieces: list[str] = []
        planted = []
        at = length = 0
        for match in _PLACE.finditer(template):
            before = template[at : match.start()]
            pieces.append(before)
            length += len(before)
            at = match.end()
            for text, category in self.place(match[1]):
                if category is not None:
                    what = match[1].split(".")[0].rstrip("0123456789")
                    planted.append(
                        Planted(start=length, end=length + len(text), category=category, kind=what)
                    )
                pieces.append(text)
                length += len(text)
        pieces.append(template[at:])
        return Note(name=name, locale=self.locale, text="".join(pieces), planted=tuple(planted))

    def place(self, what: str) -> list[tuple[str, Category | None]]:
        """Texts for one place, each with its category, or None where it names nobody."""
        name, _, form = what.partition(".")
        upper = form.endswith("upper")
        form = form.removesuffix("upper").rstrip("_")
        role = name.rstrip("0123456789")
        if role in ("patient", "doctor", "relative"):
            parts = self._name(self._person(name), form)
        elif role in ("date", "dob"):
            parts = [(self._date(role, form), Category.DATE)]
        elif role in self._makers:
            category, make = self._makers[f"{role}.{form}" if form == "lines" else role]
            parts = [(make(), category)]
        else:
            parts = self._code(role, form)
        return [(t.upper() if upper else t, c) for t, c in parts]

    def _person(self, name: str) -> Person:
        if name not in self._people:
            woman = self._random.random() < 0.5
            first = self._faker.first_name_female() if woman else self._faker.first_name_male()
            last = self._faker.last_name()
            if name.startswith("relative") and self._random.random() < 0.5:
                last = self._person("patient").last
            title = self._random.choice(("Mrs", "Ms", "Miss") if woman else ("Mr",))
            self._people[name] = Person(title=title, first=first, last=last)
        return self._people[name]

    def _name(self, person: Person, form: str) -> list[tuple[str, Category | None]]:
        if form == "title_last":
            return [(f"{person.title} ", None), (person.last, Category.NAME)]
        text = {
            "": f"{person.first} {person.last}",
            "first": person.first,
            "last": person.last,
            "comma": f"{person.last}, {person.first}",
            "initial": f"{person.first[0]}. {person.last}",
        }[form]
        return [(text, Category.NAME)]

    def _date(self, role: str, form: str) -> str:
        born = role == "dob"
        years = (1936, 1999) if born else (2012, 2024)
        day = date(years[0], 1, 1) + timedelta(
            days=self._random.randrange(365 * (years[1] - years[0]))
        )
        fixed = {
            "iso": "%Y-%m-%d", "short": "%d/%m/%y", "long": "%d %B %Y", "month": "%B %Y",
            "year": "%Y", "day": "%d/%m", "": self._style,
        }  # fmt: skip
        return day.strftime(fixed[form])

    @cached_property
    def _style(self) -> str:
        style = self._random.choice(_DATES[self.kind])
        return style.replace("%d/%m", "%m/%d") if self.locale == "en_US" else style

    @cached_property
    def _makers(self) -> dict[str, tuple[Category | None, Callable[[], str]]]:
        fake, number = self._faker, self._random.randint
        organisation, address = Category.ORGANISATION, Category.ADDRESS
        return {
            "young": (None, lambda: str(number(18, 89))),
            "old": (Category.AGE, lambda: str(number(90, 104))),
            "time": (None, lambda: f"{number(0, 23):02d}:15"),
            "initials": (Category.NAME, lambda: self._random_code("??")),
            "phone": (Category.PHONE, fake.phone_number),
            "bleep": (Category.PHONE, lambda: self._random_code("####")),
            "email": (Category.EMAIL, fake.email),
            "url": (Category.URL, fake.url),
            "ip": (Category.IP, self._random.choice((fake.ipv4, fake.ipv6))),
            "town": (address, fake.city),
            "postcode": (address, fake.postcode),
            "home": (address, fake.street_address),
            "address": (address, lambda: fake.address().replace("\n", ", ")),
            "address.lines": (address, fake.address),
            "employer": (organisation, fake.company),
            "hospital": (organisation, lambda: self._organisation(_HOSPITALS)),
            "practice": (organisation, lambda: self._organisation(_PRACTICES)),
            "laboratory": (organisation, lambda: self._organisation(_LABORATORIES)),
            "ssn": (Category.ID, fake.ssn),
        }

    def _organisation(self, patterns: dict[str, tuple[str, ...]]) -> str:
        return self._random.choice(patterns[self.kind]).format(
            city=self._faker.city(),
            first=self._faker.first_name(),
            last=self._faker.last_name(),
            last2=self._faker.last_name(),
        )

    def _code(self, role: str, form: str) -> list[tuple[str, Category | None]]:
        if role == "national":
            label, pattern = _NATIONAL[self.locale]
            value = self._random_code(pattern)
        else:
            pattern = self._random.choice(_CODES[self.kind][role])
            if role != "licence":
                return [(self._random_code(pattern), Category.ID)]
            label, _, pattern = pattern.rpartition(" ")
            value = self._random_code(pattern)
        whole: list[tuple[str, Category | None]] = [
            (label, None),
            (": ", None),
            (value, Category.ID),
        ]
        return {"label": whole[:1], "value": whole[2:]}.get(form, whole)

    def _random_code(self, pattern: str) -> str:
        letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
        fill = {"#": "0123456789", "?": letters}
        first = "123456789" if pattern[0] == "#" else ""
        text = "".join(self._random.choice(fill[c]) if c in fill else c for c in pattern)
        return self._random.choice(first) + text[1:] if first else text
