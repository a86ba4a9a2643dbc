"""Finds the words of direct speech: inside quote marks, after a dash, with the words of the author cut out.

Steps
    1. A pair of quotes is speech where an author follows («…», — сказала она), where a colon that ends the words of
       somebody goes before it, or where it holds a sentence that a comma ties to what follows.
    2. A headline in quotes is speech where somebody's words repeat it, or where it stands over an interview.
    3. A line that begins with a dash is speech where an author's words stand in it (— …, — сказал он. — …) or where
       the line before ends with a colon after the words of somebody.
    4. The words of the author («— сказал он. —») split either kind in two.
Leaves out
    The words of the author: ``authors``. Who speaks: ``quotes``. Indirect speech. Questions of an interviewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from pipeline.extractors.organisations.words import titled_thing
from pipeline.extractors.quotes.authors import (
    DASHES,
    ENDS_SPEECH,
    LEAST_WORDS,
    NEAR_VERB,
    author_end,
    is_author,
    is_name_line,
    is_sentence,
    is_speech_verb,
    names_somebody,
    speaks,
    split,
    trimmed,
)
from pipeline.page import Page, Pair

SAYS = frozenset(("сказать", "говорить", "ответить", "отвечать", "написать", "возразить", "крикнуть", "добавить"))
ENDS = frozenset((".", "!", "?", "…"))
PERSONAL = frozenset(("я", "мы", "ты", "вы", "мой", "наш", "твой", "ваш"))
WORDS_OF = frozenset(("слово", "мнение", "признание", "выражение", "оценка", "замечание", "наблюдение"))
CALLED = frozenset(("слово", "речь", "фраза"))
FLOOR = frozenset(("взять", "брать", "попросить", "просить", "дать", "получить", "предоставить", "передать"))
ALONE_WORDS = 6
LEAST_ANSWERS = 2
LONGEST_QUESTION = 60
LONGEST_NAME_LINE = 14


class Speech(NamedTuple):
    """Parts of one speech, token ranges, and the token range of the author's words (empty where there are none).

    ``before``: the author stands before the speech.
    """

    parts: tuple[tuple[int, int], ...]
    author: tuple[int, int]
    before: bool
    rule: str


def find_speech(page: Page) -> list[Speech]:
    """Return the speeches of a page in text order."""
    dashed = list(_dashed(page))
    inside = [part for speech in dashed for part in speech.parts]
    quoted = [
        speech
        for speech in _quoted(page)
        if not any(first <= speech.parts[0][0] < last for first, last in inside)  # words in another's words
    ]
    found = sorted([*quoted, *dashed], key=lambda speech: speech.parts[0])
    headline = _headline(page, found) if page.uses("quotes.headline") else None
    return [headline, *found] if headline else found


def _headline(page: Page, found: list[Speech]) -> Speech | None:
    """Read a headline in quotes that somebody's speech repeats, or that stands over an interview as a line."""
    pair = page.quote_at.get(0)
    if pair is None or pair.last - 1 <= LEAST_WORDS or any(speech.parts[0][0] <= pair.last for speech in found):
        return None
    part = trimmed(page, 1, pair.last)
    said = " ".join(page.lower[slice(*part)])
    for speech in found:
        alone = speech.rule == "quotes.interview" and page.lines[0][1] == pair.last + 1
        if alone or any(said in " ".join(page.lower[slice(*other)]) for other in speech.parts):
            rule = speech.rule if speech.rule == "quotes.interview" else "quotes.headline"
            return speech._replace(parts=(part,), rule=rule)
    return None


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
            more = _taken_up(page, speech)
            last = more.last if more else pair.last
            yield (
                speech._replace(parts=(*speech.parts, trimmed(page, more.first + 1, more.last))) if more else speech
            )


def _taken_up(page: Page, speech: Speech) -> Pair | None:
    """Find where a speech goes on in quotes of its own: «…», — пояснила она. — «Мы едем обратно»."""
    i = speech.author[1]
    if speech.before or i + 2 >= len(page) or page.words[i] != "." or page.words[i + 1] not in DASHES:
        return None
    pair = page.quote_at.get(i + 2)
    return pair if pair and not _author_after(page, pair) else None  # else somebody else answers


