"""The page: one article as extractors read it, in plain Python columns.

Purpose
    Rules look at words, tags and layout thousands of times an article. Reading them off spaCy tokens costs
    a Python object each time, so a ``Page`` copies what a ``Doc`` knows into parallel lists once, leaves
    out white space, and adds what the models do not give: lines, pairs of quotes and brackets.
    Tests build a page by hand (``Page.build``), with no model at all.
Leaves out
    Anything found by an extractor: findings travel as values, never on the page.

Indexes ``i`` are positions in the columns; a range of tokens is half-open, ``[first, last)``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from sys import intern
from typing import Any, NamedTuple, TypeVar

import numpy as np

from pipeline.record import Span
from pipeline.tokens import Numbers, Stock, Token, Trigger, stock

OPENING = {"«": "»", "“": "”", "„": "“", '"': '"', "(": ")", "[": "]"}
QUOTE_MARKS = frozenset('«»"“”„')
BRACKET_MARKS = frozenset("()[]")

CAPITALS = Trigger(lambda token: token.word[0].isupper())
QUOTES = Trigger(lambda token: token.word in QUOTE_MARKS)
BRACKETS = Trigger(lambda token: token.word in BRACKET_MARKS)


class Pair(NamedTuple):
    """A pair of quotes or brackets: tokens ``first`` (the opening mark) to ``last`` (the closing one), inclusive.

    Two nested quotes often share one closing mark («Центр «Радуга»): then both pairs end on it.
    """

    first: int
    last: int
    depth: int


class Chunk(NamedTuple):
    """What the model of named entities found: tokens ``[first, last)`` and PER, LOC or ORG."""

    first: int
    last: int
    label: str


Rule = TypeVar("Rule", bound=tuple[Any, ...])
Parse = Callable[[int, int], tuple[list[int], list[str]]]


@dataclass
class Page:
    """Columns over the words of an article; see the module docstring.

    ``parse`` returns heads and relations of the sentence ``[first, last)``; it is called at the first
    question about syntax there, so a sentence nobody asks about is never parsed. ``shared`` keeps what several
    extractors derive from the columns alone (an outline), so that it is derived once.
    """

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    pos: list[str]
    tags: list[str]
    sentences: list[tuple[int, int]]
    chunks: list[Chunk]
    published: str | None = None
    title: str | None = None
    without: frozenset[str] = frozenset()
    parse: Parse | None = None
    shared: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _ranges: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)
    _syntax: dict[int, tuple[list[int], list[str]]] = field(default_factory=dict, repr=False)

    @classmethod
    def build(
        cls,
        text: str,
        *,
        pos: Sequence[str] | None = None,
        tags: Sequence[str] | None = None,
        chunks: Sequence[Chunk] = (),
        published: str | None = None,
        title: str | None = None,
    ) -> Page:
        """Build a page of a text: razdel's tokens and sentences, and what is given of tags and names."""
        from pipeline.models.segment import split_sentences, tokenize

        spans = tokenize(text)
        starts = [start for start, _ in spans]
        ends = [end for _, end in spans]
        sentences = []
        for start, end in split_sentences(text):
            first, last = bisect_left(starts, start), bisect_left(starts, end)
            if first < last:
                sentences.append((first, last))
        return cls(
            text=text,
            words=[intern(text[start:end]) for start, end in spans],
            starts=starts,
            ends=ends,
            pos=list(pos or ["X"] * len(spans)),
            tags=list(tags or [""] * len(spans)),
            sentences=sentences,
            chunks=list(chunks),
            published=published,
            title=title,
        )

    def __len__(self) -> int:
        return len(self.words)

    def uses(self, rule: str) -> bool:
        """Tell whether a rule is switched on (``letopis evaluate --without RULE`` switches it off)."""
        return rule not in self.without

    def rules_of(self, table: Sequence[Rule], prefix: str = "") -> Sequence[Rule]:
        """Return the rows of a table of rules that are switched on; a row begins with the name of its rule."""
        return [row for row in table if prefix + row[0] not in self.without] if self.without else table

    # -- columns ------------------------------------------------------------------------------------------

    @cached_property
    def _stock(self) -> Stock:
        return stock()

    @cached_property
    def _numbers(self) -> Numbers:
        keys = zip(self.words, self.pos, self.tags, strict=True)
        return np.fromiter(map(self._stock.__getitem__, keys), np.int64, len(self.words))

    @cached_property
    def tokens(self) -> list[Token]:
        """What is known of the words with their tags; tokens are shared between pages."""
        return list(map(self._stock.tokens.__getitem__, self._numbers.tolist()))

    @cached_property
    def lower(self) -> list[str]:
        """Words in lower case with ё as е: the form in which word lists are written."""
        return [token.lower for token in self.tokens]

    @cached_property
    def lemmas(self) -> list[str]:
        """Dictionary forms in lower case with ё as е, chosen by the tag of the word in its sentence."""
        return [token.lemma for token in self.tokens]

    def find(self, trigger: Trigger) -> list[int]:
        """Return the words for which a trigger holds."""
        return self._stock.find(trigger, self._numbers)

    @cached_property
    def capitals(self) -> list[int]:
        """Words that begin with a capital letter."""
        return self.find(CAPITALS)

    @cached_property
    def features(self) -> list[dict[str, str]]:
        """Features of words by their Universal Dependencies names, shared between words: do not change them."""
        return [token.features for token in self.tokens]

    def feature(self, i: int, name: str) -> str | None:
        """Return a feature of a word by its Universal Dependencies name: ``feature(3, "Case") == "Gen"``."""
        return self.tokens[i].features.get(name)

    # -- layout -------------------------------------------------------------------------------------------

    @cached_property
    def sentence_of(self) -> list[int]:
        """For each word the number of its sentence."""
        return _numbers(self.sentences, len(self.words))

    @cached_property
    def breaks(self) -> dict[int, int]:
        """Words that begin a line, but for the first word, with the number of line breaks before each."""
        before = Counter(bisect_left(self.starts, match.start()) for match in re.finditer("\n", self.text))
        return {i: count for i, count in before.items() if 0 < i < len(self.words)}

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Token ranges of the lines that hold a word."""
        edges = [0, *self.breaks, len(self.words)]
        return [(a, b) for a, b in pairwise(edges) if a < b]

    @cached_property
    def line_of(self) -> list[int]:
        """For each word the number of its line in ``lines``."""
        return _numbers(self.lines, len(self.words))

    @cached_property
    def quotes(self) -> list[Pair]:
        """Pairs of quotes in text order; a pair never leaves its paragraph."""
        return _pairs(self, self.find(QUOTES))

    @cached_property
    def brackets(self) -> list[Pair]:
        """Pairs of round and square brackets in text order."""
        return _pairs(self, self.find(BRACKETS))

    @cached_property
    def bracket_at(self) -> dict[int, Pair]:
        """Pairs of brackets by the token of their opening mark."""
        return {pair.first: pair for pair in self.brackets}

    @cached_property
    def bracket_ending(self) -> dict[int, Pair]:
        """Pairs of brackets by the token of their closing mark."""
        return {pair.last: pair for pair in self.brackets}

    @cached_property
    def quote_at(self) -> dict[int, Pair]:
        """Pairs of quotes by the token of their opening mark."""
        return {pair.first: pair for pair in self.quotes}

    @cached_property
    def quote_ending(self) -> dict[int, Pair]:
        """Pairs of quotes by the token of their closing mark (the outer one where two share it)."""
        ending: dict[int, Pair] = {}
        for pair in self.quotes:
            ending.setdefault(pair.last, pair)
        return ending

    @cached_property
    def _quote_firsts(self) -> list[int]:
        return [pair.first for pair in self.quotes]

    def quotes_around(self, first: int, last: int) -> Iterator[Pair]:
        """Yield the pairs of quotes that hold tokens ``[first, last)`` between their marks, the innermost first."""
        for k in range(bisect_left(self._quote_firsts, first) - 1, -1, -1):
            pair = self.quotes[k]
            if last <= pair.last:
                yield pair
            elif not pair.depth:  # what begins before an outermost pair ends before it as well
                return

    def quotes_in(self, first: int, last: int) -> list[Pair]:
        """Return the pairs of quotes that begin and end in tokens ``[first, last)``, in text order."""
        begin = bisect_left(self._quote_firsts, first)
        return [pair for pair in self.quotes[begin : bisect_left(self._quote_firsts, last)] if pair.last < last]

    @cached_property
    def chunk_at(self) -> dict[int, Chunk]:
        """The names that the model saw, by each of their tokens."""
        return {i: chunk for chunk in reversed(self.chunks) for i in range(chunk.first, chunk.last)}

    # -- spans --------------------------------------------------------------------------------------------

    def span_text(self, first: int, last: int) -> str:
        """Return the text of tokens ``[first, last)`` as it stands."""
        return self.text[self.starts[first] : self.ends[last - 1]]

    def span(self, first: int, last: int, rule: str) -> Span:
        """Return tokens ``[first, last)`` as a span of the record, made by ``rule``."""
        start, end = self.starts[first], self.ends[last - 1]
        return Span(start=start, end=end, text=self.text[start:end], rule=rule)

    def tokens_in(self, start: int, end: int) -> tuple[int, int]:
        """Return the token range that lies inside the offsets ``[start, end)``, widened to whole tokens."""
        found = self._ranges.get((start, end))
        if found is None:
            found = self._ranges[start, end] = bisect_right(self.ends, start), bisect_left(self.starts, end)
        return found

    # -- syntax -------------------------------------------------------------------------------------------

    def head(self, i: int) -> int:
        """Return the syntactic head of a word, ``-1`` for the root or where nothing parses."""
        heads, _, first = self._parsed(i)
        head = heads[i - first]
        return head + first if head >= 0 else -1

    def relation(self, i: int) -> str:
        """Return the Universal Dependencies relation of a word to its head."""
        _, relations, first = self._parsed(i)
        return relations[i - first]

    def children(self, i: int) -> list[int]:
        """Return the words whose head is ``i``, in text order."""
        heads, _, first = self._parsed(i)
        return [first + j for j, head in enumerate(heads) if head == i - first]

    def _parsed(self, i: int) -> tuple[list[int], list[str], int]:
        number = self.sentence_of[i]
        first, last = self.sentences[number]
        if number not in self._syntax:
            if self.parse is None:
                self._syntax[number] = ([-1] * (last - first), [""] * (last - first))
            else:
                self._syntax[number] = self.parse(first, last)
        return *self._syntax[number], first


def _numbers(ranges: list[tuple[int, int]], size: int) -> list[int]:
    """Return for each of ``size`` positions the number of the range that holds it."""
    numbers = [0] * size
    for number, (first, last) in enumerate(ranges):
        numbers[first:last] = [number] * (last - first)
    return numbers


def _pairs(page: Page, marks: list[int]) -> list[Pair]:
    """Match marks with a stack; paragraphs (an empty line) close nothing but drop what is open."""
    if not marks:
        return []
    stack: list[int] = []
    found: list[Pair] = []
    paragraphs = {i for i, count in page.breaks.items() if count > 1}
    at = set(marks)
    for i in sorted(paragraphs | at):
        word = page.words[i]
        if i in paragraphs:
            stack.clear()
        if i not in at:
            continue
        if word == '"':
            _straight(page, i, stack, found)
        elif word in OPENING and not (word == "“" and any(page.words[j] == "„" for j in stack)):
            stack.append(i)
        else:
            _close(page, i, stack, found)
    found.sort(key=lambda pair: (pair.first, -pair.last))
    return found


def _straight(page: Page, i: int, stack: list[int], found: list[Pair]) -> None:
    """A straight quote opens before a word that it touches, else it closes."""
    touches_next = i + 1 < len(page) and page.starts[i + 1] == page.ends[i]
    touches_previous = i > 0 and page.ends[i - 1] == page.starts[i]
    opens_next = touches_next and (page.words[i + 1][0].isalnum() or page.words[i + 1] in QUOTE_MARKS)
    if opens_next and (not touches_previous or page.words[i - 1] in '"(«['):
        stack.append(i)
    else:
        _close(page, i, stack, found)


def _close(page: Page, i: int, stack: list[int], found: list[Pair]) -> None:
    """Close the innermost fitting mark; an outer pair left open («РОО «Радуга») ends here as well."""
    word = page.words[i]
    fitting = [j for j in stack if OPENING[page.words[j]] == word or (page.words[j] == "„" and word in "“”")]
    if not fitting:
        return
    innermost = fitting[-1]
    depth = stack.index(innermost)
    del stack[depth:]
    found.append(Pair(innermost, i, depth))
    touching = depth and OPENING[page.words[stack[-1]]] == word and word != ")"
    if touching and not _closes_later(page, i, word):
        found.append(Pair(stack.pop(), i, depth - 1))


def _closes_later(page: Page, i: int, mark: str) -> bool:
    """Tell whether another closing mark comes in this paragraph before the next opening one."""
    opening = next(key for key, value in OPENING.items() if value == mark)
    for j in range(i + 1, len(page)):
        if j in page.breaks:
            return False
        if page.words[j] == mark and (mark != '"' or page.starts[j] == page.ends[j - 1]):
            return True
        if page.words[j] == opening:
            return False
    return False
