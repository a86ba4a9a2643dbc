"""How names of people decline: from a form in a text back to the nominatives it may come from.

Purpose
    pymorphy3 knows the common names only; surnames decline by rules of their own («Кравца» → «Кравец»,
    «Юлии Черновой» → «Чернова», «Светланы Цой» → «Цой»). Each function gives every reading of one word with a
    weight; ``pipeline.extractors.people.names`` chooses among them for a whole name.
Steps
    The end of a word is looked up in tables of paradigms; a dictionary reading adds weight.
Leaves out
    Plurals («Верещагины»). Stress: «Дюма» and «Лобода» are told apart by weight alone.
Sources
    Калакуцкая, «Склонение фамилий и личных имён»; Зализняк, «Грамматический словарь»; OpenCorpora; the list
    ``resources/first_names.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pipeline.morphology import fold as fold
from pipeline.morphology import known_parses
from pipeline.record import Gender
from pipeline.resources import read_lines, read_rows

NOM, GEN, DAT, ACC, INS, LOC = CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
OBLIQUE = (GEN, DAT, INS, LOC)
MALE: Gender = "male"
FEMALE: Gender = "female"


class Form(NamedTuple):
    """A reading of a word: its nominative (lower case), gender, case, and how likely it is (about 0 to 1.5)."""

    base: str
    gender: Gender
    case: str
    weight: float


class Ending(NamedTuple):
    """An ending of a form, the ending of its nominative, the cases that it marks."""

    form: str
    base: str
    cases: tuple[str, ...]


class Paradigm(NamedTuple):
    """Nominatives that match ``base`` decline by ``endings``."""

    genders: tuple[Gender, ...]
    base: re.Pattern[str]
    weight: float
    endings: tuple[Ending, ...]


def _endings(table: str) -> tuple[Ending, ...]:
    """Read «form/base cases; …», cases by their first letters: n g d a i l, * all."""
    letters = dict(zip("ngdail", CASES, strict=True))
    rows = []
    for row in table.split(";"):
        pair, cases = row.split()
        form, base = pair.split("/")
        rows.append(Ending(form, base, CASES if cases == "*" else tuple(letters[c] for c in cases)))
    return tuple(rows)


def _paradigm(genders: tuple[Gender, ...], base: str, weight: float, table: str) -> Paradigm:
    return Paradigm(genders, re.compile(base), weight, _endings(table))


# Surnames. The base is matched with ё as е.
_M, _F, _BOTH = (MALE,), (FEMALE,), (MALE, FEMALE)
_HARD = "[бвгджзклмнпрстфх]"
_ADJ_M = "{0}/{0} n; ого/{0} ga; ому/{0} d; {1}/{0} i; ом/{0} l"
_CONSONANT = "/ n; а/ ga; у/ d; ом/ i; е/ l"
SURNAMES = (
    # Гафаров, Гафарова
    _paradigm(_M, r"(?:[оеё]в|[иы]н)$", 1.0, "/ n; а/ ga; у/ d; ым/ i; е/ l"),
    _paradigm(_F, r"(?:[оеё]в|[иы]н)а$", 1.0, "а/а n; ой/а gdil; ою/а i; у/а a"),
    # Верещагинский, Трубецкой, Белый, Толстой, Долгий, Горячий
    _paradigm(_M, r"[сц]кий$", 1.0, _ADJ_M.format("ий", "им")),
    _paradigm(_M, r"[сц]кой$", 0.4, _ADJ_M.format("ой", "им")),
    _paradigm(_M, r"[бвджзлмнпрстф]ый$", 0.55, _ADJ_M.format("ый", "ым")),
    _paradigm(_M, rf"{_HARD}{_HARD}ой$|[нвлтр]ой$", 0.5, _ADJ_M.format("ой", "ым")),
    _paradigm(_M, r"(?<![сц])[кгх]ий$", 0.4, _ADJ_M.format("ий", "им")),
    _paradigm(_M, r"[жшчщн]ий$", 0.4, "ий/ий n; его/ий ga; ему/ий d; им/ий i; ем/ий l"),
    _paradigm(_F, r"[сц]кая$", 1.0, "ая/ая n; ой/ая gdil; ую/ая a"),
    _paradigm(_F, r".[бвгджзклмнпрстфхц]ая$", 0.55, "ая/ая n; ой/ая gdil; ую/ая a"),
    _paradigm(_F, r"(?:[жшчщ]ая|няя)$", 0.4, "ая/ая n; яя/яя n; ей/ая gdil; ей/яя gdil; ую/ая a; юю/яя a"),
    # Шульц, Мкртчян: men decline, women do not
    _paradigm(_M, r"[бвгджзклмнпрстфх]$(?<!ов|ев|ин|ын|ых|их|ым|ом|ем)", 0.8, _CONSONANT),
    _paradigm(_M, r"(?:ым|ом|ем)$", 0.5, _CONSONANT),
    _paradigm(_M, r"[жчшщц]$(?<!ец)", 0.7, "/ n; а/ ga; у/ d; ем/ i; ом/ i; е/ l"),
    _paradigm(_M, r"(?:ов|ев|ин|ын)$", 0.3, "ом/ i"),  # Дарвином
    _paradigm(_M, r"[аеоуыэюяи]й$(?<!кий)", 0.6, "й/й n; я/й ga; ю/й d; ем/й i; е/й l; и/й l"),
    _paradigm(_M, r"[^аеоуыэюяий]ь$", 0.7, "ь/ь n; я/ь ga; ю/ь d; ем/ь i; е/ь l"),
    _paradigm(_F, r"[бвгджзклмнпрстфхцчшщ]$(?<!ов|ев|ин|ын|ых|их|ым|ом|ем)", 0.8, "/ *"),
    _paradigm(_F, r"(?:ым|ом|ем)$", 0.4, "/ *"),
    _paradigm(_F, r"[^аеоуыэюяий]ь$", 0.7, "/ *"),
    _paradigm(_F, r"[аеуыэюя]й$", 0.6, "/ *"),
    _paradigm(_F, r"^[^аеоуыэюяи]{1,2}ой$", 0.9, "/ *"),  # Цой; a longer «-ой» is an adjective
    _paradigm(_M, r"нен$", 0.75, "/ *"),  # Лесонен, Куусинен: they decline or do not
    # Кравец, Волчок: the vowel is lost
    _paradigm(_M, r"[ое]вой$", 0.7, _ADJ_M.format("ой", "ым")),  # Береговой, seldom Береговый
    _paradigm(_M, r"заяц$", 1.2, "яц/яц n; йца/яц ga; йцу/яц d; йцем/яц i; йцом/яц i; йце/яц l"),
    _paradigm(_M, r"[^аеоуыэюяий]ец$", 0.85, "ец/ец n; ца/ец ga; цу/ец d; цом/ец i; цем/ец i; це/ец l"),
    _paradigm(_M, r"[аеоуыэюя]ец$", 0.85, "ец/ец n; йца/ец ga; йцу/ец d; йцом/ец i; йцем/ец i; йце/ец l"),
    _paradigm(_M, r"ец$", 0.5, "еца/ец ga; ецу/ец d; ецом/ец i; еце/ец l"),  # Швец
    _paradigm(_M, r"[^аеоуыэюяи]ок$", 0.45, "ка/ок ga; ку/ок d; ком/ок i; ке/ок l"),
    _paradigm(_M, r"л[её]к$", 0.4, "ька/ек ga; ьку/ек d; ьком/ек i; ьке/ек l"),
    # Лобода, Сквирня, Берия
    _paradigm(_BOTH, r"..[^аеоуыэюяикгхжшчщ]а$(?<!ова|ева|ина|ына)", 0.7, "а/а n; ы/а g; е/а dl; у/а a; ой/а i"),
    _paradigm(_BOTH, r"[кгхжшчщ]а$", 0.7, "а/а n; и/а g; е/а dl; у/а a; ой/а i; ей/а i"),
    _paradigm(_BOTH, r"(?:ина|ына|ова|ева)$", 0.1, "а/а n; ы/а g; е/а d; у/а a; ой/а i"),  # Малина
    _paradigm(_BOTH, r"[^аиу]я$", 0.6, "я/я n; и/я g; е/я dl; ю/я a; ей/я i"),
    _paradigm(_BOTH, r"ия$", 0.6, "я/я n; и/я gdl; ю/я a; ей/я i"),
    _paradigm(_BOTH, r"[ая]$(?<!ова|ева|ина|ына)", 0.12, "/ *"),  # Дюма
    # Шевченко, Седых, Мдивани, Ли
    _paradigm(_BOTH, r"(?:ко|ых|их|[аоя]во|аго|дзе|швили|[дл]и|ани|ели)$", 0.95, "/ *"),
    _paradigm(_BOTH, r"[^г]о$", 0.6, "/ *"),
    _paradigm(_BOTH, r"[еиуыэюёо]$(?<![ои]му|[ои]го)", 0.35, "/ *"),
)
# A dictionary reading of a surname counts so much more.
KNOWN = 0.35
# A surname that is an adjective of the dictionary keeps its ending: «Тонкого» → «Тонкий», «Крутого» → «Крутой».
ORDINARY = 0.2
LONGEST_ENDING = 4  # letters of a form: «йцем»
# A rare first name counts so much less than one that many people bear.
RARE = 0.08

NOUNS = _endings(
    "/ n; а/ ga; у/ d; ом/ i; ем/ i; е/ l; я/й ga; ю/й d; ем/й i; е/й l; и/й l; й/й n;"
    "я/ь ga; ю/ь d; ем/ь i; е/ь l; и/ь gdl; ью/ь i; ы/а g; и/а g; е/а dl; у/а a; ой/а i; ей/а i; ою/а i;"
    "и/я gdl; е/я dl; ю/я a; ей/я i; ею/я i"
)
PATRONYMICS = (
    _paradigm(_M, r"..(?:[оеё]вич|ьич|[вмктд]ич)$", 1.0, "/ n; а/ ga; у/ d; ем/ i; е/ l"),
    _paradigm(_F, r"..(?:[оеё]вна|[иы]чна)$", 1.0, "а/а n; ы/а g; е/а dl; у/а a; ой/а i; ою/а i"),
)
# Patronymics in -ич without -ов-/-ев- are few; «Галич», «Костич» are surnames.
SHORT_PATRONYMICS = frozenset(("ильич", "лукич", "кузьмич", "фомич", "никитич", "саввич", "силыч"))


@cache
def first_names() -> dict[str, tuple[Gender, ...]]:
    """Return first names that OpenCorpora lacks, with their genders."""
    genders: dict[str, tuple[Gender, ...]] = {"m": (MALE,), "f": (FEMALE,), "mf": (MALE, FEMALE)}
    return {name: genders[gender] for name, gender in read_rows("first_names.tsv")}


@cache
def diminutives() -> dict[str, frozenset[str]]:
    """Return the full names that a short form may stand for, ё as е: «саша» → александр, александра."""
    return {short: frozenset(names.split(";")) for short, names in read_rows("diminutives.tsv")}


@cache
def frequent_names() -> frozenset[str]:
    """Return first names that many people bear."""
    return frozenset(read_lines("frequent_names.txt"))


@lru_cache(maxsize=50_000)
def surname_forms(word: str) -> tuple[Form, ...]:
    """Return the readings of a word as a surname: «Соколова» is a woman's nominative, a man's genitive."""
    if "-" in word:
        return tuple(_join(word))
    lower = word.lower()
    known = _known(lower, "Surn")
    found: dict[tuple[str, Gender, str], float] = {}
    for paradigm, base, case in _bases(lower, _by_ending(SURNAMES)):
        for gender in paradigm.genders:
            weight = paradigm.weight
            if known and (_lemma(base, gender), gender, case) in known:
                weight += KNOWN
            elif base.endswith(("ий", "ый", "ой")) and _is_adjective(base):
                weight += ORDINARY
            found[base, gender, case] = max(found.get((base, gender, case), 0.0), weight)
    return tuple(Form(*key, weight) for key, weight in found.items())


def _lemma(base: str, gender: Gender) -> str:
    """Return the lemma that OpenCorpora has: a woman's surname stands there under the man's."""
    base = fold(base)
    if gender == FEMALE and base.endswith(("ова", "ева", "ина", "ына")):
        return base[:-1]
    if gender == FEMALE and base.endswith("ая"):
        endings = ("ий",) if base[-3] in "кгх" else ("ой", "ый")
        return next((base[:-2] + e for e in endings if _known(base[:-2] + e, "Surn")), base)
    return base


@cache
def _by_ending(paradigms: tuple[Paradigm, ...]) -> dict[str, list[tuple[int, Paradigm, Ending]]]:
    """Index paradigms by the endings of their forms; the numbers keep the order of the table."""
    index: dict[str, list[tuple[int, Paradigm, Ending]]] = {}
    rows = ((paradigm, ending) for paradigm in paradigms for ending in paradigm.endings)
    for number, (paradigm, ending) in enumerate(rows):
        index.setdefault(ending.form, []).append((number, paradigm, ending))
    return index


def _bases(lower: str, index: dict[str, list[tuple[int, Paradigm, Ending]]]) -> Iterator[tuple[Paradigm, str, str]]:
    """Yield paradigm, nominative and case for each way in which a form may decline."""
    shortest = max(0, len(lower) - LONGEST_ENDING)
    fitting = [row for start in range(shortest, len(lower) + 1) for row in index.get(lower[start:], ())]
    for _, paradigm, ending in sorted(fitting):
        base = lower[: len(lower) - len(ending.form)] + ending.base
        if len(base) > 1 and paradigm.base.search(base.replace("ё", "е")):
            for case in ending.cases:
                yield paradigm, base, case


def _join(word: str) -> Iterator[Form]:
    """Read the parts of a hyphenated name in one gender and case: «Кузнецовой-Пашниной»."""
    first, _, rest = word.partition("-")
    for left in surname_forms(first):
        for right in surname_forms(rest):
            if left.gender == right.gender and left.case == right.case:
                weight = (left.weight + right.weight) / 2
                yield Form(f"{left.base}-{right.base}", left.gender, left.case, weight)


@lru_cache(maxsize=50_000)
def _known(lower: str, grammeme: str) -> frozenset[tuple[str, str, str]]:
    """Return nominative, gender and case of the dictionary readings of a name."""
    return frozenset(
        (p.normal_form.replace("ё", "е"), gender, case)
        for p in known_parses(lower)
        if grammeme in p.tag.grammemes and "plur" not in p.tag.grammemes
        for gender in _genders(p.tag)
        for case in _cases(p.tag)
    )


def _genders(tag: Any) -> tuple[Gender, ...]:
    if "masc" in tag.grammemes:
        return (MALE,)
    return (FEMALE,) if "femn" in tag.grammemes else (MALE, FEMALE)


def _cases(tag: Any) -> tuple[str, ...]:
    return CASES if "Fixd" in tag.grammemes else tuple(case for case in CASES if case in tag.grammemes)


@lru_cache(maxsize=50_000)
def _is_adjective(base: str) -> bool:
    return any(p.tag.POS == "ADJF" and p.normal_form == base for p in known_parses(base))


@lru_cache(maxsize=50_000)
def given_forms(word: str) -> tuple[Form, ...]:
    """Return the readings of a word as a first name that a list holds: «Айаалу» → «айаал», a man's dative."""
    lower = word.lower()
    forms = [
        Form(p.normal_form, gender, case, 1.0 - 0.2 * ("Fixd" in p.tag.grammemes))
        for p in known_parses(lower)
        if "Name" in p.tag.grammemes and p.tag.grammemes.isdisjoint(("plur", "Surn"))
        for gender in _genders(p.tag)
        for case in _cases(p.tag)
    ]
    forms += [
        Form(base, gender, case, weight)
        for base, cases, genders in _noun_bases(lower)
        if (listed := _listed(fold(base)))
        for case in cases
        for gender, weight in genders
        if gender in listed
    ]
    if not forms and "-" in lower:
        forms = _double_given(lower)
    frequent = frequent_names()
    weighed = (f if fold(f.base) in frequent else f._replace(weight=f.weight - RARE) for f in forms)
    return tuple(dict.fromkeys(weighed))


