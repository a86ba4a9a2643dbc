"""What a text says of one event: the sentences about it, the days and the city that they give.

Steps
    ``tell`` collects the sentences with the name of the event, those that go on with a pronoun, and for the main
    event of a text its first lines; ``read_story_days`` and ``read_story_city`` ask them in order of their worth.
Leaves out
    How a sentence says a day or a place (``days``, ``places``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date as Day

from pipeline.extractors.events.days import (
    DayRow,
    Days,
    Passage,
    dateline_day,
    heading_day,
    is_only_begin,
    last_day,
    listed_days,
    open_until,
    opening_days,
    programme_end,
    read_days,
)
from pipeline.extractors.events.ground import LEAD, Ground, Named
from pipeline.extractors.events.places import header_city, is_online, line_city, main_city, pointed_city, read_city
from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import is_event
from pipeline.page import Page

FAR = 270  # days; the main event of a text was never farther from its publication in the annotated texts


@dataclass(frozen=True, slots=True)
class Story:
    """Where the text speaks of an event.

    ``named`` are the sentences with its name, ``passages`` those and what goes on with a pronoun, ``again`` those
    that begin with its bare kind («Форум шёл…»); for the main event of a text ``lead`` are its first lines.
    ``contest``, ``action``, ``online``, ``moving`` tell what its kind allows, ``named_kind`` that it has one and is
    no action.
    """

    named: list[Passage]
    passages: list[Passage]
    lead: list[Passage]
    again: list[Passage]
    main: bool
    contest: bool
    action: bool
    online: bool
    moving: bool
    named_kind: bool


def tell(
    ground: Ground, mentions: Sequence[Named], kind: str, *, first: bool, others: Collection[tuple[int, int]] = ()
) -> Story:
    """Collect the sentences that speak of an event.

    Args:
        first: it is the first one of its text.
        others: sentences that name only other events; their days are not those of this one.
    """
    outline = ground.outline
    awarded = _is_awarded(ground, mentions[0], kind)
    contest = not awarded and not word_set("contests").isdisjoint(kind.split())
    on_day = any(named.rule == "events.on_day" for named in mentions)
    words = kind.split() or ground.page.lemmas[mentions[0].first : mentions[0].first + 1]
    many = any(word.endswith(tuple(word_set("actions"))) for word in words) or (not kind and on_day)
    named: dict[tuple[int, int], Passage] = {}
    later: dict[tuple[int, int], Passage] = {}
    for one in mentions:
        unit = outline.unit(one.first)
        if not contest or _is_held(ground.page, one, unit):
            there = later if _is_next(ground.page, one, unit) else named
            there.setdefault(unit, Passage(*unit, one.first))
        elif (after := _begins_next(ground, unit)) is not None:
            named.setdefault(after, Passage(*after, after[0]))
    named = named or later
    passages = list(named.values())
    main = first and not contest and outline.line_of[mentions[0].first] < LEAD
    lead = [unit for unit in outline.units if _is_lead(ground, unit)] if main else []
    lead = [unit for unit in lead if not _tells_another_year(ground.page, *unit)]
    return Story(
        named=passages,
        passages=_with_following(ground, passages),
        lead=[named.get(unit, Passage(*unit, unit[0])) for unit in lead if unit not in others],
        again=_told_again(ground, kind, passages),
        main=main,
        contest=contest,
        action=many and not awarded,
        named_kind=bool(kind) and not many,
        moving=not word_set("moving").isdisjoint(kind.split()),
        online=kind.startswith(("онлайн", "видеоконф", "веб", "стрим")),
    )


def _told_again(ground: Ground, kind: str, named: Sequence[Passage]) -> list[Passage]:
    """«Выставка продлится до 31 мая»: the sentences after its name that begin with the bare kind and a verb."""
    page, outline, found = ground.page, ground.outline, []
    for i, head in ground.heads.items():
        if named and head.kind == kind and i > named[0].stop:
            start, stop = outline.unit(i)
            if start == i and i + 1 < stop and page.pos[i + 1] == "VERB":
                found.append(Passage(start, stop, start))
    return found


def _begins_next(ground: Ground, unit: tuple[int, int]) -> tuple[int, int] | None:
    """«Объявила о конкурсе «Рубль». Он начнётся 1 апреля»: return the sentence that says when it begins."""
    page, outline = ground.page, ground.outline
    number = outline.unit_of[unit[0]] + 1
    if number >= len(outline.units):
        return None
    start, stop = outline.units[number]
    goes_on = page.lower[start] in word_set("event_pronouns")
    return (start, stop) if goes_on and not word_set("starting").isdisjoint(page.lemmas[start:stop]) else None


def _is_lead(ground: Ground, unit: tuple[int, int]) -> bool:
    """Tell whether a sentence is in the first lines or begins with a label: «Дата проведения: 5 мая»."""
    outline, page = ground.outline, ground.page
    if outline.line_of[unit[0]] < LEAD:
        return True
    first = outline.line(unit[0]).body
    return page.lemmas[first] in word_set("sheet") and ":" in page.words[first : first + 4]


def _is_awarded(ground: Ground, named: Named, kind: str) -> bool:
    """«НАЗВАНЫ ЛАУРЕАТЫ ПРЕМИИ «КРАЙ». В Орле наградили лучших»: a prize that a text tells of being given."""
    page, outline = ground.page, ground.outline
    if kind.split()[-1:] != ["премия"] or outline.line_of[named.first] >= LEAD:
        return False
    lead = page.lemmas[: outline.lines[min(LEAD, len(outline.lines)) - 1].last]
    return not word_set("awarding").isdisjoint(lead)


def _is_governed(page: Page, named: Named) -> bool:
    """«победители конкурса «Домашний архив»», «подвёл итоги конкурса»: says nothing of when the contest was."""
    i = named.anchor - 1
    while i >= 0 and page.pos[i] in ("ADJ", "NUM"):
        i -= 1
    return i >= 0 and (page.lemmas[i] in word_set("governors") or page.lower[i] in ("по", "на", "в"))


def _is_held(page: Page, named: Named, unit: tuple[int, int]) -> bool:
    """Tell whether a sentence says that a contest took place or a prize was given, not who won or when to apply."""
    held = not word_set("held_contest").isdisjoint(page.lemmas[unit[0] : unit[1]])
    return held and not _is_governed(page, named)


def _is_next(page: Page, named: Named, unit: tuple[int, int]) -> bool:
    """«Следующий форум «Тёплый край» примет Ухта», «Напомним, первый…»: another year's event of that name."""
    before = page.lemmas[unit[0] : named.first]
    return not word_set("other_year").isdisjoint(before) or _tells_another_year(page, unit[0], named.first)


