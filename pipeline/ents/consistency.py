"""Finds everywhere in a text what was found once, and gives it the label that most of its forms have there.

Leaves out
    What is found at first: the rules of ``pipeline.ents``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.ents.labels import PER, Labels
from pipeline.extractors.organisations.words import same_words
from pipeline.page import Page

Name = tuple[str, ...]


def consistency(labels: Labels, found: Mapping[str, Sequence[Any]]) -> None:
    """Find everywhere in the text what was found once: «Голос Америки», «Vestas»."""
    page, votes = labels.page, _votes(labels)
    totals: dict[Name, Counter[str]] = {}
    i = 0
    while i < len(page):
        names = votes.get(page.lower[i][:3]) if page.words[i][0].isupper() else None
        name = _longest(page, i, names) if names else ()
        if names and name:
            if name not in totals:
                totals[name] = sum((n for other, n in names.items() if same_words(name, other)), Counter())
            _settle(labels, i, i + len(name), totals[name])
        i += len(name) or 1


def _votes(labels: Labels) -> dict[str, dict[Name, Counter[str]]]:
    """Count the labels of every name, by the first three letters of its first word."""
    lower = labels.page.lower
    votes: dict[str, dict[Name, Counter[str]]] = {}
    for chunk in labels.spans:
        names = [tuple(lower[chunk.first : chunk.last])]
        if chunk.label == PER and chunk.last - chunk.first > 1:
            names.append((lower[chunk.last - 1],))  # the surname alone later in the text
        for name in names:
            votes.setdefault(name[0][:3], {}).setdefault(name, Counter())[chunk.label] += 1
    return votes


def _longest(page: Page, i: int, names: Iterable[Name]) -> Name:
    """Return the longest known name that stands at ``i`` in some case."""
    if len(page.words[i]) < 2:
        return ()
    fitting = [name for name in names if same_words(name, page.lower[i : i + len(name)])]
    return max(fitting, key=len, default=())


def _settle(labels: Labels, first: int, last: int, total: Counter[str]) -> None:
    """Give a name the label that most of its forms have in the text."""
    label, count = total.most_common(1)[0]
    now = {labels.label_at(i) for i in range(first, last)}
    if now == {label} or (len(now) == 1 and now != {None} and total[next(iter(now)) or ""] * 2 > count):
        return
    covering = [c for c in labels.spans if c.first < last and first < c.last]
    if all(first <= c.first and c.last <= last for c in covering):
        labels.lay(first, last, label)
