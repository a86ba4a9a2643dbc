"""What a quoted name names: an event, a session, or something else.

Steps
    ``Words`` reads the open lists of ``resources/`` (event words, session words, other named things) and knows a
    noun by its lemma, also as part of a compound («прогулка-аудит», «экофорум»); ``read_kind`` puts the noun with
    its adjectives into the nominative singular; ``head_before`` walks from an opening quote to the left and finds
    the noun that governs it, over genitives, names and brackets between them.
Leaves out
    Organisations: their names in quotes are read by ``pipeline.extractors.organisations``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from pipeline.extractors.lexicon import read_words, word_set
from pipeline.morphology import best_parse, lemma, parses
from pipeline.page import Page, Pair
from pipeline.tokens import Trigger

Sort = Literal["event", "session", "either", "other"]

PREFIXES = (
    "агро", "арт", "библио", "благо", "вело", "видео", "гео", "добро", "инфо", "кино", "медиа", "мини", "онлайн",
    "пресс", "радио", "спец", "супер", "теле", "турни", "фото", "экo", "эко", "этно", "веб",
)  # fmt: skip
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
SAME = {"gen1": "gent", "gen2": "gent", "loc1": "loct", "loc2": "loct", "acc2": "accs"}
REACH = 14  # a longer stretch between noun and quote was never one phrase in the annotated texts


@dataclass(frozen=True, slots=True)
class Head:
    """The noun that says what something is: its token, the first token of its phrase, its sort and kind."""

    index: int
    first: int
    sort: Sort
    kind: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A set phrase of a list: its lemmas, which of them is the head, its sort and how the list writes it."""

    lemmas: tuple[str, ...]
    head: int
    sort: Sort
    written: str


@cache
def _phrases() -> dict[str, tuple[_Phrase, ...]]:
    """Index the phrases of the three lists by the lemma of their head noun, longest first."""
    session, event = set(read_words("session_words.txt")), set(read_words("event_words.txt"))
    index: dict[str, list[_Phrase]] = {}
    for written in sorted(session | event | set(read_words("named_things.txt"))):
        sort: Sort = "other"
        if written in session:
            sort = "either" if written in event else "session"
        elif written in event:
            sort = "event"
        forms = written.replace("ё", "е").split()
        lemmas = tuple(lemma(form) for form in forms)
        head = next((i for i, form in enumerate(forms) if _is_noun(form)), len(forms) - 1)
        index.setdefault(lemmas[head], []).append(_Phrase(lemmas, head, sort, written))
    return {key: tuple(sorted(value, key=lambda p: -len(p.lemmas))) for key, value in index.items()}


def _is_noun(form: str) -> bool:
    return any(parse.tag.POS == "NOUN" for parse in parses(form)[:1])


@lru_cache(maxsize=50_000)
def sort_of(word: str) -> tuple[Sort, str] | None:
    """Return the sort of a single noun by its lemma and how it is written, ``None`` if no list knows it.

    ``sort_of("форум")`` is ("event", "форум"); ``sort_of("прогулка-аудит")`` is ("session", "прогулка-аудит").
    """
    for phrase in _phrases().get(word, ()):
        if len(phrase.lemmas) == 1:
            return phrase.sort, phrase.written
    if "-" in word:
        if word.rsplit("-", 1)[1] in word_set("halls"):
            return "other", word
        sorts = [found[0] for part in word.split("-") if (found := sort_of(part))]
        for sort in ("event", "either", "session", "other"):
            if sort in sorts:
                return sort, word
        return None
    for prefix in PREFIXES:
        if word.startswith(prefix) and (found := sort_of(word[len(prefix) :])):
            return found[0], prefix + found[1]
    return None


def find_head(page: Page, i: int) -> Head | None:
    """Return what token ``i`` says as the head of a set phrase or as a single listed noun."""
    return find_heads(page).get(i)


