"""Finds events: forums, contests, actions, schools … with name, kind, days, city, organisers.

Steps
    1. ``event_names`` finds names in quotes and phrases that name an event.
    2. Spans with the same words are one event (case, letter case and a shorter later name do not matter); further
       quotes and capitalised short names («Форум», «ШКОЛУ») are joined as mentions.
    3. ``event_facts`` reads days, city and organisers from the sentences around the mentions.
Leaves out
    Sessions inside an event (``session_topics``), projects and programmes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.extractors.event_facts import (
    DayRow,
    Passage,
    Place,
    day_rows,
    header_city,
    is_online,
    listed_days,
    places,
    programme_end,
    read_city,
    read_days,
    read_organisers,
)
from pipeline.extractors.event_names import ORDINAL_WORDS, Named, find_phrases, find_quoted
from pipeline.extractors.naming import Head, find_heads
from pipeline.extractors.outline import Outline, build_outline
from pipeline.morphology import nominative
from pipeline.page import Page
from pipeline.record import City, Date, Event, Organisation, Region, Span

GOVERNORS = frozenset(
    "победитель итог лауреат результат участник финалист заявка программа регистрация номинация рамка призер "
    "эксперт жюри комиссия положение этап обладатель стипендиат".split()
)
CONTESTS = frozenset({"конкурс", "премия", "смотр", "олимпиада", "смотр-конкурс"})
ACTIONS = frozenset(
    "акция субботник воскресник флешмоб кампания благотворительности рейд месячник пробег эстафета неделя марафон конкурс премия".split()
)
PRONOUNS = frozenset({"его", "ее", "их", "он", "она", "оно", "там", "здесь"})
LEAD = 5  # lines that may say when and where the main event was


@dataclass
class _Draft:
    """An event while it is being put together: what names it, in text order."""

    key: tuple[str, ...]
    named: list[Named] = field(default_factory=list)


def find(
    page: Page,
    *,
    cities: list[City],
    regions: list[Region],
    organisations: list[Organisation],
    dates: list[Date],
) -> list[Event]:
    """Return the events of a page.

    «20 и 21 апреля в Ижевске состоится VII республиканский форум «Вместе сильнее»» gives the event «Вместе сильнее»,
    kind «форум», from the 20th to the 21st, in Ижевск.
    """
    outline = build_outline(page)
    rows = day_rows(page, dates)
    found = places(page, cities)
    events: list[Event] = []
    for number, draft in enumerate(_collect(page, outline, rows, organisations)):
        scene = _Scene(page, outline, draft, number == 0)
        days = _days(scene, rows)
        city = _city(scene, found, days)
        if city is None and events and _within(events[0], days):
            city = events[0].city
        events.append(
            Event(
                id=f"event-{number + 1}",
                name=_name(page, draft),
                kind=scene.kind,
                start=days[0] if days else None,
                end=days[1] if days else None,
                city=city,
                organisers=read_organisers(page, scene.passages, organisations),
                mentions=_mentions(page, draft),
            )
        )
    return events


def _within(main: Event, days: tuple[str | None, str | None] | None) -> bool:
    """Tell whether the days of an event lie in those of the main one, so that it was held there too."""
    if not days or not (days[0] and days[1] and main.start and main.end):
        return False
    return main.start <= days[0] and days[1] <= main.end


def _mentions(page: Page, draft: _Draft) -> tuple[Span, ...]:
    return tuple(page.span(named.first, named.last, named.rule) for named in draft.named)


# -- which spans are one event ----------------------------------------------------------------------------------


def _collect(
    page: Page, outline: Outline, rows: Sequence[DayRow], organisations: Sequence[Organisation]
) -> list[_Draft]:
    """Return the events in order of their first mention."""
    names = {chunk.last - 1: chunk.first for chunk in page.chunks if chunk.label == "PER"}
    with_day = {outline.unit_of[row.first] for row in rows}

    def has_day(i: int) -> bool:
        return outline.unit_of[i] in with_day

    quoted = _without_inner(find_quoted(page, outline, names, has_day), organisations, page)
    heads = find_heads(page)
    taken = {i for quote in page.quotes for i in range(quote.first, quote.last + 1)}
    taken |= {i for named in quoted for i in range(named.anchor, named.last)}
    phrases = find_phrases(page, outline, heads, taken, has_day)
    drafts: list[_Draft] = []
    for named in quoted:
        _join(page, drafts, named)
    kinds = {named.kind for named in quoted}
    for named in phrases:
        bare = find_head_at(heads, named) == named.last - 1
        if named.kind in kinds and (named.rule == "events.held" or bare):
            continue
        _join(page, drafts, named)
    _later_mentions(page, outline, drafts, heads)
    for draft in drafts:
        draft.named.sort(key=lambda named: named.first)
    return sorted(drafts, key=lambda draft: draft.named[0].first)


def _without_inner(quoted: list[Named], organisations: Sequence[Organisation], page: Page) -> list[Named]:
    """Drop sessions of an event named before («На фестивале состоялся круглый стол «Музей»») and «школа «Опоры»»."""
    owners = {
        page.tokens_in(m.start, m.end) for o in organisations if len(o.mentions) > 1 for m in o.mentions
    }
    found: list[Named] = []
    for named in quoted:
        inside = any(other.kind not in CONTESTS and other.rule != "events.on_day" for other in found)
        if named.rule == "events.whole" and inside:
            continue
        if (named.first - 1, named.last + 1) not in owners:
            found.append(named)
    return found


def find_head_at(heads: dict[int, Head], named: Named) -> int | None:
    """Return the token of the event word in a phrase."""
    return next((i for i in range(named.last - 1, named.first - 1, -1) if i in heads), None)


def _key(page: Page, first: int, last: int) -> tuple[str, ...]:
    return tuple(page.lemmas[i] for i in range(first, last) if page.words[i][0].isalnum())


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether two names are one: equal, or the shorter is the first words of the longer."""
    short, long = sorted((one, other), key=len)
    if not short:
        return False
    if all(_stem(a) == _stem(b) for a, b in zip(short, long, strict=False)):
        return len(short) == len(long) or len(short) >= 2
    return False


