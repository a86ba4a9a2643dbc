"""Finds spans that name organisations, one function a rule.

Purpose
    Each rule of ``RULES`` reads the page and yields ``Found`` spans; ``resolve`` settles overlaps.
Leaves out
    Short later names, which need to know what the text has named in full (``org_short``), which spans name
    the same organisation (``org_links``), and what it is called (``org_names``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.extractors.org_phrases import Reader, is_abbreviation
from pipeline.extractors.org_words import (
    BODY,
    INSTITUTION,
    NAMED,
    Kind,
    fold,
    known_bodies,
    same_word,
    titled_thing,
    word_set,
)
from pipeline.page import Pair

# Kinds that are as often a session: «мастерская «Смета, за которую не стыдно»».
# A lower-case department of a body is no body of its own: «начальник отдела мэрии».


COUNTRIES = {("российский", "федерация"), ("советский", "союз"), ("гражданский", "общество")}
PLACE_ENDINGS = ("ский", "цкий", "ской")


@dataclass(frozen=True, slots=True)
class Found:
    """A span of tokens ``[first, last)`` that names an organisation.

    ``head`` is the token of the kind word or legal form (-1: none), ``quote`` the pair of quotes that holds the
    name, ``rule`` what found it, ``body`` the name of a known body. ``stands_in``: it means an organisation that
    is named elsewhere in the text.
    """

    first: int
    last: int
    rule: str
    head: int = -1
    quote: Pair | None = None
    kind: Kind | None = None
    body: str = ""
    stands_in: bool = False

    def __len__(self) -> int:
        return self.last - self.first


# -- a kind word and quotes ---------------------------------------------------------------------------------


def find_quoted(reader: Reader) -> Iterator[Found]:
    """«благотворительный фонд «Вера»», «АНО «Ресурсный центр «Опора»», «клуб ветеранов «Осенний вальс»»."""
    for quote in reader.page.quotes:
        head = head_before(reader, quote.first) if names_something(reader, quote) else -1
        if head < 0:
            continue
        kind = reader.kind(head) or reader.legal(head)
        if kind and kind.lemma in word_set("session-like") and not _names_session_like(reader, head, quote, kind):
            continue
        first = first_of_quoted(reader, head, head + 1 < quote.first)
        yield Found(first, quote.last + 1, "organisations.quoted", head, quote, kind)
        yield from _listed(reader, quote, kind)


def names_something(reader: Reader, quote: Pair) -> bool:
    """Tell whether words in quotes can be a name: a capital letter or digit first, no sentence."""
    inside = reader.page.words[quote.first + 1 : quote.last]
    if not inside or len(inside) > 12:
        return False
    return (inside[0][0].isupper() or not inside[0][0].islower()) and not any(w in "?!" for w in inside[:-1])


def head_before(reader: Reader, opening: int) -> int:
    """Return the kind word or legal form whose name stands in the quotes that open at ``opening``, or -1."""
    page, plural = reader.page, -1
    floor = max(page.lines[page.line_of[opening]][0], opening - 12)
    if opening - 1 >= floor and _is_form(reader, opening - 1):
        return opening - 1
    for i in range(opening - 1, floor - 1, -1):
        if page.pos[i] in ("VERB", "ADV", "PRON") and page.feature(i, "VerbForm") != "Part":
            break
        if i in reader.persons or page.words[i] in ',.;:—–!?»"…•':
            break
        kind = reader.kind(i)
        if kind and (i + 1 == opening or reader.tail(i, kind)[0] == opening):
            if page.feature(i, "Number") != "Plur" and not _in_another(reader, i, opening, kind):
                return i
            plural = i if i + 1 == opening else plural
    return plural if plural >= 0 and _list_follows(reader, opening) else -1


def _in_another(reader: Reader, i: int, opening: int, kind: Kind) -> bool:
    """«фонд местного | сообщества «Наш Калачинск»»: a vague kind word in the genitive belongs to one before it."""
    if kind.lemma not in word_set("vague kind") or not reader.has_case(i, frozenset({"gent"})):
        return False
    before = i - 1 - len(reader.adjectives(i))
    outer = reader.kind(before) if before >= 0 and before + 1 not in reader.breaks else None
    return outer is not None and reader.tail(before, outer)[0] == opening


def _is_form(reader: Reader, i: int) -> bool:
    """Tell whether a word before quotes is a legal form: known, or capitals that mean nothing else."""
    word = reader.page.words[i]
    if reader.legal(i):
        return word not in ("НКО", "СО") or not _governed(reader, i)
    if i in reader.shouting or i in reader.persons or i in reader.places:
        return False
    return is_abbreviation(word) and fold(word) not in word_set("no name") and word[0] >= "А"


def _governed(reader: Reader, i: int) -> bool:
    """Tell whether an event or a kind word rules the word: «форум НКО «…»», «форум добровольцев и НКО «…»»."""
    page = reader.page
    for j in range(i - 1, max(i - 8, -1), -1):
        if j + 1 in reader.breaks or page.pos[j] not in ("NOUN", "PROPN", "CCONJ", "ADJ", "ADP"):
            return False
        if reader.kind(j) or titled_thing(page.lemmas[j]):
            return True
    return False


def _list_follows(reader: Reader, opening: int) -> bool:
    quote = reader.page.quote_at.get(opening)
    return quote is not None and any(True for _ in _listed(reader, quote, None, any_number=True))


def _listed(reader: Reader, quote: Pair, kind: Kind | None, *, any_number: bool = False) -> Iterator[Found]:
    """«фондов «Вера» | и «Росток»»: quotes joined to a plural kind word."""
    page = reader.page
    if not any_number and page.feature(quote.first - 1, "Number") != "Plur":
        return
    i = quote.last + 1
    while i + 1 < len(page) and page.words[i] in ("и", ",") and i + 1 in page.quote_at:
        following = page.quote_at[i + 1]
        yield Found(i + 1, following.last + 1, "organisations.listed", -1, following, kind)
        i = following.last + 1


def _names_session_like(reader: Reader, head: int, quote: Pair, kind: Kind) -> bool:
    """Tell whether «мастерская «…»» is an organisation: a short name, no opening of a programme line."""
    page = reader.page
    inside = page.words[quote.first + 1 : quote.last]
    if len(inside) > 3 or any(w in "?!:,." for w in inside):
        return False
    adjectives = reader.adjectives(head)
    if kind.lemma in word_set("event-like"):
        return any(page.lemmas[i] in word_set("school adjective") for i in adjectives)
    return page.feature(head, "Case") in ("Gen", "Dat", "Ins", "Loc")


def first_of_quoted(reader: Reader, head: int, has_tail: bool) -> int:
    """Return where a name with quotes begins: «Сахалинского фонда», not «московского фонда»."""
    page, first = reader.page, head
    while first > 0 and first not in reader.breaks and reader.legal(first - 1) and first - 1 not in reader.shouting:
        first -= 1
    if first < head:
        return first
    adjectives = reader.adjectives(head)
    for n, i in enumerate(adjectives):
        if reader.is_type(i) and i not in reader.place_adjectives:
            first = i
        elif reader.capital(i) and page.words[i][-1].isalpha():
            nearer = page.lemmas[adjectives[n - 1]] if n else ""
            named = has_tail and not reader.is_judgement(i)
            if not reader.opens_clause(i) or nearer in word_set("local adjective") or named:
                first = i
            break
        elif n and page.lemmas[i] in word_set("local adjective"):
            first = i
        else:
            break
    while first > 0 and first not in reader.breaks and reader.legal(first - 1) and first - 1 not in reader.shouting:
        first -= 1
    return first


# -- official bodies and institutions without quotes --------------------------------------------------------


def find_bodies(reader: Reader) -> Iterator[Found]:
    """«комитет по делам молодёжи администрации Алтайского края», «мэрии Новосибирска», «Росмолодёжь»."""
    page, outer = reader.page, None
    for i in _kind_words(reader, BODY):
        kind = reader.kind(i)
        end, place = reader.tail(i, kind, lists=True)
        first = first_of_unquoted(reader, i)
        capital = reader.capital(first)
        if not capital and page.lemmas[i] in word_set("department") and _department_of_body(reader, i, end):
            continue
        if outer and outer.first < i and outer.last == end:
            end = _without_by(reader, i, end)
        if place or (capital and (end > i + 1 or first < i) and _named_body(reader, first, i, end)):
            outer = Found(_type_adjective(reader, first, i), end, "organisations.body", i, None, kind)
            yield outer


def _named_body(reader: Reader, first: int, head: int, end: int) -> bool:
    """Tell whether a phrase with a capital letter is a body's name where the capital may only open a clause."""
    page = reader.page
    if not reader.opens_clause(first) or (first < head - 1 and page.lemmas[first].endswith(PLACE_ENDINGS)):
        return True
    if page.lemmas[head] in ("министерство", "департамент", "комитет"):
        return True
    return end > head + 1 and (page.lower[head + 1] == "по" or any(reader.capital(j) for j in range(head + 1, end)))