def _read_head(page: Page, i: int) -> Head | None:
    word = page.lemmas[i]
    for phrase in _phrases().get(word, ()):
        size = len(phrase.lemmas)
        start = i - phrase.head
        if size > 1 and start >= 0 and _spells(page, start, phrase.lemmas):
            return Head(i, start, phrase.sort, phrase.written)
    found = sort_of(word)
    plural = found is not None and "-" not in found[1] and len(found[1]) == len(word) and found[1][-1] != word[-1]
    if found is None or (plural and not may_be(page.words[i], "plur")):
        return None  # «чтение документов» is no «чтения»
    first, kind = read_kind(page, i, found[1])
    return Head(i, first, found[0], kind)


def find_heads(page: Page) -> dict[int, Head]:
    """Return what every listed noun of a page says, by its token, once for all extractors."""
    heads: dict[int, Head] | None = page.shared.get("heads")
    if heads is None:
        heads = page.shared["heads"] = {i: head for i in page.find(LISTED) if (head := _read_head(page, i))}
    return heads


def is_listed(word: str) -> bool:
    """Tell whether a lemma is a listed noun or the head of a set phrase."""
    return word in _phrases() or sort_of(word) is not None


LISTED = Trigger(lambda token: is_listed(token.lemma))


@lru_cache(maxsize=50_000)
def is_event(word: str) -> bool:
    """Tell whether a lemma is the word for an event: «форум», «семинар», not «дом»."""
    found = sort_of(word)
    return found is not None and found[0] in ("event", "either")


def _spells(page: Page, start: int, lemmas: tuple[str, ...]) -> bool:
    """Tell whether the tokens from ``start`` on are forms of ``lemmas`` («открытом» may be read as «открыть»)."""
    if start + len(lemmas) > len(page):
        return False
    return all(
        page.lemmas[start + k] == wanted or wanted in _normal_forms(page.lower[start + k])
        for k, wanted in enumerate(lemmas)
    )


@lru_cache(maxsize=50_000)
def _normal_forms(word: str) -> frozenset[str]:
    return frozenset(parse.normal_form.replace("ё", "е") for parse in parses(word))


@cache
def kind_adjectives() -> frozenset[str]:
    """Return lemmas of adjectives that belong to a kind («панельный»)."""
    return frozenset(word.replace("ё", "е") for word in read_words("kind_adjectives.txt"))


def read_kind(page: Page, i: int, written: str) -> tuple[int, str]:
    """Return where the phrase of noun ``i`` begins and its kind: «Панельную дискуссию» → «панельная дискуссия».

    Only adjectives of ``kind_adjectives.txt`` are kept: «вечерняя лекция» is a «лекция».
    """
    first = i
    while first and _is_kind_adjective(page.lower[first - 1]):
        first -= 1
    return first, _agree(tuple(page.lower[first:i]), written) if first < i else written


@lru_cache(maxsize=10_000)
def _agree(adjectives: tuple[str, ...], noun: str) -> str:
    """Put adjectives before a noun in its nominative: (("панельную",), "дискуссия") → «панельная дискуссия»."""
    tag = best_parse(noun).tag
    plural = "Pltm" in tag or tag.number == "plur"
    wanted = {"nomn", "plur"} if plural else {"nomn", "sing"} | ({tag.gender} if tag.gender else set())
    agreed = []
    for adjective in adjectives:
        form = next((p for p in parses(adjective) if p.tag.POS in ("ADJF", "PRTF")), None)
        changed = form.inflect(wanted) if form else None
        agreed.append(str(changed.word) if changed else adjective)
    return " ".join([*agreed, noun])


@lru_cache(maxsize=50_000)
def _is_kind_adjective(word: str) -> bool:
    return not _normal_forms(word).isdisjoint(kind_adjectives())


@lru_cache(maxsize=50_000)
def cases_of(word: str) -> frozenset[str]:
    """Return the cases that a noun, adjective or abbreviation may stand in."""
    found: set[str] = set()
    for parse in parses(word.lower()):
        if "Fixd" in parse.tag or parse.tag.POS in (None, "NUMR"):
            return frozenset(CASES)
        if parse.tag.POS in ("NOUN", "ADJF", "PRTF", "NPRO") and parse.tag.case:
            found.add(SAME.get(parse.tag.case, parse.tag.case))
    return frozenset(found)


