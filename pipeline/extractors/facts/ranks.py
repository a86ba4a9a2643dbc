"""Finds ranks: «заняли третье место», «на 14-м месте», «второе — команда из Томска».

Steps
    An ordinal (word, digits with an ending, digits or a Roman number before a singular noun) before «место» or
    «строчка»; after such a rank an ordinal in the neuter alone is one more.
Leaves out
    Every other ordinal: «второй день», «пятый сезон».
"""

from __future__ import annotations

import re

from pipeline.extractors.facts.drafts import Draft
from pipeline.extractors.facts.units import Unit
from pipeline.extractors.facts.words import part
from pipeline.extractors.numbers import Number, ordinals
from pipeline.morphology import parses
from pipeline.page import Page
from pipeline.tokens import Trigger

FORMS = {
    "место": "место", "месте": "место", "места": "место", "месту": "место", "местом": "место",
    "строчка": "строчка", "строчку": "строчка", "строчке": "строчка", "строчки": "строчка",
    "строка": "строка", "строку": "строка", "строке": "строка",
    "позиция": "позиция", "позицию": "позиция", "позиции": "позиция",
}  # fmt: skip
ENDING = re.compile(r"(\d{1,4})-(?:е|ое|м|ом|го|ого|му|ому|й|ей|ю|ую|я|ая)")
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
NEUTER = ("ое", "ее", "ье", "ом", "ем")
REACH = 40  # tokens from a rank to an ordinal that repeats it; the farthest in genre-dev is 26


ORDINAL = Trigger(lambda token: token.lower in ordinals() or token.lower[0].isdigit() or token.lower in ROMAN)


def find_ranks(page: Page) -> list[Draft]:
    """Return the ranks of a page in text order, as drafts of kind "rank"."""
    found: list[Draft] = []
    known = ordinals()
    if FORMS.keys().isdisjoint(page.lower):
        return found
    for i in page.find(ORDINAL):
        if found and i < found[-1].last:
            continue
        word = page.lower[i]
        rank = _rank(page, i) if page.uses("facts.rank") else None
        again = word in known or (word[0].isdigit() and "-" in word)
        if rank is None and found and again and page.uses("facts.rank_again"):
            rank = _again(page, i, found[-1])
        if rank is not None:
            found.append(rank)
    return found


def _rank(page: Page, i: int) -> Draft | None:
    """Read «третье место», «14-м месте», «1 место», «первое общекомандное место»."""
    value, last = _ordinal(page, i)
    if value is None:
        return None
    plain = page.words[i].isdigit()
    head = last
    while not plain and head < min(last + 2, len(page)) and part(page, head) == "ADJ" and _touches(page, head):
        head += 1
    if head >= len(page) or not _touches(page, head):
        return None
    name = FORMS.get(page.lower[head])
    if name is None or (plain and not _plain_rank(page, i, head)):
        return _first_of_two(page, i, value, last)
    if page.lower[head] == "места" and page.lower[last - 1].endswith(("ые", "ых", "ье", "ие")):
        return (
            None
            if page.lower[last - 1].endswith(("ые", "ых", "ие"))
            else _draft(page, i, head + 1, value, "место", "rank")
        )
    return _draft(page, i, head + 1, value, name, "rank")


def _plain_rank(page: Page, i: int, head: int) -> bool:
    """«1 место», «заняли 3 место», «на 2 месте»; not «21 место в зале», «40 мест», «2 места»."""
    word = page.lower[head]
    if word not in ("место", "месте"):
        return False
    if word == "месте" or int(page.words[i]) % 10 != 1 or int(page.words[i]) % 100 == 11:
        return True
    return int(page.words[i]) == 1 or any(w.startswith("заня") for w in page.lower[max(0, i - 4) : i])


def _first_of_two(page: Page, i: int, value: int, last: int) -> Draft | None:
    """«Первое и второе места»: the first of them."""
    if page.lower[last : last + 1] not in (["и"], [","]) or not page.lower[i].endswith((*NEUTER, "-е", "-м")):
        return None
    second, after = _ordinal(page, last + 1) if last + 1 < len(page) else (None, 0)
    if second is None or page.lower[after : after + 1] not in (["места"], ["место"], ["месте"]):
        return None
    return _draft(page, i, last, value, "место", "rank")


def _again(page: Page, i: int, before: Draft) -> Draft | None:
    """«Первое место заняла Уфа, второе — Томск», «второе (120 тыс.)», «было 13-е», «за второе и третье»."""
    if i - before.last > REACH or not page.lower[i].endswith((*NEUTER, "-е")) or before.name != "место":
        return None
    value, last = _ordinal(page, i)
    if value is None or value == before.low:
        return None
    after = page.lower[last] if last < len(page) and _touches(page, last) else "."
    if after in (".", ",", "(", "—", "–", "-", ":", "у", "в", "за", "досталось", "получил", "получила"):
        return _draft(page, i, last, value, "место", "rank_again")
    follows = part(page, last) if last < len(page) else "PUNCT"
    if page.lower[i - 1] == "за" and (follows == "NUM" or page.words[last][0].isdigit()):
        return _draft(page, i, last, value, "место", "rank_again")
    if after == "и" and last + 1 < len(page) and page.lower[last + 1] in ordinals():
        follows = "PUNCT" if page.lower[last + 1].endswith(NEUTER) else follows
    if follows in ("VERB", "ADP", "PUNCT"):
        return _draft(page, i, last, value, "место", "rank_again")
    on = i > 0 and page.lower[i - 1] == "на"
    agrees = last < len(page) and any(p.tag.case in ("loct", "loc2") for p in parses(page.lower[last]))
    if follows in ("NOUN", "PROPN") and on and not agrees:
        return _draft(page, i, last, value, "место", "rank_again")
    return None


def _ordinal(page: Page, i: int) -> tuple[int | None, int]:
    """Read an ordinal at ``i``: value and the token after it."""
    word = page.lower[i]
    known = ordinals()
    if word in known:
        return known[word], i + 1
    if word in ROMAN and page.words[i].isupper():
        return ROMAN[word], i + 1
    if match := ENDING.fullmatch(word):
        return int(match[1]), i + 1
    if word.isdigit() and len(word) <= 3:
        return int(word), i + 1
    tens = {"двадцать": 20, "тридцать": 30, "сорок": 40, "пятьдесят": 50, "шестьдесят": 60, "семьдесят": 70}
    if word in tens and i + 1 < len(page) and known.get(page.lower[i + 1], 99) < 10:
        return tens[word] + known[page.lower[i + 1]], i + 2
    return None, i


def _touches(page: Page, i: int) -> bool:
    return i not in page.breaks


def _draft(page: Page, first: int, last: int, value: int, name: str, rule: str) -> Draft:
    start, end = page.starts[first], page.ends[last - 1]
    number = Number(start, page.ends[first], first, first + 1, float(value), float(value))
    unit = Unit("count", name, last - 1, last, name)
    return Draft(number, value, value, start, end, first, last, unit, "rank", name, None, rule)