def _department_of_body(reader: Reader, head: int, end: int) -> bool:
    """Tell whether the first noun after a department is a body: «отдел Главного управления …»."""
    page = reader.page
    noun = next((i for i in range(head + 1, end) if page.pos[i] in ("NOUN", "PROPN")), -1)
    kind = reader.kind(noun) if noun >= 0 else None
    return kind is not None and kind.use == BODY


def _without_by(reader: Reader, head: int, end: int) -> int:
    """Cut «по Свердловской области» off a body inside another: it belongs to the outer one."""
    page = reader.page
    return next((i for i in range(head + 1, end) if page.lower[i] == "по"), end)


def find_institutions(reader: Reader) -> Iterator[Found]:
    """«Южный федеральный университет», «Институт социальных исследований», «Дом дружбы», «школа № 21»."""
    page = reader.page
    for i in _kind_words(reader, INSTITUTION, NAMED):
        kind = reader.kind(i)
        end, place = reader.tail(i, kind)
        if end < len(page) and end in page.quote_at and end not in reader.breaks:
            continue
        first = first_of_unquoted(reader, i)
        marked = end > i + 1 and (page.words[i + 1][0] == "№" or page.lower[i + 1] in ("им", "имени"))
        start = _type_adjective(reader, first, i)
        local = page.lemmas[start] in word_set("local adjective") and end > i + 1 and not place
        if marked or (kind and kind.use == INSTITUTION and (local or _named(reader, first, i, end, place))):
            yield Found(start, end, "organisations.institution", i, None, kind)


