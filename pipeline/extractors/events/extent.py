"""How far the phrase around an event word goes: number and adjectives before it, what belongs to it after it.

Steps
    ``phrase_start`` walks to the left over adjectives and ordinals, ``phrase_end`` to the right over genitives,
    «для НКО», «по уходу на дому», «на лучший годовой отчёт».
Leaves out
    Whether the phrase names an event (``phrases``).
"""

from __future__ import annotations

import re

from pipeline.extractors.events.ground import Ground
from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import Head, cases_of, is_living, may_modify
from pipeline.page import Page

ORDINAL = re.compile(r"[IVXLC]+|\d{1,2}-[а-я]{1,3}")


def phrase_start(ground: Ground, head: Head) -> int:
    """Return where the phrase begins: adjectives and a number before the event word."""
    page, first = ground.page, min(head.first, head.index)
    start = ground.outline.unit(first)[0]
    while first > start and _is_adjective(page, first - 1):
        first -= 1
    return first


def _is_adjective(page: Page, i: int) -> bool:
    if ORDINAL.fullmatch(page.words[i]):
        return True
    return page.words[i][0].isalpha() and (page.pos[i] == "ADJ" or page.lemmas[i] in word_set("ordinals"))


def phrase_end(ground: Ground, head: Head, bodies: dict[int, int]) -> int:
    """Return the end of the genitives after an event word: «съезд некоммерческих организаций Липецкой области».

    After a gathering a whole organisation may follow: «заседание Совета по поддержке НКО при губернаторе».
    """
    page, stop = ground.page, ground.outline.unit(head.index)[1]
    j = last = _set_phrase_end(page, head)
    gathering = head.kind.split()[-1] in word_set("gatherings")
    thematic = head.kind.split()[-1] in word_set("thematic")
    if head.kind.split()[-1] in word_set("contests") and page.lower[j : j + 1] == ["на"]:
        return _prize_end(page, j, stop) or j
    while j < stop:
        if gathering and j in bodies:
            j = last = bodies[j]
            continue
        word = page.lower[j]
        if last == j and (word == "для" or (word == "и" and j > head.index + 1)):
            j += 1  # «субсидий для НКО», «волонтёров и НКО»
        elif thematic and last == j and word == "по" and _takes_subject(page, head, j):
            end = _dative_end(page, j + 1, stop)
            if end is None:
                break
            j = last = end  # «конференция по уходу на дому», «съезд уполномоченных по правам ребёнка»
        elif j in page.quote_at and j > head.index + 1 and page.lemmas[j - 1] in ("фонд", "центр"):
            j = last = page.quote_at[j].last + 1
        elif _is_genitive(page, j):
            j += 1
            if page.pos[j - 1] not in ("ADJ", "DET", "NUM") or not may_modify(page.words[j - 1]):
                last = j
        else:
            break
    return last


def _takes_subject(page: Page, head: Head, j: int) -> bool:
    """Tell whether «по» at ``j`` goes on after an event word or its people: «слёт тренеров по туризму»."""
    people = is_living(page.words[j - 1]) or page.feature(j - 1, "Animacy") == "Anim"
    return people or j == head.index + 1


def _prize_end(page: Page, j: int, stop: int) -> int | None:
    """Return the end of «на лучший годовой отчёт», «на лучшую практику НКО» at «на», else ``None``."""
    k = j + 1
    if page.lemmas[k : k + 1] not in (["хороший"], ["лучший"]):
        return None
    while k < stop and page.pos[k] == "ADJ":
        k += 1
    if k >= stop or page.pos[k] != "NOUN":
        return None
    k += 1
    while k < stop and page.pos[k] in ("NOUN", "ADJ") and "gent" in cases_of(page.words[k]):
        k += 1
    return k


def _dative_end(page: Page, j: int, stop: int) -> int | None:
    """Return the end of what follows «по»: «уходу на дому», «социальной рекламе», ``None`` for «видеосвязи»."""
    k = j
    while k < stop and page.pos[k] == "ADJ":
        k += 1
    if k >= stop or "datv" not in cases_of(page.words[k]) or page.lemmas[k] in word_set("not_by"):
        return None
    k += 1
    while k < stop and page.pos[k] in ("NOUN", "ADJ") and "gent" in cases_of(page.words[k]):
        k += 1
    placed = k + 1 < stop and page.lower[k] in ("на", "с") and "loct" in cases_of(page.words[k + 1])
    return k + 2 if placed and page.words[k + 1].islower() else k


def _set_phrase_end(page: Page, head: Head) -> int:
    """Return the end of a set phrase after its noun: «день открытых дверей»."""
    words = head.kind.replace("ё", "е").split()
    size = len(words) - 1 - (head.index - head.first) if " " in head.kind else 0
    return min(head.index + 1 + max(size, 0), len(page))


def _is_genitive(page: Page, j: int) -> bool:
    """Tell whether a word goes on with the genitives after an event word («Республики Башкортостан» does too)."""
    word = page.words[j]
    if not word[0].isalpha() or page.pos[j] in ("VERB", "AUX", "ADP", "ADV", "PRON", "CCONJ", "SCONJ", "PART"):
        return False
    if word[0].isupper() and page.lemmas[j - 1] == "республика":
        return True
    if page.lower[j + 1 : j + 2] and page.lower[j + 1].endswith(("вна", "вич")):
        return False  # «Открыла Школу Маргарита Зуевна»
    cases = cases_of(word)
    known = not cases and word[0].isupper()
    return "gent" in cases or known or (page.pos[j] == "NOUN" and page.feature(j, "Case") == "Gen")
