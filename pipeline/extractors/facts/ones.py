"""Tells «один» that counts («ТРИ ПОБЕДИТЕЛЯ И ОДИН КОТ», «один человек») from «один» that does not.

«Один» is mostly an indefinite article of sorts («один дедушка», «ещё один концерт», «ни одного»); it is taken as
a number only where the text sets it beside other numbers or says that there is no more.
"""

from __future__ import annotations

from pipeline.extractors.facts.drafts import Draft
from pipeline.extractors.numbers import Number
from pipeline.page import Page

ONLY = frozenset({"всего", "только", "лишь", "ровно"})
NEVER_BEFORE = frozenset({"ни", "не", "еще", "ещё", "каждый", "каждого"})


def counts_one(page: Page, draft: Draft, numbers: list[Number]) -> bool:
    """Tell whether the lone «один» of a draft is a number."""
    before = page.lower[draft.first - 1] if draft.first else ""
    if before in ("от", "с") and page.lower[draft.last : draft.last + 1] in (["до"], ["по"]):
        return True  # «от одного до трёх человек»
    if draft.unit is None:
        return before in (":", "—", "–") and page.lower[draft.first - 2].endswith(
            ("ов", "ей", "ий", "ок", "ек", "г")
        )
    if before in NEVER_BEFORE or page.lower[draft.first] == "одни":
        return False
    if before in ONLY or draft.unit.name == "человек" or draft.unit.kind in ("money", "percent"):
        return True
    if draft.unit.kind == "duration":
        return before != "в"
    return before in ("и", ",") and any(
        n.form != "one" and 0 < draft.first - n.last <= 4 and _listed(page, n.last, draft.first - 1)
        for n in numbers
    )


def _listed(page: Page, first: int, last: int) -> bool:
    """Tell whether only the words of one counted thing stand between: «три победителя и один кот»."""
    return all(page.words[i][0].isalpha() for i in range(first, last))
