"""Finds the clauses that somebody is reported to have said, and the words that name the source.

Steps
    Words of ``report_verbs.txt`` and the nouns of «по словам» are looked at in turn:
    1. «Как сообщил Олег Ким, …», «по словам Олега Кима, …», «…, напомнил он, …»: ``asides``.
    2. «Анна Котова сообщила, что …», «рассказала о том, как …»: the clause after the conjunction.
    3. «Олег Ким возразил: …»: what follows the colon.
Leaves out
    Direct speech: ``quotes``. Who the source is: ``sources``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pipeline.extractors.people.words import word_list
from pipeline.extractors.quotes.authors import DASHES
from pipeline.extractors.statements.asides import according, as_said, aside, source_end
from pipeline.extractors.statements.words import (
    ADDING,
    ASKING,
    FAR,
    NEAR,
    POINTING,
    SHORT,
    SOURCE_NOUNS,
    STOPS,
    TELLING,
    THAT,
    Report,
    after_pair,
    clause_end,
    is_clause,
    is_finite,
    trimmed,
)
from pipeline.page import Page
from pipeline.tokens import Trigger


@cache
def triggers() -> frozenset[str]:
    """Return the lemmas at which a report may be."""
    return word_list("report_verbs.txt") | SHORT | SOURCE_NOUNS


REPORTING = Trigger(lambda token: token.lemma in triggers())


def find_reports(page: Page) -> Iterator[Report]:
    """Yield what looks like a report, in text order of the words that report."""
    for i in page.find(REPORTING):
        noun = page.lemmas[i] in SOURCE_NOUNS
        if "по" not in page.lower[max(0, i - NEAR) : i] if noun else not reports(page, i):
            continue
        report = _read(page, i)
        if report is not None and page.uses(report.rule):
            yield report


def _read(page: Page, i: int) -> Report | None:
    line, sentence = page.lines[page.line_of[i]], page.sentences[page.sentence_of[i]]
    start, end = max(line[0], sentence[0]), min(line[1], sentence[1])
    while start < i and not page.words[start][0].isalnum() and start not in page.quote_at:
        start += 1  # the mark of a list
    if any(pair.first >= start for pair in page.quotes_around(i, i + 1)):
        return None
    if page.lemmas[i] in SOURCE_NOUNS:
        return according(page, i, start, end)
    return (
        as_said(page, i, start, end)
        or _that(page, i, start, end)
        or aside(page, i, start, end)
        or _after_colon(page, i, start, end)
    )


def reports(page: Page, i: int) -> bool:
    """Tell whether a word reports what somebody else said: «сообщила», «уверен», «отметив», not «не сказал»."""
    shown = page.features[i]
    if i and page.lower[i - 1] == "не":
        return False
    if page.lemmas[i] in SHORT and shown.get("Variant") == "Short":
        return shown.get("VerbForm") != "Part" and shown.get("Gender") != "Neut"
    form = shown.get("VerbForm")
    return form == "Conv" or (
        form == "Fin"
        and shown.get("Person") not in ("1", "2")
        and shown.get("Mood") != "Imp"
        and shown.get("Tense") != "Fut"
        and shown.get("Gender") != "Neut"
    )


def _that(page: Page, i: int, start: int, end: int) -> Report | None:
    found = _conjunction(page, i, end)
    if found is None:
        return None
    comma, first = found
    last = clause_end(page, first, end, i)
    if "который" in page.lemmas[max(start, i - NEAR) : i]:  # «Олег Ким, который считает, что …, приехал»
        last = next((j for j in range(first, last) if page.words[j] == ","), last)
    part = trimmed(page, first, last) if first < end else (first, first)
    return Report((part,), (start, comma), i, "statements.that") if part[1] - part[0] > 1 else None


def _conjunction(page: Page, i: int, end: int) -> tuple[int, int] | None:
    """Return where the words of the verb ``i`` end, and where the clause that it governs begins."""
    if i + 1 < end and page.lower[i + 1] == "что" and page.pos[i + 1] == "SCONJ":
        return i + 1, i + 2  # the comma is missing
    j = i + 1
    while j < min(end - 1, i + FAR):
        j = after_pair(page, j)
        if j >= end - 1 or page.words[j] in STOPS or page.words[j] == ":" or page.words[j] in DASHES:
            return None
        if page.words[j] == "," and page.lower[j - 1] not in ADDING:
            about = page.lower[j - 1] in POINTING and (page.pos[j - 2] == "ADP" or page.lower[j - 1] == "тем")
            first = _clause_start(page, i, j + 1, about)
            if first is not None:
                return (j - 2 if about else j), first
        elif is_finite(page, j):
            return None
        j += 1
    return None


def _clause_start(page: Page, verb: int, j: int, about: bool) -> int | None:
    """Return where a clause begins whose first word is ``j``: after «что», with «как», «почему»."""
    lower, telling = page.lower[j], page.lemmas[verb] in TELLING
    if lower in THAT and not (lower == "что" and (telling or about) and page.pos[j] == "PRON"):
        return j + 1
    asks = lower in ASKING or (page.pos[j] == "ADP" and page.lower[j + 1] in ASKING)
    return j if asks and (about or (telling and lower != "когда")) else None


def _after_colon(page: Page, i: int, start: int, end: int) -> Report | None:
    """Read «Олег Ким возразил: считают иначе»; what begins with a quote or a dash is direct speech."""
    j = source_end(page, i, end)
    if j + 2 >= end or page.words[j] != ":" or j + 1 in page.quote_at or not page.words[j + 1][0].isalnum():
        return None
    if any(is_finite(page, k) for k in range(i + 1, j)):
        return None
    if SOURCE_NOUNS.intersection(page.lemmas[j + 2 : j + 4]):  # «…: по его словам, …»
        return None
    part = trimmed(page, j + 1, clause_end(page, j + 1, end))
    return Report((part,), (start, j), i, "statements.colon") if is_clause(page, *part) else None
