"""Finds the words of direct speech: inside quote marks, after a dash, with the words of the author cut out.

Steps
    1. A pair of quotes is speech where an author follows («…», — сказала она), where a colon that ends the words of
       somebody goes before it, or where it holds a sentence that a comma ties to what follows.
    2. A line that begins with a dash is speech where an author's words stand in it (— …, — сказал он. — …) or where
       the line before ends with a colon after the words of somebody.
    3. The words of the author («— сказал он. —») split either kind in two.
Leaves out
    Who speaks: ``quotes``. Indirect speech. Questions of an interviewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.extractors.people.words import word_list
from pipeline.morphology import parses
from pipeline.page import Page, Pair

DASHES = frozenset(("—", "–", "-", "−"))
ENDS_SPEECH = frozenset((",", "!", "?", "…", "...", "!..", "?..", "?!"))
SAYS = frozenset(("сказать", "говорить", "ответить", "отвечать", "написать", "возразить", "крикнуть", "добавить"))
WORDS_OF = frozenset(("слово", "мнение", "признание", "выражение", "оценка", "замечание", "наблюдение"))
CALLED = frozenset(("слово", "речь", "фраза"))
ALONE_WORDS = 6
LEAST_ANSWERS = 2
LONGEST_QUESTION = 60
LONGEST_NAME_LINE = 14
LEAST_WORDS = 3  # of speech that has no author beside it
NEAR_VERB = 4  # tokens after a dash within which the author's verb stands


@dataclass(frozen=True, slots=True)
class Speech:
    """Parts of one speech, token ranges, and the token range of the author's words (empty where there are none).

    ``before``: the author stands before the speech.
    """

    parts: tuple[tuple[int, int], ...]
    author: tuple[int, int]
    before: bool
    rule: str


def find_speech(page: Page) -> list[Speech]:
    """Return the speeches of a page in text order."""
    found = [*_quoted(page), *_dashed(page)]
    return sorted(found, key=lambda speech: speech.parts[0])


# -- in quote marks -------------------------------------------------------------------------------------------


def _quoted(page: Page) -> Iterator[Speech]:
    if not page.uses("quotes.marks"):
        return
    last = -1
    for pair in page.quotes:
        if pair.last <= last or pair.last - pair.first < 2:
            continue
        speech = _author_inside(page, pair) or _author_after(page, pair) or _author_before(page, pair)
        speech = speech or _tied(page, pair) or _alone(page, pair) or _block(page, pair)
        if speech is not None and page.uses(speech.rule):
            last = pair.last
            yield speech


def _author_inside(page: Page, pair: Pair) -> Speech | None:
    """Read «Мы справились, — сказала она. — И справимся снова»."""
    found = _split(page, pair.first + 1, pair.last)
    return Speech(found[0], found[1], False, "quotes.marks") if found else None


def _author_after(page: Page, pair: Pair) -> Speech | None:
    """Read «…», — сказала она; after a mark at the end of the speech the comma is left out."""
    i = pair.last + 1
    if i >= len(page):
        return None
    if page.words[i] == ".":
        return _said_so(page, pair)
    comma = page.words[i] == ","
    i += comma
    dash = i < len(page) and page.words[i] in DASHES
    i += dash
    if i >= len(page) or page.line_of[i] != page.line_of[pair.last]:
        return None
    if dash and (comma or page.words[pair.last - 1] in ENDS_SPEECH):
        follows = _is_author(page, i) or (comma and _is_signed(page, pair, i))
    elif dash and CALLED.intersection(page.lemmas[i : i + NEAR_VERB + 1]):  # «…» — такими словами открыл форум …
        follows = _is_sentence(page, pair.first + 1, pair.last)
    else:  # a comma or a dash is missing: only a sentence and a verb of speech make it speech
        follows = page.words[i][0].islower() and is_speech_verb(page, i) and _stands_alone(page, pair)
    if not follows:
        return None
    part = _trimmed(page, pair.first + 1, pair.last)
    return Speech((part,), (i, _author_end(page, i)), False, "quotes.marks")


def _said_so(page: Page, pair: Pair) -> Speech | None:
    """Read «…». Так сказала на открытии Анна Котова."""
    i = pair.last + 2
    if i >= len(page) or page.lower[i] != "так" or page.line_of[i] != page.line_of[pair.last]:
        return None
    if not any(is_speech_verb(page, j) for j in range(i + 1, min(i + NEAR_VERB, len(page)))):
        return None
    part = _trimmed(page, pair.first + 1, pair.last)
    return Speech((part,), (i, _author_end(page, i)), False, "quotes.marks")


def _is_signed(page: Page, pair: Pair, i: int) -> bool:
    """Tell whether somebody is named after a sentence in quotes, without a verb: «…», — Анна Котова, директор."""
    return _is_sentence(page, pair.first + 1, pair.last) and _names_somebody(page, i, _author_end(page, i))


def _names_somebody(page: Page, first: int, last: int) -> bool:
    return any(chunk.label == "PER" and first <= chunk.first < last for chunk in page.chunks)


def _stands_alone(page: Page, pair: Pair) -> bool:
    """Tell whether a sentence stands in the quotes and no word of the text governs it as a name."""
    if pair.last - pair.first < ALONE_WORDS or not _is_sentence(page, pair.first + 1, pair.last):
        return False
    return _begins(page, pair.first) or not page.words[pair.first - 1][0].isalnum()


def _author_before(page: Page, pair: Pair) -> Speech | None:
    """Read … рассказала: «…»: a sentence in quotes after a colon and the words of somebody."""
    i = pair.first - 1
    if i < 1 or page.line_of[i] != page.line_of[pair.first]:
        return None
    line, sentence = page.lines[page.line_of[i]][0], page.sentences[page.sentence_of[i - 1]][0]
    start = max(line, sentence)
    if page.lemmas[i] in SAYS and _is_sentence(page, pair.first + 1, pair.last):  # the colon is missing
        return Speech((_trimmed(page, pair.first + 1, pair.last),), (start, i + 1), True, "quotes.colon")
    if page.words[i] not in (":", ","):
        return None
    told = any(page.lemmas[j] in SAYS for j in range(max(start, i - NEAR_VERB), i))
    if page.words[i] == ",":  # «Как заметил Саркисян, «горы не чужие»», «По словам Саркисяна, «горы не чужие»»
        told = page.lower[start] == "по" and page.lemmas[start + 1] in WORDS_OF
        says = told or (page.lower[start] == "как" and _speaks(page, start, i))
    else:
        says = _speaks(page, start, i) or _is_name_line(page, line, i) or _sentences(page, pair) > 1
    if not says or not (told or _is_sentence(page, pair.first + 1, pair.last)):
        return None
    return Speech((_trimmed(page, pair.first + 1, pair.last),), (start, i), True, "quotes.colon")


def _sentences(page: Page, pair: Pair) -> int:
    """Count the sentences in quotes: a title has one."""
    stops = range(pair.first + 2, pair.last - 1)
    return 1 + sum(page.words[i] in (".", "!", "?", "…") and page.words[i + 1][0].isupper() for i in stops)


def _tied(page: Page, pair: Pair) -> Speech | None:
    """Read «Связь рвалась, а мы нет», эта фраза Малаховой …: a sentence that begins one, with a comma after it."""
    i = pair.last + 1
    if i >= len(page) or page.words[i] != "," or not page.words[pair.first + 1][0].isupper():
        return None
    if not _begins(page, pair.first) or not _is_sentence(page, pair.first + 1, pair.last):
        return None
    if i + 1 < len(page) and page.words[i + 1][0] in '«"—–-':
        return None
    last = page.sentences[page.sentence_of[i]][1]
    return Speech((_trimmed(page, pair.first + 1, pair.last),), (i + 1, last), False, "quotes.tied")


def _alone(page: Page, pair: Pair) -> Speech | None:
    """Read a whole sentence in quotes that follows a sentence about somebody in the same paragraph."""
    i, line = pair.first, page.lines[page.line_of[pair.first]]
    if i == line[0] or not _begins(page, i) or not _is_sentence(page, i + 1, pair.last):
        return None
    if pair.last - i < ALONE_WORDS or not (pair.last + 1 >= line[1] or page.words[pair.last + 1] == "."):
        return None
    before = page.sentences[page.sentence_of[i - 1]][0]
    if i - before <= LEAST_WORDS:
        return None  # a number of a list
    part = _trimmed(page, i + 1, pair.last)
    return Speech((part,), (max(before, line[0]), i), True, "quotes.alone")


def _block(page: Page, pair: Pair) -> Speech | None:
    """Read several sentences in quotes that are a line, with the name of somebody as the next line."""
    number = page.line_of[pair.first]
    if page.lines[number] != (pair.first, pair.last + 1) or number + 1 >= len(page.lines):
        return None
    first, last = page.lines[number + 1]
    named = last - first <= LONGEST_NAME_LINE and any(c.label == "PER" and c.first == first for c in page.chunks)
    if not named or _sentences(page, pair) < 2:
        return None
    return Speech((_trimmed(page, pair.first + 1, pair.last),), (first, last), False, "quotes.block")


def _begins(page: Page, i: int) -> bool:
    """Tell whether a sentence or a line begins at a word."""
    return i == 0 or page.line_of[i] != page.line_of[i - 1] or page.words[i - 1] in (".", "!", "?", "…")


# -- after a dash ---------------------------------------------------------------------------------------------


def _dashed(page: Page) -> Iterator[Speech]:
    if not page.uses("quotes.dash"):
        return
    answers = find_answers(page) if page.uses("quotes.interview") else {}
    for number, (first, last) in enumerate(page.lines):
        if page.words[first] not in DASHES or last - first < LEAST_WORDS:
            yield from _after_stop(page, first, last)
            continue
        if number in answers:
            yield Speech((_trimmed(page, first + 1, last),), (0, answers[number]), True, "quotes.interview")
            continue
        found = _split(page, first + 1, last)
        if found:
            yield Speech(found[0], found[1], False, "quotes.dash")
            continue
        author = _line_before(page, number)
        if author and _is_sentence(page, first + 1, last):
            yield Speech((_trimmed(page, first + 1, last),), author, True, "quotes.dash")


def _after_stop(page: Page, first: int, last: int) -> Iterator[Speech]:
    """Read speech that begins within a line: «Слово взял Олег Ким. — Не бойтесь просить, — начал он»."""
    for i in range(first + 2, last - LEAST_WORDS):
        if page.words[i] not in DASHES or page.words[i - 1] not in (".", ":") or not page.words[i + 1][0].isupper():
            continue
        if any(pair.first < i < pair.last for pair in page.quotes):
            continue
        if page.words[i - 1] == ".":
            found = _split(page, i + 1, last)
            if found:
                yield Speech(found[0], found[1], False, "quotes.dash")
                return
        start = max(first, page.sentences[page.sentence_of[i - 1]][0])
        if page.words[i - 1] == ":" and _speaks(page, start, i - 1) and _is_sentence(page, i + 1, last):
            yield Speech((_trimmed(page, i + 1, last),), (start, i - 1), True, "quotes.dash")
            return


def find_answers(page: Page) -> dict[int, int]:
    """Return the lines that answer questions in an interview, each with the first word of the interview.

    An interview is at least two lines with a dash, each after a line that ends with a question mark.
    """
    found = [
        number
        for number in range(1, len(page.lines))
        if page.words[page.lines[number][0]] in DASHES and _asks(page, number - 1) and not _asks(page, number)
    ]
    if len(found) < LEAST_ANSWERS:
        return {}
    start = page.lines[found[0] - 1][0]
    return dict.fromkeys(found, start)


def _asks(page: Page, number: int) -> bool:
    first, last = page.lines[number]
    return page.words[last - 1] in ("?", "?..", "?!") and last - first < LONGEST_QUESTION


def _line_before(page: Page, number: int) -> tuple[int, int] | None:
    """Return the words of an author that end the line before with a colon."""
    if not number:
        return None
    first, last = page.lines[number - 1]
    if page.words[last - 1] != ":" or last - first < 2:
        return None
    start = max(first, page.sentences[page.sentence_of[last - 2]][0])
    signed = _is_name_line(page, first, last - 1) and _names_somebody(page, first, first + 1)
    return (start, last - 1) if signed or _speaks(page, start, last - 1) else None


# -- the author's words ---------------------------------------------------------------------------------------


def _split(page: Page, first: int, last: int) -> tuple[tuple[tuple[int, int], ...], tuple[int, int]] | None:
    """Cut the author's words out of ``[first, last)``: the parts of the speech and the author's first words."""
    parts: list[tuple[int, int]] = []
    author: tuple[int, int] | None = None
    start = i = first
    while i < last - 1:
        if not _author_dash(page, i, first):
            i += 1
            continue
        end = _author_end(page, i + 1, last)
        parts.append(_trimmed(page, start, i))
        author = author or (i + 1, end)
        if end >= last or page.words[end] not in DASHES:
            return tuple(parts), author
        start = i = end + 1
    if author is None:
        return None
    if start < last:
        parts.append(_trimmed(page, start, last))
    return tuple(parts), author


def _author_dash(page: Page, i: int, first: int) -> bool:
    """Tell whether the author's words begin after the dash ``i``: a mark before it, a verb of speech after it."""
    return (
        page.words[i] in DASHES
        and i > first
        and page.words[i - 1] in ENDS_SPEECH
        and i + 1 < len(page)
        and (_is_author(page, i + 1) if page.words[i + 1][0].islower() else _acts(page, i + 1))
    )


