"""What belongs to a noun: the adjectives that agree with it, the genitive after it; which words are too general.

Leaves out
    Which phrases an article is about, their spelling (``keyphrases``).
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache

from pipeline.extractors.lexicon import read_words
from pipeline.morphology import parses
from pipeline.page import Page

ACRONYMS = frozenset({"НКО", "СМИ", "ТОС", "ВИЧ", "ОВЗ", "ДЦП", "ЖКХ", "ТКО", "ВОВ", "ЕГЭ", "СПИД"})
WANTING = frozenset({"прибавилось", "прибавится", "убавилось", "хватает", "хватало", "хватит", "хватило", "мало"})
CHANGED, MORE = frozenset({"стало", "станет"}), frozenset({"больше", "меньше"})
# The subject of these is a genitive: «с открытием комнат работы прибавилось», «стало меньше».
ACTIONS = ("ние", "тие")


def agrees(page: Page, i: int, head: int) -> bool:
    """Tell whether a word is an adjective of the head that says something: «паллиативной помощью»."""
    if page.pos[i] != "ADJ" or page.lemmas[i] in generic("adjective"):
        return False
    own, noun = page.tokens[i].features, page.tokens[head].features
    same = own.get("Case") == noun.get("Case") and own.get("Number") == noun.get("Number")
    return same and _can_agree(page.words[i])


@lru_cache(maxsize=20_000)
def _can_agree(word: str) -> bool:
    """Check the model by the dictionary: «модерировал», «зовущий» are no adjectives."""
    return any(parse.tag.POS == "ADJF" for parse in parses(word.lower()))


def is_given(page: Page, first: int, head: int) -> bool:
    """Tell whether something is given to the head: what looks like its genitive is that («раздали детям книги»)."""
    after_verb = first > 0 and page.pos[first - 1] == "VERB" and page.feature(head, "Case") == "Dat"
    return after_verb and head + 1 < len(page) and _can_be_object(page.words[head + 1])


@lru_cache(maxsize=20_000)
def _can_be_object(word: str) -> bool:
    return any({"NOUN", "inan", "accs"} <= parse.tag.grammemes for parse in parses(word.lower()))


def genitive_end(page: Page, free: bytearray, i: int, tokens: range, starts: frozenset[int]) -> int:
    """Return the end of a genitive that begins at ``i``: one noun with at most one adjective, else ``i``.

    The name of an action whose object follows («вред поднятия тяжестей») is no end of a phrase, nor is what a verb
    after it governs («организация отношения не имеет», «с открытием комнат работы прибавилось»).
    """
    end = _bare_genitive_end(page, free, i, tokens)
    if end == i or starts.intersection(range(i, end)) or _goes_on(page, free, end, tokens, starts):
        return i
    return end


def _goes_on(page: Page, free: bytearray, i: int, tokens: range, starts: frozenset[int]) -> bool:
    if i >= len(page) or i in starts:
        return False
    after = set(page.lower[i : i + 4])
    changed = after & CHANGED and MORE & set(page.lower[i : i + 9])
    if page.lower[i] == "не" or after & WANTING or changed:
        return True
    action = page.lemmas[i - 1].endswith(ACTIONS) and i < tokens.stop and page.words[i].islower()
    return action and _bare_genitive_end(page, free, i, tokens) > i


def _bare_genitive_end(page: Page, free: bytearray, i: int, tokens: range) -> int:
    adjective = i < tokens.stop and free[i] and page.pos[i] == "ADJ" and page.feature(i, "Case") == "Gen"
    noun = i + 1 if adjective else i
    if noun >= tokens.stop or not free[noun] or page.lemmas[noun] in generic("never"):
        return i
    word = page.words[noun]
    if word in ACRONYMS and not adjective:  # «руководители НКО»
        return noun + 1
    genitive = page.pos[noun] == "NOUN" and page.feature(noun, "Case") == "Gen" and _can_be_genitive(word)
    if not genitive or not (word.islower() or word.isupper()) or len(word) < 3:
        return i
    return noun + 1 if not adjective or agrees(page, i, noun) else i


@lru_cache(maxsize=20_000)
def _can_be_genitive(word: str) -> bool:
    """Check the model by the dictionary: «мастер-класс» is no genitive, whatever the tag says."""
    return any({"NOUN", "gent"} <= set(parse.tag.grammemes) for parse in parses(word.lower()))


@cache
def generic(kind: str) -> frozenset[str]:
    return _generic_words()[kind]


@cache
def _generic_words() -> dict[str, frozenset[str]]:
    words: defaultdict[str, set[str]] = defaultdict(set)
    for line in read_words("generic_words.tsv"):
        kind, word = line.split("\t")
        words[kind].add(word)
    return {kind: frozenset(found) for kind, found in words.items()}