def _overlap(one: tuple[str, ...], other: tuple[str, ...], kind: str | None) -> bool:
    """«первый областной съезд ТОС» is «I областной съезд территориальных общественных самоуправлений»."""
    shared = set(one) & set(other) - set((kind or "").replace("ё", "е").split())
    return bool(shared) and (one[0] == other[0] or not {one[0], other[0]} <= ORDINAL_WORDS)


def _stem(word: str) -> str:
    return word[: max(3, len(word) - 3)] if len(word) > 5 else word[: max(2, len(word) - 2)]


def _join(page: Page, drafts: list[_Draft], named: Named) -> None:
    key = _key(page, named.first, named.last)
    for draft in drafts:
        alike = not named.quoted and not draft.named[0].quoted and named.kind == draft.named[0].kind
        if _same(draft.key, key) or (alike and _overlap(draft.key, key, named.kind)):
            draft.named.append(named)
            draft.key = max(draft.key, key, key=len)
            return
    drafts.append(_Draft(key, [named]))


def _later_mentions(page: Page, outline: Outline, drafts: list[_Draft], heads: dict[int, Head]) -> None:
    """Join further quotes with the same words, the words alone, and a capitalised «Форум»."""
    known = {(named.first, named.last) for draft in drafts for named in draft.named}
    for quote in page.quotes:
        span = (quote.first + 1, quote.last)
        if span in known or quote.last - quote.first < 2:
            continue
        key = _key(page, *span)
        for draft in drafts:
            if _same(draft.key, key) and len(key) <= len(draft.key):
                rule = "events.again"
                draft.named.append(Named(*span, None, rule, quote.first, True, False))
                break
    if len(drafts) == 1:
        _capital_mentions(page, outline, drafts[0], heads)


def _capital_mentions(page: Page, outline: Outline, draft: _Draft, heads: dict[int, Head]) -> None:
    """«Открыла Школу председатель общества»: the event word with a capital letter inside a sentence."""
    kind = next((named.kind for named in draft.named if named.kind), None)
    covered = {i for named in draft.named for i in range(named.anchor, named.last)}
    for i, head in heads.items():
        word = page.words[i]
        if head.kind != kind or i in covered or not word[0].isupper() or word.isupper():
            continue
        if i > outline.unit(i)[0] and i + 1 < len(page) and page.words[i + 1] not in ("«", '"'):
            draft.named.append(Named(i, i + 1, None, "events.short", i, False, False))


