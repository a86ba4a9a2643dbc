"""Finds keyphrases: what an article, or a session topic, is about, as noun phrases in the nominative.

Steps
    1. Phrases are a noun, the adjectives that agree with it, and one genitive after it («ресурсный центр»,
       «развитие сельских территорий»); names, posts, places, dates and numeric facts that others found are no
       part of them.
    2. The same phrase in other cases and numbers is counted once more; the headline counts ``HEADLINE`` times.
    3. A phrase is worth how often it and its words come times how rare its words are in general news
       (``resources/frequencies.tsv``) times how much they tell of a theme (``pipeline.taxonomy``: «сиделка» does,
       «калитка» does not); of phrases that say the same the best stays.
    4. The head and its adjectives are put into the nominative; the genitive stays.
Leaves out
    Verbs, names of things in quotes, themes (``pipeline.taxonomy``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import log
from typing import Any

from pipeline.extractors.lexicon import read_words
from pipeline.extractors.noun_phrases import ACRONYMS, agrees, generic, genitive_end, is_given
from pipeline.memo import Memo
from pipeline.morphology import known_parses, nominative, parses
from pipeline.page import Page
from pipeline.record import City, Date, Fact, Keyphrase, Organisation, Person, Region, SessionTopic
from pipeline.taxonomy import topical_words
from pipeline.tokens import Token, Trigger

Key = tuple[str, ...]

PHRASES = 8  # of an article
KEYWORDS = 3  # of a session topic
HEADLINE = 2
HEADLINE_WORDS = 30
MAX_WORDS = 3
COMMON = log(1000)  # per million: a word as frequent as this adds nothing
RARE = 12  # per million: rarer words are worth no more, they are often figures of speech
ALONE = 0.6  # a single word is worth less than its rarity says, as a phrase says more
LEAST_ALONE = 2  # a single word has to come so often
REPEATS = 2  # so many phrases of an article may share a word
WORDS_COUNT = 0.4  # what a word of the phrase is worth where it stands without the phrase
UNTOLD = 0.25  # what a word is worth that tells of no theme
UNKNOWN = 0.4  # how much one tells that the taxonomy has not seen
TELLS = 0.6  # a word that tells so much of a theme names an article that has few phrases
TOLD = 0.3  # «лишний нуль», «влажные салфетки» are below it, «президентский грант» is not
LEAST = 0.25  # of the best score; below it phrases are by the way …
FEW = 4  # … but so many are told


@dataclass(slots=True)
class Phrase:
    """Occurrences of one phrase: its lemmas are the key, ``places`` are ``(first, head, last)`` in text order."""

    key: Key
    weight: int = 0
    places: list[tuple[int, int, int]] = field(default_factory=list)


def find(
    page: Page,
    *,
    people: list[Person],
    organisations: list[Organisation],
    cities: list[City],
    regions: list[Region],
    dates: list[Date],
    facts: list[Fact],
    session_topics: list[SessionTopic],
) -> tuple[list[Keyphrase], list[SessionTopic]]:
    """Return the keyphrases of an article, the best first, and its session topics with keywords.

    «О работе ресурсных центров …» gives ``Keyphrase(text="ресурсные центры", score=1.0)``.
    """
    rows: list[Any] = [*people, *organisations, *cities, *regions]
    named = (mention for row in rows for mention in row.mentions)
    posts = (role for person in people for role in person.roles)
    free = _free_tokens(page, [*named, *posts, *dates, *facts])
    starts = frozenset(first for first, _ in page.sentences)
    phrases = _collect(page, free, range(len(page)), starts)
    counts = Counter(page.lemmas)
    ranked = _rank(phrases.values(), PHRASES, least_alone=LEAST_ALONE, counts=counts)
    if len(ranked) < FEW:
        ranked += _telling_words(page, starts, counts, ranked)
    best = max((score for _, score in ranked), default=1.0)
    keyphrases = [
        Keyphrase(text=_spell(page, phrase), score=round(score / best, 3))
        for n, (phrase, score) in enumerate(ranked)
        if n < FEW or score >= LEAST * best
    ]
    return keyphrases, [_with_keywords(page, free, starts, topic) for topic in session_topics]


def _telling_words(
    page: Page, starts: frozenset[int], counts: Mapping[str, int], ranked: list[tuple[Phrase, float]]
) -> list[tuple[Phrase, float]]:
    """Return the nouns that tell a theme, also from names («приют «Четыре лапы»»): for pages with few phrases.

    A word has to come twice or stand in the headline.
    """
    headline = _headline(page) if len(page.lines) > 1 else 0
    named = {i for chunk in page.chunks for i in range(chunk.first, chunk.last) if chunk.label != "ORG"}
    named |= _quoted_in_names(page)
    said = {word for phrase, _ in ranked for word in phrase.key}
    words: dict[str, Phrase] = {}
    for i in page.find(HEADS):
        lemma = page.lemmas[i]
        tells = topical_words().get(lemma, 0.0) >= TELLS and i not in named
        if tells and lemma not in said and lemma not in generic("alone") and _is_word(page, i, starts):
            phrase = words.setdefault(lemma, Phrase((lemma,)))
            phrase.weight += HEADLINE if i < headline else 1
            phrase.places.append((i, i, i + 1))
    scored = [(phrase, _score(phrase, counts)) for phrase in words.values() if phrase.weight > 1]
    least = min((score for _, score in ranked), default=None)
    scored = [(p, score if least is None else min(score, least)) for p, score in scored if score > 0]
    return sorted(scored, key=lambda pair: (-pair[1], -pair[0].weight, pair[0].places[0]))[: FEW - len(ranked)]


def _quoted_in_names(page: Page) -> set[int]:
    """Return the words of organisations' own names: «барс» of «Снежный барс», not «приют» before «Лапа»."""
    inside = {i for chunk in page.chunks if chunk.label == "ORG" for i in range(chunk.first, chunk.last)}
    return {
        i for pair in page.quotes if pair.first in inside or pair.first + 1 in inside
        for i in range(pair.first, pair.last)
    }  # fmt: skip


