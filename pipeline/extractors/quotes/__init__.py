"""Finds direct speech and who speaks.

Steps
    ``spans`` finds the words and the author's words beside them. The speaker is the person named there, else
    the one whom «он», «она», a post («рассказала директор фонда») or the gender of the verb means: the latest
    person before who fits.
Leaves out
    Indirect speech: ``statements``. Speakers who are no people of the record.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

from pipeline.extractors.quotes.spans import Speech, find_speech
from pipeline.extractors.quotes.speakers import described, gender_shown, is_subject
from pipeline.page import Page
from pipeline.record import Person, Quote


def find(page: Page, *, people: list[Person]) -> list[Quote]:
    """Return the quotes of a page; each part of a split quote is a row."""
    named = sorted((m.start, m.end, n) for n, person in enumerate(people) for m in person.mentions)
    rows: list[Quote] = []
    for speech in find_speech(page):
        speaker = _speaker(page, speech, people, named)
        for first, last in speech.parts:
            row = Quote(
                id=f"quote-{len(rows) + 1}",
                speaker=people[speaker].id if speaker is not None else None,
                start=page.starts[first],
                end=page.ends[last - 1],
                text=page.span_text(first, last),
                rule=speech.rule,
            )
            rows.append(row)
    return rows


Named = list[tuple[int, int, int]]


def _speaker(page: Page, speech: Speech, people: list[Person], named: Named) -> int | None:
    """Return the index of the person who speaks."""
    first, last = speech.author
    if speech.rule == "quotes.interview":
        return _interviewed(page, last, named)
    start, end = page.starts[first], page.ends[max(first, last - 1)]
    inside = named[bisect_left(named, (start, 0, 0)) : bisect_left(named, (end, 0, 0))]
    subjects = [n for s, e, n in inside if is_subject(page, people[n], s, e)]
    if subjects:
        return subjects[-1] if speech.before else subjects[0]
    gender = gender_shown(page, first, last)
    earlier = bisect_left(named, (min(start, _start(page, speech)), 0, 0))
    before = (named[k][2] for k in range(earlier - 1, -1, -1))
    fitting = described(page, first, last, people)
    if fitting:
        return next((n for n in before if n in fitting), fitting[0])
    if inside and gender is None:
        return inside[-1][2] if speech.before else inside[0][2]
    if speech.rule != "quotes.alone" and _many(page, first, last, speech.before):
        return None
    return next((n for n in before if people[n].gender in (gender, None) or gender is None), None)


def _interviewed(page: Page, first: int, named: Named) -> int | None:
    """Return who answers in the interview that begins at token ``first``: whom the text before names most."""
    before = [n for _, e, n in named if e <= page.starts[first]] or [n for _, _, n in named]
    counts = Counter(before)
    return max(counts, key=lambda n: counts[n], default=None)  # of several the one named first


def _many(page: Page, first: int, last: int, before: bool) -> bool:
    """Tell whether the author's verb is plural: nobody in particular speaks."""
    verbs = [i for i in range(first, last) if page.pos[i] == "VERB" and page.feature(i, "VerbForm") == "Fin"]
    return bool(verbs) and page.feature(verbs[-1 if before else 0], "Number") == "Plur"


def _start(page: Page, speech: Speech) -> int:
    return page.starts[speech.parts[0][0]]
