"""What a quoted name names: an event, a session, or something else.

Steps
    ``Words`` reads the open lists of ``resources/`` (event words, session words, other named things) and knows a
    noun by its lemma, also as part of a compound («прогулка-аудит», «экофорум»); ``read_kind`` puts the noun with
    its adjectives into the nominative singular; ``find_heads`` does so for every listed noun of a page.
Leaves out
    Which of them governs a quoted name (``governor``). Organisations: their names in quotes are read by
    ``pipeline.extractors.organisations``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from pipeline.extractors.lexicon import read_words, word_set
from pipeline.morphology import best_parse, lemma, parses
from pipeline.page import Page
from pipeline.tokens import Trigger

Sort = Literal["event", "session", "either", "other"]

PREFIXES = (
    "агро", "арт", "библио", "благо", "веб", "вело", "видео", "гастро", "гео", "добро", "инфо", "кино", "медиа",
    "мини", "мото", "онлайн", "пресс", "радио", "спец", "супер", "теле", "тур", "фото", "эко", "этно",
)  # fmt: skip
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
SAME = {"gen1": "gent", "gen2": "gent", "loc1": "loct", "loc2": "loct", "acc2": "accs"}


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
    phrases, found = _phrases().get(word, ()), sort_of(word)
    if not phrases and found is None and (word := listed_noun(page.lower[i]) or ""):
        phrases, found = _phrases().get(word, ()), sort_of(word)
    for phrase in phrases:
        size = len(phrase.lemmas)
        start = i - phrase.head
        if size > 1 and start >= 0 and _spells(page, start, phrase.lemmas):
            return Head(i, start, phrase.sort, phrase.written)
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


@lru_cache(maxsize=50_000)
def is_listed(word: str) -> bool:
    """Tell whether a lemma is a listed noun or the head of a set phrase."""
    return word in _phrases() or sort_of(word) is not None


@lru_cache(maxsize=50_000)
def listed_noun(form: str) -> str | None:
    """Return the event or session word that a word form may be, whatever the tagger took it for.

    ``listed_noun("дне")`` is "день" («на дне открытых дверей» looks like «дно»), ``listed_noun("доме")`` ``None``.
    """
    for parse in parses(form):
        word = str(parse.normal_form).replace("ё", "е")
        if parse.tag.POS == "NOUN" and is_listed(word) and _of_events(word):
            return word
    return None


def _of_events(word: str) -> bool:
    """Tell whether a listed noun is the word for an event or session, alone or in a set phrase."""
    found = sort_of(word)
    return found[0] != "other" if found else any(phrase.sort != "other" for phrase in _phrases().get(word, ()))


LISTED = Trigger(lambda token: is_listed(token.lemma) or listed_noun(token.lower) is not None)


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
    tag = best_parse(noun.rsplit("-", 1)[-1]).tag  # «открытая питч-сессия»: the last part has the gender
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
