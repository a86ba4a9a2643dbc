"""Whom words beside speech mean: a name in the nominative, «он» and «она», a post, the gender of a verb.

Leaves out
    Where speech is and which words are the author's: ``spans``, ``authors``.
"""

from __future__ import annotations

from pipeline.extractors.people.posts import cases_of, is_person_word
from pipeline.page import Page
from pipeline.record import Gender, Person

PRONOUNS: dict[str, Gender] = {"он": "male", "она": "female"}


def is_subject(page: Page, person: Person, start: int, end: int) -> bool:
    """Tell whether a person is named in the nominative, as the normal name is written."""
    first, last = page.tokens_in(start, end)
    if first and page.pos[first - 1] == "ADP":
        return False
    normal = person.name.lower().replace("ё", "е").split()
    words = [word for word in page.lower[first:last] if len(word) > 1]
    return all(word in normal for word in words) or any(
        "nomn" in cases_of(page, i) and page.pos[i] == "PROPN" for i in range(first, last)
    )


def gender_shown(page: Page, first: int, last: int) -> Gender | None:
    """Return the gender that a pronoun or the verb of the author's words shows."""
    for i in range(first, last):
        if page.lower[i] in PRONOUNS:
            return PRONOUNS[page.lower[i]]
    for i in range(first, last):
        if page.pos[i] in ("VERB", "ADJ") and page.feature(i, "Gender") in ("Masc", "Fem"):
            return "female" if page.feature(i, "Gender") == "Fem" else "male"
    return None


def described(page: Page, first: int, last: int, people: list[Person]) -> list[int]:
    """Return the people whose role has the word for a person that stands among the author's words."""
    heads = {page.lemmas[i] for i in range(first, last) if is_person_word(page.lemmas[i])}
    return [
        n
        for n, person in enumerate(people)
        if any(heads.intersection(role.title.lower().replace("ё", "е").split()) for role in person.roles)
    ]