def _name(page: Page, draft: _Draft) -> str:
    """Return the name in the nominative: after an event word a name in quotes stands in it already."""
    ranked = sorted(
        (named for named in draft.named if named.rule != "events.short"),
        key=lambda n: (not n.nominative, page.span_text(n.first, n.last).isupper(), -(n.last - n.first), n.first),
    )
    best = ranked[0]
    text = page.span_text(best.first, best.last)
    if best.nominative:
        return text
    words = page.words[best.first : best.last]
    changed = nominative(words, page.pos[best.first : best.last], page.tags[best.first : best.last])
    for old, new in zip(words, changed, strict=True):
        text = text.replace(old, new, 1)
    return text


# -- when, where, who -------------------------------------------------------------------------------------------


class _Scene:
    """Where the text speaks of an event: ``units`` around its name, ``lead`` the first lines if it is the main one."""

    def __init__(self, page: Page, outline: Outline, draft: _Draft, first: bool) -> None:
        self.page, self.outline = page, outline
        self.kind = next((named.kind for named in draft.named if named.kind), None)
        self.contest = self.kind is not None and self.kind.split()[0] in CONTESTS
        days = any(named.rule == "events.on_day" for named in draft.named)
        self.action = bool(ACTIONS & set(self.kind.split())) if self.kind else days
        telling = [named for named in draft.named if not (self.contest and _is_governed(page, named))]
        units = {}
        for named in telling:
            units.setdefault(outline.unit(named.first), named.first)
        self.named = [Passage(start, stop, at) for (start, stop), at in units.items()]
        self.passages = _with_following(page, outline, self.named)
        start = draft.named[0].first
        self.main = first and not self.contest and outline.line_of[start] < LEAD
        lead = {line.first for line in outline.lines[:LEAD]}
        units_of_lead = [unit for unit in outline.units if outline.line(unit[0]).first in lead] if self.main else []
        self.lead = [Passage(start, stop, start) for start, stop in units_of_lead]

    def bare(self) -> list[Passage]:
        """Return sentences with the bare event word: «Шёл форум три дня, с 12 по 14 ноября»."""
        if not self.main or self.kind is None:
            return []
        word = self.kind.replace("ё", "е").split()[-1]
        return [Passage(a, b, a) for a, b in self.outline.units if word in self.page.lemmas[a:b]]


def _days(scene: _Scene, rows: Sequence[DayRow]) -> tuple[str | None, str | None] | None:
    """Return first and last day of an event: by its name, then (the main event) in the lead, by the bare word."""
    page, outline = scene.page, scene.outline
    for passage in scene.named:
        if listed := listed_days(page, outline, (passage.start, passage.stop), rows):
            return listed
    days = read_days(page, outline, scene.passages, rows)
    if days is None and scene.main:
        days = read_days(page, outline, scene.lead + scene.bare(), rows)
    if days and days[0] and days[0] == days[1] and scene.main:
        return days[0], programme_end(page, outline, rows, days[0])
    return days


def _city(scene: _Scene, found: Sequence[Place], days: tuple[str | None, str | None] | None) -> str | None:
    """Return the city of an event; actions run in many places, so only a city beside their name counts."""
    page = scene.page
    if is_online(page, scene.passages) or (scene.contest and days is None):
        return None
    city = read_city(page, scene.passages, found, host=not scene.action)
    if city is None and scene.main and not scene.action and not is_online(page, scene.lead):
        city = read_city(page, scene.lead, found, host=False) or header_city(page, scene.outline, found)
    return city


def _is_governed(page: Page, named: Named) -> bool:
    """«победители конкурса «Домашний архив»», «подвёл итоги конкурса»: says nothing of when the contest was."""
    i = named.anchor - 1
    while i >= 0 and page.pos[i] in ("ADJ", "NUM"):
        i -= 1
    return i >= 0 and (page.lemmas[i] in GOVERNORS or page.lower[i] in ("по", "на", "в"))


def _with_following(page: Page, outline: Outline, passages: Sequence[Passage]) -> list[Passage]:
    """Return the sentences and those after them that go on with a pronoun («14–16 ноября его провело…»)."""
    found: dict[tuple[int, int], Passage] = {(p.start, p.stop): p for p in passages}
    for passage in passages:
        number = outline.unit_of[passage.start] + 1
        if number < len(outline.units):
            start, stop = outline.units[number]
            if PRONOUNS & set(page.lower[start : min(stop, start + 8)]):
                found.setdefault((start, stop), Passage(start, stop, start))
    return list(found.values())