def _tells_another_year(page: Page, start: int, stop: int) -> bool:
    """«В следующем году его примет Омск», «Прошлый форум прошёл в мае»: nothing about this one."""
    years = word_set("dated_years")
    return any(
        page.lemmas[k] in years and (page.lemmas[k + 1] in ("год", "раз") or is_event(page.lemmas[k + 1]))
        for k in range(start, stop - 1)
    )


def _with_following(ground: Ground, passages: Sequence[Passage]) -> list[Passage]:
    """Return the sentences and those after them that go on with a pronoun («14–16 ноября его провело…»)."""
    outline = ground.outline
    found = {(passage.start, passage.stop): passage for passage in passages}
    for passage in passages:
        number = outline.unit_of[passage.start] + 1
        if number < len(outline.units):
            start, stop = outline.units[number]
            if _tells_another_year(ground.page, start, stop):
                continue
            opening = ground.page.lower[start : min(stop, start + 8)]
            if not word_set("event_pronouns").isdisjoint(opening) or opening[:2] in (
                ["все", "это"],
                ["это", "все"],
            ):
                found.setdefault((start, stop), Passage(start, stop, start))
    return list(found.values())


def read_story_days(ground: Ground, story: Story) -> Days | None:
    """Return first and last day of an event: by its name, then (the main event) in the lead."""
    page, outline, rows = ground.page, ground.outline, ground.days
    for passage in story.named:
        if listed := listed_days(page, outline, passage, rows):
            return listed
    if story.main:
        rows = _recent(page, rows)
    days = read_days(page, outline, story.passages, rows)
    if days is None and story.main:
        days = read_days(page, outline, story.lead, rows)
    if story.main and (days is None or days[0] == days[1]):
        days = opening_days(outline, rows, days) or days
    if days is None:
        days = heading_day(page, outline, rows, story.named)
    if days is None and story.main:
        began = [p for p in story.lead if _tells_of_it(page, p)]
        days = next((found for p in began if (found := dateline_day(page, outline, rows, p.start))), None)
    if story.main and days and days[0] and days[0] == days[1]:
        days = days[0], programme_end(page, outline, rows, (*story.passages, *story.lead), days[0])
    if days and story.contest and is_only_begin(page, story.passages, rows, days):
        return days[0], None
    told = (*story.passages, *story.again, *(story.lead if story.main else ()))
    return last_day(page, told, rows, days) if days else open_until(page, (*story.named, *story.again), rows)


