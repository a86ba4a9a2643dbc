"""Which earlier or later fact lends its unit to a number without a noun.

Purpose
    «Поступило 112 заявок, экспертизу прошли 97» counts applications both times, «860 рублей против 845» roubles.
Steps
    Rules for ``understood``; ``may_lend`` holds what all of them ask of two facts.
Leaves out
    Nouns of the text that are no facts (``nouns``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.extractors.facts.drafts import Draft, Scene, same_sentence, sentence_start
from pipeline.extractors.facts.words import part, word_classes
from pipeline.morphology import parses
from pipeline.page import Page

NEAR = 45  # tokens back to a fact that lends its unit before all
CANDIDATES = 15  # facts back among which the lender is looked for
REACH = 60  # tokens back to a fact whose unit may be understood; the farthest in genre-dev is 41
BESIDE = frozenset({"из", "в", "во", "на", "по", "с", "со", "для", "от", "у", "за", "при", "через"})
PAIRS = frozenset({"на", "х", "x", "×", "и", "или", "до"})
CROSSED = frozenset({"на", "х", "x", "×"})
OTHER_TIME = frozenset({"раньше", "ранее", "прежде", "прошлом", "прошлым", "позже", "годом", "предыдущем"})
COMING_FORMS = ("приехал", "собрал", "явил", "записал")  # «приехало 820»; «пришло 145» may be letters


def came(scene: Scene, k: int, rule: str) -> bool:
    """«Приехало восемьсот двадцать», «пришли 97»: who comes or takes part is alive."""
    page, draft = scene.page, scene.drafts[k]
    if not draft.number.whole or draft.scale > 1:
        return False
    if not (_is_coming(page, draft.first - 1) or _is_coming(page, draft.last)):
        return False
    for j in range(k - 1, max(-1, k - 1 - CANDIDATES), -1):
        other = scene.drafts[j]
        if draft.first - other.last > REACH:
            break
        if other.unit is None or other.unit.kind != "count" or not is_animate(other.unit.name):
            continue
        together = same_sentence(page, other.last - 1, draft.first)
        if may_lend(page, draft, other) and (together or not _is_beside(page, draft, other)):
            return same_as(scene, draft, other, rule)
    return scene.take(draft, "count", "человек", rule)


def _is_coming(page: Page, i: int) -> bool:
    if not 0 <= i < len(page) or page.lemmas[i] not in word_classes()["coming"]:
        return False
    return page.feature(i, "Number") == "Plur" or page.lower[i].startswith(COMING_FORMS)


def fact_before(scene: Scene, k: int, rule: str) -> bool:
    """«112 заявок, экспертизу прошли 97»; «860 рублей против 845»; «310 кг мусора, прошлым августом — 122».

    What stands beside («640 участников из 14 регионов, причём 215 …») and the parts of a whole («14 животных:
    девять собак и пять кошек») lend only where nothing else does.
    """
    page, draft = scene.page, scene.drafts[k]
    pronoun = page.lower[draft.last : draft.last + 2] in (["из", "них"], ["из", "которых"])
    passes = (False,) if pronoun else (True, False)
    for strict in passes:
        for j in range(k - 1, max(-1, k - 1 - CANDIDATES), -1):
            other = scene.drafts[j]
            if draft.first - other.last > (NEAR if strict else REACH):
                break
            if other.unit is None or other.kind == "rank" or not may_lend(page, draft, other):
                continue
            if strict and (_is_beside(page, draft, other) or _is_part(scene, j, draft)):
                continue
            return same_as(scene, draft, other, rule)
    return False


def _is_beside(page: Page, draft: Draft, other: Draft) -> bool:
    """Tell whether an earlier fact hangs on a preposition that this number does not have."""
    before = page.lower[other.first - 1] if other.first else ""
    if before == "из" and not (
        other.first > 1
        and page.lower[other.first - 2][0].isalnum()
        and same_sentence(page, other.first - 2, other.first)
    ):
        return False  # «из 250 документов вопросы вызвали четыре»: the whole
    return before in BESIDE and before != (page.lower[draft.first - 1] if draft.first else "")


def _is_part(scene: Scene, j: int, draft: Draft) -> bool:
    """Tell whether fact ``j`` is one of the parts after a whole: «41 животное: 26 собак, 14 кошек»."""
    page, other = scene.page, scene.drafts[j]
    if other.unit is None or not other.own or same_sentence(page, other.last - 1, draft.first):
        return False
    for i in range(j - 1, max(-1, j - 5), -1):
        whole = scene.drafts[i]
        if whole.unit is None or whole.kind == "rank" or not same_sentence(page, whole.last - 1, other.first):
            return False
        if page.lower[whole.last : whole.last + 1] == [":"]:
            return whole.unit.kind == "count" and whole.unit.name != other.unit.name
    return False


def change_end(scene: Scene, k: int, rule: str) -> bool:
    """The second end of a change whose first end has the unit: «с сорока страниц до шести»."""
    draft = scene.drafts[k]
    if draft.change == "to" and k and scene.drafts[k - 1].unit is not None:
        return same_as(scene, draft, scene.drafts[k - 1], rule)
    return False


def out_of(scene: Scene, k: int, rule: str) -> bool:
    """«Из 64 школ победили 17» and «17 из 64 школ»; «девять победителей из девятнадцати»."""
    page, draft = scene.page, scene.drafts[k]
    if k + 1 < len(scene.drafts):
        after = scene.drafts[k + 1]
        if page.lower[draft.last : after.first] == ["из"] and after.unit is not None and after.unit.kind == "count":
            return scene.take(draft, after.unit.kind, after.unit.name, rule)
    before = page.lower[draft.first - 1] if draft.first else ""
    if before == "из" and k and scene.drafts[k - 1].unit is not None:
        previous = scene.drafts[k - 1]
        if same_sentence(page, previous.last - 1, draft.first) and draft.first - previous.last <= 5:
            return same_as(scene, draft, previous, rule)
    return False


def paired(scene: Scene, k: int, rule: str) -> bool:
    """«2 на 2 км», «с 14 до 9,5 часа», «100 и 150 тысяч рублей»: the unit stands at the second number."""
    draft = scene.drafts[k]
    if k + 1 == len(scene.drafts):
        return False
    after = scene.drafts[k + 1]
    gap = scene.page.lower[draft.last : after.first]
    if len(gap) != 1 or gap[0] not in PAIRS or after.unit is None or not after.own:
        return False
    if gap[0] in CROSSED and after.unit.kind != "measure":
        return False
    scale = after.scale if draft.high < 1000 else 1.0
    return scene.take(draft, after.unit.kind, after.unit.name, rule, scale)


def same_as(scene: Scene, draft: Draft, other: Draft, rule: str) -> bool:
    """Take the unit of another draft, and its scale where the number alone makes no sense without it."""
    unit = other.unit
    if unit is None:
        return False
    scale = other.scale if _borrows_scale(scene.page, draft, other) else 1.0
    kind = other.kind if other.kind == "age" else unit.kind
    return scene.take(draft, kind, unit.name, rule, scale)


def _borrows_scale(page: Page, draft: Draft, other: Draft) -> bool:
    """«85 миллионов рублей против 70», «шесть тысяч строк, выкинули четыре»: thousands are understood."""
    if other.scale == 1 or draft.scale > 1 or draft.high >= 1000 or draft.number.form == "collective":
        return False
    return draft.first - other.last <= 8 and same_sentence(page, other.last - 1, draft.first)


def may_lend(page: Page, draft: Draft, other: Draft) -> bool:
    """Tell whether the unit of an earlier fact can be meant again."""
    unit = other.unit
    number = draft.number
    if unit is None or (number.whole and _is_comparison(page, other)):
        return False
    if number.form == "collective":
        return unit.kind == "count" and is_animate(unit.name)
    if not _gender_fits(page, draft, unit.name):
        return False
    kind = other.kind or unit.kind
    together = same_sentence(page, other.last - 1, draft.first)
    if _names_them(page, draft):
        return kind != "percent" and draft.low <= other.high
    if draft.scale > 1 and kind != "count":
        return kind == "money"
    if kind == "age":
        return together and "возраст" in "".join(page.lower[sentence_start(page, draft.first) : draft.first])
    if kind == "duration":
        return _may_last(page, draft, other, together)
    if draft.scale > 1:
        return kind == "money"
    if kind == "money":
        return _money_may_lend(page, draft, other)
    if kind == "percent":
        return draft.high <= 100 and (not number.whole or _compares(page, draft, other))
    if kind in ("measure", "times"):
        return not number.whole or together or (kind == "measure" and _other_time(page, draft))
    return number.whole or not float(other.low).is_integer()


def _is_comparison(page: Page, other: Draft) -> bool:
    """«Пришло в два раза больше — 104»: how many times more is no unit of what is counted."""
    return page.lemmas[other.last - 1] == "раз" and other.first > 0 and page.lower[other.first - 1] == "в"


def _names_them(page: Page, draft: Draft) -> bool:
    """«480 тысяч из них», «из них 388»: a part of the fact just before is meant."""
    them = (["из", "них"], ["из", "которых"])
    return page.lower[draft.last : draft.last + 2] in them or page.lower[draft.first - 2 : draft.first] in them


def _may_last(page: Page, draft: Draft, other: Draft, together: bool) -> bool:
    """A time is understood again only in a parallel: «за 110 минут, быстрее всех за 70», «час, для Читы — два»."""
    before = page.lower[draft.first - 1] if draft.first else ""
    if "вместо" in page.lower[max(0, draft.first - 2) : draft.first]:
        return together  # «три дня вместо прежних тридцати»
    if not draft.number.whole or before in ("за", "через"):
        return draft.first - other.last < 20
    near = together and draft.first - other.last <= 8
    if before in ("—", "–", "-", "(") or page.lower[other.last : draft.first][-2:] == ["и", "еще"]:
        return near
    bracket = "(" in page.words[other.last : draft.first] and ")" in page.words[draft.last : draft.last + 1]
    parallel = part(page, draft.first - 1) == "NOUN" and other.first > 0 and part(page, other.first - 1) == "NOUN"
    return near and (bracket or parallel)


def _compares(page: Page, draft: Draft, other: Draft) -> bool:
    """«В 2013 году 11 %, в 2014-м — шесть», «у музеев 43 %, лишь у шести»: a share beside another one."""
    between = page.lower[other.last : draft.first]
    if any(word in ("—", "–", "-", "против", "вместо", "году", "год", "раньше", "теперь") for word in between):
        return True
    return not other.own or any(re.fullmatch(r"(19|20)\d\d(-\w+)?", word) for word in between)


def _other_time(page: Page, draft: Draft) -> bool:
    """«Вывезли 318 тонн. Годом раньше было 240», «В 2021-м — 163»: the same of another time."""
    before = page.lower[sentence_start(page, draft.first) : draft.first]
    return any(word in OTHER_TIME or re.fullmatch(r"(19|20)\d\d(-\w+)?", word) for word in before)


def _money_may_lend(page: Page, draft: Draft, other: Draft) -> bool:
    """A small number after a sum is roubles only close to it."""
    if draft.low >= 1000:
        return True
    close = draft.first - other.last <= 8 and same_sentence(page, other.last - 1, draft.first)
    return close and (other.scale > 1 or other.high < 20000) and draft.low > 20


def _gender_fits(page: Page, draft: Draft, name: str) -> bool:
    """«Шестьдесят одна» counts something feminine."""
    last = page.lower[draft.number.last - 1]
    wanted = {"одна": "femn", "одну": "femn", "две": "femn"}.get(last)
    return wanted is None or gender(name.split()[-1]) in (wanted, None)


@lru_cache(maxsize=20_000)
def gender(word: str) -> str | None:
    """Return the gender of a noun in the nominative."""
    parse = next((p for p in parses(word) if p.tag.POS == "NOUN" and p.tag.case == "nomn"), None)
    return str(parse.tag.gender) if parse else None


@lru_cache(maxsize=20_000)
def is_animate(name: str) -> bool:
    """Tell whether a unit is a living being: «щенок», «постоянный жертвователь»."""
    return any(p.tag.animacy == "anim" for p in parses(name.split()[-1]) if p.tag.POS == "NOUN")
