"""Finds official bodies, institutions and bodies known by name, without quotes.

Steps
    ``find_known`` compares capital words with the list of known bodies. ``find_bodies`` and ``find_institutions``
    start from a kind word, read its adjectives and its tail, and ask whether a capital letter, a place or a
    number makes a proper name of the phrase. ``find_memorials`` reads kind words with a person's name.
Leaves out
    Generic phrases: «сотрудники районных администраций», «ресурсный центр», «Российская Федерация».
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.extractors.organisations.reader import GENITIVE, Reader, is_abbreviation, is_given_name
from pipeline.extractors.organisations.spans import Found
from pipeline.extractors.organisations.tails import read_by_place, read_marks, read_place, read_tail
from pipeline.extractors.organisations.words import (
    BODY,
    INSTITUTION,
    NAMED,
    Kind,
    KnownBody,
    known_bodies,
    same_word,
    titled_thing,
    word_set,
)
from pipeline.morphology import fold

NO_BODIES = {
    ("российский", "федерация"),
    ("советский", "союз"),
    ("гражданский", "общество"),
    ("совет", "федерация"),
}
UNIVERSITIES = ("ГУ", "ГТУ", "ГПУ", "ГМУ", "ГАУ", "ФУ", "ГЛУ", "ГЭУ", "НИУ", "ГАСУ", "ГСХА", "ГМА")
TERRITORIAL = ("УФ", "УМ", "ГУ", "УВ")  # «УФНС | по Томской области»; what is above them belongs to no place
PLACE_ENDINGS = ("ский", "цкий", "ской")
# These named without a place are the ones of the country or region: «Министерство культуры».
OF_PLACES = ("совет", "общество", "союз", "федерация")  # «совет ветеранов посёлка Самусь»
SUPREME = ("министерство", "департамент", "комитет")


def find_bodies(reader: Reader) -> Iterator[Found]:
    """«комитет по делам молодёжи администрации Алтайского края», «мэрии Новосибирска», «Росмолодёжь»."""
    page, outer = reader.page, None
    for i in _kind_words(reader, BODY):
        kind = reader.kind(i)
        end, place = read_tail(reader, i, lists=True)
        first = first_of_unquoted(reader, i)
        capital = reader.capital(first)
        if not capital and page.lemmas[i] in word_set("department") and _department_of(reader, i, end):
            continue
        if outer and outer.first < i and outer.last == end:
            end = _without_by(reader, i, end)
        named = capital and (end > i + 1 or first < i) and _named_body(reader, first, i, end)
        if place or named or (page.lemmas[i] == "комитет" and _of_known(reader, i, end)):
            outer = Found(_type_adjective(reader, first, i), end, "organisations.body", i, None, kind)
            yield outer


def _named_body(reader: Reader, first: int, head: int, end: int) -> bool:
    """Tell whether a phrase with a capital letter is a body's name where the capital may only open a clause."""
    page = reader.page
    if not reader.opens_clause(first) or (first < head - 1 and page.lemmas[first].endswith(PLACE_ENDINGS)):
        return True
    if page.lemmas[head] in SUPREME:
        return end == head + 1 or not titled_thing(page.lemmas[end - 1])  # «Координационный комитет конкурса»
    return end > head + 1 and (page.lower[head + 1] == "по" or any(reader.capital(j) for j in range(head + 1, end)))


def _of_known(reader: Reader, head: int, end: int) -> bool:
    """«комитет | Совета Федерации по экономической политике»: in lower case, but of a known body."""
    return head + 1 in reader.known and end > reader.known[head + 1]


def _department_of(reader: Reader, head: int, end: int) -> bool:
    """Tell whether the first noun after a department is what it belongs to: «отдел Главного управления …»."""
    page = reader.page
    noun = next((i for i in range(head + 1, end) if page.pos[i] in ("NOUN", "PROPN")), -1)
    kind = reader.kind(noun) if noun >= 0 else None
    return kind is not None and page.feature(noun, "Number") != "Plur"


def _without_by(reader: Reader, head: int, end: int) -> int:
    """Cut «по Свердловской области» off a body inside another: it belongs to the outer one."""
    page = reader.page
    return next((i for i in range(head + 1, end) if page.lower[i] == "по"), end)