def _author_inside(page: Page, pair: Pair) -> Speech | None:
    """Read «Мы справились, — сказала она. — И справимся снова»."""
    found = split(page, pair.first + 1, pair.last)
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
        follows = is_author(page, i) or (comma and (_is_signed(page, pair, i) or _is_called(page, pair, i)))
    elif dash and _is_called(page, pair, i):
        follows = True
    else:  # a comma or a dash is missing: only a sentence and a verb of speech make it speech
        follows = page.words[i][0].islower() and is_speech_verb(page, i) and _stands_alone(page, pair)
    if not follows:
        return None
    part = trimmed(page, pair.first + 1, pair.last)
    return Speech((part,), (i, author_end(page, i)), False, "quotes.marks")


def _said_so(page: Page, pair: Pair) -> Speech | None:
    """Read «…». Так сказала на открытии Анна Котова."""
    i = pair.last + 2
    if i >= len(page) or page.lower[i] != "так" or page.line_of[i] != page.line_of[pair.last]:
        return None
    if not any(is_speech_verb(page, j) for j in range(i + 1, min(i + NEAR_VERB, len(page)))):
        return None
    part = trimmed(page, pair.first + 1, pair.last)
    return Speech((part,), (i, author_end(page, i)), False, "quotes.marks")


def _is_called(page: Page, pair: Pair, i: int) -> bool:
    """Tell whether the words from ``i`` on call a sentence speech: «…» — такими словами открыл форум …"""
    end = min(i + NEAR_VERB + 3, page.sentences[page.sentence_of[i]][1])
    return bool(CALLED.intersection(page.lemmas[i:end])) and is_sentence(page, pair.first + 1, pair.last)


def _is_signed(page: Page, pair: Pair, i: int) -> bool:
    """Tell whether somebody is named after a sentence in quotes, without a verb: «…», — Анна Котова, директор."""
    return is_sentence(page, pair.first + 1, pair.last) and names_somebody(page, i, author_end(page, i))


def _stands_alone(page: Page, pair: Pair) -> bool:
    """Tell whether a sentence stands in the quotes and no word of the text governs it as a name."""
    if pair.last - pair.first < ALONE_WORDS or not is_sentence(page, pair.first + 1, pair.last):
        return False
    return _begins(page, pair.first) or not page.words[pair.first - 1][0].isalnum()


def _author_before(page: Page, pair: Pair) -> Speech | None:
    """Read … рассказала: «…»: a sentence in quotes after a colon and the words of somebody."""
    i = pair.first - 1
    if i < 1 or page.line_of[i] != page.line_of[pair.first]:
        return None
    line, sentence = page.lines[page.line_of[i]][0], page.sentences[page.sentence_of[i - 1]][0]
    start = max(line, sentence)
    if page.lemmas[i] in SAYS and is_sentence(page, pair.first + 1, pair.last):  # the colon is missing
        return Speech((trimmed(page, pair.first + 1, pair.last),), (start, i + 1), True, "quotes.colon")
    if page.words[i] not in (":", ","):
        return None
    told = any(page.lemmas[j] in SAYS for j in range(max(start, i - NEAR_VERB), i))
    if page.words[i] == ",":  # «Как заметил Саркисян, «горы не чужие»», «По словам Саркисяна, «горы не чужие»»
        told = page.lower[start] == "по" and page.lemmas[start + 1] in WORDS_OF
        says = told or (page.lower[start] == "как" and speaks(page, start, i))
    else:
        says = speaks(page, start, i) or is_name_line(page, line, i) or _sentences(page, pair) > 1
        says |= names_somebody(page, start, i) and (_is_personal(page, pair) or _is_told(page, start, i, pair))
        told |= not line and is_name_line(page, line, i) and names_somebody(page, line, i)  # a headline
    if not says or not (told or is_sentence(page, pair.first + 1, pair.last)):
        return None
    return Speech((trimmed(page, pair.first + 1, pair.last),), (start, i), True, "quotes.colon")


def _sentences(page: Page, pair: Pair) -> int:
    """Count the sentences in quotes: a title has one."""
    inside = page.sentence_of[pair.first + 1 : pair.last]
    return 1 + sum(a != b and page.words[pair.first + n] in ENDS for n, (a, b) in enumerate(pairwise(inside), 1))


def _is_told(page: Page, start: int, colon: int, pair: Pair) -> bool:
    """Tell whether somebody does something before a clause in quotes that is no title: «сравнила школу: «…»»."""
    acts = any(page.feature(i, "VerbForm") == "Fin" for i in range(start, colon))
    inside = any(page.feature(i, "VerbForm") == "Fin" for i in range(pair.first + 1, pair.last))
    return acts and inside and not titled_thing(page.lemmas[colon - 1])


