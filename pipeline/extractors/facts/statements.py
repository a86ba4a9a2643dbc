"""What a numeric fact is said of: the verb and the subject of its clause, where the order of words shows them.

Purpose
    «Команда прошла 120 км» → subject «команда», predicate «пройти».
Steps
    The nearest finite verb of the stretch without punctuation around the fact; before that verb a noun in the
    nominative. Nothing is parsed: a field stays ``None`` where the words do not show it plainly.
Leaves out
    Subjects behind the verb, subordinate clauses, ellipsis.
"""

from __future__ import annotations

from pipeline.extractors.facts.drafts import Draft
from pipeline.extractors.facts.words import part
from pipeline.page import Page

REACH = 7  # words between a fact and its verb


def read_statement(page: Page, draft: Draft) -> tuple[str | None, str | None]:
    """Return the subject and the predicate of a fact in dictionary form, ``None`` for what is not plain."""
    first, last = draft.first, draft.last
    words, breaks = page.words, page.breaks  # the stretch has no punctuation and no new line
    least, most = max(0, first - REACH), min(len(page), last + REACH)
    while first > least and first not in breaks and words[first - 1][0].isalnum():
        first -= 1
    while last < most and last not in breaks and words[last][0].isalnum():
        last += 1
    verbs = [i for i in (*range(first, draft.first), *range(draft.last, last)) if _is_finite(page, i)]
    if not verbs:
        return None, None
    verb = min(verbs, key=lambda i: min(abs(draft.first - i), abs(i - draft.last + 1)))
    return _subject(page, first, verb) if verb < draft.first else None, page.lemmas[verb]


def _is_finite(page: Page, i: int) -> bool:
    return page.pos[i] == "VERB" and page.feature(i, "VerbForm") == "Fin"


def _subject(page: Page, first: int, verb: int) -> str | None:
    for i in range(verb - 1, first - 1, -1):
        if part(page, i) == "NOUN" and page.feature(i, "Case") == "Nom":
            return page.lemmas[i]
    return None