@lru_cache(maxsize=50_000)
def is_plural(word: str) -> bool:
    """Tell whether a noun form can only be plural («лекциям»); the tagger often errs here."""
    return {parse.tag.number for parse in parses(word.lower()) if parse.tag.POS == "NOUN"} == {"plur"}


def says_several(page: Page, i: int) -> bool:
    """Tell whether the tagger and the dictionary read a noun as a plural: «темы», «секции»."""
    return page.feature(i, "Number") == "Plur" and may_be(page.words[i], "plur")


@lru_cache(maxsize=50_000)
def may_be(word: str, case: str) -> bool:
    """Tell whether a word form has a reading in a case (OpenCorpora: "gent"); unknown to none, true for НКО."""
    return any(case in parse.tag or "Fixd" in parse.tag for parse in parses(word.lower()))


def head_before(page: Page, quote: Pair, names: dict[int, int], start: int = 0) -> Head | None:
    """Return the listed noun that governs a quoted name, or ``None``.

    Args:
        quote: the pair of quotes.
        names: last token → first token of each name of a person («мастер-класс Юлии Пашниной «Видео»»).
        start: the search goes no further to the left than this token.

    «мастер-класс режиссёра Юлии Пашниной «Видео на телефон»» → «мастер-класс»;
    «Секция 1. «Право»» → «секция»; «руководитель фонда «Вера»» → «фонд» (sort "other").
    """
    i = quote.first - 1
    stop = max(start, quote.first - REACH)
    near, named, pending = True, False, None
    bare = True  # no noun between: «из владивостокского «Кода добра»» is governed by nothing
    while i >= stop:
        word = page.lower[i]
        if i in names:
            i, near, named, bare = names[i] - 1, False, True, False
        elif word == ")":
            i = (page.bracket_ending[i].first if i in page.bracket_ending else stop) - 1
        elif word in CLOSING_MARKS:
            if not named:
                return pending or (_quoted_head(page, i) if near else None)
            i = _before_owner(page, i)
        elif _is_number(page, i) or (near and _is_link(page, i)):
            i -= 1
        elif word == "," and near and not named:
            i = _before_apposition(page, i, names, stop)
        elif not word[0].isalpha():
            break
        else:
            head = find_head(page, i)
            if head is not None and not _belongs(page, head):
                return pending or _as_place(page, head) if head.sort == "other" else _as_place(page, head)
            pending = pending or head
            if head is None and (not _may_stand_between(page, i, near) or (bare and page.pos[i] == "ADP")):
                break
            bare = bare and page.pos[i] in ("ADJ", "DET", "ADP", "CCONJ")
            i, near = i - 1, False
    return pending


def is_inflected(page: Page, quote: Pair) -> bool:
    """«площадка «Тихого праздника»»: the words in quotes stand in another case than the nominative."""
    i = quote.first + 1
    if quote.last - i < 2 or page.pos[i] != "ADJ" or page.pos[i + 1] not in ("NOUN", "PROPN"):
        return False
    cases = cases_of(page.words[i]) & cases_of(page.words[i + 1])
    return cases == {"gent"}


CLOSING_MARKS = frozenset('"»”“')


def _is_number(page: Page, i: int) -> bool:
    """«Секция 1», «Секция А», «форум 2023 года»."""
    word = page.words[i]
    return word[0].isdigit() or (len(word) == 1 and word.isupper())


def _is_link(page: Page, i: int) -> bool:
    """«Секция 1. «Право»», «мастер-классы: «Азимут»», «Лекция — «Право»»: a mark right before the quote."""
    word = page.words[i]
    if word == ".":
        return i > 0 and _is_number(page, i - 1)
    if word in "—–-":
        head = find_head(page, i - 1) if i > 0 else None
        return head is not None and head.sort == "session" and may_be(page.words[i - 1], "nomn")
    return word in ":№"


def _before_apposition(page: Page, i: int, names: dict[int, int], stop: int) -> int:
    """«Лекция Т. Бурковой, доцента университета, «Смартфон»»: jump to the name before the two commas."""
    return next((j - 1 for j in range(i - 1, stop, -1) if page.words[j] == "," and j - 1 in names), -1)