def _with_keywords(page: Page, free: bytearray, starts: frozenset[int], topic: SessionTopic) -> SessionTopic:
    if not topic.mentions:
        return topic
    first, last = page.tokens_in(topic.mentions[0].start, topic.mentions[0].end)
    phrases = _collect(page, free, range(first, last), starts)
    ranked = _rank(phrases.values(), KEYWORDS, least_alone=1, counts={})
    keywords = dict.fromkeys(_spell(page, phrase) for phrase, _ in ranked)
    return topic.model_copy(update={"keywords": tuple(keywords)})


def _free_tokens(page: Page, spans: Iterable[Any]) -> bytearray:
    """Tell for each token whether it may be in a phrase: 1, or 0 inside the spans and names of the model."""
    free = bytearray(b"\x01") * len(page)
    for span in spans:
        first, last = page.tokens_in(span.start, span.end)
        free[first:last] = bytes(max(0, last - first))
    for chunk in page.chunks:
        free[chunk.first : chunk.last] = bytes(chunk.last - chunk.first)
    return free


# -- phrases ----------------------------------------------------------------------------------------------


def _collect(page: Page, free: bytearray, tokens: range, sentences: frozenset[int]) -> dict[Key, Phrase]:
    """Return the phrases whose words are all among ``tokens``, by their lemmas."""
    starts = sentences | {tokens.start} if tokens.start else sentences
    headline = _headline(page)
    phrases: dict[Key, Phrase] = {}
    heads = page.find(HEADS)
    for head in heads[bisect_left(heads, tokens.start) : bisect_left(heads, tokens.stop)]:
        if not free[head] or not _is_word(page, head, starts):
            continue
        if head and f"{page.lower[head - 1]} {page.lower[head]}" in _figures():
            continue  # «на полях встречи»
        for first, last in _extents(page, free, head, tokens, starts):
            key = tuple(page.lemmas[first:last])
            phrase = phrases.get(key)
            if phrase is None:
                phrase = phrases[key] = Phrase(key)
            phrase.weight += HEADLINE if head < headline else 1
            phrase.places.append((first, head, last))
    return phrases


def _written(word: str) -> str:
    """Tell how a word is written that may be of a phrase: "small", "title", "" for names, numbers and marks."""
    if len(word) < 3 or not word.replace("-", "").isalpha():
        return ""
    if word.islower() or (word.isupper() and len(word) > 5):
        return "small"
    return "title" if word.istitle() else ""


WRITTEN = Memo(_written)


def _may_head(token: Token) -> bool:
    """Tell whether a word may be the head of a phrase, for all that stands around it."""
    noun = token.pos == "NOUN" and token.lemma not in generic("never")
    return noun and WRITTEN[token.word] != "" and _can_be_noun(token.word)


HEADS = Trigger(_may_head)


def _headline(page: Page) -> int:
    """Return how many words the headline has: a longer first line is a paragraph."""
    return page.lines[0][1] if page.lines and page.lines[0][1] <= HEADLINE_WORDS else 0


def _is_word(page: Page, i: int, starts: frozenset[int]) -> bool:
    """A common noun: in small letters, or capitalised as its place wants it («Волонтёры …», «ВОЛОНТЁРЫ ЮГА»)."""
    written = WRITTEN[page.words[i]]
    return written == "small" or (written == "title" and i in starts)


