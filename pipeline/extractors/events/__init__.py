"""Finds events: forums, contests, actions, schools … with name, kind, days, city, organisers.

Steps
    1. ``names`` finds names in quotes, ``phrases`` phrases that name an event without them.
    2. Spans with the same words are one event (case, letter case and a shorter later name do not matter); further
       quotes and a capitalised event word («Открыла Школу») are joined as mentions.
    3. ``days`` and ``places`` read days, city and organisers from the sentences around the mentions.
Leaves out
    Sessions inside an event (``session_topics``), projects and programmes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date as Day

from pipeline.extractors.events.days import (
    DayRow,
    Days,
    Passage,
    dateline_day,
    day_rows,
    heading_day,
    is_only_begin,
    last_day,
    listed_days,
    opening_days,
    programme_end,
    read_days,
    told_month,
)
from pipeline.extractors.events.names import LEAD, Ground, Named, build_ground, find_quoted, known_events, stem
from pipeline.extractors.events.phrases import find_phrases
from pipeline.extractors.events.places import (
    Place,
    bodies_in_order,
    header_city,
    is_online,
    line_city,
    main_city,
    places,
    read_city,
    read_organisers,
)
from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import cases_of, find_heads, is_event
from pipeline.morphology import nominative, parses
from pipeline.page import Page
from pipeline.record import City, Date, Event, Organisation, Region

FAR = 270  # days; the main event of a text was never farther from its publication in the annotated texts


@dataclass
class _Draft:
    """An event while it is being put together: what names it, in text order, and the words of its fullest name."""

    key: tuple[str, ...]
    named: list[Named] = field(default_factory=list)

    @property
    def kind(self) -> str | None:
        """Return the first kind that the text gives."""
        return next((named.kind for named in self.named if named.kind), None)


def find(
    page: Page,
    *,
    cities: list[City],
    regions: list[Region],
    organisations: list[Organisation],
    dates: list[Date],
) -> list[Event]:
    """Return the events of a page.

    «20 и 21 апреля в Ижевске состоится VII республиканский форум «Вместе сильнее»» gives the event «Вместе
    сильнее», kind «форум», from the 20th to the 21st, in Ижевск.
    """
    rows = day_rows(page, dates)
    ground = build_ground(page, rows)
    found = places(page, cities)
    bodies = bodies_in_order(page, organisations)
    events: list[Event] = []
    for number, draft in enumerate(_collect(ground, organisations), 1):
        story = _tell(ground, draft, first=number == 1)
        days = _days(ground, story, rows) or told_month(page, story.passages, dates)
        city = _city(ground, story, found, days)
        if city is None and events and _within(events[0], days):
            city = events[0].city
        events.append(
            Event(
                id=f"event-{number}",
                name=_name(page, draft),
                kind=draft.kind,
                start=days[0] if days else None,
                end=days[1] if days else None,
                city=city,
                organisers=read_organisers(page, story.passages, bodies),
                mentions=tuple(page.span(named.first, named.last, named.rule) for named in draft.named),
            )
        )
    return events


def _within(main: Event, days: Days | None) -> bool:
    """Tell whether the days of an event lie in those of the main one, so that it was held there too."""
    if not days or not (days[0] and days[1] and main.start and main.end):
        return False
    return main.start <= days[0] and days[1] <= main.end


# -- which spans are one event -------------------------------------------------------------------------------------


def _collect(ground: Ground, organisations: Sequence[Organisation]) -> list[_Draft]:
    """Return the events in order of their first mention."""
    page = ground.page
    quoted = _without_inner(find_quoted(ground), organisations, page)
    taken = {i for pair in page.quotes for i in range(pair.first, pair.last + 1)}
    taken |= {i for named in quoted for i in range(named.anchor, named.last)}
    kinds = {named.kind for named in quoted}
    drafts: list[_Draft] = []
    for named in quoted:
        _join(page, drafts, named)
    bodies = dict(page.tokens_in(m.start, m.end) for o in organisations for m in o.mentions)
    for named in find_phrases(ground, taken, bodies):
        bare = named.last - 1 in ground.heads  # «II Региональный форум»: with a quoted name it is the same one
        if named.kind not in kinds or not (bare or named.rule == "events.held"):
            _join(page, drafts, named)
    _add_quotes(page, drafts)
    if len(drafts) == 1:
        _add_capitals(ground, drafts[0])
    for draft in drafts:
        draft.named.sort(key=lambda named: named.first)
    return sorted(drafts, key=lambda draft: draft.named[0].first)


def _without_inner(quoted: list[Named], organisations: Sequence[Organisation], page: Page) -> list[Named]:
    """Drop sessions of an event named before («На форуме состоялся семинар «Музей»») and «школа «Опоры»»."""
    owners = {page.tokens_in(m.start, m.end) for o in organisations if len(o.mentions) > 1 for m in o.mentions}
    found: list[Named] = []
    bodies = {page.tokens_in(m.start, m.end) for o in organisations for m in o.mentions}
    for named in quoted:
        if any(first < named.anchor and named.last <= last for first, last in bodies if _is_house(page, first)):
            continue  # «центр чтения «Буква»», «АНО «Школа родителей «Гнездо»»
        inside = any(n.kind not in word_set("contests") and n.rule != "events.on_day" for n in found)
        if (named.first - 1, named.last + 1) not in owners and not (named.rule == "events.whole" and inside):
            found.append(named)
    return found


def _is_house(page: Page, first: int) -> bool:
    """Tell whether an organisation is more than the committee of an event («оргкомитет форума «Край»»)."""
    return page.lemmas[first] not in word_set("committees")


def _join(page: Page, drafts: list[_Draft], named: Named) -> None:
    """Add a span to the event of the same name, or begin a new one."""
    key = _key(page, named.first, named.last)
    for draft in drafts:
        if _is_same(draft.key, key) or _is_reworded(draft, named, key):
            draft.named.append(named)
            draft.key = max(draft.key, key, key=len)
            return
    drafts.append(_Draft(key, [named]))


def _key(page: Page, first: int, last: int) -> tuple[str, ...]:
    return tuple(page.lemmas[i] for i in range(first, last) if page.words[i][0].isalnum())


def _is_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two names are one: equal, or the shorter is the first words of the longer."""
    if not one or not other or stem(one[0]) != stem(other[0]):
        return False
    short, long = sorted((one, other), key=len)
    if any(stem(a) != stem(b) for a, b in zip(short, long, strict=False)):
        return False
    return len(short) == len(long) or len(short) > 1


