"""Reads what belongs to the name of an organisation after its kind word.

Steps
    ``read_tail`` goes word by word with the cases that the head and its prepositions ask for: genitives, «по делам
    …», «для …», «при …», «и …», places, «им. …», «№ 3». It stops at the first word that does not fit: a verb, a
    person, punctuation, another case, a new line.
Leaves out
    Whether the phrase names an organisation at all (``spans``).
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.extractors.organisations.reader import (
    DATIVE,
    GENITIVE,
    INSTRUMENTAL,
    LOCATIVE,
    Reader,
    cases_of,
    is_abbreviation,
    is_given_name,
)
from pipeline.extractors.organisations.words import BODY, word_set
from pipeline.extractors.people.words import is_country

COUNTRIES = frozenset({"россия", "рф", "ссср", "снг", "рсфср", "москва"})
# «Европейский суд | по правам человека», «Государственная Дума | РФ»: no genitive but a place follows at once.
ONLY_PLACES = ("суд", "дума", "прокуратура", "парламент", "мэрия")
VILLAGES = ("село", "поселок", "деревня", "станица", "хутор", "аул")
# Besides official bodies these are told by «по» and a place: «отделение по Томской области».
WITH_PLACES = ("отделение", "представительство", "центр", "штаб", "филиал", "инспекция")
INITIALS_AFTER = ("музей", "театр", "библиотека", "галерея", "дом")
SECOND_NAMES = frozenset(
    {"алания", "алании", "югра", "югры", "кузбасс", "кузбасса", "чувашия", "чувашии", "якутия"}
)
SICK = ("больн", "страда", "болею", "нуждаю")

Phrase = tuple[int, frozenset[str]]
NOTHING: Phrase = (0, frozenset())


def read_tail(reader: Reader, head: int, *, lists: bool = False) -> tuple[int, bool]:
    """Return where the phrase of a head ends and whether it ends on a place.

    «Министерство по делам молодёжи и социальным коммуникациям Республики Саха (Якутия)» → after «)», True.
    ``lists`` lets commas join («труда, занятости и социальной защиты»).
    """
    page = reader.page
    i, cases, previous, lemma = head + 1, GENITIVE, head, page.lemmas[head]
    kind = reader.kinds.get(head)
    of_places = kind is None or kind.use == BODY or lemma in WITH_PLACES
    while not reader.boundary(i):
        place = read_place(reader, i, cases) or (of_places and read_by_place(reader, i))
        if place and page.words[i - 1].isdigit() and page.lemmas[i] in VILLAGES:
            return i, False  # «библиотека № 3 | посёлка Калья»
        if place:
            return _after_place(reader, place, lists=lists), True
        step = read_marks(reader, i)
        if step == i and lemma in INITIALS_AFTER:
            step = _initials(reader, i) or i
        if step > i:
            i = step
            continue
        step = 0
        if lemma not in ONLY_PLACES or i > head + 1:
            step = read_group(reader, i, cases | _asked_for(reader, previous))
        if not step:
            step, asked = _preposition(reader, i, head, previous)
            cases = asked or cases
        if not step and i > head + 1:
            step = _conjoined(reader, i, cases, lists=lists)
        if not step:
            break
        previous, i = step - 1, step
    return i, False


def _after_place(reader: Reader, end: int, *, lists: bool) -> int:
    """Go on after a place: «Советского района | Уфы», «МЧС России | по Томской области», «РФ | по развитию …»."""
    page = reader.page
    if page.words[end - 1][0].islower():
        end = read_place(reader, end, GENITIVE) or end
    by_place = read_by_place(reader, end)
    if by_place or reader.boundary(end) or page.lower[end] != "по":
        return by_place or end
    if not _by(reader, end)[0]:
        return end
    return read_tail(reader, end - 1, lists=lists)[0]


def read_by_place(reader: Reader, i: int) -> int:
    """Return the end of «по Ростовской области», or 0."""
    if reader.boundary(i) or reader.page.lower[i] != "по":
        return 0
    return read_place(reader, i + 1, DATIVE)


def _asked_for(reader: Reader, previous: int) -> frozenset[str]:
    """Return cases that the word before asks for: «помощи больным», «управлению имуществом»."""
    if reader.page.lemmas[previous] in word_set("with instrumental"):
        return INSTRUMENTAL
    if reader.page.lemmas[previous] in word_set("with dative"):
        return DATIVE
    return INSTRUMENTAL if reader.page.lower[previous].startswith(SICK) else frozenset()


# -- places -------------------------------------------------------------------------------------------------


def read_place(reader: Reader, i: int, cases: frozenset[str]) -> int:
    """Return the end of a place that begins at ``i`` in one of the cases, or 0."""
    page = reader.page
    if reader.boundary(i):
        return 0
    word, lemma = page.words[i], page.lemmas[i]
    if i in reader.places:
        possible = cases_of(page.lower[i])
        fits = not possible or possible & cases or word == "Саха"
        return _second_name(reader, reader.places[i]) if fits else 0
    country = word[0].isupper() and (lemma in COUNTRIES or is_country(word))
    if country and (word.isupper() or reader.has_case(i, cases)):
        return i + 1
    if lemma in word_set("named place noun") and (word[0].islower() or lemma == "республика"):
        j = i + 2 if i + 1 < len(page) and page.words[i + 1] == "." else i + 1
        if reader.boundary(j) or not page.words[j][0].isupper():
            return 0
        return _second_name(reader, reader.places.get(j, j + 1))
    return _district(reader, i, cases)


def _district(reader: Reader, i: int, cases: frozenset[str]) -> int:
    """«Тотемского муниципального округа»: adjectives, the first one capital, and a noun of places."""
    page, j = reader.page, i
    if not page.words[i][0].isupper():
        return 0
    while not reader.boundary(j) and j < i + 4 and reader.has_case(j, cases):
        if page.lemmas[j] in word_set("place noun") and j > i:
            return _second_name(reader, j + 1)
        if page.pos[j] != "ADJ":
            return 0
        j += 1
    return 0


def _second_name(reader: Reader, end: int) -> int:
    """«Саха | (Якутия)», «Северная Осетия | — Алания»."""
    page = reader.page
    if end + 2 < len(page) and page.words[end] == "(" and page.words[end + 2] == ")":
        return end + 3 if page.lower[end + 1] in SECOND_NAMES else end
    if end + 1 < len(page) and page.words[end] in "—–-" and page.lower[end + 1] in SECOND_NAMES:
        return end + 2
    return end


# -- numbers and memorial names -----------------------------------------------------------------------------


def read_marks(reader: Reader, i: int) -> int:
    """Return the end of numbers and memorial names that begin at ``i``: «№ 3 им. Горького»."""
    while not (i >= len(reader.page) or i in reader.breaks):
        step = _number(reader, i) or _memorial(reader, i)
        if not step:
            break
        i = step
    return i


def _number(reader: Reader, i: int) -> int:
    """«школа | № 21»."""
    page = reader.page
    if page.words[i] in ("№", "N") and i + 1 < len(page) and page.words[i + 1][0].isdigit():
        return i + 2
    return i + 1 if page.words[i][0] == "№" and page.words[i][1:].isdigit() else 0


def _memorial(reader: Reader, i: int) -> int:
    """«им. Н. М. Рубцова», «имени Ахмет-Заки Валиди», «имени 60-летия Октября», «имени адмирала Макарова»."""
    page, j, end = reader.page, i + 1, 0
    if page.lower[i] not in ("им", "имени"):
        return 0
    while j < len(page) and j not in reader.breaks and j < i + 10:
        word = page.words[j]
        if end and j in reader.persons and j - 1 not in reader.persons:
            break  # «имени А. К. Темботова РАН | Тимур Хапачев»
        if word[0].isupper() or (word[0].isdigit() and j == i + 1):
            end = j + 1
        elif word == ".":
            if len(page.words[j - 1]) > 2:
                break
        elif end or page.pos[j] not in ("NOUN", "ADJ"):
            break
        j += 1
    return end


def _initials(reader: Reader, i: int) -> int:
    """«музей | А. С. Пушкина»."""
    words, j = reader.page.words, i
    while j + 1 < len(words) and len(words[j]) == 1 and words[j].isupper() and words[j + 1] == ".":
        j += 2
    return j + 1 if j > i and j < len(words) and words[j][0].isupper() else 0


# -- noun phrases -------------------------------------------------------------------------------------------


def read_group(reader: Reader, i: int, cases: frozenset[str]) -> int:
    """Return the end of adjectives and a noun in one of the cases that begin at ``i``, or 0."""
    page, j = reader.page, i
    while not reader.boundary(j) and _adjective(reader, j, cases):
        joined = not reader.boundary(j + 2) and page.lower[j + 1] in ("и", ",") and _adjective(reader, j + 2, cases)
        j += 2 if joined else 1
    if reader.boundary(j):
        return j if j > i else 0
    word = page.words[j]
    generic = page.lemmas[j] in word_set("place noun") and word[0].islower()
    if (len(word) == 1 and word.isupper()) or (generic and j == i):
        return 0  # an initial; «Общественная палата | региона»
    if is_abbreviation(word) and j not in reader.shouting:
        return j + 1
    if page.pos[j] in ("NOUN", "PROPN") and word[0].isalpha() and reader.has_case(j, cases):
        person = word[0].isupper() and is_given_name(page.lower[j]) and j not in reader.places
        return 0 if person else j + 1
    return j if j > i and page.feature(j - 1, "Number") == "Plur" else 0


def _adjective(reader: Reader, i: int, cases: frozenset[str]) -> bool:
    page = reader.page
    verbal = page.pos[i] == "VERB" and page.feature(i, "VerbForm") == "Part"
    if i in reader.place_adjectives and page.words[i][0].islower():
        return False  # «Фонда президентских грантов | московского и новосибирского офисов»
    return (page.pos[i] == "ADJ" or verbal) and page.words[i][0].isalpha() and reader.has_case(i, cases)


def _conjoined(reader: Reader, i: int, cases: frozenset[str], *, lists: bool) -> int:
    """Return the end of «и социальным коммуникациям»; not «и Фонда …», «и мэрии …»."""
    page = reader.page
    if page.lower[i] not in ("и", ",") or reader.boundary(i + 1):
        return 0
    if page.words[i] == "," and not (lists and _list_goes_on(reader, i, cases)):
        return 0
    j = i + 2 if page.lower[i + 1] in ("по", "для") else i + 1
    end = read_group(reader, j, cases)
    if not end or page.words[j][0].isupper():
        return 0
    return 0 if _begins_another(reader, end - 1) else end


def _begins_another(reader: Reader, i: int) -> bool:
    """Tell whether a kind word after «и» has a name of its own: «и мэрии Томска», not «и управления»."""
    if i not in reader.kinds or reader.page.feature(i, "Number") == "Plur" or reader.boundary(i + 1):
        return False
    return i + 1 in reader.page.quote_at or read_tail(reader, i)[0] > i + 1


def _list_goes_on(reader: Reader, i: int, cases: frozenset[str]) -> bool:
    """Tell whether groups joined by commas end in «и …»: «, занятости и социальной защиты»."""
    while not reader.boundary(i) and reader.page.words[i] == ",":
        end = read_group(reader, i + 1, cases) if not reader.boundary(i + 1) else 0
        if not end or reader.page.words[i + 1][0].isupper():
            return False
        step = end
        while step and not reader.boundary(step):  # genitives of the item: «, градостроительства города и …»
            end, step = step, read_group(reader, step, cases)
        i = end
    return not reader.boundary(i) and reader.page.lower[i] == "и"


# -- prepositions -------------------------------------------------------------------------------------------


def _preposition(reader: Reader, i: int, head: int, previous: int) -> Phrase:
    """Return the end of a phrase with a preposition that belongs to a name, and the cases after it."""
    page, word = reader.page, reader.page.lower[i]
    if reader.boundary(i + 1):
        return NOTHING
    if word == "по":
        return _by(reader, i)
    if word == "при":
        end = read_group(reader, i + 1, LOCATIVE)
        return (end, GENITIVE) if end and page.lemmas[end - 1] in word_set("at body") else NOTHING
    if i == head + 1 and word in FIRST:
        return FIRST[word](reader, i, head)
    wanted = GOVERNED.get((word, page.lemmas[previous]))
    end = read_group(reader, i + 1, wanted) if wanted else 0
    if not end and word == "в" and page.lower[i + 1] in ("сфере", "области"):
        end = read_group(reader, i + 2, GENITIVE)
        wanted = GENITIVE
    return (end, GENITIVE | (wanted or GENITIVE)) if end else NOTHING


def _by(reader: Reader, i: int) -> Phrase:
    """«по делам молодёжи», not «по итогам»."""
    if reader.page.lemmas[i + 1] in word_set("not by"):
        return NOTHING
    end = read_group(reader, i + 1, DATIVE)
    return (end, DATIVE | GENITIVE) if end else NOTHING


def _for(reader: Reader, i: int, head: int) -> Phrase:
    """«дом-интернат для престарелых», not «помещение для размещения»."""
    end = read_group(reader, i + 1, GENITIVE)
    if not end:
        return NOTHING
    living = reader.page.feature(end - 1, "Animacy") != "Inan" or is_abbreviation(reader.page.words[end - 1])
    return (end, GENITIVE) if living or end - i > 2 else NOTHING


def _abroad(reader: Reader, i: int, head: int) -> Phrase:
    """«Русский дом в Белграде»."""
    if reader.page.lemmas[head] not in word_set("abroad"):
        return NOTHING
    return read_place(reader, i + 1, LOCATIVE), frozenset()


FIRST: dict[str, Callable[[Reader, int, int], Phrase]] = {"для": _for, "в": _abroad, "во": _abroad}
# A preposition after a noun that asks for it: «по работе с молодёжью», «по контролю за оборотом».
GOVERNED = {
    **{("с", noun): INSTRUMENTAL for noun in ("работа", "связь", "борьба", "дружба", "взаимодействие", "помощь")},
    ("с", "сотрудничество"): INSTRUMENTAL,
    ("с", "общество"): INSTRUMENTAL,  # с ограниченной ответственностью
    **{("за", noun): INSTRUMENTAL for noun in ("контроль", "надзор", "наблюдение", "уход")},
    **{("за", noun): frozenset({"accs"}) for noun in ("движение", "борьба")},
    **{("против", noun): GENITIVE for noun in ("движение", "комитет", "борьба", "союз")},
}