def _before_owner(page: Page, i: int) -> int:
    """Jump over an organisation between: «мастер-класс тренера фонда «Вера» Ивана Петрова «Видео»»."""
    pair = page.quote_ending.get(i)
    if pair is None:
        return -1
    j = pair.first - 1
    head = find_head(page, j) if j >= 0 else None
    return head.first - 1 if head is not None and head.sort == "other" else j


def _belongs(page: Page, head: Head) -> bool:
    """«форум общественных организаций «Тёплый край»»: a genitive plural that only says whose forum it is."""
    return head.sort == "other" and is_plural(page.words[head.index]) and "gent" in cases_of(page.words[head.index])


def _as_place(page: Page, head: Head) -> Head:
    """«основатель мастерской «Ремесло»», «ветеринар клиники «Хвост»»: the word is an organisation there."""
    i, line = head.first - 1, page.line_of[head.first]
    while i >= 0 and page.pos[i] == "ADJ":
        i -= 1
    if (
        i < 0
        or page.line_of[i] != line
        or page.lemmas[head.index] not in word_set("places")
        or page.feature(head.index, "Case") == "Nom"
    ):
        return head
    if page.pos[i] == "NOUN" and page.feature(i, "Animacy") == "Anim":
        return Head(head.index, head.first, "other", head.kind)
    return head


def _quoted_head(page: Page, i: int) -> Head | None:
    """«прошел "круглый стол" "Новый закон"»: the kind itself in quotes."""
    pair = page.quote_ending.get(i)
    if pair is None or pair.last - pair.first > 4:
        return None
    return next((h for j in range(pair.last - 1, pair.first, -1) if (h := find_head(page, j))), None)


def _may_stand_between(page: Page, i: int, near: bool) -> bool:
    """Tell whether a word may stand between a noun and the quoted name that it governs."""
    word, pos = page.lower[i], page.pos[i]
    if word in word_set("links"):
        return True
    if pos in ("VERB", "AUX"):
        return page.feature(i, "VerbForm") == "Part" and page.feature(i, "Variant") != "Short"
    if pos in ("ADJ", "DET", "ADP", "NUM", "CCONJ"):
        return True
    if near and is_one(word):  # «в беседе с корреспондентом «Голоса Америки»», but «школа юного журналиста «Перо»»
        k = i - 1
        while k > 0 and page.pos[k] == "ADJ":
            k -= 1
        head = find_head(page, k) if k >= 0 else None
        return head is not None and head.kind in word_set("places") and "gent" in cases_of(word)
    if i and (page.pos[i - 1] == "ADP" or page.lemmas[i - 1] in word_set("proper_after")):
        return True
    return not cases_of(word) or not cases_of(word).isdisjoint(("gent", "datv", "ablt", "loct"))


@lru_cache(maxsize=50_000)
def is_person_name(word: str) -> bool:
    """Tell whether a word form is a given name or surname first of all: «Рената», «Иванова»."""
    return not {"Name", "Surn", "Patr"}.isdisjoint(parses(word.lower())[0].tag.grammemes)


@lru_cache(maxsize=50_000)
def may_modify(word: str) -> bool:
    """Tell whether a word form may be an adjective, pronoun or numeral before a noun: not «приграничья»."""
    return any(parse.tag.POS in (None, "ADJF", "PRTF", "NPRO", "NUMR") for parse in parses(word.lower()))


@lru_cache(maxsize=50_000)
def is_living(word: str) -> bool:
    """Tell whether a word form is a noun for living beings: «детей», «волонтёру»."""
    first = parses(word.lower())[0].tag
    return first.POS == "NOUN" and "anim" in first


@lru_cache(maxsize=50_000)
def is_one(word: str) -> bool:
    """Tell whether a word form is one living being: «корреспондентом», «щенке», not «волонтёров»."""
    first = parses(word.lower())[0].tag
    known = parses(word.lower())[0].is_known  # «буллинге» is none, whatever its ending
    return first.POS == "NOUN" and "anim" in first and first.number == "sing" and known
