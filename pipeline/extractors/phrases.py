"""Reads the phrase that says what was discussed: a noun phrase or a question, from its first word to its end.

Steps
    ``read_topics`` starts at the word after «о», «по», «обсудили» … and knows the case that this word demands. It
    goes to the right as long as words belong to one noun phrase: adjectives, genitives, phrases with a preposition,
    an infinitive, a clause with «который». Things side by side are split where the second can stand alone.
    ``read_question`` reads «как договориться с турбазами», «где найти бухгалтера».
Leaves out
    Syntax: the parser was wrong about half the coordinations of the annotated texts; word order and case are enough.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache

from pipeline.extractors.naming import cases_of, find_head, is_plural
from pipeline.morphology import parses
from pipeline.page import Page

CASE_OF = {"о": "loct", "об": "loct", "обо": "loct", "про": "accs", "по": "datv", "на": "loct"}
QUESTIONS = frozenset("как почему зачем где куда откуда когда сколько кто кому что чем какой какая какие каким чего".split())
OUTSIDE = frozenset("участие помощь поддержка рамка ход течение время конец итог завершение начало".split())
POSSESSIVE = frozenset({"его", "ее", "их"})
LIGHT = frozenset("обсуждение рассмотрение изучение разбор вопрос проблема тема проблематика тематика анализ".split())
EMPTY = frozenset(
    "вопрос проблема тема план итог результат это то все многое нюанс момент деталь ситуация жизнь мероприятие".split()
)


@lru_cache(maxsize=50_000)
def _parts(word: str) -> frozenset[str]:
    return frozenset(str(parse.tag.POS) for parse in parses(word.lower()) if parse.score >= 0.05)


def _nominal(page: Page, i: int) -> bool:
    """Tell whether a word is a noun here; the tagger's verdict counts unless the dictionary knows no such noun."""
    word = page.words[i]
    if not word[0].isalpha():
        return False
    if page.pos[i] in ("NOUN", "PROPN"):
        return not _parts(word) or bool(_parts(word) & {"NOUN", "None", "UNKN"}) or word.isupper() or len(_parts(word)) == 0
    return page.pos[i] in ("ADJ", "X") and _parts(word) == {"NOUN"}


def _modifier(page: Page, i: int) -> bool:
    """Tell whether a word is an adjective, participle, pronoun or number before its noun."""
    if page.lower[i] in POSSESSIVE or page.words[i][0].isdigit():
        return True
    if page.pos[i] in ("ADJ", "DET", "NUM"):
        return page.feature(i, "Variant") != "Short" and page.feature(i, "Degree") != "Cmp"
    if page.pos[i] == "VERB":
        return page.feature(i, "VerbForm") == "Part" and page.feature(i, "Variant") != "Short"
    return bool(_parts(page.words[i]) & {"ADJF", "PRTF"}) and page.pos[i] not in ("NOUN", "ADP", "CCONJ", "PRON")


def read_topics(page: Page, i: int, case: str, stop: int, blocked: frozenset[int]) -> list[tuple[int, int]]:
    """Read the noun phrases side by side that begin at token ``i``.

    Args:
        i: the first token after the preposition or verb.
        case: the case it demands (OpenCorpora).
        stop: the phrase ends before this token (the end of the sentence).
        blocked: tokens that belong to no topic (names of people, dates).

    Returns token ranges: «туристическом сборе и содержании стоянок» gives two, «налогообложение грантов и
    пожертвований» one; an empty list where no noun phrase of that case stands there.
    """
    i, case = _skip_light(page, i, case, stop)
    found: list[tuple[int, int]] = []
    while True:
        last, following = _read_one(page, i, case, stop, blocked)
        if last <= i:
            break
        found.append((i, last))
        if following is None:
            break
        i = following
    if not found or _empty(page, *found[0]):
        return []
    return found