@lru_cache(maxsize=50_000)
def _listed(base: str) -> tuple[Gender, ...]:
    """Return the genders of a nominative that is a first name, full or short, by our lists or by OpenCorpora."""
    names = (base, *sorted(diminutives().get(base, ())))
    known = (p for name in names for p in known_parses(name) if {"Name", "nomn", "sing"} <= p.tag.grammemes)
    listed = [gender for name in names for gender in first_names().get(name, ())]
    return tuple(dict.fromkeys((*listed, *(gender for p in known for gender in _genders(p.tag)))))


def _double_given(lower: str) -> list[Form]:
    """Read «Анны-Марии», «Даши-Нимы»: both parts are names."""
    first, _, rest = lower.partition("-")
    return [
        Form(f"{a.base}-{b.base}", b.gender, b.case, 0.9)
        for a in given_forms(first)
        for b in given_forms(rest)
        if a.case == b.case
    ]


@lru_cache(maxsize=50_000)
def unknown_given_forms(word: str) -> tuple[Form, ...]:
    """Return the readings of a word as a first name that no list holds."""
    return tuple(
        Form(base, gender, case, 0.3 * weight)
        for base, cases, genders in _noun_bases(word.lower())
        for case in cases
        for gender, weight in genders
    )


Weights = tuple[tuple[Gender, float], ...]


