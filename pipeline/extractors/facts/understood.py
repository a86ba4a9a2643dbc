"""Numbers whose noun stands elsewhere get the unit that a reader understands.

Purpose
    «Поступило 112 заявок, экспертизу прошли 97» counts applications both times; «победители получат 5 млн» are
    roubles.
Steps
    An ordered list of rules, the surest first: nouns of the text (``nouns``), other facts
    (``lending``), then roubles, people, what was counted last.
Leaves out
    Numbers that are no facts at all (``contexts``).
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.extractors.facts.ages import OLDER
from pipeline.extractors.facts.drafts import LONGEST, Draft, Scene
from pipeline.extractors.facts.lending import (
    REACH,
    came,
    change_end,
        fact_before,
    out_of,
    paired,
)  # fmt: skip
from pipeline.extractors.facts.nouns import (
    birthday,
    header,
    measured_noun,
    noun_before,
    number_of,
    population,
    table,
    they_were,
)  # fmt: skip
from pipeline.extractors.facts.words import part
from pipeline.page import Page

OLDEST = 120  # years
FACTS_BACK = 30  # facts back to one that names the currency or what is counted


def roubles(scene: Scene, k: int, rule: str) -> bool:
    """«Библиотека выиграла 236 тыс.», «по миллиону»: a bare scale counts roubles."""
    draft = scene.drafts[k]
    if draft.scale == 1 and draft.low < 10000:
        return False
    line_of = scene.page.line_of
    near = reversed(scene.drafts[max(0, k - FACTS_BACK) : k])
    # Another currency holds to the end of its paragraph.
    sums = (
        d.unit.name for d in near if d.unit and d.unit.kind == "money" and line_of[d.first] == line_of[draft.first]
    )
    currency = next(sums, "рубль")
    return scene.take(draft, "money", currency, rule)


def older(scene: Scene, k: int, rule: str) -> bool:
    """«Семь тысяч человек моложе тридцати»: years."""
    draft = scene.drafts[k]
    if draft.scale > 1 or draft.high > OLDEST or OLDER.isdisjoint(scene.page.lower[draft.first : draft.first + 2]):
        return False
    return scene.take(draft, "age", "год", rule)


def people(scene: Scene, k: int, rule: str) -> bool:
    """«Четверо упали в обморок», «у двух из них»."""
    page, draft = scene.page, scene.drafts[k]
    if draft.number.form == "collective" or page.lower[draft.last : draft.last + 2] == ["из", "них"]:
        return scene.take(draft, "count", "человек", rule)
    return False


def last_resort(scene: Scene, k: int, rule: str) -> bool:
    """A number that is no label and has no noun in sight counts what was counted last, else people."""
    page, draft = scene.page, scene.drafts[k]
    if draft.number.form == "one" or not _stands_free(page, draft):
        return False
    near = reversed(scene.drafts[max(0, k - FACTS_BACK) : k])
    lender = next((d for d in near if d.unit is not None and d.kind == "count"), None)
    if lender is None or lender.unit is None or draft.first - lender.last > REACH or not draft.number.whole:
        return draft.number.whole and scene.take(draft, "count", "человек", rule)
    return scene.take(draft, lender.unit.kind, lender.unit.name, rule)


def _stands_free(page: Page, draft: Draft) -> bool:
    """Leave out «ария 5», «вагон 7»: digits right after a noun, and lines of digits alone."""
    first, last = page.lines[page.line_of[draft.first]]
    near = page.words[max(first, draft.first - LONGEST) : min(last, draft.last + LONGEST)]
    if not any(word.isalpha() for word in near):
        return False
    if draft.number.form != "digits" or draft.first == first:
        return draft.first > first
    return part(page, draft.first - 1) not in ("NOUN", "PROPN", "X")


RULES: tuple[tuple[str, Callable[[Scene, int, str], bool]], ...] = (
    ("older", older),
    ("table", table),
    ("paired", paired),
    ("change_end", change_end),
    ("population", population),
    ("birthday", birthday),
    ("noun_before", noun_before),
    ("out_of", out_of),
    ("header", header),
    ("number_of", number_of),
    ("measured_noun", measured_noun),
    ("they_were", they_were),
    ("came", came),
    ("fact_before", fact_before),
    ("roubles", roubles),
    ("people", people),
    ("last_resort", last_resort),
)


def understand(scene: Scene, k: int) -> None:
    """Give draft ``k`` the unit that is understood, where there is one; those before it must be done."""
    draft = scene.drafts[k]
    if draft.unit is not None or draft.high == 0 or draft.number.form == "group":
        return
    for name, rule in scene.page.rules_of(RULES, "facts."):
        if rule(scene, k, name):
            return
