"""Joins the mentions of one organisation and keeps namesakes apart.

Steps
    Mentions are read in text order; each goes to the group that it fits and that was mentioned last, or begins
    one. Names in quotes fit by their words in any case; kind words («центр», «фонд») and cities that contradict
    keep them apart. Names without quotes fit word by word, also where one leaves words out.
Leaves out
    Organisations that the text never names in full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.extractors.organisations.reader import Reader
from pipeline.extractors.organisations.short import cores, full_words, kind_lemmas
from pipeline.extractors.organisations.spans import Found
from pipeline.extractors.organisations.words import (
    ABBREVIATED,
    abbreviates,
    first_initials,
    same_word,
    same_words,
    word_set,
)

VAGUE = frozenset({"организация", "объединение", "сообщество", "учреждение", "предприятие"})


@dataclass
class Group:
    """Mentions of one organisation, with what they say of it."""

    mentions: list[Found] = field(default_factory=list)
    cores: list[tuple[str, ...]] = field(default_factory=list)
    names: list[tuple[str, ...]] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    bodies: set[str] = field(default_factory=set)
    cities: set[str] = field(default_factory=set)


def link(reader: Reader, found: Sequence[Found]) -> list[Group]:
    """Return the mentions of a page by organisation, in order of first mention.

    Names in full are grouped first, so that «Опора» in a headline finds «центр «Опора»» below it.
    """
    groups: list[Group] = []
    known: dict[str, set[int]] = defaultdict(set)  # numbers of groups by the beginnings of their names
    for span in sorted(found, key=lambda s: (s.stands_in, s.first)):
        mention = _describe(reader, span)
        beginnings = _beginnings(mention) | {reader.page.lower[span.first][0]}
        alike = sorted({n for beginning in beginnings for n in known[beginning]})
        numbers = range(len(groups)) if span.rule == "organisations.stand_in" else alike
        fitting = [n for n in numbers if _fits(reader, span, mention, groups[n])]
        number = min(fitting, key=lambda n: _distance(groups[n], span), default=len(groups))
        if number < len(groups):
            _add(groups[number], mention)
        else:
            groups.append(mention)
        for beginning in beginnings:
            known[beginning].add(number)
    for group in groups:
        group.mentions.sort(key=lambda s: (s.first, -s.last))
    return sorted(groups, key=lambda group: (group.mentions[0].first, -group.mentions[0].last))


def _beginnings(mention: Group) -> set[str]:
    """Return what names alike, or their abbreviations, have in common: a first letter, the known body they are."""
    names = (*mention.cores, *mention.names)
    return mention.bodies.union(*(first_initials(name) or {""} for name in names))


def _describe(reader: Reader, span: Found) -> Group:
    page = reader.page
    return Group(
        mentions=[span],
        cores=cores(page, span),
        names=[_expand(full_words(page, span))],
        kinds=set(kind_lemmas(page, span)) - VAGUE,
        bodies={span.body} - {""},
        cities=cities_of(reader, span),
    )


def _expand(words: tuple[str, ...]) -> tuple[str, ...]:
    """Write out abbreviations inside a name: «Совет НКО» → совет некоммерческих организаций."""
    return tuple(full for word in words for full in ABBREVIATED.get(word, (word,)))


def _add(group: Group, mention: Group) -> None:
    group.mentions += mention.mentions
    group.cores += [core for core in mention.cores if core not in group.cores]
    group.names += mention.names
    group.kinds |= mention.kinds
    group.bodies |= mention.bodies
    group.cities |= mention.cities


def _distance(group: Group, span: Found) -> tuple[bool, int]:
    """Order groups by their last mention before a span, then by the first one after it."""
    before = [s.first for s in group.mentions if s.first < span.first]
    return not before, span.first - max(before) if before else min(s.first for s in group.mentions)


def cities_of(reader: Reader, span: Found) -> set[str]:
    """Return the cities that stand in a name, right before it or in brackets after it."""
    page = reader.page
    found = {reader.city_at[i] for i in range(span.first, span.last) if i in reader.city_at}
    i = span.first - 1
    while i >= 0 and i in reader.place_adjectives:
        if i in reader.city_at:
            found.add(reader.city_at[i])
        i -= 1
    if span.last + 1 < len(page) and page.words[span.last] == "(":
        bracket = range(span.last + 1, min(span.last + 4, len(page)))
        found.update(reader.city_at[j] for j in bracket if j in reader.city_at)
    return found


def cities_after(reader: Reader, span: Found) -> set[str]:
    """Return the city that follows a name: «, г. Улан-Удэ», «из села Шипуново», «в селе Амга»."""
    page, i = reader.page, span.last
    if i >= len(page) or page.lower[i] not in (",", "из", "в", "во"):
        return set()
    i += 1
    while i < len(page) and (page.lemmas[i] in word_set("named place noun") or page.words[i] == "."):
        i += 1
    return {reader.city_at[i]} if i in reader.city_at and i not in reader.place_adjectives else set()


def _fits(reader: Reader, span: Found, mention: Group, group: Group) -> bool:
    page = reader.page
    if span.rule == "organisations.stand_in":
        return _stands_for(reader, span, group)
    if span.rule == "organisations.abbreviation":
        letters, rest = page.words[span.first], page.lower[span.first + 1 : span.last]
        return any(_abbreviated(letters, rest, name) for name in group.names) or _same_abbreviation(
            page.lower[span.first : span.last], group
        )
    if mention.cores:
        return _same_core(mention, group)
    if mention.bodies & group.bodies and not (
        mention.cities and group.cities and mention.cities.isdisjoint(group.cities)
    ):
        return True
    return _same_unquoted(mention.names[0], group)


def _stands_for(reader: Reader, span: Found, group: Group) -> bool:
    lemma = span.kind.lemma if span.kind else ""
    if lemma:
        return lemma in group.kinds or reader.page.lemmas[span.first] in group.kinds
    word = reader.page.words[span.first]
    return any(s.head >= 0 and reader.page.words[s.head] == word for s in group.mentions)


def _abbreviated(letters: str, rest: list[str], name: tuple[str, ...]) -> bool:
    """Tell whether «АВЦ» and ``rest`` («Юга») abbreviate a name."""
    for used in range(len(name), 1, -1):
        if abbreviates(letters, name[:used]) and same_words(rest, name[used : used + len(rest)]):
            return True
    return False


def _same_abbreviation(words: list[str], group: Group) -> bool:
    return any(list(name) == words for name in group.names)


def _same_core(mention: Group, group: Group) -> bool:
    if not any(same_words(a, b[: len(a)]) for a in mention.cores for b in group.cores):
        return False
    if mention.kinds and group.kinds and mention.kinds.isdisjoint(group.kinds):
        return False
    return not (mention.cities and group.cities and mention.cities.isdisjoint(group.cities))


def _same_unquoted(words: tuple[str, ...], group: Group) -> bool:
    """Tell whether a name without quotes is one of a group's, or leaves words of it out."""
    for name in group.names:
        if same_words(words, name) and (len(words) > 2 or not group.cores):
            return True
        short, long = sorted((words, name), key=len)
        if (
            len(short) > 1
            and same_word(short[0], long[0])
            and same_word(short[1], long[1])
            and _in_order(short, long)
        ):
            return True
    return False


def _in_order(short: Sequence[str], long: Sequence[str]) -> bool:
    """Tell whether the words of one name stand in another in the same order."""
    rest = iter(long)
    return all(any(same_word(word, other) for other in rest) for word in short)