def _tells_of_it(page: Page, passage: Passage) -> bool:
    """«прошёл форум», «наградили лучших»: the sentence says that the event took place."""
    told = word_set("began") | word_set("held") | word_set("awarding")
    lemmas = page.lemmas[passage.start : passage.stop]
    past = any(page.feature(k, "Tense") == "Past" for k in range(passage.start, passage.stop))
    return past and not told.isdisjoint(lemmas)


def _recent(page: Page, rows: list[DayRow]) -> list[DayRow]:
    """Drop days far from the day of publication: they tell the history of the main event."""
    if page.published is None:
        return rows
    day = Day.fromisoformat(page.published)
    return [row for row in rows if row.start is None or abs((Day.fromisoformat(row.start) - day).days) <= FAR]


def _dated(passages: Sequence[Passage], rows: Sequence[DayRow], days: Days | None) -> list[Passage]:
    """Return the sentences that say the days of an event: «Работали на берегу Ладоги, с 1 по 7 августа»."""
    firsts = [row.first for row in rows if days and row.start == days[0]]
    return [passage for passage in passages if any(passage.start <= i < passage.stop for i in firsts)]


def _just_before(page: Page, story: Story) -> list[Passage]:
    """«В Туле холодно. В субботу прошла акция «Чай»»; not «В Тулу вернулся отряд, что был на акции «Чай»»."""
    before = [passage for passage in story.lead if passage.stop == story.named[0].start]
    return [p for p in before if word_set("coming").isdisjoint(page.lemmas[p.start : p.stop])]


def read_story_city(ground: Ground, story: Story, days: Days | None, main_event: str | None) -> str | None:
    """Return the city of an event; actions run in many places, so only a city beside their name counts.

    ``main_event`` is the city of the main event of the text, if this one is another.
    """
    page, outline, found = ground.page, ground.outline, ground.places
    if story.online or is_online(page, story.passages) or (story.contest and days is None):
        return None
    main = story.main and not is_online(page, story.lead)
    city = read_city(page, story.passages, found, host=False)
    if city is None:
        city = pointed_city(page, outline, story.named, found, main_event)
    if city is None and story.moving:
        return read_city(page, _dated(story.lead, ground.days, days), found, host=False) or None
    if city is None:
        city = line_city(page, outline, story.passages, found, strict=story.action)
    if city is None and main and not story.action:
        city = read_city(page, story.lead, found, host=False)
    if city is None and not story.action:
        city = read_city(page, story.passages, found, host=True)
    if city is None and main:
        headline = [passage for passage in story.lead if outline.line_of[passage.start] == 0]
        city = read_city(page, headline, found, host=False) if story.action else header_city(page, outline, found)
    if city is None and main and story.action:
        city = read_city(page, _just_before(page, story), found, host=False)
    if city is None and main and story.named_kind and days is not None:
        city = read_city(page, story.lead, found, host=True) or main_city(page, story.lead, found)
    return city or None
