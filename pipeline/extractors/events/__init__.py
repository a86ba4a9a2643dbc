"""Finds events: forums, contests, actions, schools … with name, kind, days, city, organisers.

Steps
    1. ``quoted`` finds names in quotes, ``phrases`` phrases that name an event without them.
    2. Spans with the same words are one event (case, letter case and a shorter later name do not matter); further
       quotes and a capitalised event word («Открыла Школу») are joined as mentions.
    3. ``story`` collects the sentences around the mentions, ``days`` and ``places`` read them.
Leaves out
    Sessions inside an event (``session_topics``), projects and programmes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from pipeline.extractors.events.days import Days, told_month
from pipeline.extractors.events.ground import LEAD, Ground, Named, build_ground, known_events, stem
from pipeline.extractors.events.phrases import find_phrases
from pipeline.extractors.events.places import bodies_in_order, read_city, read_organisers
from pipeline.extractors.events.quoted import find_quoted
from pipeline.extractors.events.story import Story, read_story_city, read_story_days, tell
from pipeline.extractors.lexicon import word_set
from pipeline.extractors.naming import cases_of, find_heads
from pipeline.morphology import nominative, parses
from pipeline.page import Page
from pipeline.record import City, Date, Event, Organisation, Region


@dataclass
class _Draft:
    """An event while it is being put together: what names it, in text order, and the words of its fullest name."""

    key: tuple[str, ...]
    named: list[Named] = field(default_factory=list)

    @property
    def kind(self) -> str | None:
        """Return the first kind that the text gives."""
        return next((named.kind for named in self.named if named.kind), None)

    @property
    def sessional(self) -> bool:
        """Tell whether only a session word names it: «семинар «Музей»»."""
        return all(named.rule == "events.whole" for named in self.named)


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
    ground = build_ground(page, dates, cities)
    bodies = bodies_in_order(page, organisations)
    events: list[Event] = []
    drafts = _collect(ground, organisations)
    for draft in drafts:
        main = events[0] if events else None
        others = _units(ground, [other for other in drafts if other is not draft]) - _units(ground, [draft])
        story = tell(ground, draft.named, draft.kind or "", first=main is None, others=others)
        days = read_story_days(ground, story) or told_month(page, story.passages, dates)
        if draft.sessional and not _stands_alone(ground, draft, story, days, main):
            continue
        city = read_story_city(ground, story, days, main.city if main else None)
        if city is None and main and _within(main, days):
            city = main.city
        events.append(
            Event(
                id=f"event-{len(events) + 1}",
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


def _units(ground: Ground, drafts: Sequence[_Draft]) -> set[tuple[int, int]]:
    """Return the sentences that name one of these events, and those that go on with «он», «его»."""
    units, numbers = ground.outline.units, ground.outline.unit_of
    found = {numbers[named.first] for draft in drafts for named in draft.named}
    following = {n + 1 for n in found if n + 1 < len(units)}
    found |= {n for n in following if ground.page.lower[units[n][0]] in word_set("event_pronouns")}
    return {units[n] for n in found}


def _stands_alone(ground: Ground, draft: _Draft, story: Story, days: Days | None, main: Event | None) -> bool:
    """Tell whether what is called by a session word is an event of its own, and not a session of the main one.

    In the first lines of a text that tells of nothing else it is; later on it is told in passing («16 марта
    проведём в Туле семинар «Без отходов»»), and then only its own days and place make it an event.
    """
    if main is None and all(ground.outline.line_of[named.first] < LEAD for named in draft.named):
        return True
    if days is None or (main and _within(main, days)):
        return False
    outline = ground.outline
    several = days[0] != days[1]
    listed = any(ground.page.words[outline.line(n.first).last - 1] == ":" for n in draft.named)  # «Три блока:»
    return several or listed or bool(read_city(ground.page, story.passages, ground.places, host=False))


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
    if page.uses("events.again"):
        _add_quotes(page, drafts)
    if len(drafts) == 1 and page.uses("events.short"):
        _add_capitals(ground, drafts[0])
    for draft in drafts:
        draft.named.sort(key=lambda named: named.first)
    return sorted(drafts, key=lambda draft: draft.named[0].first)


def _without_inner(quoted: list[Named], organisations: Sequence[Organisation], page: Page) -> list[Named]:
    """Drop what an organisation is called: «школа «Опоры»», «центр чтения «Буква»»."""
    owners = {page.tokens_in(m.start, m.end) for o in organisations if len(o.mentions) > 1 for m in o.mentions}
    found: list[Named] = []
    bodies = {page.tokens_in(m.start, m.end) for o in organisations for m in o.mentions}
    houses = sorted(body for body in bodies if _is_house(page, body[0]))
    reach = list(accumulate((last for _, last in houses), max))  # how far houses go that begin no later
    for named in quoted:
        earlier = bisect_left(houses, (named.anchor, 0))
        if earlier and named.last <= reach[earlier - 1]:
            continue  # «центр чтения «Буква»», «АНО «Школа родителей «Гнездо»»
        if (named.first - 1, named.last + 1) not in owners:
            found.append(named)
    return found


def _is_house(page: Page, first: int) -> bool:
    """Tell whether an organisation is more than the committee of an event («оргкомитет форума «Край»»)."""
    return page.lemmas[first] not in word_set("committees")


def _join(page: Page, drafts: list[_Draft], named: Named) -> None:
    """Add a span to the event of the same name, or begin a new one."""
    key, words = _key(page, named.first, named.last), page.lower[named.first : named.last]
    for draft in drafts:
        spelt = any(page.lower[other.first : other.last] == words for other in draft.named)
        if spelt or _is_same(draft.key, key) or _is_reworded(draft, named, key):
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
    beginning: defaultdict[str, list[_Draft]] = defaultdict(list)  # names alike begin alike
    for draft in drafts:
        if draft.key:
            beginning[stem(draft.key[0])].append(draft)
    for pair in page.quotes:
        span = (pair.first + 1, pair.last)
        if pair.last - pair.first > longest + 1 or stem(page.lemmas[span[0]]) not in beginning:
            continue
        key = _key(page, *span)
        alike = beginning.get(stem(key[0]), ()) if key else ()
        meant = next((d for d in alike if _is_same(d.key, key) and len(key) <= len(d.key)), None)
        if meant is not None and span not in known:
            meant.named.append(Named(*span, None, "events.again", pair.first, True, False))


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
    pos, tags = page.pos[best.first : best.last], page.tags[best.first : best.last]
    for k, word in enumerate(words):
        if pos[k] in ("VERB", "ADJ") and parses(word.lower())[0].tag.POS == "NOUN":
            pos[k], tags[k] = "NOUN", ""  # the model takes «слёте» for a verb, «слёт» for an adjective
    changed = nominative(words, pos, tags)
    for old, new in zip(words, changed, strict=True):
        text = text.replace(old, new, 1)
    return text


def _stands_nominative(page: Page, named: Named) -> bool:
    """«межрегиональный слёт волонтёров»: the event word and what stands before it may be a nominative singular."""
    at = next((k for k in range(named.first, named.last) if k in find_heads(page)), None)
    if at is None or (page.pos[at] == "NOUN" and page.feature(at, "Case") in ("Gen", "Dat", "Ins", "Loc")):
        return False
    kinds = [parse.tag for parse in parses(page.lower[at]) if "nomn" in parse.tag and "sing" in parse.tag]
    before = (page.words[k] for k in range(named.first, at) if page.pos[k] == "ADJ")
    return bool(kinds) and all("nomn" in cases_of(word) for word in before)
