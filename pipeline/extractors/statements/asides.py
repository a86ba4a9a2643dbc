"""Reads clauses that the words about their source stand beside or break.

Steps
    «По словам Олега Кима, …», «как сообщил Олег Ким, …», «…, напомнил он, …»: the words about the source go up to
    the comma that ends them, an apposition in commas belonging to them; the clause is what stands before and after.
"""

from __future__ import annotations

from pipeline.extractors.people.posts import is_person_word
from pipeline.extractors.quotes.authors import DASHES
from pipeline.extractors.statements.words import (
    ADDING,
    COMPARED,
    LOOSE,
    POSSESSIVE,
    STOPS,
    SUBORDINATE,
    Report,
    after_pair,
    clause_end,
    is_clause,
    is_finite,
    trimmed,
)
from pipeline.page import Page

EMPTY = frozenset(("ADV", "PART", "CCONJ", "SCONJ", "ADP", "PRON", "DET", "PUNCT"))


def as_said(page: Page, i: int, start: int, end: int) -> Report | None:
    first = next((k for k in range(i - 1, max(start, i - 5) - 1, -1) if page.lower[k] == "как"), None)
    if first is None or any(page.words[k] == "," for k in range(first, i)):
        return None
    before = page.lower[first - 1] if first > start else ","
    if before not in ADDING and before not in (",", "(", "—", "–", ":"):
        return None
    if COMPARED.intersection(page.lower[max(start, first - 5) : first]):  # «так же просто, как рассказал …»
        return None
    if page.lower[first - 2] == "того" and page.pos[first - 3] == "ADP" and page.lower[first - 3] != "кроме":
        return None  # «после того, как сообщил …»
    close = source_end(page, i, end)
    parts = _around(page, first, close, start, end)
    return Report(parts, (first + 1, close), i, "statements.as_said") if parts else None


def according(page: Page, i: int, start: int, end: int) -> Report | None:
    first = i - 1
    while first > start and page.lower[first] != "по" and page.pos[first] in ("ADJ", "DET", "PRON"):
        first -= 1
    if first < start or page.lower[first] != "по" or not _begins(page, first, start, i):
        return None
    if i + 1 < end and page.lemmas[i + 1] == "который":
        part = trimmed(page, i + 2, clause_end(page, i + 2, end)) if i + 2 < end else (i, i)
        return Report((part,), (first, i + 2), i, "statements.according") if part[1] - part[0] > 1 else None
    close = source_end(page, i, end)
    if any(is_finite(page, k) for k in range(i + 1, close)):
        close = _named_end(page, i, close)  # the comma is missing
        part = trimmed(page, close, clause_end(page, close, end)) if close else (i, i)
        parts: tuple[tuple[int, int], ...] = (part,) if part[0] < part[1] else ()
    else:
        parts = _around(page, first, close, start, end)
    return Report(parts, (first, close), i, "statements.according") if parts else None


def _begins(page: Page, first: int, start: int, noun: int) -> bool:
    """Tell whether «по словам» stands apart from what is before it; «по её словам» needs no comma."""
    if first == start or page.lower[first - 1] in ADDING or not page.words[first - 1][0].isalnum():
        return True
    return page.lower[noun - 1] in POSSESSIVE


def _named_end(page: Page, i: int, close: int) -> int:
    """Return where the source of «по словам …» ends when no comma says so."""
    if page.lower[i - 1] in POSSESSIVE:
        return i + 1
    return next((page.chunk_at[k].last for k in range(i + 1, min(i + 5, close)) if k in page.chunk_at), 0)


def aside(page: Page, i: int, start: int, end: int) -> Report | None:
    """Read «…, напомнил он, …» and «…, сообщила Анна Котова»."""
    lead = i - 1
    while lead > start and page.pos[lead] in ("ADV", "PART"):
        lead -= 1
    dash = lead > start and page.words[lead] in DASHES and page.words[lead - 1] == ","
    lead -= dash
    if lead <= start or page.words[lead] != "," or page.feature(i, "VerbForm") == "Conv":
        return None
    if dash and (lead - 1 in page.quote_ending or page.words[page.lines[page.line_of[i]][0]] in DASHES):
        return None  # direct speech
    close = source_end(page, i, end)
    closed = close < end and page.words[close] == ","
    if not (close == i + 1 and closed) and not _subject_follows(page, i, close):
        return None
    parts = _around(page, lead + 1, close, start, end)
    if not parts or (parts[-1][1] <= i and not is_clause(page, *parts[-1])):
        return None
    return Report(parts, (i, close), i, "statements.aside")


