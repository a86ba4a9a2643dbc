"""Words and small questions of indirect speech, and where a reported clause ends.

Leaves out
    The forms in which a clause is reported: ``clauses``, ``asides``.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extractors.quotes.authors import DASHES, is_speech_verb
from pipeline.page import Page

# What stands after «по»: «по словам», «по предварительной оценке».
SOURCE_NOUNS = frozenset((
    "данные", "воспоминание", "выражение", "замечание", "заверение", "заключение", "информация", "мнение",
    "наблюдение", "опыт", "оценка", "подсчет", "признание", "прогноз", "расчет", "рассказ", "сведение", "сведения",
    "слово", "сообщение", "убеждение", "утверждение", "данный",
))  # fmt: skip
SHORT = frozenset(("уверенный", "уверить", "убежденный", "убедить"))  # as «уверена» may be read
TELLING = frozenset((
    "рассказать", "рассказывать", "объяснить", "объяснять", "пояснить", "пояснять", "поделиться", "делиться",
    "поведать", "разъяснить", "разъяснять", "напомнить", "напоминать", "уточнить", "уточнять", "сообщить",
    "объявить",
))  # fmt: skip
THAT = frozenset(("что", "будто", "якобы"))
ASKING = frozenset((
    "как", "почему", "где", "зачем", "откуда", "куда", "сколько", "насколько", "кто", "кого", "кому", "кем", "чем",
    "чего", "чему", "что", "какой", "какая", "какое", "какие", "каким", "каких", "какую", "каком", "чей", "когда",
))  # fmt: skip
POINTING = frozenset(("том", "тем", "то", "тому"))  # «о том, что», «обратила внимание на то, что»
COMPARED = POINTING | {"так", "такой", "такая", "такое", "такие"}
ADDING = frozenset(("и", "а", "но", "однако", "зато"))
SUBORDINATE = frozenset((
    "который", "где", "что", "чтобы", "если", "когда", "пока", "потому", "поскольку", "хотя", "куда", "откуда",
    "после", "прежде", "раз", "как",
))  # fmt: skip
POSSESSIVE = frozenset(("его", "ее", "их"))
LOOSE = frozenset(("ADV", "PART", "CCONJ"))
ELLIPTIC = THAT | {"о", "об", "про"}
PASSED = frozenset(("также", "затем", "потом", "кажется", "конечно", "видимо", ","))
NEAR = 4  # tokens between «который» and its verb, «по» and its noun
FAR = 22  # tokens between a verb and its conjunction
STOPS = frozenset(("!", "?", "…", "...", ";"))  # a full stop ends an initial as well


@dataclass(frozen=True, slots=True)
class Report:
    """A reported clause in its parts; ``source`` are the tokens among which the source is named.

    ``verb`` is the verb of report, or the noun of «по словам».
    """

    parts: tuple[tuple[int, int], ...]
    source: tuple[int, int]
    verb: int
    rule: str


def is_finite(page: Page, i: int) -> bool:
    return page.feature(i, "VerbForm") == "Fin"


def after_pair(page: Page, j: int) -> int:
    """Return the token after the pair of quotes or brackets that opens at ``j``, else ``j``."""
    pair = page.quote_at.get(j) or page.bracket_at.get(j)
    return pair.last + 1 if pair else j


def clause_end(page: Page, first: int, end: int, verb: int | None = None) -> int:
    """Return where a clause ends: with the sentence, before more words of its subject, before a quote."""
    j = first
    while j < end:
        after = after_pair(page, j)
        if after != j:
            j = after
            continue
        word = page.words[j]
        following = page.words[j + 1] if j + 1 < end else ""
        if word == ";" and page.lower[j + 1 : j + 2] != ["что"]:
            return j
        if word == ":" and (j + 1 in page.quote_at or following in DASHES):
            return j
        if verb is not None and word == "," and j + 1 < end and _resumes(page, verb, j + 1, end):
            return j
        j += 1
    return end


def _resumes(page: Page, verb: int, j: int, end: int) -> bool:
    """Tell whether from ``j`` on the subject of ``verb`` does something else: «…, и предложил», «…, а также»."""
    if page.lower[j] not in ("и", "а", "но"):
        return False
    if any(page.words[k - 1] in DASHES and page.lower[k] in ELLIPTIC for k in range(j + 2, min(j + 12, end))):
        return True  # «…, а Олег Ким — что …», «…, а Анна Котова — о …»
    j += 1
    if j in page.chunk_at and page.chunk_at[j].label == "PER":  # «…, а Олег Ким предложил …»
        j = page.chunk_at[j].last
        return j < end and is_finite(page, j) and is_speech_verb(page, j)
    while j < end and (page.pos[j] in ("ADV", "PART") or page.lower[j] in PASSED):
        j += 1
    if j >= end or not is_finite(page, j) or not page.feature(verb, "Number"):
        return False
    same = all(page.feature(j, name) == page.feature(verb, name) for name in ("Number", "Gender", "Person"))
    return same and not any(
        page.feature(k, "Case") == "Nom" and page.pos[k] != "ADJ" for k in range(j + 1, min(j + 4, end))
    )


def trimmed(page: Page, first: int, last: int) -> tuple[int, int]:
    """Drop punctuation at the edges of a clause, but for the marks of a quote or brackets that are whole in it."""
    while first < last and not (page.words[first][0].isalnum() or first in page.quote_at):
        first += 1
    while first < last and not page.words[last - 1][-1].isalnum() and page.words[last - 1] != "%":
        pair = page.quote_ending.get(last - 1) or page.bracket_ending.get(last - 1)
        if pair and pair.first >= first:
            break
        last -= 1
    return first, last


def is_clause(page: Page, first: int, last: int) -> bool:
    """Tell whether words before «сообщил Олег Ким» are a clause of their own."""
    if page.lemmas[first] in SUBORDINATE - {"как", "где", "куда", "откуда", "что"}:
        return False
    return any(
        is_finite(page, j) or page.feature(j, "Variant") == "Short" or page.words[j] in DASHES
        for j in range(first, last)
    )