def _acts(page: Page, i: int) -> bool:
    """Tell whether somebody who is named does something: — Мы успели! — Анна Котова улыбается."""
    ends = [chunk.last for chunk in page.chunks if chunk.label == "PER" and chunk.first == i]
    return bool(ends) and ends[0] < len(page) and page.feature(ends[0], "VerbForm") == "Fin"


def _is_author(page: Page, i: int) -> bool:
    """Tell whether words from ``i`` on are an author's: a verb of speech near, or a verb first of all.

    Adverbs may go before the verb: «…», — дважды повторила она.
    """
    first = i
    for j in range(i, min(i + NEAR_VERB, len(page))):
        if page.words[j] in (",", ".", ":", ";") or page.line_of[j] != page.line_of[i]:
            return False
        if is_speech_verb(page, j):
            return True
        if j == first and page.pos[j] == "VERB" and page.feature(j, "VerbForm") == "Fin":
            return True
        if j == first and page.pos[j] in ("ADV", "PART"):
            first = j + 1
    return False


def is_speech_verb(page: Page, i: int) -> bool:
    """Tell whether a word says that somebody speaks: «рассказала», «уверена»."""
    if page.lower[i] in ("уверен", "уверена", "убежден", "убеждена", "уверены"):
        return True
    spoken = page.lemmas[i] in word_list("speech_verbs.txt")
    return spoken and (page.pos[i] in ("VERB", "ADV", "X") or _may_be_verb(page.lower[i]))