def _subject_follows(page: Page, i: int, close: int) -> bool:
    """Tell whether the subject stands right after the verb: «напомнил он», «сообщили в фонде»."""
    j = i + 1
    while j < close and page.lower[j] != "там" and (page.pos[j] in LOOSE or page.feature(j, "Case") == "Dat"):
        j += 1
    if j < close and page.lower[j] in ("в", "на", "там"):
        if page.feature(i, "Number") == "Plur":
            return True
        j += 1  # «отметил на встрече Олег Ким»
        while j < close and page.feature(j, "Case") in ("Loc", "Gen", "Acc") and j not in page.chunk_at:
            j += 1
    if j >= close:
        return False
    return page.feature(j, "Case") == "Nom" or j in page.chunk_at or page.lower[j] in POSSESSIVE


def source_end(page: Page, i: int, end: int) -> int:
    """Return the comma that ends the words about the source of ``i``; an apposition in commas belongs to them."""
    j = i + 1
    while j < end:
        j = after_pair(page, j)
        if j >= end or page.words[j] in STOPS or page.words[j] == ":":
            break
        if page.words[j] in DASHES and j not in page.chunk_at:  # «РСО — Алания» is one name
            break
        if page.words[j] == ",":
            after = _apposition(page, j + 1, end)
            if after is None:
                return j
            j = after
        else:
            j += 1
    return min(j, end)


def _apposition(page: Page, first: int, end: int) -> int | None:
    """Return the comma or the end after «директор фонда «Радуга»», if that is what begins at ``first``."""
    j = first
    while j < end and page.pos[j] == "ADJ":
        j += 1
    if j >= end or page.words[j][0].isupper() or not is_person_word(page.lemmas[j]):
        return None
    while j < end and page.words[j] not in (",", ";", ":"):
        if is_finite(page, j) or page.words[j] in DASHES or page.feature(j, "Variant") == "Short":
            return None
        j = max(after_pair(page, j), j + 1)
    return j


def _around(page: Page, first: int, close: int, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the parts of a sentence before and after the words about the source, ``[first, close)``."""
    after = (close, close)
    if close < end and page.words[close] in (",", ":", *DASHES):
        after = trimmed(page, close + 1, clause_end(page, close + 1, end)) if close + 1 < end else after
    lead = first
    while lead > start and (page.words[lead - 1] == "," or page.words[lead - 1] in DASHES):
        lead -= 1
    goes_on = after[0] < after[1]
    before = trimmed(page, _before(page, start, lead, goes_on), lead)
    if goes_on and not _says_something(page, *before):
        return (after,)
    return tuple(part for part in (before, after) if part[0] < part[1])


def _says_something(page: Page, first: int, last: int) -> bool:
    """Tell whether words belong to what is said: not «кроме того», «однако»."""
    return any(page.pos[i] not in EMPTY or page.feature(i, "Case") == "Nom" for i in range(first, last))


def _before(page: Page, start: int, lead: int, goes_on: bool) -> int:
    """Return where the clause begins that the words about the source break or end."""
    if lead <= start or (goes_on and page.lower[lead - 1] in (*ADDING, "что", "причем")):
        return lead  # «…, и, по её словам, …»
    j = lead - 1
    while j >= start:
        if j in page.quote_ending or j in page.bracket_ending:
            pair = page.quote_ending.get(j) or page.bracket_ending[j]
            j = pair.first - 1
            continue
        if page.words[j] in (";", ":", "?", "!"):
            return j + 1
        if page.words[j] == "," and j + 1 < lead:
            k = j + 1
            if goes_on and page.lower[k] in ADDING:
                return k + 1
            k += page.pos[k] == "ADP"
            if goes_on and page.lemmas[min(k, lead - 1)] in SUBORDINATE:
                return k + 1
        j -= 1
    preposed = page.lower[start] == "о" and page.lower[start + 1 : start + 3] == ["том", ","]
    return start + 3 + (page.lower[start + 3] == "что") if preposed and start + 4 < lead else start
