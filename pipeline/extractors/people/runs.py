"""Runs of capitalised words and initials: where names of people may stand.

Leaves out
    Which words of a run make a name: ``patterns``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.extractors.people.words import is_body
from pipeline.memo import Memo
from pipeline.page import Page
from pipeline.tokens import Trigger

TRAILING = frozenset(("кызы", "оглы", "уулу"))
PARTICLES = TRAILING | frozenset(
    (
        "аз",
        "аль",
        "ас",
        "бен",
        "бин",
        "ван",
        "де",
        "дель",
        "ден",
        "дер",
        "ди",
        "дю",
        "ибн",
        "ла",
        "ле",
        "фон",
        "эль",
    )
)
LONG_INITIALS = frozenset(("ал", "вл", "дж", "св", "ст", "хр"))
OPENERS = frozenset((".", "!", "?", "…", "—", "–", "-", ":", "•"))
ROMAN = re.compile("[IVXL]+")  # «Елизавета II»
SEES = ("ский", "цкий", "ского", "цкого", "скому", "цкому", "ским", "цким", "ском", "цком")
BISHOPS = frozenset(("папа", "патриарх", "митрополит", "архиепископ", "епископ", "архиерей", "экзарх", "католикос"))
ARABIC = re.compile(r"(?:аль|эль|ад|аз|ан|ар|ас|ат|аш)-[А-ЯЁ]")


class Unit(NamedTuple):
    """A word or an initial with its dot: tokens ``[first, last)``."""

    first: int
    last: int
    word: str
    initial: bool


STARTS = Trigger(lambda token: token.word[0].isupper() or "-" in token.word)


def find_runs(page: Page) -> Iterator[list[Unit]]:
    """Yield maximal runs of capitalised words and initials with nothing but blanks between them, on one line."""
    run: list[Unit] = []
    i, size, starts = 0, len(page), page.find(STARTS)
    while i < size:
        if not run:
            k = bisect_left(starts, i)
            if k == len(starts):
                return
            i = starts[k]
        unit = _unit(page, i, run)
        if unit is None:
            if run:
                yield run
            run = []
            i += 1
            continue
        if run and not _adjoins(page, run[-1], unit):
            yield run
            run = []
        run.append(unit)
        i = unit.last
    if run:
        yield run


def _unit(page: Page, i: int, run: list[Unit]) -> Unit | None:
    word = page.words[i]
    if not word[0].isupper() and not ("-" in word and ARABIC.match(word)):
        joins = word in PARTICLES and run and (word in TRAILING or _capital_follows(page, i))
        return Unit(i, i + 1, word, initial=False) if joins else None
    if (
        word in ("О", "Д", "O", "D")
        and i + 2 < len(page)
        and page.words[i + 1] in "'’"
        and _touches(page, i, i + 2)
    ):
        return Unit(i, i + 3, page.text[page.starts[i] : page.ends[i + 2]], initial=False)
    if word.isalpha() and (len(word) == 1 or page.lower[i] in LONG_INITIALS):
        dot = i + 1 < len(page) and page.words[i + 1] == "." and page.starts[i + 1] == page.ends[i]
        if dot:
            return Unit(i, i + 2, word, initial=True)
        if len(word) == 1:
            after_initial = bool(run) and run[-1].initial
            return Unit(i, i + 1, word, initial=True) if after_initial else None
    return Unit(i, i + 1, word, initial=False) if MAY_BE_NAME[word] and not _is_see(page, i) else None


def _may_be_name(word: str) -> bool:
    return not ROMAN.fullmatch(word) and word.replace("-", "").replace("'", "").isalpha() and not is_body(word)


MAY_BE_NAME = Memo(_may_be_name)


def _is_see(page: Page, i: int) -> bool:
    """Tell whether a word says where a bishop sits: «папа Римский», «епископ Искитимский и Черепановский»."""
    while i and page.lower[i].endswith(SEES) and page.words[i][0].isupper():
        i -= 1 + (i > 1 and page.lower[i - 1] == "и")
        if page.lemmas[i] in BISHOPS:
            return True
    return False


def _touches(page: Page, i: int, j: int) -> bool:
    """Tell whether the words from ``i`` to ``j`` stand together with no blank: «О’Рейли»."""
    return page.words[j][0].isupper() and all(page.ends[k] == page.starts[k + 1] for k in range(i, j))


def _capital_follows(page: Page, i: int) -> bool:
    return i + 1 < len(page) and page.words[i + 1][0].isupper() and len(page.words[i + 1]) > 1


def _adjoins(page: Page, left: Unit, right: Unit) -> bool:
    gap = page.text[page.ends[left.last - 1] : page.starts[right.first]]
    return gap == " " or (gap.strip(" \u00a0\u2009\u202f\t") == "" and (gap != "" or left.initial))


def opens(page: Page, i: int) -> bool:
    """Tell whether a word begins a sentence, a line or a quote."""
    if i == 0 or page.line_of[i] != page.line_of[i - 1]:
        return True
    if i - 1 in page.quote_at:
        return True
    return page.words[i - 1] in OPENERS or page.sentence_of[i] != page.sentence_of[i - 1]
