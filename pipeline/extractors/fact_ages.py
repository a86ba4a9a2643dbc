"""Tells years of age from years of time: «дети 5–10 лет», «старше 60 лет», but «за пять лет».

Sources
    Cues counted on the 30 ages and 27 spans of years of genre-dev.
"""

from __future__ import annotations

from pipeline.extractors.fact_drafts import Draft, same_sentence
from pipeline.extractors.fact_understood import is_animate
from pipeline.extractors.fact_words import part
from pipeline.page import Page

OLDER = frozenset({"старше", "моложе", "младше"})
TO_WHOM = frozenset(["мне", "тебе", "ему", "ей", "нам", "вам", "им", "которому", "которой", "которым", "кому"])
TIME_BEFORE = frozenset({"за", "через", "на", "в", "спустя", "каждые", "последние", "течение", "все", "еще", "уже"})
TIME_AFTER = frozenset({"назад", "подряд", "спустя", "работы", "работает", "работают", "ранее"})
YOUNGEST = ("самой", "самому", "самый", "младш", "старш", "юн")
OLDEST_AGE = 120


def is_age(page: Page, draft: Draft, drafts: list[Draft]) -> bool:
    """Tell whether a number of years (or months) says how old somebody is."""
    unit = draft.unit
    if unit is None or unit.name not in ("год", "месяц") or draft.high > OLDEST_AGE:
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
    if near in TIME_BEFORE or page.lower[draft.last : draft.last + 1] in ([w] for w in TIME_AFTER):
        return _youngest(before) and near in ("еще", "уже")
    return _of_person(page, draft, near) or _youngest(before) or _after_age(page, draft, drafts)


def _youngest(before: list[str]) -> bool:
    """«Самой младшей сейчас четыре года»."""
    return any(word.startswith(("младш", "старш", "самому юн", "юн")) for word in before[-5:])


def _of_person(page: Page, draft: Draft, near: str) -> bool:
    """«Детей 5–10 лет», «артистам от 9 до 54 лет», «ему 13 лет», «Анна, 34 года»."""
    if near in TO_WHOM:
        return True
    i = draft.first - 1
    while i >= 0 and page.words[i] in ("—", "–", "-", "(", ","):
        i -= 1
    if i < 0 or not same_sentence(page, i, draft.first):
        return False
    bounded = draft.modifier in ("range", "up_to", "at_least", "more_than", "less_than")
    named = i < draft.first - 1 and part(page, i) == "PROPN"
    person = part(page, i) in ("NOUN", "ADJ") and is_animate(page.lemmas[i])
    return named or (person and (bounded or i < draft.first - 1))


def _after_age(page: Page, draft: Draft, drafts: list[Draft]) -> bool:
    """«Средний возраст был 58 лет, сейчас 44 года»: right after another age."""
    previous = next((d for d in reversed(drafts) if d.start < draft.start), None)
    return previous is not None and previous.kind == "age" and draft.first - previous.last < 14