def _kind_words(reader: Reader, *uses: str) -> Iterator[int]:
    """Yield the singular kind words of the page that are used so; «Российская Федерация» is a country."""
    page = reader.page
    for i, kind in reader.kinds.items():
        if i and (page.lemmas[i - 1], page.lemmas[i]) in COUNTRIES:
            continue
        if kind.use in uses and i not in reader.persons and reader.page.feature(i, "Number") != "Plur":
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
    if place or first == head:
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
    for i in sorted({first - 1 for first in reader.persons} - reader.persons - {-1}):
        if i + 1 not in reader.persons or i in reader.persons or i + 1 in reader.breaks:
            continue
        last = i + 1
        while last < len(page) and (
            last in reader.persons or (page.lower[last] == "и" and last + 1 in reader.persons)
        ):
            last += 1
        if page.words[i] == "ИП":
            yield Found(i, last, "organisations.memorial", i, None, reader.legal(i))
            continue
        kind = reader.kind(i)
        if kind is None or page.lemmas[i] not in word_set("memorial kind") or page.feature(i, "Number") == "Plur":
            continue
        first = _type_adjective(reader, first_of_unquoted(reader, i), i)
        if _named_after(reader, first, i, last):
            yield Found(first, last, "organisations.memorial", i, None, kind)


def _named_after(reader: Reader, first: int, head: int, last: int) -> bool:
    """Tell whether a person in the genitive completes a name, and is no officer of it: «директор Фонда | …»."""
    page = reader.page
    name = next((j for j in range(head + 1, last) if len(page.words[j]) > 2), last - 1)
    if not reader.has_case(name, frozenset({"gent"})):
        return False
    if first > 0 and first not in reader.breaks and page.feature(first - 1, "Animacy") == "Anim":
        return False
    return reader.capital(first) or (last == head + 2 and page.lemmas[head] in ("фонд", "институт"))


def find_known(reader: Reader) -> Iterator[Found]:
    """«Росмолодёжи», «Фонду президентских грантов», «МЧС России», «Минздрав Карелии»."""
    page, index, done = reader.page, known_bodies(), 0
    for i in reader.capitals:
        if i < done or i in reader.persons:
            continue
        for body in index.get(page.lower[i][:4], ()):
            last = i + len(body.words)
            if last <= len(page) and all(_is_form_of(page.words[i + n], w) for n, w in enumerate(body.words)):
                place, done = reader.place(last, frozenset({"gent"})), last
                head = next((j for j in range(i, last) if page.pos[j] in ("NOUN", "PROPN")), i)
                kind = Kind("", body.kind, NAMED)
                yield Found(i, place or last, "organisations.known", head, None, kind, body.name)
                break


def _is_form_of(word: str, name: str) -> bool:
    """Tell whether a word is a form of a word of a known name; abbreviations do not change."""
    if is_abbreviation(name):
        return word == name
    return same_word(fold(word), fold(name)) and (word[0].isupper() or name[0].islower())


RULES: tuple[Callable[[Reader], Iterator[Found]], ...] = (
    find_quoted,
    find_known,
    find_bodies,
    find_institutions,
    find_memorials,
)


def find_all(reader: Reader) -> list[Found]:
    """Return what the rules find, settled, in text order."""
    found = [span for rule in RULES for span in rule(reader) if reader.page.uses(span.rule)]
    return resolve(found)


def resolve(found: list[Found]) -> list[Found]:
    """Keep the longest of overlapping spans; one inside another stays where it stands in its tail.

    «комитет … администрации Алтайского края» keeps the administration; «АНО «Ресурсный центр «Опора»» keeps
    nothing inside its quotes.
    """
    kept: list[Found] = []
    for span in sorted(found, key=lambda s: (s.first - s.last, s.quote is None, s.first)):
        if all(_stand_together(other, span) for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: (s.first, -s.last))


def _stand_together(outer: Found, inner: Found) -> bool:
    if inner.last <= outer.first or inner.first >= outer.last:
        return True
    if not (outer.first <= inner.first and inner.last <= outer.last) or len(inner) == len(outer):
        return False
    if outer.quote and inner.last > outer.quote.first:
        return False
    return inner.first > outer.head >= 0 and inner.head != outer.head