def find_institutions(reader: Reader) -> Iterator[Found]:
    """«Южный федеральный университет», «Институт социальных исследований», «Дом дружбы», «школа № 21»."""
    page = reader.page
    for i in _kind_words(reader, INSTITUTION, NAMED):
        kind = reader.kind(i)
        end, place = read_tail(reader, i)
        if end < len(page) and end in page.quote_at and end not in reader.breaks:
            continue
        first = first_of_unquoted(reader, i)
        marked = end > i + 1 and (page.words[i + 1][0] in "№N" or page.lower[i + 1] in ("им", "имени"))
        start = _type_adjective(reader, first, i)
        local = page.lemmas[start] in word_set("local adjective") and end > i + 1 and not place
        local = local or (place and page.lemmas[i] in OF_PLACES and page.pos[i + 1] == "NOUN" and end > i + 2)
        if marked or (kind and kind.use == INSTITUTION and (local or _named(reader, first, i, end, place))):
            yield Found(start, end, "organisations.institution", i, None, kind)


def find_numbered(reader: Reader) -> Iterator[Found]:
    """«СОШ № 5», «ДК им. Горького»: a legal form or abbreviated kind with a number or memorial name."""
    for i in reader.abbreviations:
        form = reader.legal(i)
        end = read_marks(reader, i + 1) if form else i + 1
        if end > i + 1:
            yield Found(i, end, "organisations.numbered", i, None, form)


def find_universities(reader: Reader) -> Iterator[Found]:
    """«ЯрГУ им. П. Г. Демидова», «СПбГУ», «ДГТУ»: universities by their abbreviation."""
    page = reader.page
    for i in reader.capitals:
        word = page.words[i]
        if (
            3 <= len(word) <= 8
            and word.endswith(UNIVERSITIES)
            and not word[1:].islower()
            and i not in reader.shouting
        ):
            kind = Kind("университет", "education", NAMED)
            yield Found(i, read_marks(reader, i + 1), "organisations.university", i, None, kind)


def _kind_words(reader: Reader, *uses: str) -> Iterator[int]:
    """Yield the singular kind words of the page that are used so; «Российская Федерация» is a country."""
    page = reader.page
    inside = {i for first, last in reader.known.items() for i in range(first, last)}
    for i, kind in reader.kinds.items():
        if i and (page.lemmas[i - 1], page.lemmas[i]) in NO_BODIES:
            continue
        if page.lemmas[i] == "управление" and i and page.lower[i - 1] == "по":
            continue  # «комитет по управлению имуществом»
        if kind.use != BODY and i in inside:
            continue  # «Фонд президентских грантов» ends where it is known to end
        if kind.use in uses and i not in reader.persons and page.feature(i, "Number") != "Plur":
            yield i


def _named(reader: Reader, first: int, head: int, end: int, place: bool) -> bool:
    """Tell whether a phrase around an institution word is a proper name."""
    page = reader.page
    if not reader.capital(first):
        return False
    if (
        page.lemmas[head] in word_set("event-like")
        and not place
        and not any(page.lemmas[i] in word_set("school adjective") for i in range(first, head))
    ):
        return False
    if first == head and (end == head + 1 or (end == head + 2 and page.lemmas[head + 1] in word_set("place noun"))):
        return False
    if not reader.opens_clause(first):
        return True
    if first and page.words[first - 1] in '«"“„':
        return False
    if place or first == head or any(j in reader.known for j in range(head + 1, end)):
        return True
    if reader.is_judgement(first) or reader.is_type(first) or not page.lemmas[first].endswith(PLACE_ENDINGS):
        return False
    return end > head + 1 or head > first + 1 or reader.kinds[head].kind != "ngo"


def first_of_unquoted(reader: Reader, head: int) -> int:
    """Return where a name without quotes begins: its farthest capital adjective, or the head."""
    first = head
    for i in reader.adjectives(head):
        if reader.capital(i) and not (reader.opens_clause(i) and reader.is_judgement(i)):
            first = i
    return first


def _type_adjective(reader: Reader, first: int, head: int) -> int:
    """«городская управа Калуги»: a lower-case adjective of the kind belongs to a lower-case name."""
    if first < head or reader.capital(head):
        return first
    for i in reader.adjectives(head):
        if not reader.is_type(i) or i in reader.place_adjectives:
            break
        first = i
    return first


