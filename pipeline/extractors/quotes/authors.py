"""The words of the author beside direct speech: «— сказала она. —», «Олег Ким возразил:», «— Анна Котова».

Whether words are an author's, where they end, whether somebody is named among them; ``spans`` asks.
Leaves out
    Where speech is, and who speaks.
"""

from __future__ import annotations

from pipeline.extractors.people.words import word_list
from pipeline.morphology import parses
from pipeline.page import Page

DASHES = frozenset(("—", "–", "-", "−"))
ENDS_SPEECH = frozenset((",", "!", "?", "…", "...", "!..", "?..", "?!"))
LEAST_WORDS = 3  # of speech that has no author beside it
NEAR_VERB = 4  # tokens after a dash within which the author's verb stands
STEPS_FORWARD = frozenset((
    "выступить", "выступать", "быть", "прозвучать", "взять", "мнение", "слово", "довольный", "письмо", "телеграмма",
    "записка", "послание", "реплика", "тост", "напутствие", "пожелание", "признание", "комментарий",
))  # fmt: skip


def split(page: Page, first: int, last: int) -> tuple[tuple[tuple[int, int], ...], tuple[int, int]] | None:
    """Cut the author's words out of ``[first, last)``: the parts of the speech and the author's first words."""
    parts: list[tuple[int, int]] = []
    author: tuple[int, int] | None = None
    start = i = first
    while i < last - 1:
        if not author_dash(page, i, first):
            i += 1
            continue
        end = author_end(page, i + 1, last)
        parts.append(trimmed(page, start, i))
        author = author or (i + 1, end)
        if end >= last or page.words[end] not in DASHES:
            return tuple(parts), author
        start = i = end + 1
    if author is None:
        return None
    if start < last:
        parts.append(trimmed(page, start, last))
    return tuple(parts), author


def author_dash(page: Page, i: int, first: int) -> bool:
    """Tell whether the author's words begin after the dash ``i``: a mark before it, a verb of speech after it."""
    return (
        page.words[i] in DASHES
        and i > first
        and page.words[i - 1] in ENDS_SPEECH
        and i + 1 < len(page)
        and (is_author(page, i + 1) if page.words[i + 1][0].islower() else _acts(page, i + 1))
    )


def _acts(page: Page, i: int) -> bool:
    """Tell whether somebody who is named does something: — Мы успели! — Анна Котова улыбается."""
    ends = [chunk.last for chunk in page.chunks if chunk.label == "PER" and chunk.first == i]
    return bool(ends) and ends[0] < len(page) and page.feature(ends[0], "VerbForm") == "Fin"


def is_author(page: Page, i: int) -> bool:
    """Tell whether words from ``i`` on are an author's: a verb of speech near, or a verb first of all.

    Adverbs may go before the verb: «…», — дважды повторила она.
    """
    first = i
    for j in range(i, min(i + NEAR_VERB, len(page))):
        if page.words[j] in (",", ".", ":", ";") or page.line_of[j] != page.line_of[i]:
            return False
        if is_speech_verb(page, j):
            return True
        if j == first and _tells(page, j):
            return True
        if j == first and page.pos[j] in ("ADV", "PART"):
            first = j + 1
    return False


def _tells(page: Page, i: int) -> bool:
    """Tell whether a word is a finite verb of somebody else, by model or dictionary: «развёл», «буркнул»."""
    if page.pos[i] == "VERB" and page.feature(i, "VerbForm") == "Fin":
        return page.feature(i, "Person") not in ("1", "2") and page.lemmas[i] != "быть"
    likeliest = parses(page.lower[i])[0].tag
    return bool(likeliest.POS == "VERB" and likeliest.tense == "past")


def is_speech_verb(page: Page, i: int) -> bool:
    """Tell whether a word says that somebody speaks: «рассказала», «уверена»."""
    if page.lower[i] in ("уверен", "уверена", "убежден", "убеждена", "уверены"):
        return True
    spoken = page.lemmas[i] in word_list("speech_verbs.txt")
    return spoken and (page.pos[i] in ("VERB", "ADV", "X") or _may_be_verb(page.lower[i]))


def _may_be_verb(lower: str) -> bool:
    return any(p.tag.POS == "VERB" for p in parses(lower))


def author_end(page: Page, i: int, limit: int | None = None) -> int:
    """Return where the author's words end: at the dash that takes the speech up again, or with the sentence."""
    end = page.lines[page.line_of[i]][1] if limit is None else limit
    for j in range(i, end):
        if limit is not None and page.words[j] in DASHES and page.words[j - 1] in (".", ",", "!", "?", ":"):
            return j
        resumes = limit is not None and j + 1 < end and page.words[j + 1] in DASHES
        stops = j + 1 >= end or page.sentence_of[j + 1] != page.sentence_of[j] or _ends_word(page, j)
        if page.words[j] == "." and stops and not resumes:
            return j
    return end


def _ends_word(page: Page, j: int) -> bool:
    """Tell whether the full stop ``j`` follows a word that is none shortened: «— сказала она. Олег Ким …»."""
    shown = page.pos[j - 1] in ("PRON", "VERB") and page.words[j - 1].islower()
    return page.words[j] == "." and shown and j + 1 < len(page) and page.words[j + 1][0].isupper()


def speaks(page: Page, first: int, last: int) -> bool:
    """Tell whether somebody speaks in ``[first, last)``: a verb of speech or of coming forward."""
    return any(
        is_speech_verb(page, j) or page.lemmas[j] in STEPS_FORWARD or page.feature(j, "Variant") == "Short"
        for j in range(first, last)
    )


def is_name_line(page: Page, first: int, last: int) -> bool:
    """Tell whether a line holds somebody's name and post only, with no verb."""
    return not any(page.pos[j] == "VERB" for j in range(first, last)) and page.words[first][0].isupper()


def is_sentence(page: Page, first: int, last: int) -> bool:
    """Tell whether words are a sentence: enough of them, a finite verb or several sentences among them."""
    if last - first < LEAST_WORDS:
        return False
    finite = any(page.pos[j] == "VERB" and page.feature(j, "VerbForm") in ("Fin", None) for j in range(first, last))
    stops = sum(page.words[j] in (".", "!", "?", "…", ";") for j in range(first, last - 1))
    return finite or stops > 0 or page.words[last - 1] in (".", "!", "?")


def trimmed(page: Page, first: int, last: int) -> tuple[int, int]:
    """Drop the full stop or comma at the end of a speech, and the quote mark of an unclosed one."""
    while last - 1 > first and page.words[last - 1] in (".", ",", "»", ";", ":") and not _needed(page, first, last):
        last -= 1
    return first, last


def _needed(page: Page, first: int, last: int) -> bool:
    """Tell whether a closing mark at the end closes a quote that opens inside."""
    return (
        page.words[last - 1] == "»" and last - 1 in page.quote_ending and page.quote_ending[last - 1].first >= first
    )


def names_somebody(page: Page, first: int, last: int) -> bool:
    return any(chunk.label == "PER" and first <= chunk.first < last for chunk in page.chunks)