def _extents(
    page: Page, free: bytearray, head: int, tokens: range, starts: frozenset[int]
) -> list[tuple[int, int]]:
    """Return the ranges of the phrases around a head: alone, with adjectives, with a genitive, with both."""
    first = head
    while (
        first > tokens.start
        and head - first < MAX_WORDS - 1
        and free[first - 1]
        and agrees(page, first - 1, head)
        and _is_word(page, first - 1, starts)
    ):
        first -= 1
    last = head + 1 if is_given(page, first, head) else genitive_end(page, free, head + 1, tokens, starts)
    extents = [] if page.lemmas[head] in generic("alone") else [(head, head + 1)]
    if first < head:
        extents.append((first, head + 1))
    if last > head + 1:
        extents.append((head, last))
    if first < head and last - first <= MAX_WORDS and last > head + 1:
        extents.append((first, last))
    return extents


@lru_cache(maxsize=20_000)
def _can_be_noun(word: str) -> bool:
    """Check the model by the dictionary: «зовущий библиотекарей» begins with a participle."""
    return any(parse.tag.POS == "NOUN" for parse in parses(word.lower()))


# -- ranking ----------------------------------------------------------------------------------------------


def _rank(
    phrases: Iterable[Phrase], count: int, *, least_alone: int, counts: Mapping[str, int]
) -> list[tuple[Phrase, float]]:
    """Return the best phrases that do not say the same twice, with their scores."""
    scored = [
        (phrase, score)
        for phrase in phrases
        if _is_worth_a_look(phrase, least_alone) and (score := _score(phrase, counts)) > 0
    ]
    scored.sort(key=lambda pair: (-pair[1], pair[0].places[0]))
    chosen: list[tuple[Phrase, float]] = []
    said: list[set[str]] = []
    used: Counter[str] = Counter()
    for phrase, score in scored:
        words = set(phrase.key)
        if any(words <= other or words >= other or len(words & other) > 1 for other in said):
            continue
        if any(used[word] >= REPEATS for word in words):
            continue
        chosen.append((phrase, score))
        said.append(words)
        used.update(words)
        if len(chosen) == count:
            break
    return chosen


def _is_worth_a_look(phrase: Phrase, least_alone: int) -> bool:
    """A word has to come again, and a phrase that comes once has to have a word that tells of a theme."""
    if len(phrase.key) == 1:
        return len(phrase.places) >= least_alone
    once = phrase.weight == 1 and least_alone > 1  # of a session topic every phrase comes once
    return not once or max(topical_words().get(word, UNKNOWN) for word in phrase.key) >= TOLD


def _score(phrase: Phrase, counts: Mapping[str, int]) -> float:
    """How often times how rare: words as common as «развитие» count little, those like «хоспис» much."""
    length = len(phrase.key)
    elsewhere = sum(max(0, counts.get(word, 0) - len(phrase.places)) for word in phrase.key) / length
    weight = phrase.weight + (WORDS_COUNT * elsewhere if length > 1 else 0.0)
    rarity = sum(_worth(word) for word in phrase.key) / length**0.6  # 0.6: two words are worth 1.3 of one
    return float(weight * rarity * (ALONE if length == 1 else 1.0))


@lru_cache(maxsize=20_000)
def _worth(word: str) -> float:
    """How rare a word is in general news, times how much it tells of a theme."""
    rarity = max(0.0, COMMON - log(max(_frequencies().get(word, 0), RARE)))
    return rarity * (UNTOLD + (1 - UNTOLD) * topical_words().get(word, UNKNOWN))


@cache
def _frequencies() -> dict[str, int]:
    """Instances of lemmas in a million words of general news; those that are not here have fewer than three."""
    rows = (line.split("\t") for line in read_words("frequencies.tsv"))
    return {word: int(count) for word, count in rows}


@cache
def _figures() -> frozenset[str]:
    return frozenset(read_words("figures_of_speech.txt"))


# -- spelling ---------------------------------------------------------------------------------------------


def _spell(page: Page, phrase: Phrase) -> str:
    """Return the phrase in the nominative, in the number it has most often."""
    numbers = [page.feature(head, "Number") for _, head, _ in phrase.places]
    usual = max(numbers, key=numbers.count)
    first, head, last = phrase.places[numbers.index(usual)]
    words = [_small(word) for word in page.words[first:last]]
    return " ".join(nominative(words, page.pos[first:last], page.tags[first:last], head=head - first))


def _small(word: str) -> str:
    """«Волонтёры» → «волонтёры», «ДАТЫ» → «даты», «НКО» stays."""
    return word if word.isupper() and len(word) <= 4 and _is_acronym(word.lower()) else word.lower()


@lru_cache(maxsize=2_000)
def _is_acronym(word: str) -> bool:
    return word.upper() in ACRONYMS or "Abbr" in parses(word)[0].tag or not known_parses(word)
