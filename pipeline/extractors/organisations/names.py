"""What an organisation is called: the nominative, «ёлочки», the fullest form of the text.

Steps
    ``name_of`` puts one mention into the nominative: its kind words agree, what stands in quotes or follows the
    head stays, a name in quotes alone is declined back («Кода добра» → «Код добра»). ``fullest`` chooses the
    mention to be named by.
Leaves out
    Full names of bodies that a text only abbreviates: «ФПГ» stays «ФПГ».
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extractors.organisations.reader import Reader, is_abbreviation
from pipeline.extractors.organisations.spans import Found
from pipeline.extractors.organisations.words import same_words
from pipeline.morphology import fold, nominative
from pipeline.page import Page

OPENING, CLOSING = '«“„"', '»”“"'


def name_of(page: Page, found: Found) -> str:
    """Return the name that one mention gives: «мэрии Новосибирска» → «мэрия Новосибирска»."""
    words = list(page.words[found.first : found.last])
    if found.body and same_words(
        fold(found.body).split(), page.lower[found.first : found.first + found.body.count(" ") + 1]
    ):
        known = found.body.split()
        words[: len(known)] = known
    elif found.quote and found.quote.first == found.first:
        words[1:-1] = _decline(page, found.first + 1, found.last - 1)
    elif found.head >= 0:
        last = found.quote.first if found.quote else found.last
        words[: last - found.first] = _decline(page, found.first, last, found.head)
    return _join(page, found, words)


def _decline(page: Page, first: int, last: int, head: int = -1) -> list[str]:
    """Put tokens into the nominative; words in quotes alone only where their noun is not in it."""
    words = page.words[first:last]
    if head < 0:
        noun = next((i for i in range(first, last) if page.pos[i] not in ("ADJ", "DET", "NUM")), -1)
        if noun < 0 or page.pos[noun] not in ("NOUN", "PROPN") or page.feature(noun, "Case") in (None, "Nom"):
            return words
        head = noun
    if page.words[head][-1].isupper() and sum(c.isupper() for c in page.words[head]) > 1:
        return words  # «АНО», «ЯрГУ»
    number = "sing" if last < len(page) and last in page.quote_at else None  # «кинотеатрах «Звезда» и «Космос»»
    return nominative(words, page.pos[first:last], page.tags[first:last], head=head - first, number=number)


def _join(page: Page, found: Found, words: Sequence[str]) -> str:
    """Put words back as they were spaced, on one line, with «ёлочки»."""
    parts: list[str] = []
    for n, word in enumerate(words):
        i = found.first + n
        gap = page.text[page.ends[i - 1] : page.starts[i]] if n else ""
        if i in page.quote_at:
            word = "«"
        elif word in CLOSING and i in page.quote_ending:
            word = "»"
        parts.append((" " if gap else "") + word)
    return "".join(parts)


def fullest(reader: Reader, mentions: Sequence[Found]) -> Found:
    """Return the mention that names an organisation most fully: not in capitals, the longest, the first."""

    def rank(found: Found) -> tuple[int, ...]:
        words = [w for w in reader.page.words[found.first : found.last] if w[0].isalnum()]
        abbreviated = found.head >= 0 and is_abbreviation(reader.page.words[found.head])
        return (
            -(found.first in reader.shouting),
            not found.stands_in or found.quote is not None,
            len(words),
            abbreviated if found.quote else -abbreviated,
            -found.first,
        )

    return max(mentions, key=rank)


def tidy(name: str) -> str:
    """Return a name on one line with single blanks."""
    return re.sub(r"\s+", " ", name).strip()
