"""Finds direct speech and who speaks.

Steps
    ``spans`` finds the words and the author's words beside them. The speaker is the person named there, else
    the one whom «он», «она», a post («рассказала директор фонда») or the gender of the verb means: the latest
    person before who fits.
Leaves out
    Indirect speech; speakers who are no people of the record.
"""

from __future__ import annotations

from bisect import bisect_left

from pipeline.extractors.people.posts import cases_of, is_person_word
from pipeline.extractors.quotes.spans import Speech, find_speech
from pipeline.page import Page
from pipeline.record import Gender, Person, Quote

PRONOUNS: dict[str, Gender] = {"он": "male", "она": "female"}


def find(page: Page, *, people: list[Person]) -> list[Quote]:
    """Return the quotes of a page; each part of a split quote is a row."""
    named = sorted((m.start, m.end, n) for n, person in enumerate(people) for m in person.mentions)
    rows: list[Quote] = []
    for speech in find_speech(page):
        speaker = _speaker(page, speech, people, named)
        for first, last in speech.parts:
            span = page.span(first, last, speech.rule)
            row = Quote(
                id=f"quote-{len(rows) + 1}",
                speaker=people[speaker].id if speaker is not None else None,
                **span.model_dump(exclude={"rule"}),
                rule=span.rule,
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
    inside = [(s, e, n) for s, e, n in named if start <= s < end]
    subjects = [n for s, e, n in inside if _is_subject(page, people[n], s, e)]
    if subjects:
        return subjects[-1] if speech.before else subjects[0]
    gender = _gender(page, first, last)
    before = [n for _, _, n in reversed(named[: bisect_left(named, (min(start, _start(page, speech)), 0, 0))])]
    described = _described(page, first, last, people)
    if described:
        return next((n for n in before if n in described), described[0])
    if inside and gender is None:
        return inside[-1][2] if speech.before else inside[0][2]
    if speech.rule != "quotes.alone" and _many(page, first, last, speech.before):
        return None
    return next((n for n in before if people[n].gender in (gender, None) or gender is None), None)


def _interviewed(page: Page, first: int, named: Named) -> int | None:
    """Return who answers in the interview that begins at token ``first``: whom the text before names most."""
    before = [n for _, e, n in named if e <= page.starts[first]] or [n for _, _, n in named]
    return max(before, key=lambda n: (before.count(n), -before.index(n)), default=None)


def _many(page: Page, first: int, last: int, before: bool) -> bool:
    """Tell whether the author's verb is plural: nobody in particular speaks."""
    verbs = [i for i in range(first, last) if page.pos[i] == "VERB" and page.feature(i, "VerbForm") == "Fin"]
    return bool(verbs) and page.feature(verbs[-1 if before else 0], "Number") == "Plur"


def _start(page: Page, speech: Speech) -> int:
    return page.starts[speech.parts[0][0]]


def _is_subject(page: Page, person: Person, start: int, end: int) -> bool:
    """Tell whether a person is named in the nominative, as the normal name is written."""
    first, last = page.tokens_in(start, end)
    if first and page.pos[first - 1] == "ADP":
        return False
    normal = person.name.lower().replace("ё", "е").split()
    words = [word for word in page.lower[first:last] if len(word) > 1]
    return all(word in normal for word in words) or any(
        "nomn" in cases_of(page, i) and page.pos[i] == "PROPN" for i in range(first, last)
    )


def _gender(page: Page, first: int, last: int) -> Gender | None:
    """Return the gender that a pronoun or the verb of the author's words shows."""
    for i in range(first, last):
        if page.lower[i] in PRONOUNS:
            return PRONOUNS[page.lower[i]]
    for i in range(first, last):
        if page.pos[i] in ("VERB", "ADJ") and page.feature(i, "Gender") in ("Masc", "Fem"):
            return "female" if page.feature(i, "Gender") == "Fem" else "male"
    return None


def _described(page: Page, first: int, last: int, people: list[Person]) -> list[int]:
    """Return the people whose role has the word for a person that stands among the author's words."""
    heads = {page.lemmas[i] for i in range(first, last) if is_person_word(page.lemmas[i])}
    return [
        n
        for n, person in enumerate(people)
        if any(heads.intersection(role.title.lower().replace("ё", "е").split()) for role in person.roles)
    ]