def _skip_light(page: Page, i: int, case: str, stop: int) -> tuple[int, str]:
    """«посвятили обсуждению новых форматов», «по вопросам социального заказа»: the genitive says the topic."""
    if i + 1 < stop and page.lemmas[i] in LIGHT and case in cases_of(page.words[i]):
        follows = cases_of(page.words[i + 1])
        if "gent" in follows and (_nominal(page, i + 1) or _modifier(page, i + 1)):
            return i + 1, "gent"
    return i, case


def _empty(page: Page, first: int, last: int) -> bool:
    """«обсудили актуальные вопросы»: the phrase names no topic."""
    nouns = [k for k in range(first, last) if _nominal(page, k)]
    return not nouns or (len(nouns) == 1 and page.lemmas[nouns[0]] in EMPTY)


def _read_one(page: Page, i: int, case: str, stop: int, blocked: frozenset[int]) -> tuple[int, int | None]:
    """Return the end of one noun phrase and where the next one side by side begins, if one does."""
    head = _find_noun(page, i, stop, blocked)
    if head is None or case not in cases_of(page.words[head]) and page.words[head].islower():
        return i, None
    j = head + 1
    last_noun = head
    while j < stop and j not in blocked:
        word = page.lower[j]
        if j in page.quote_at and page.quote_at[j].last < stop:
            j = page.quote_at[j].last + 1
        elif word == ",":
            end = _relative_end(page, j, stop)
            if end is not None:
                return end, None
            following = _side_by_side(page, j, case, stop, blocked, head, last_noun)
            return j, (following if following and _and_follows(page, following, stop) else None)
        elif word in ("и", "или"):
            following = _side_by_side(page, j, case, stop, blocked, head, last_noun)
            if following is not None:
                return j, following
            noun = _find_noun(page, j + 1, stop, blocked)
            if noun is None or not cases_of(page.words[noun]) & cases_of(page.words[last_noun]):
                if noun is None or page.lower[j + 1] not in POSSESSIVE:
                    return j, None
            last_noun, j = noun, noun + 1
        elif page.pos[j] == "ADV" and j + 1 < stop and page.pos[j + 1] == "ADP":
            j += 1  # «рядом с уличной собакой»
        elif page.pos[j] == "ADP" or word == "как":
            noun = _find_noun(page, j + 1, stop, blocked)
            if noun is None or _outside(page, j, noun):
                return j, None
            last_noun, j = noun, noun + 1
        elif _parts(word) == {"INFN"}:  # «праве чиновников приходить на собрания»
            j += 1
        else:
            noun = _find_noun(page, j, stop, blocked)
            if noun is None or not _continues(page, last_noun, j, noun):
                return j, None
            last_noun, j = noun, noun + 1
    return j, None


def _find_noun(page: Page, i: int, stop: int, blocked: frozenset[int]) -> int | None:
    """Return the noun of the phrase that begins at ``i``: modifiers, then a noun (or a quoted name)."""
    j = i
    while j < stop and j not in blocked:
        if _nominal(page, j):
            return j
        if not (_modifier(page, j) or (page.pos[j] == "ADV" and j + 1 < stop and _modifier(page, j + 1))):
            break
        j += 1
    # «работа с пожилыми»: an adjective that stands for its noun
    return j - 1 if j > i and _parts(page.words[j - 1]) & {"ADJF", "PRTF"} else None


def _continues(page: Page, last_noun: int, j: int, noun: int) -> bool:
    """Tell whether a noun without preposition goes on: a genitive, or an apposition (НКО, фонда «Вера»)."""
    if page.pos[last_noun] == "ADP":
        return False
    cases = cases_of(page.words[noun])
    for k in range(j, noun):
        if page.words[k][0].isalpha() and page.lower[k] not in POSSESSIVE:
            cases &= cases_of(page.words[k]) or cases
    if page.words[noun][0].isupper() and not cases:
        return True
    return "gent" in cases or (j == noun and page.lower[noun] == "нко") or _instrument(page, noun, cases)


