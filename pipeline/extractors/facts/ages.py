"""Tells years of age from years of time: «дети 5–10 лет», «старше 60 лет», but «за пять лет».

Sources
    Cues counted on the 30 ages and 27 spans of years of genre-dev.
"""

from __future__ import annotations

from pipeline.extractors.facts.drafts import Draft, same_sentence
from pipeline.extractors.facts.lending import is_animate
from pipeline.extractors.facts.nouns import TO_WHOM
from pipeline.extractors.facts.units import may_be_noun
from pipeline.extractors.facts.words import part
from pipeline.page import Page

OLDER = frozenset({"старше", "моложе", "младше"})
TIME_BEFORE = frozenset({"за", "через", "на", "в", "спустя", "каждые", "течение", "все", "еще", "уже"})
TIME_STEMS = ("последн", "прошедш", "ближайш", "предыдущ", "минувш", "долг", "цел", "следующ")
BETWEEN = frozenset(
    {"было", "был", "будет", "сейчас", "тогда", "всего", "лишь", "только", "едва", "сегодня", "стало"}
)
SUPERLATIVE = frozenset({"самой", "самому"})
DIED = frozenset(
    {"умереть", "умирать", "скончаться", "погибнуть", "родить", "осиротеть", "овдоветь", "ослепнуть", "оглохнуть"}
)
LONGEST_OWNERS = 12  # tokens between people and their age
FEW = (2, 3, 4)  # with «лет» these stand in the genitive: «сын 3 лет», but «волонтёр 3 года»
TIME_AFTER = frozenset({"назад", "подряд", "спустя", "работы", "работает", "работают", "ранее"})


def is_age(page: Page, draft: Draft, previous: Draft | None) -> bool:
    """Tell whether a number of years (or months) says how old somebody is."""
    unit = draft.unit
    if unit is None or unit.name not in ("год", "месяц"):
        return False
    before = page.lower[max(0, draft.first - 8) : draft.first]
    near = before[-1] if before else ""
    if page.lower[draft.first] in OLDER or page.lower[draft.first : draft.first + 2][-1:] in ([w] for w in OLDER):
        return True
    if page.lower[draft.last - 1] in ("старше", "моложе"):
        return True
    if any(word.startswith("возраст") for word in before):
        return near not in ("за", "через", "спустя")
    if any(word.startswith("исполни") for word in before[-4:] + page.lower[draft.last : draft.last + 3]):
        return True
    if near == "в" and page.lower[draft.last : draft.last + 1] not in ([w] for w in TIME_AFTER):
        return _at_age(page, draft.first - 2)
    if (
        near in TIME_BEFORE
        or near.startswith(TIME_STEMS)
        or page.lower[draft.last : draft.last + 1] in ([w] for w in TIME_AFTER)
    ):
        return _youngest(before) and near in ("еще", "уже")
    return _of_person(page, draft, near) or _youngest(before) or _after_age(page, draft, previous)


def _at_age(page: Page, i: int) -> bool:
    """«Женщина в восемьдесят один год», «умер в 87 лет»; not «срок в пять лет», «уложились в три года».

    ``i`` is the word before «в».
    """
    if i < 0 or not same_sentence(page, i, i + 1):
        return False
    if page.lemmas[i] in DIED or page.lower[i - 1 : i + 1] == ["из", "жизни"]:
        return True
    return _is_person(page, i)


def _youngest(before: list[str]) -> bool:
    """«Самой младшей сейчас четыре года», «самому опытному из них 84 года»."""
    near = before[-5:]
    return any(word.startswith(("младш", "старш", "юн")) for word in near) or not SUPERLATIVE.isdisjoint(near)