def _is_reworded(draft: _Draft, named: Named, key: tuple[str, ...]) -> bool:
    """«первый областной съезд ТОС» is «I областной съезд территориальных общественных самоуправлений»."""
    if named.quoted or draft.named[0].quoted or named.kind != draft.kind:
        return False
    shared = set(draft.key) & set(key) - set((named.kind or "").replace("ё", "е").split())
    return bool(shared) and (draft.key[0] == key[0] or not {draft.key[0], key[0]} <= word_set("ordinals"))


def _add_quotes(page: Page, drafts: list[_Draft]) -> None:
    """Add further quotes with the words of a known name: «Как прошли «Белые ночи»»."""
    known = {(named.first, named.last) for draft in drafts for named in draft.named}
    longest = 2 * max((len(draft.key) for draft in drafts), default=0)  # words and marks between them
    for pair in page.quotes:
        span = (pair.first + 1, pair.last)
        if pair.last - pair.first > longest + 1:
            continue
        key = _key(page, *span)
        draft = next((d for d in drafts if _is_same(d.key, key) and len(key) <= len(d.key)), None)
        if draft is not None and span not in known:
            draft.named.append(Named(*span, None, "events.again", pair.first, True, False))


def _add_capitals(ground: Ground, draft: _Draft) -> None:
    """«Открыла Школу председатель общества»: the event word with a capital letter inside a sentence."""
    page, kind = ground.page, draft.kind
    covered = {i for named in draft.named for i in range(named.anchor, named.last)}
    for i, head in ground.heads.items():
        word, inside = page.words[i], i > ground.outline.unit(i)[0]
        if head.kind == kind and i not in covered and inside and word[0].isupper() and not word.isupper():
            draft.named.append(Named(i, i + 1, None, "events.short", i, False, False))


def _name(page: Page, draft: _Draft) -> str:
    """Return the name in the nominative: after an event word a name in quotes stands in it already."""
    best = min(
        (named for named in draft.named if named.rule != "events.short"),
        key=lambda n: (not n.nominative, page.span_text(n.first, n.last).isupper(), n.first - n.last, n.first),
    )
    text = page.span_text(best.first, best.last)
    if best.nominative:
        return text
    if best.rule == "events.known":
        return known_events()[tuple(stem(page.lemmas[i]) for i in range(best.first, best.last))][0]
    if _stands_nominative(page, best):
        return text
    words = page.words[best.first : best.last]
    changed = nominative(words, page.pos[best.first : best.last], page.tags[best.first : best.last])
    for old, new in zip(words, changed, strict=True):
        text = text.replace(old, new, 1)
    return text


def _stands_nominative(page: Page, named: Named) -> bool:
    """«межрегиональный слёт волонтёров»: the event word and what stands before it may be a nominative singular."""
    at = next((k for k in range(named.first, named.last) if k in find_heads(page)), None)
    if at is None or page.feature(at, "Case") in ("Gen", "Dat", "Ins", "Loc"):
        return False
    kinds = [parse.tag for parse in parses(page.lower[at]) if "nomn" in parse.tag and "sing" in parse.tag]
    before = (page.words[k] for k in range(named.first, at) if page.pos[k] == "ADJ")
    return bool(kinds) and all("nomn" in cases_of(word) for word in before)