def _may_be_verb(lower: str) -> bool:
    return any(p.tag.POS == "VERB" for p in parses(lower))


def _author_end(page: Page, i: int, limit: int | None = None) -> int:
    """Return where the author's words end: at the dash that takes the speech up again, or with the sentence."""
    end = page.lines[page.line_of[i]][1] if limit is None else limit
    for j in range(i, end):
        if limit is not None and page.words[j] in DASHES and page.words[j - 1] in (".", ",", "!", "?", ":"):
            return j
        resumes = limit is not None and j + 1 < end and page.words[j + 1] in DASHES
        stops = j + 1 >= end or page.sentence_of[j + 1] != page.sentence_of[j]
        if page.words[j] == "." and stops and not resumes:
            return j
    return end


def _speaks(page: Page, first: int, last: int) -> bool:
    """Tell whether somebody speaks in ``[first, last)``: a verb of speech or of coming forward."""
    return any(
        is_speech_verb(page, j) or page.lemmas[j] in STEPS_FORWARD or page.feature(j, "Variant") == "Short"
        for j in range(first, last)
    )


STEPS_FORWARD = frozenset(("выступить", "выступать", "быть", "прозвучать", "взять", "мнение", "слово", "довольный"))


def _is_name_line(page: Page, first: int, last: int) -> bool:
    """Tell whether a line holds somebody's name and post only, with no verb."""
    return not any(page.pos[j] == "VERB" for j in range(first, last)) and page.words[first][0].isupper()


def _is_sentence(page: Page, first: int, last: int) -> bool:
    """Tell whether words are a sentence: enough of them, a finite verb or several sentences among them."""
    if last - first < LEAST_WORDS:
        return False
    finite = any(page.pos[j] == "VERB" and page.feature(j, "VerbForm") in ("Fin", None) for j in range(first, last))
    stops = sum(page.words[j] in (".", "!", "?", "…", ";") for j in range(first, last - 1))
    return finite or stops > 0 or page.words[last - 1] in (".", "!", "?")


def _trimmed(page: Page, first: int, last: int) -> tuple[int, int]:
    """Drop the full stop or comma at the end of a speech, and the quote mark of an unclosed one."""
    while last - 1 > first and page.words[last - 1] in (".", ",", "»", ";", ":") and not _needed(page, first, last):
        last -= 1
    return first, last


def _needed(page: Page, first: int, last: int) -> bool:
    """Tell whether a closing mark at the end closes a quote that opens inside."""
    return (
        page.words[last - 1] == "»" and last - 1 in page.quote_ending and page.quote_ending[last - 1].first >= first
    )