def _of_person(page: Page, draft: Draft, near: str) -> bool:
    """«Детей 5–10 лет», «артистам от 9 до 54 лет», «ему 13 лет», «Анна, 34 года»."""
    if near in TO_WHOM or _was_to_somebody(page, draft):
        return True
    if _alone(page, draft) or _to_noun(page, draft):
        return True
    i = draft.first - 1
    while i >= 0 and page.words[i] in ("—", "–", "-", "(", ","):
        i -= 1
    if i < 0 or not same_sentence(page, i, draft.first):
        return False
    if i < draft.first - 1 and part(page, i) == "PROPN":
        return draft.unit is not None and draft.unit.name == "год"
    if draft.modifier not in ("range", "up_to", "at_least", "more_than", "less_than"):
        return i < draft.first - 1 and page.words[i + 1] != "," and _is_person(page, i)
    first = max(0, i - LONGEST_OWNERS)
    while (
        i > first and not _is_person(page, i) and (page.feature(i, "Case") == "Gen" or page.lower[i] in (",", "и"))
    ):
        i -= 1  # «выпускников детских домов 18–23 лет», «жители Калмыкии, Тывы и Алтая от 18 лет»
    return _is_person(page, i)


def _was_to_somebody(page: Page, draft: Draft) -> bool:
    """«Ирвину было 44 года», «ей тогда был 21 год»."""
    i = draft.first - 1 - (page.lower[draft.first - 1] == "по")  # «соседям было по десять лет»
    while i > 0 and page.lower[i] in BETWEEN and same_sentence(page, i, draft.first):
        i -= 1
    if page.lower[i - 1 : i + 1] == ["из", "них"] and i > 1:
        return page.feature(i - 2, "Case") == "Dat"  # «четырём из них больше семидесяти лет»
    if not 0 <= i < draft.first - 1:
        return False
    return page.lower[i] in TO_WHOM or (part(page, i) in ("NOUN", "PROPN") and page.feature(i, "Case") == "Dat")


def _alone(page: Page, draft: Draft) -> bool:
    """«Анна Ремез, Ейск. 72 года, …», «требования: от 18 лет, справка»: a sentence or item begins with it."""
    before = page.words[draft.first - 1] if draft.first else ""
    after = page.words[draft.last] if draft.last < len(page) else "."
    if draft.modifier == "at_least":
        return before in (":", ",", ".", "(") or draft.first == 0
    return (
        before == "."
        and after in (",", ".")
        and draft.low >= 5
        and draft.unit is not None
        and draft.unit.name == "год"
    )


def _to_noun(page: Page, draft: Draft) -> bool:
    """«Мальчику 16 лет», «каланче 131 год»; «женщина 66 лет»."""
    i = draft.first - 1
    if i < 0 or part(page, i) not in ("NOUN", "PROPN") or not same_sentence(page, i, draft.first):
        return False
    dative = page.feature(i, "Case") == "Dat" and (i == 0 or part(page, i - 1) not in ("ADP", "VERB"))
    if page.lower[draft.last - 1] == "лет" and draft.low % 10 in FEW and draft.low % 100 // 10 != 1:
        return dative or _is_person(page, i)
    return dative or (page.feature(i, "Case") == "Nom" and _is_person(page, i) and draft.low >= 14)


def _is_person(page: Page, i: int) -> bool:
    if part(page, i) == "ADJ" and may_be_noun(page.lower[i]):
        return True  # «учащиеся от десяти до семнадцати лет»
    return part(page, i) in ("NOUN", "ADJ", "X") and is_animate(page.lemmas[i])


def _after_age(page: Page, draft: Draft, previous: Draft | None) -> bool:
    """«Средний возраст был 58 лет, сейчас 44 года»: right after another age."""
    if previous is None or previous.kind != "age" or draft.first - previous.last >= 14:
        return False
    before = page.lower[draft.first - 1]
    if before == "и" and draft.first - 1 == previous.last:
        return True  # «женщины 38 и 36 лет»
    return before in (",", ".", "—", "–", "сейчас", "теперь", "а") or part(page, draft.first - 1) == "PROPN"