def find_memorials(reader: Reader) -> Iterator[Found]:
    """«фонд Тимченко», «Музей А. С. Пушкина», «ИП Сидоров»: a kind word and a person that it is named after."""
    page = reader.page
    for i in (*reader.kinds, *(i for i in reader.abbreviations if page.words[i] == "ИП")):
        last = _person_end(reader, i + 1)
        if last == i + 1:
            continue
        kind = reader.kind(i)
        if kind is None:
            yield Found(i, last, "organisations.memorial", i, None, reader.legal(i))
            continue
        if page.lemmas[i] not in word_set("memorial kind") or page.feature(i, "Number") == "Plur":
            continue
        first = _type_adjective(reader, first_of_unquoted(reader, i), i)
        if _named_after(reader, first, i, last):
            yield Found(first, last, "organisations.memorial", i, None, kind)


def _person_end(reader: Reader, i: int) -> int:
    """Return the end of persons that begin at ``i``: «В. Потанина», «Елены и Геннадия Тимченко»."""
    page, last = reader.page, i
    while last < len(page) and last not in reader.breaks:
        word = page.words[last]
        if len(word) == 1 and word.isupper() and page.words[last + 1 : last + 2] == ["."]:
            last += 2
        elif (
            _is_person(reader, last)
            or (last > i and word[0].isupper() and reader.has_case(last, GENITIVE))
            or (last > i and word == "и" and last + 1 in reader.persons)
        ):
            last += 1
        else:
            break
    return last


def _is_person(reader: Reader, i: int) -> bool:
    """Tell whether a word is of a person who is given, or a first name."""
    if not reader.page.words[i][0].isupper():
        return False
    return i in reader.persons or is_given_name(reader.page.lower[i])


def _named_after(reader: Reader, first: int, head: int, last: int) -> bool:
    """Tell whether a person in the genitive completes a name, and is no officer of it: «директор Фонда | …»."""
    page = reader.page
    name = next((j for j in range(head + 1, last) if len(page.words[j]) > 2), last - 1)
    if not reader.has_case(name, GENITIVE):
        return False
    officer = first > 0 and first not in reader.breaks and page.feature(first - 1, "Animacy") == "Anim"
    if officer and (last > head + 2 or page.feature(first - 1, "Case") == "Gen"):
        return False
    return reader.capital(first) or (last == head + 2 and page.lemmas[head] in ("фонд", "институт"))


def find_known(reader: Reader) -> Iterator[Found]:
    """«Росмолодёжи», «Фонду президентских грантов», «МЧС России», «Минздрав Карелии»."""
    page, index, done, size = reader.page, known_bodies(), 0, len(reader.page)
    for i in reader.capitals:
        if i < done or i in reader.persons:
            continue
        for body in index.get(page.lower[i][:3], ()):
            last = i + len(body.words)
            if last <= size and _stands_at(reader, i, body):
                place, done = read_place(reader, last, GENITIVE), last
                if page.words[i].startswith(TERRITORIAL):
                    place = read_by_place(reader, last) or place
                reader.known[i] = last
                head = next((j for j in range(i, last) if page.pos[j] in ("NOUN", "PROPN")), i)
                kind = Kind("", body.kind, NAMED)
                quote = page.quote_at.get(i - 1)
                if quote and quote.last == last:
                    yield Found(i - 1, last + 1, "organisations.known", -1, quote, kind, body.name)
                else:
                    yield Found(i, place or last, "organisations.known", head, None, kind, body.name)
                break


def _stands_at(reader: Reader, i: int, body: KnownBody) -> bool:
    words = reader.page.words
    if not _is_form_of(words[i], body.words[0]):
        return False
    return all(_is_form_of(words[i + n], word) for n, word in enumerate(body.words))


@lru_cache(maxsize=20_000)
def _is_form_of(word: str, name: str) -> bool:
    """Tell whether a word is a form of a word of a known name; abbreviations do not change."""
    if is_abbreviation(name):
        return word == name
    return same_word(fold(word), fold(name)) and (word[0].isupper() or name[0].islower())