# -- when, where, who ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Story:
    """Where the text speaks of an event.

    ``named`` are the sentences with its name, ``passages`` those and what goes on with a pronoun; for the main
    event of a text ``lead`` are its first lines. ``contest``, ``action``, ``online`` tell what its kind allows,
    ``named_kind`` that it has one and is no action.
    """

    named: list[Passage]
    passages: list[Passage]
    lead: list[Passage]
    main: bool
    contest: bool
    action: bool
    online: bool
    named_kind: bool


def _tell(ground: Ground, draft: _Draft, *, first: bool) -> _Story:
    """Collect the sentences that speak of an event."""
    outline, kind = ground.outline, draft.kind or ""
    awarded = _is_awarded(ground, draft, kind)
    contest = not awarded and not word_set("contests").isdisjoint(kind.split())
    on_day = any(named.rule == "events.on_day" for named in draft.named)
    words = kind.split() or draft.key[:1]
    many = any(word.endswith(tuple(word_set("actions"))) for word in words) or (not kind and on_day)
    named: dict[tuple[int, int], Passage] = {}
    later: dict[tuple[int, int], Passage] = {}
    for one in draft.named:
        unit = outline.unit(one.first)
        if not contest or _is_held(ground.page, one, unit):
            there = later if _is_next(ground.page, one, unit) else named
            there.setdefault(unit, Passage(*unit, one.first))
        elif (after := _begins_next(ground, unit)) is not None:
            named.setdefault(after, Passage(*after, after[0]))
    named = named or later
    passages = list(named.values())
    main = first and not contest and outline.line_of[draft.named[0].first] < LEAD
    lead = [unit for unit in outline.units if _is_lead(ground, unit)] if main else []
    return _Story(
        named=passages,
        passages=_with_following(ground, passages),
        lead=[Passage(*unit, unit[0]) for unit in lead if not _tells_another_year(ground.page, *unit)],
        main=main,
        contest=contest,
        action=many and not awarded,
        named_kind=bool(kind) and not many,
        online=kind.startswith(("онлайн", "видеоконф", "веб", "стрим")),
    )


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


def _is_awarded(ground: Ground, draft: _Draft, kind: str) -> bool:
    """«НАЗВАНЫ ЛАУРЕАТЫ ПРЕМИИ «КРАЙ». В Орле наградили лучших»: a prize that a text tells of being given."""
    page, outline = ground.page, ground.outline
    if kind.split()[-1:] != ["премия"] or outline.line_of[draft.named[0].first] >= LEAD:
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
            if not word_set("event_pronouns").isdisjoint(ground.page.lower[start : min(stop, start + 8)]):
                found.setdefault((start, stop), Passage(start, stop, start))
    return list(found.values())


def _days(ground: Ground, story: _Story, rows: Sequence[DayRow]) -> Days | None:
    """Return first and last day of an event: by its name, then (the main event) in the lead."""
    page, outline = ground.page, ground.outline
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
        days = heading_day(outline, rows, story.named)
    if days is None and story.main:
        began = [p for p in story.lead if _tells_of_it(page, p)]
        days = next((found for p in began if (found := dateline_day(page, outline, rows, p.start))), None)
    if story.main and days and days[0] and days[0] == days[1]:
        days = days[0], programme_end(page, outline, rows, (*story.passages, *story.lead), days[0])
    if days and story.contest and is_only_begin(page, story.passages, rows, days):
        return days[0], None
    return last_day(page, story.passages, rows, days) if days else None


def _tells_of_it(page: Page, passage: Passage) -> bool:
    """«прошёл форум», «наградили лучших»: the sentence says that the event took place."""
    told = word_set("began") | word_set("held") | word_set("awarding")
    lemmas = page.lemmas[passage.start : passage.stop]
    past = any(page.feature(k, "Tense") == "Past" for k in range(passage.start, passage.stop))
    return past and not told.isdisjoint(lemmas)


def _recent(page: Page, rows: Sequence[DayRow]) -> Sequence[DayRow]:
    """Drop days far from the day of publication: they tell the history of the main event."""
    if page.published is None:
        return rows
    day = Day.fromisoformat(page.published)
    return [row for row in rows if row.start is None or abs((Day.fromisoformat(row.start) - day).days) <= FAR]


def _city(ground: Ground, story: _Story, found: Sequence[Place], days: Days | None) -> str | None:
    """Return the city of an event; actions run in many places, so only a city beside their name counts."""
    page = ground.page
    if story.online or is_online(page, story.passages) or (story.contest and days is None):
        return None
    outline = ground.outline
    main = story.main and not is_online(page, story.lead)
    city = read_city(page, story.passages, found, host=False)
    if city is None and main and not story.action:
        city = read_city(page, story.lead, found, host=False)
    if city is None:
        city = line_city(page, outline, story.passages, found, strict=story.action)
    if city is None and not story.action:
        city = read_city(page, story.passages, found, host=True)
    if city is None and main:
        headline = [passage for passage in story.lead if outline.line_of[passage.start] == 0]
        city = read_city(page, headline, found, host=False) if story.action else header_city(page, outline, found)
    if city is None and main and story.named_kind and days is not None:
        city = read_city(page, story.lead, found, host=True) or main_city(page, story.lead, found)
    return city or None
