"""Names of people: what the parts of a name are in the nominative, and how a name is written out.

Steps
    A mention is a sequence of parts (given name, patronymic, surname, initial). ``readings`` puts all parts into
    one gender and case, weighs every such choice by the paradigms, the tags of the model, and returns what the
    name may be in the nominative, the likeliest first.
Leaves out
    Finding mentions (``spans``) and joining them into people (``people``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from pipeline.extractors.people.declension import (
    CASES,
    FEMALE,
    MALE,
    NOM,
    Form,
    diminutives,
    fold,
    given_forms,
    patronymic_forms,
    surname_forms,
    unknown_given_forms,
)
from pipeline.morphology import CASES as UD_CASES
from pipeline.record import Gender
from pipeline.tokens import features

Kind = Literal["given", "patronymic", "surname", "initial"]

# How much agreement with the model's tags counts beside a paradigm (about 1), chosen on the genre set.
CASE_AGREES = 0.7
GENDER_AGREES = 0.5
NOMINATIVE = 0.25
MISSING = -1.0
KEPT_READINGS = 8


class Part(NamedTuple):
    """A part of a name as it stands in the text; ``tag`` is the UD tag of the word in its sentence."""

    kind: Kind
    word: str
    tag: str = ""


class Reading(NamedTuple):
    """What a name may be in the nominative: parts in lower case, ``None`` where the mention has none."""

    given: str | None
    patronymic: str | None
    surname: str | None
    gender: Gender
    case: str
    weight: float

    def weighed(self, weight: float) -> Reading:
        """Return the reading with another weight, as ``_replace`` does in twice the time."""
        return Reading(self.given, self.patronymic, self.surname, self.gender, self.case, weight)


def same_given(a: str, b: str) -> bool:
    """Tell whether two nominatives may be one person's first name: «катя» and «екатерина»."""
    a, b = fold(a), fold(b)
    short = diminutives()
    return (
        a == b or b in short.get(a, ()) or a in short.get(b, ()) or bool(short.get(a, set()) & short.get(b, set()))
    )


@lru_cache(maxsize=20_000)
def readings(parts: tuple[Part, ...]) -> tuple[Reading, ...]:
    """Return what a name may be in the nominative, the likeliest first.

    «Светланы» «Цой» → светлана цой, female, genitive; «Андрея» «Соколова» → андрей соколов, male, genitive.
    """
    best: dict[tuple[str | None, ...], Reading] = {}
    declined = [part for part in parts if part.kind != "initial"]
    if len(declined) < len(parts):  # beside initials the model's tags are poor
        declined = [part._replace(tag="") for part in declined]
    for gender in (MALE, FEMALE):
        for case in CASES:
            for reading in _readings_in(declined, gender, case):
                key = (reading.given, reading.patronymic, reading.surname, reading.gender)
                if key not in best or best[key].weight < reading.weight:
                    best[key] = reading
    ordered = sorted(best.values(), key=lambda r: -r.weight)
    return tuple(ordered[:KEPT_READINGS])


def _readings_in(parts: list[Part], gender: Gender, case: str) -> list[Reading]:
    """Read all parts in one gender and case: every choice of nominatives."""
    found = [Reading(None, None, None, gender, case, NOMINATIVE * (case == NOM))]
    for part in parts:
        forms = _forms(part, gender, case) or (Form(part.word.lower(), gender, case, MISSING),)
        agrees = _agreement(part.tag, gender, case) / len(parts)
        found = [_with(reading, part.kind, form.base, form.weight + agrees) for reading in found for form in forms]
    return found


def _with(reading: Reading, kind: Kind, base: str, weight: float) -> Reading:
    """Add a part to a reading; a second surname or given name is added to the first."""
    weight += reading.weight
    if kind == "given":
        return reading._replace(given=f"{reading.given} {base}" if reading.given else base, weight=weight)
    if kind == "patronymic":
        return reading._replace(patronymic=base, weight=weight)
    return reading._replace(surname=f"{reading.surname} {base}" if reading.surname else base, weight=weight)


def _forms(part: Part, gender: Gender, case: str) -> tuple[Form, ...]:
    if part.kind == "patronymic":
        forms = _by_gender_and_case(patronymic_forms, part.word)
    elif part.kind == "given":
        forms = _by_gender_and_case(given_forms, part.word)
    else:
        forms = _by_gender_and_case(surname_forms, part.word)
    found = forms.get((gender, case), ())
    if not found and part.kind == "given":  # no list has it, or only for the other sex
        found = _by_gender_and_case(unknown_given_forms, part.word).get((gender, case), ())
    return found


@lru_cache(maxsize=20_000)
def _by_gender_and_case(
    forms: Callable[[str], tuple[Form, ...]], word: str
) -> dict[tuple[Gender, str], tuple[Form, ...]]:
    """Return the readings of a word by gender and case."""
    found: dict[tuple[Gender, str], tuple[Form, ...]] = {}
    for form in forms(word):
        key = form.gender, form.case
        found[key] = (*found.get(key, ()), form)
    return found


@lru_cache(maxsize=4096)
def _agreement(tag: str, gender: Gender, case: str) -> float:
    """Weigh what the model says of a word: its case and gender."""
    values = features(tag)
    score = CASE_AGREES * (UD_CASES.get(values.get("Case", "")) == case)
    told = {"Masc": MALE, "Fem": FEMALE}.get(values.get("Gender", ""))
    return score + GENDER_AGREES * (told == gender)


@lru_cache(maxsize=20_000)
def capitalise(base: str, surface: str) -> str:
    """Write a nominative in the letter case of the text: («маккормик», «МакКормика») → «МакКормик».

    A name in capitals throughout gets capitals at the start of its parts.
    """
    letters = []
    for i, letter in enumerate(base):
        start = i == 0 or base[i - 1] in "- '’"
        same = i < len(surface) and surface[i].lower() == letter and not surface.isupper()
        capital = surface[i].isupper() if same and not start else start
        letters.append(letter.upper() if capital else letter)
    return "".join(letters)