def _instrument(page: Page, noun: int, cases: frozenset[str]) -> bool:
    """«доказать значимость статистикой»: an instrumental that is nothing else."""
    return cases == frozenset({"ablt"}) and page.lower[noun] not in ("утром", "вечером", "днем", "ночью")


def _outside(page: Page, adp: int, noun: int) -> bool:
    """«с участием С. Мальцева», «на форуме», «на круглом столе»: what does not belong to the topic."""
    if page.lemmas[noun] in OUTSIDE and noun == adp + 1:
        return True
    word, head = page.lower[adp], find_head(page, noun)
    if word == "на" and head is not None and head.sort != "other" and not is_plural(page.words[noun]):
        return True
    return word in ("с", "со") and page.lemmas[noun] in ("участник", "гость", "слушатель", "зал")


def _infinitive(page: Page, j: int) -> bool:
    return page.pos[j] == "VERB" and page.feature(j, "VerbForm") == "Inf"


def _side_by_side(
    page: Page, j: int, case: str, stop: int, blocked: frozenset[int], head: int, last_noun: int
) -> int | None:
    """Return where the thing after «и» begins if it stands beside the head noun and could stand alone."""
    i = j + 1
    if i < stop and page.lower[i] in ("о", "об", "про", "по") and CASE_OF[page.lower[i]] == case:
        i += 1
    if i >= stop or page.lower[i] in POSSESSIVE:
        return None
    noun = _find_noun(page, i, stop, blocked)
    if noun is None:
        return None
    cases = cases_of(page.words[noun])
    for k in range(i, noun):
        cases &= cases_of(page.words[k]) or cases
    if case not in cases:
        return None
    if last_noun != head and case != "gent" and "gent" in cases & cases_of(page.words[last_noun]):
        return None
    return i


def _and_follows(page: Page, i: int, stop: int) -> bool:
    """«о воде, деньгах и людях»: a list with commas ends with «и»."""
    end = bisect_left(page.lower, "", lo=i, hi=i) or i
    for k in range(end, min(stop, i + 12)):
        if page.lower[k] in ("и", "или"):
            return True
        if page.pos[k] in ("VERB", "AUX") and page.feature(k, "VerbForm") != "Part":
            return False
        if page.words[k] in ".;:()—":
            return False
    return False


def _relative_end(page: Page, j: int, stop: int) -> int | None:
    """Return the end of a clause «, о которых не пишут в отчётах» that begins at the comma ``j``."""
    if j + 2 >= stop:
        return None
    if "который" not in page.lemmas[j + 1 : j + 3]:
        return None
    return _clause_end(page, j + 1, stop)


def _clause_end(page: Page, i: int, stop: int) -> int:
    """Return the end of a clause: the next comma that opens no further clause, or another mark."""
    j = i
    while j < stop:
        if j in page.quote_at and page.quote_at[j].last < stop:
            j = page.quote_at[j].last + 1
            continue
        word = page.words[j]
        if word in ".!?;:()—–…":
            return j
        if word == ",":
            following = page.lemmas[j + 1 : j + 3]
            if not following or not ("который" in following or following[0] in ("чтобы", "если", "когда")):
                return j
        j += 1
    return stop


def read_question(page: Page, i: int, stop: int) -> tuple[int, int] | None:
    """Read a question as topic from token ``i``: «как договориться с турбазами»; ``None`` if none begins there."""
    if i >= stop or page.lower[i] not in QUESTIONS:
        return None
    end = _clause_end(page, i, stop)
    return (i, end) if end - i >= 2 else None


def has_infinitive(page: Page, first: int, last: int) -> bool:
    """Tell whether a question asks how to do something: «как сократить отчёт», not «как собрала деньги»."""
    finite = any(
        page.pos[k] in ("VERB", "AUX") and page.feature(k, "VerbForm") == "Fin" for k in range(first, last)
    )
    return not finite and any(_infinitive(page, k) for k in range(first, last))
