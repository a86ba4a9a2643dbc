"""The word lists of numeric facts, read once: units, modifiers, words that tell what a number is.

Sources
    ``resources/units.tsv``, ``number_modifiers.tsv``, ``number_words.tsv``; their headers say where from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from pipeline.morphology import parses
from pipeline.page import Page
from pipeline.record import Modifier

UNIT_KINDS = frozenset({"money", "kopeck", "percent", "duration", "measure", "count", "times", "never"})
PARTS = {"NOUN": "NOUN", "ADJF": "ADJ", "PRTF": "ADJ", "VERB": "VERB", "INFN": "VERB", "GRND": "VERB", "PRTS": "VERB",
         "ADJS": "VERB", "PREP": "ADP", "ADVB": "ADV", "COMP": "ADV", "NUMR": "NUM", "CONJ": "CCONJ", "NPRO": "PRON",
         "PRCL": "PART", "PRED": "ADV"}  # fmt: skip


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


def _rows(name: str) -> Iterator[list[str]]:
    text = (resources.files("pipeline") / "resources" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


@cache
def unit_words() -> tuple[dict[str, UnitWord], dict[str, UnitWord]]:
    """Return units by dictionary form and by abbreviation."""
    lemmas, shorts = {}, {}
    for word, match, kind, unit in _rows("units.tsv"):
        (lemmas if match == "lemma" else shorts)[word] = UnitWord(kind, unit, match == "short")
    return lemmas, shorts


@lru_cache(maxsize=50_000)
def unit_word(word: str) -> UnitWord | None:
    """Return the unit of a word form (lower case, ё as е): «километров» and «км» are километр."""
    lemmas, shorts = unit_words()
    if word in shorts:
        return shorts[word]
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
        for phrase, modifier, gap in _rows("number_modifiers.tsv")
    }


@cache
def word_classes() -> dict[str, frozenset[str]]:
    """Return the words of each class of ``number_words.tsv``."""
    classes: dict[str, set[str]] = {}
    for word, name in _rows("number_words.tsv"):
        classes.setdefault(name, set()).add(word)
    return {name: frozenset(words) for name, words in classes.items()}


def part(page: Page, i: int) -> str:
    """Return the part of speech of a word, participles as ADJ; by the dictionary where no model ran."""
    pos = page.pos[i]
    if pos == "VERB" and page.feature(i, "VerbForm") == "Part" and page.feature(i, "Variant") != "Short":
        return "ADJ"
    if pos in ("DET", "ADJ"):
        return "VERB" if page.feature(i, "Variant") == "Short" else "ADJ"
    if pos == "AUX":
        return "VERB"
    return dictionary_part(page.lower[i]) if pos == "X" else pos


@lru_cache(maxsize=50_000)
def dictionary_part(word: str) -> str:
    """Return the part of speech that the dictionary gives a word form first."""
    if not word[0].isalpha():
        return "PUNCT"
    return PARTS.get(str(parses(word)[0].tag.POS), "X")
