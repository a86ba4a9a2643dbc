"""Finds organisations whose name stands in quotes after a kind word or legal form.

Steps
    From every opening quote the words before it are read to the left as far as a kind word whose tail ends at
    the quote; then the adjectives before the kind word that belong to the name are taken in.
Leaves out
    Names in quotes alone (``short``); titles of events, sessions, works: no kind word stands before them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extractors.organisations.reader import GENITIVE, Reader, is_abbreviation, is_fixed
from pipeline.extractors.organisations.spans import Found
from pipeline.extractors.organisations.tails import read_tail
from pipeline.extractors.organisations.words import Kind, titled_thing, word_set
from pipeline.morphology import fold
from pipeline.page import Pair

REACH = 12  # words between a kind word and the quote; the longest in the annotated texts is eight
STOPS = frozenset(',.;:—–!?»"…•')


def find_quoted(reader: Reader) -> Iterator[Found]:
    """«благотворительный фонд «Вера»», «АНО «Ресурсный центр «Опора»», «клуб ветеранов «Осенний вальс»»."""
    for quote in reader.page.quotes:
        head = head_before(reader, quote.first) if names_something(reader, quote) else -1
        if head < 0:
            continue
        kind = reader.kind(head) or reader.legal(head)
        if kind and (_is_station(reader, head, quote.first) or _is_group(reader, head, quote.first)):
            continue
        if kind and kind.lemma in word_set("session-like") and not _names_session_like(reader, head, quote, kind):
            continue
        first = first_of_quoted(reader, head, head + 1 < quote.first)
        yield Found(first, quote.last + 1, "organisations.quoted", head, quote, kind)
        yield from _listed(reader, quote, kind)


def _is_station(reader: Reader, head: int, opening: int) -> bool:
    """«станция метро «…»» is a place."""
    return "метро" in reader.page.lower[head:opening]


def _is_group(reader: Reader, head: int, opening: int) -> bool:
    """«в группе «Друзья приюта»» is a page of a social network; «инициативная группа «…»» is a name."""
    bare = head + 1 == opening and not any(reader.is_type(i) for i in reader.adjectives(head))
    return reader.page.lemmas[head] == "группа" and bare


def names_something(reader: Reader, quote: Pair) -> bool:
    """Tell whether words in quotes can be a name: a capital letter or digit first, no sentence."""
    inside = reader.page.words[quote.first + 1 : quote.last]
    if not inside or len(inside) > 12:
        return False
    return (inside[0][0].isupper() or not inside[0][0].islower()) and not any(w in "?!" for w in inside[:-1])


def head_before(reader: Reader, opening: int) -> int:
    """Return the kind word or legal form whose name stands in the quotes that open at ``opening``, or -1."""
    page, plural = reader.page, -1
    floor = max(page.lines[page.line_of[opening]][0], opening - REACH)
    if opening - 1 >= floor and _is_form(reader, opening - 1):
        return opening - 1
    for i in range(opening - 1, floor - 1, -1):
        if page.pos[i] in ("VERB", "ADV", "PRON") and page.feature(i, "VerbForm") != "Part":
            break
        if i in reader.persons or page.words[i] in STOPS:
            break
        kind = reader.kind(i)
        if kind and (i + 1 == opening or read_tail(reader, i)[0] == opening):
            if (page.feature(i, "Number") != "Plur" or is_fixed(page.lower[i])) and not _in_another(
                reader, i, opening, kind
            ):
                return i
            plural = i if i + 1 == opening else plural
    return plural if plural >= 0 and _list_follows(reader, opening) else -1


def _in_another(reader: Reader, i: int, opening: int, kind: Kind) -> bool:
    """«фонд местного | сообщества «Наш Калачинск»»: a vague kind word in the genitive belongs to one before it."""
    if kind.lemma not in word_set("vague kind") or not reader.has_case(i, GENITIVE):
        return False
    before = i - 1 - len(reader.adjectives(i))
    outer = reader.kind(before) if before >= 0 and before + 1 not in reader.breaks else None
    return outer is not None and read_tail(reader, before)[0] == opening


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
    if kind.lemma == "служба" and head + 1 < quote.first:
        return True  # «служба помощи бездомным «Рядом»», but «служба «Пасха»» of a church
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