def _is_personal(page: Page, pair: Pair) -> bool:
    """Tell whether somebody speaks of himself or to somebody in quotes: «Нас вечно путают»."""
    inside = range(pair.first + 1, pair.last)
    return any(page.lemmas[i] in PERSONAL or page.feature(i, "Person") in ("1", "2") for i in inside)


def _tied(page: Page, pair: Pair) -> Speech | None:
    """Read «Связь рвалась, а мы нет», эта фраза Малаховой …: a sentence that begins one, with a comma after it."""
    i = pair.last + 1
    if i >= len(page) or page.words[i] != "," or not page.words[pair.first + 1][0].isupper():
        return None
    if not _begins(page, pair.first) or not is_sentence(page, pair.first + 1, pair.last):
        return None
    if i + 1 < len(page) and page.words[i + 1][0] in '«"—–-':
        return None
    last = page.sentences[page.sentence_of[i]][1]
    return Speech((trimmed(page, pair.first + 1, pair.last),), (i + 1, last), False, "quotes.tied")


def _alone(page: Page, pair: Pair) -> Speech | None:
    """Read a whole sentence in quotes that follows a sentence about somebody in the same paragraph."""
    i, line = pair.first, page.lines[page.line_of[pair.first]]
    if i == line[0] or not _begins(page, i) or not is_sentence(page, i + 1, pair.last):
        return None
    ends = pair.last + 1 >= line[1] or page.words[pair.last + 1] == "." or page.words[pair.last - 1] in ENDS
    if pair.last - i < ALONE_WORDS or not ends:
        return None
    before = page.sentences[page.sentence_of[i - 1]][0]
    if i - before <= LEAST_WORDS:
        return None  # a number of a list
    part = trimmed(page, i + 1, pair.last)
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
    return Speech((trimmed(page, pair.first + 1, pair.last),), (first, last), False, "quotes.block")


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
        if number and _is_author_line(page, number):
            continue
        if number + 1 < len(page.lines) and _is_author_line(page, number + 1):
            yield Speech((trimmed(page, first + 1, last),), page.lines[number + 1], False, "quotes.dash")
            continue
        if number in answers:
            yield Speech((trimmed(page, first + 1, last),), (0, answers[number]), True, "quotes.interview")
            continue
        found = split(page, first + 1, last)
        if found:
            yield Speech(found[0], found[1], False, "quotes.dash")
            continue
        author = _line_before(page, number)
        if author and is_sentence(page, first + 1, last):
            yield Speech((trimmed(page, first + 1, last),), author, True, "quotes.dash")


def _is_author_line(page: Page, number: int) -> bool:
    """Tell whether a line holds only the words of the author of the line before: «— сказала Шульц»."""
    first, last = page.lines[number]
    starts = last - first > 1 and page.words[first] in DASHES and page.words[first + 1][0].islower()
    return starts and page.words[page.lines[number - 1][0]] in DASHES and is_speech_verb(page, first + 1)


def _after_stop(page: Page, first: int, last: int) -> Iterator[Speech]:
    """Read speech that begins within a line: «Слово взял Олег Ким. — Не бойтесь просить, — начал он»."""
    for i in range(first + 2, last - LEAST_WORDS):
        if page.words[i] not in DASHES or page.words[i - 1] not in (".", ":") or not page.words[i + 1][0].isupper():
            continue
        if any(pair.first < i < pair.last for pair in page.quotes):
            continue
        if page.words[i - 1] == ".":
            found = split(page, i + 1, last)
            if found:
                yield Speech(found[0], found[1], False, "quotes.dash")
                return
        start = max(first, page.sentences[page.sentence_of[i - 1]][0])
        if page.words[i - 1] == ":" and speaks(page, start, i - 1) and is_sentence(page, i + 1, last):
            yield Speech((trimmed(page, i + 1, last),), (start, i - 1), True, "quotes.dash")
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
    """Return the words of an author that end the line before with a colon: «…, попросил слова Олег Ким.» too."""
    if not number:
        return None
    first, last = page.lines[number - 1]
    if page.words[last - 1] not in (":", ".") or last - first < 2:
        return None
    start = max(first, page.sentences[page.sentence_of[last - 2]][0])
    if page.words[last - 1] == ".":
        asked = FLOOR.intersection(page.lemmas[start:last]) and "слово" in page.lemmas[start:last]
        return (start, last - 1) if asked and names_somebody(page, start, last) else None
    signed = is_name_line(page, first, last - 1) and names_somebody(page, first, first + 1)
    return (start, last - 1) if signed or speaks(page, start, last - 1) else None
