"""The word lists of numeric facts, read once: units, modifiers, words that tell what a number is.

Sources
    ``resources/units.tsv``, ``number_modifiers.tsv``, ``number_words.tsv``; their headers say where from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.extractors.numbers import numerals
from pipeline.morphology import parses
from pipeline.page import Page
from pipeline.record import Modifier
from pipeline.resources import read_rows
from pipeline.tokens import features

PARTS = {
    "NOUN": "NOUN", "ADJF": "ADJ", "PRTF": "ADJ", "VERB": "VERB", "INFN": "VERB", "GRND": "VERB", "PRTS": "VERB",
    "ADJS": "VERB", "PREP": "ADP", "ADVB": "ADV", "COMP": "ADV", "NUMR": "NUM", "CONJ": "CCONJ", "NPRO": "PRON",
    "PRCL": "PART", "PRED": "ADV",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A row of ``units.tsv``: the kind and the unit written out."""

    kind: str
    unit: str
    short: bool


@dataclass(frozen=True, slots=True)
class ModifierWord:
    """A row of ``number_modifiers.tsv``; ``gap``: a preposition may stand between it and the number."""

    modifier: Modifier
    gap: bool


@cache
def unit_words() -> tuple[dict[str, UnitWord], dict[str, UnitWord]]:
    """Return units by dictionary form and by abbreviation."""
    lemmas: dict[str, UnitWord] = {}
    shorts: dict[str, UnitWord] = {}
    for word, match, kind, unit in read_rows("units.tsv"):
        (lemmas if match == "lemma" else shorts)[word] = UnitWord(kind, unit, match == "short")
    return lemmas, shorts


@lru_cache(maxsize=50_000)
def unit_word(word: str) -> UnitWord | None:
    """Return the unit of a word form (lower case, ё as е): «километров» and «км» are километр."""
    lemmas, shorts = unit_words()
    if word in shorts or word in lemmas:
        return shorts.get(word) or lemmas[word]
    if not word[0].isalpha():
        return None
    for parse in parses(word):
        lemma = parse.normal_form.replace("ё", "е")
        if parse.tag.POS == "NOUN" and lemma in lemmas:
            return lemmas[lemma]
    return None


@cache
def modifier_words() -> dict[tuple[str, ...], ModifierWord]:
    """Return modifiers by their words: ("не", "менее") → at_least."""
    return {
        tuple(phrase.split()): ModifierWord(modifier, gap == "gap")  # type: ignore[arg-type]
        for phrase, modifier, gap in read_rows("number_modifiers.tsv")
    }


@cache
def word_classes() -> dict[str, frozenset[str]]:
    """Return the words of each class of ``number_words.tsv``."""
    classes: dict[str, set[str]] = {}
    for word, name in read_rows("number_words.tsv"):
        classes.setdefault(name, set()).add(word)
    return {name: frozenset(words) for name, words in classes.items()}


def part(page: Page, i: int) -> str:
    """Return the part of speech of a word, participles as ADJ; the dictionary overrules an impossible tag."""
    token = page.tokens[i]
    return _part(token.lower, token.pos, token.tag)


@lru_cache(maxsize=50_000)
def _part(word: str, pos: str, tag: str) -> str:
    if word in numerals():
        return "NUM"
    told = features(tag)
    if pos == "VERB" and told.get("VerbForm") == "Part" and told.get("Variant") != "Short":
        pos = "ADJ"
    elif pos in ("DET", "ADJ"):
        pos = "VERB" if told.get("Variant") == "Short" else "ADJ"
    elif pos == "AUX":
        return "VERB"
    if pos == "X":
        return dictionary_part(word)
    if pos in ("NOUN", "ADJ", "NUM") and word[0].isalpha():
        sure = sure_part(word)
        return sure if sure in ("NOUN", "ADJ") and told.get("Degree") != "Cmp" else pos
    return pos


@lru_cache(maxsize=50_000)
def dictionary_part(word: str) -> str:
    """Return the part of speech that the dictionary gives a word form first."""
    if not word[0].isalpha():
        return "PUNCT"
    return PARTS.get(str(parses(word)[0].tag.POS), "X")


@lru_cache(maxsize=50_000)
def sure_part(word: str) -> str | None:
    """Return the part of speech of a word form that the dictionary knows as one only: «улусов» is a noun."""
    found = {PARTS.get(str(parse.tag.POS), "X") for parse in parses(word)}
    return found.pop() if len(found) == 1 and parses(word)[0].is_known else None


def is_genitive_plural(page: Page, i: int) -> bool:
    """Tell whether a noun stands in the genitive plural, by the model or where the form can be nothing else."""
    possible, only = _genitive_plural(page.lower[i])
    said = page.feature(i, "Case") == "Gen" and page.feature(i, "Number") == "Plur"
    return (possible and (only or said)) or (said and page.words[i].isupper())


@lru_cache(maxsize=50_000)
def _genitive_plural(word: str) -> tuple[bool, bool]:
    """Tell whether a form can be a genitive plural, and whether a noun form can be nothing else."""
    tags = [parse.tag for parse in parses(word) if parse.tag.POS == "NOUN"]
    like = [tag.number == "plur" and tag.case in ("gent", "accs") for tag in tags]
    return any(tag.number == "plur" and tag.case == "gent" for tag in tags), bool(like) and all(like)
