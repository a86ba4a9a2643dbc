"""Finds numeric facts: what is counted, paid, measured, how old, which place.

Purpose
    «более 300 участников» → count, at least 300, участник. A fact is a number with its unit and modifier.
Steps
    1. ``numbers`` reads every number of the page; ``contexts`` puts aside those that are no facts.
    2. ``units`` reads the unit after the number, ``bounds`` modifier, range and inverted order.
    3. ``understood`` gives a number without a noun the unit that is understood; what stays without one is
       dropped.
    4. The kind is decided: age or duration, «в 2 раза» or «два раза»; ``ranks`` adds the ranks,
       ``statements`` the verb and the subject where they are plain.
Leaves out
    Fractions in words, «вдвое», «каждый третий», «один из», view counts; ``event`` is left open.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.extractors.facts.ages import is_age
from pipeline.extractors.facts.bounds import join_ranges, read_afterwards, read_inverted, read_modifier
from pipeline.extractors.facts.contexts import Contexts
from pipeline.extractors.facts.drafts import Draft, Scene
from pipeline.extractors.facts.ones import counts_one
from pipeline.extractors.facts.ranks import find_ranks
from pipeline.extractors.facts.statements import read_statement
from pipeline.extractors.facts.understood import understand
from pipeline.extractors.facts.units import Unit, read_sign_before, read_unit
from pipeline.extractors.numbers import Number, read_numbers
from pipeline.page import Page
from pipeline.record import Date, Fact, Organisation, SessionTopic
from pipeline.tokens import Trigger

HALVES = {"полгода": "год", "полугода": "год", "полугоду": "год", "полчаса": "час", "получаса": "час",
          "полдня": "день", "полминуты": "минута", "полкило": "килограмм", "полкилограмма": "килограмм",
          "полкилометра": "километр", "поллитра": "литр", "полметра": "метр"}  # fmt: skip
HALF = Trigger(lambda token: token.lower in HALVES)
MEASURED = frozenset({"килограмм", "километр", "литр", "метр"})


def find(
    page: Page, *, dates: list[Date], session_topics: list[SessionTopic], organisations: list[Organisation]
) -> list[Fact]:
    """Return the numeric facts of a page in text order, ids ``fact-1`` …

    >>> fact = find(Page.build("Приехали более 300 участников."), dates=[], session_topics=[], organisations=[])[0]
    >>> (fact.min, fact.max, fact.unit)
    (300.0, None, 'участник')
    """
    contexts = Contexts(page, dates, session_topics, organisations)
    drafts = build_drafts(page, contexts)
    drafts.sort(key=lambda draft: draft.start)
    scene = Scene(page, drafts, contexts.dates)
    for k, draft in enumerate(drafts):
        understand(scene, k)
        decide_kind(page, draft, drafts[k - 1] if k else None)
    kept = [draft for draft in drafts if draft.unit is not None and draft.kind is not None]
    return [to_fact(page, n, draft) for n, draft in enumerate(kept, 1)]


def build_drafts(page: Page, contexts: Contexts) -> list[Draft]:
    """Read numbers, units, modifiers and ranges; ranks and «полгода» are complete already."""
    ranks = [rank for rank in find_ranks(page) if not contexts.skips(rank.number, rank.unit)]
    taken = {i for rank in ranks for i in range(rank.first, rank.last)}
    numbers = [number for number in read_numbers(page) if number.first not in taken]
    drafts = list(_drafts(page, contexts, numbers))
    for draft in drafts:
        read_modifier(page, draft)
    drafts = join_ranges(page, _join_kopecks(page, drafts))
    counted = {i for draft in drafts for i in range(draft.first, draft.last)}
    return drafts + ranks + [half for half in _halves(page, contexts) if half.number.first not in counted]


def _drafts(page: Page, contexts: Contexts, numbers: list[Number]) -> Iterable[Draft]:
    """Yield a draft for each number that may be a fact."""
    units = [read_sign_before(page, number) or read_unit(page, number) for number in numbers]
    taken: set[int] = set()
    for n, (number, unit) in enumerate(zip(numbers, units, strict=True)):
        last = unit.last if unit else number.last
        if not contexts.skips(number, unit):
            end = max(number.end, page.ends[last - 1]) if unit else number.end
            first = min(number.first, unit.head) if unit else number.first
            start = min(number.start, page.starts[first])
            draft = Draft(number, number.low, number.high, start, end, first, last, unit)
            draft.scale = number.scale
            if number.is_range:
                draft.modifier = "range"
            if page.uses("facts.inverted"):
                read_inverted(page, draft, taken)
            read_afterwards(page, draft)
            near = numbers[max(0, n - 3) : n]
            if number.form != "one" or (page.uses("facts.one") and counts_one(page, draft, near)):
                yield draft
        taken.update(range(number.first, last))


def _join_kopecks(page: Page, drafts: list[Draft]) -> list[Draft]:
    """«2 384 117 рублей 50 копеек» is one sum."""
    joined: list[Draft] = []
    for draft in drafts:
        if draft.unit is not None and draft.unit.kind == "kopeck":
            before = joined[-1] if joined else None
            if before and before.unit and before.unit.kind == "money" and before.last == draft.first:
                before.low, before.high = before.low + draft.low / 100, before.high + draft.high / 100
                before.end, before.last = draft.end, draft.last
                continue
            draft.low, draft.high = draft.low / 100, draft.high / 100
            draft.unit = Unit("money", "рубль", draft.unit.head, draft.unit.last, "рубль")
        joined.append(draft)
    return joined


def _halves(page: Page, contexts: Contexts) -> Iterable[Draft]:
    """Yield «полгода», «полчаса»: number and unit in one word."""
    if not page.uses("facts.half"):
        return
    for i in page.find(HALF):
        start, end = page.starts[i], page.ends[i]
        number = Number(start, end, i, i + 1, 0.5, 0.5, form="words")
        name = HALVES[page.lower[i]]
        unit = Unit("measure" if name in MEASURED else "duration", name, i, i + 1, name)
        if not contexts.skips(number, unit):
            draft = Draft(number, 0.5, 0.5, start, end, i, i + 1, unit, rule="half")
            read_modifier(page, draft)
            yield draft


def decide_kind(page: Page, draft: Draft, previous: Draft | None) -> None:
    """Set the kind and the unit's name of a draft; ``previous`` is the one before it in the text."""
    unit = draft.unit
    if unit is None or draft.kind is not None:
        return
    draft.name = unit.name
    if unit.kind == "duration":
        draft.kind = "age" if is_age(page, draft, previous) else "duration"
    elif unit.kind == "times":
        draft.kind = "measure" if not draft.own or _in_times(page, draft) else "count"
    elif unit.kind in ("count", "money", "percent", "measure", "age"):
        draft.kind = unit.kind  # type: ignore[assignment]


def _in_times(page: Page, draft: Draft) -> bool:
    """«В 2,4 раза больше» measures a change; «четыре раза отказывали» counts."""
    before = page.lower[draft.first - 1] if draft.first else ""
    return before in ("в", "во") or not draft.number.whole or page.lower[draft.number.first - 1] in ("в", "во")


def to_fact(page: Page, n: int, draft: Draft) -> Fact:
    """Make the row of a record."""
    low, high = draft.bounds
    subject, predicate = read_statement(page, draft) if page.uses("facts.statement") else (None, None)
    return Fact(
        id=f"fact-{n}",
        kind=draft.kind or "count",
        min=low,
        max=high,
        modifier=draft.modifier,
        unit=draft.name,
        subject=subject,
        predicate=predicate,
        start=draft.start,
        end=draft.end,
        text=page.text[draft.start : draft.end],
        rule=f"facts.{draft.rule}",
    )
