"""Finds organisations that only a post before them shows: «лидер Меджлиса …», «глава Business NZ».

Steps
    What the model of named entities saw as an organisation counts where a word for who leads or serves it, or a
    verb of leading, stands right before it, past adjectives; the kind word before the name belongs to it. A name
    found so counts everywhere in the text.
Leaves out
    Names in quotes (``quoted``, ``short``); what the model takes for a place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.extractors.organisations.reader import GENITIVE, Reader
from pipeline.extractors.organisations.short import rules_person
from pipeline.extractors.organisations.spans import Found
from pipeline.extractors.organisations.tails import read_place
from pipeline.extractors.organisations.words import same_words, word_set
from pipeline.page import Chunk, Page


def find_led(reader: Reader, named: Sequence[Found]) -> Iterator[Found]:
    """«лидер | Меджлиса крымско-татарского народа», «капитан | клуба Тоттенхэм Хотспур»: what a post is held in.

    The model of named entities must see an organisation there; a kind word before its name belongs to it.
    """
    page = reader.page
    taken = {i for span in named for i in range(span.first, span.last)}
    led: list[tuple[str, ...]] = []
    others: list[tuple[int, int]] = []
    for chunk in page.chunks:
        first, last = chunk.first, _name_end(page, chunk)
        if chunk.label != "ORG" or not taken.isdisjoint(range(first, last)) or not _may_be_led(reader, first, last):
            continue
        found = _led(reader, first, last)
        if found is None:
            others.append((first, last))
            continue
        led.append(tuple(page.lower[first:last]))
        yield found
    for first, last in others:
        if any(same_words(page.lower[first:last], name) for name in led):
            yield Found(first, last, "organisations.led", first)


def _led(reader: Reader, first: int, last: int) -> Found | None:
    """Return a name with its kind word where a post or a verb of leading stands before it."""
    page, before = reader.page, first - 1
    kind = reader.kind(before) if page.words[before][0].islower() else None
    start = before if kind else first
    before = start - 1
    while before > 0 and page.words[before][0].islower():
        if not reader.agrees(before, start) and page.pos[before] != "ADV":
            break
        before -= 1
    if before < 0 or page.line_of[before] != page.line_of[first]:
        return None
    if not rules_person(reader, before) and page.lemmas[before] not in word_set("founding verb"):
        return None
    end = read_place(reader, last, GENITIVE) or last
    head = next((i for i in range(start, last) if page.pos[i] in ("NOUN", "PROPN")), start)
    return Found(start, end, "organisations.led", head, None, kind)


def _name_end(page: Page, chunk: Chunk) -> int:
    """Return where a name ends: before a bracket or quotes inside what the model saw."""
    marks = (i for i in range(chunk.first + 1, chunk.last) if page.words[i] in '()«»"“„')
    return next(marks, chunk.last)


def _may_be_led(reader: Reader, first: int, last: int) -> bool:
    """Tell whether a name may follow its leader: capital, in the genitive or of another language."""
    page, word = reader.page, reader.page.lower[first]
    if not first or not reader.capital(first) or first in reader.persons or first in reader.breaks:
        return False
    if word in word_set("no name") or page.words[first - 1] in '«"“„':
        return False
    if last == first + 1 and not word.isascii():
        return bool(page.pos[first] == "PROPN") and page.lemmas[first - 1] not in word_set("at body")
    return True