def _noun_bases(lower: str) -> Iterator[tuple[str, tuple[str, ...], Weights]]:
    """Yield each nominative that a form may come from, the cases of the form, and how likely each gender is."""
    for ending in NOUNS:
        if not lower.endswith(ending.form):
            continue
        base = lower[: len(lower) - len(ending.form)] + ending.base
        if len(base) < 2 or (ending.form == "" and base[-1] in "аяйь" and ending.cases != (NOM,)):
            continue
        if ending.base == "" and ending.form and base[-1] in "аеиоуыэюяйь":
            continue
        if ending.base == "й" and base[-2] not in "аеёиоуыэюя":
            continue
        yield base, ending.cases, _gender_weights(base)
    if lower.endswith(("аа", "ээ", "оо", "иа")):  # Болормаа
        yield lower, CASES, ((FEMALE, 0.9),)
    if lower[-1] in "еиоуыэюё":  # names in these vowels, and women's names in a consonant, do not decline
        weight = 0.5 if lower[-1] == "ы" else 0.9  # «Джуры» is rather a genitive
        yield lower, CASES, ((MALE, weight), (FEMALE, weight))
    elif lower[-1] not in "ая":
        yield lower, CASES, ((FEMALE, 0.9),)


def _gender_weights(base: str) -> Weights:
    """Consonants make a man's name, -а and -я a woman's, more often than not."""
    if base[-1] in "ая":
        return ((FEMALE, 1.0), (MALE, 0.7))
    if base[-1] == "ь":
        return ((FEMALE, 0.9), (MALE, 0.9))
    return () if base[-1] in "еиоуыэюё" else ((MALE, 1.0),)


@lru_cache(maxsize=50_000)
def patronymic_forms(word: str) -> tuple[Form, ...]:
    """Return the readings of a word as a patronymic: «Петровичем» → «петрович», a man's instrumental."""
    lower = word.lower()
    return tuple(
        Form(base, gender, case, 1.0)
        for paradigm, base, case in _bases(lower, _by_ending(PATRONYMICS))
        for gender in paradigm.genders
        if base in SHORT_PATRONYMICS or re.search(r"[оеё]вич$|на$", base)
    )
