"""Lemmas for full-text search: of texts when they are indexed, of what people type when they search.

Steps
    ``lemmatize`` turns a text into the lemmas that SQLite's FTS5 indexes, in order, and the second readings of
    its ambiguous words. ``parse_search`` turns what a person typed into expressions of FTS5 over those lemmas:
    words (all must be there), «phrases» or "phrases", beginnings (``доброволь*``), ``ИЛИ`` or ``|`` between
    words, ``-word`` for what must not be there. Nothing typed reaches FTS5 but letters and digits in quotes.
Leaves out
    Choosing the reading by the sentence: records carry no tags, so the likeliest reading of the form is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from sys import intern

from pipeline.morphology import analyzer, parses

WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
RUSSIAN = re.compile(r"[а-я][а-я0-9-]*")  # the analyser fails on letters of some other scripts
TERM = re.compile(r'(?P<minus>-?)(?:"(?P<a>[^"]*)"|«(?P<b>[^»]*)»|“(?P<c>[^”]*)”|„(?P<d>[^“]*)“|(?P<word>\S+))')
EITHER = frozenset({"|", "или", "or"})
MOST_KEPT = 500_000  # forms whose lemmas are kept in memory
LIKELY = 0.2  # a second lemma with at least this share of the readings of a form: Черновой → черновой, Чернов
PHRASES = 8  # readings of a phrase of ambiguous words that are tried
MOST_WORDS = 64  # of a search; what is typed beyond is not looked for
LEAST_BEGINNING = 4  # letters of a beginning whose words are looked up in the dictionary
MOST_FORMS, MOST_LEMMAS = 1500, 40  # that are taken from it
SMALL_WORDS = frozenset({"PREP", "CONJ", "PRCL", "INTJ"})


def fold(text: str) -> str:
    """Return text in lower case, ё as е, without stress marks and soft hyphens: «Ковалёва» → «ковалева»."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).replace("\u0301", "").replace("\u00ad", "")
    return text.lower().replace("ё", "е")


def words(text: str) -> list[str]:
    """Return the words of a text, folded; a word with hyphens is one: «Санкт-Петербург» → [«санкт-петербург»]."""
    return WORD.findall(fold(text))


@lru_cache(maxsize=20_000)
def readings(word: str) -> tuple[str, ...]:
    """Return the lemmas of a folded word form, the likeliest first: «громова» → («громов»,)."""
    if not RUSSIAN.fullmatch(word):
        return (word,)
    found = parses(word)
    shares: dict[str, float] = {}
    for parse in found:
        shares[parse.normal_form] = shares.get(parse.normal_form, 0.0) + parse.score
    first, total = found[0].normal_form, sum(shares.values())
    others = [form for form, share in shares.items() if form != first and share >= LIKELY * total]
    return tuple(dict.fromkeys(fold(form) for form in [first, *others]))


def lemma(word: str) -> str:
    """Return the likeliest lemma of a folded word form: «ресурсных» → «ресурсный»."""
    return readings(word)[0]


def lemmatize(text: str) -> tuple[str, str]:
    """Return the lemmas of a text in order, and the second readings of its ambiguous words."""
    found = words(text)
    also = _LEMMAS.also
    first = " ".join([_LEMMAS[word] for word in found])
    return first, " ".join([also[word] for word in dict.fromkeys(found) if word in also])


class _Lemmas(dict[str, str]):
    """The likeliest lemma of each form met so far; ``also`` holds the second readings of the ambiguous ones.

    A plain dictionary, for this is most of the work of indexing a text.
    """

    def __init__(self) -> None:
        super().__init__()
        self.also: dict[str, str] = {}

    def __missing__(self, word: str) -> str:
        if len(self) >= MOST_KEPT:
            self.clear()
            self.also.clear()
        first, *others = readings(word)
        if others:
            self.also[word] = " ".join(others)
        self[word] = first = intern(first)
        return first


_LEMMAS = _Lemmas()


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: an expression of FTS5 that must match, and one that must not; either may be absent."""

    wanted: str | None
    unwanted: str | None

    @property
    def empty(self) -> bool:
        """Whether nothing that could be looked for was typed."""
        return self.wanted is None and self.unwanted is None


def parse_search(typed: str) -> Search:
    """Turn what a person typed into expressions of FTS5; never fails, whatever was typed.

    >>> parse_search('ресурсных «центры развития» -гранты').wanted
    '"ресурсный" AND "центр развитие"'
    """
    groups: list[list[str]] = []
    unwanted: list[str] = []
    either = False
    for minus, text, quoted in islice(_terms(typed), MOST_WORDS):
        if not quoted and text.lower() in EITHER:
            either = bool(groups)
            continue
        expression = _expression(text, quoted)
        if expression is None:
            continue
        if minus:
            unwanted.append(expression)
        elif either:
            groups[-1].append(expression)
        else:
            groups.append([expression])
        either = False
    return Search(_joined(groups), " OR ".join(unwanted) or None)


def _terms(typed: str) -> Iterator[tuple[bool, str, bool]]:
    """Yield what was typed term by term: whether it is unwanted, its text, whether it is a phrase."""
    for match in TERM.finditer(typed):
        phrase = next((match[name] for name in "abcd" if match[name] is not None), None)
        yield bool(match["minus"]), match["word"] if phrase is None else phrase, phrase is not None


def _joined(groups: Iterable[list[str]]) -> str | None:
    terms = [group[0] if len(group) == 1 else f"({' OR '.join(group)})" for group in groups]
    return " AND ".join(terms) or None


def _expression(text: str, quoted: bool) -> str | None:
    """Return the expression for a phrase or a word; ``None`` for what has no letters or digits."""
    found = words(text)
    if not found:
        return None
    if not quoted and len(found) == 1 and is_small(found[0]):
        return None
    if not quoted and text.rstrip().endswith("*"):
        *before, last = found
        choices = [f'"{last}" *', *(f'"{form}"' for form in _lemmas_of_beginning(last))]
        parts = [*(_either(readings(word)) for word in before), f"({' OR '.join(choices)})"]
        return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"
    if len(found) == 1:
        return _either(readings(found[0]))
    phrases = islice(product(*(readings(word) for word in found)), PHRASES)
    return _either(tuple(" ".join(phrase) for phrase in phrases))


@lru_cache(maxsize=500)
def _lemmas_of_beginning(letters: str) -> tuple[str, ...]:
    """Return the lemmas of the words that begin so and do not themselves: «доброволь» → «доброволец»."""
    found = dict.fromkeys(readings(letters))
    if len(letters) >= LEAST_BEGINNING and RUSSIAN.fullmatch(letters):
        for known in islice(analyzer().dictionary.iter_known_words(letters), MOST_FORMS):
            found[fold(known[2])] = None
    stem = letters[: max(3, len(letters) - 2)]  # not «модельный», for «помодельнее»
    return tuple(form for form in found if form.startswith(stem) and not form.startswith(letters))[:MOST_LEMMAS]


def _either(forms: tuple[str, ...]) -> str:
    quoted = [f'"{form}"' for form in forms]
    return quoted[0] if len(quoted) == 1 else f"({' OR '.join(quoted)})"


def part_of_speech(word: str) -> str:
    """Return the likeliest part of speech of a folded word (NOUN, PREP …), empty if it is not Russian."""
    return str(parses(word)[0].tag.POS) if RUSSIAN.fullmatch(word) else ""


def is_small(word: str) -> bool:
    """Tell whether a word is a preposition, conjunction or particle: nobody looks for articles with «в»."""
    return part_of_speech(word) in SMALL_WORDS
