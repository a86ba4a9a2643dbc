"""Roles of somebody named in another sentence: «Она — директор фонда», «…», — рассказала директор фонда.

Steps
    A pronoun with a dash, a comma or a verb of ``verbs`` after it passes what follows to the person named last
    before it. A title with no name, as the author of direct speech, goes to the person named last too, where that
    person has no role yet or one in the same organisation, and nobody else in the text bears the title.
Leaves out
    «его», «их» without a title; anything across paragraphs but direct speech.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.extractors.people.posts import DASHES, cases_of, head_lemma
from pipeline.extractors.people.words import word_list
from pipeline.extractors.quotes.authors import is_speech_verb
from pipeline.extractors.roles.after import FILLERS
from pipeline.extractors.roles.heads import is_plural, left_edge
from pipeline.extractors.roles.phrases import Title, read_title, title_at
from pipeline.extractors.roles.scene import RoleScene
from pipeline.extractors.roles.verbs import read_verb
from pipeline.page import Page
from pipeline.record import Gender, Role
from pipeline.tokens import Trigger

PRONOUNS: dict[str, Gender] = {"он": "male", "она": "female", "последний": "male", "последняя": "female"}
PRONOUN = Trigger(lambda token: token.lower in PRONOUNS)
UNNAMED = frozenset(("представитель", "представительница", "сотрудник", "сотрудница", "эксперт"))
FAR = 500  # characters back in which the person was named


@dataclass(frozen=True, slots=True)
class Told:
    """A title of the person in row ``person``; ``words`` where the text has no title («руководит»)."""

    person: int
    title: Title
    words: str | None = None


def find_pronouns(scene: RoleScene) -> Iterator[Told]:
    """Yield what pronouns pass on: «Она руководит приютом «Верный»», «Последняя с этого года — директор»."""
    page = scene.page
    for i in page.find(PRONOUN):
        if i + 2 >= len(page):
            continue
        person = named_last(scene, i, PRONOUNS[page.lower[i]])
        if person is None:
            continue
        for words, title in read_verb(scene, i + 1):
            yield Told(person, title, words)
        marked = _after_mark(scene, i + 1) or _right_after(scene, i + 1)
        if marked is not None:
            yield Told(person, marked)


def _after_mark(scene: RoleScene, i: int) -> Title | None:
    """Read the title after «она —», «она, тогда ещё»."""
    page = scene.page
    limit = page.sentences[page.sentence_of[i]][1]
    while i < limit and page.words[i] not in DASHES and page.words[i] != ",":
        if page.pos[i] not in ("ADV", "ADP", "NUM", "ADJ", "PRON", "DET") and page.lemmas[i] != "год":
            return None
        i += 1
    i += 1
    while i < limit and (page.lower[i] in FILLERS or page.pos[i] == "ADV" or page.lower[i] == "тогда"):
        i += 1
    title = title_at(scene, i, limit) if i < limit else None
    return title if title is not None and "nomn" in cases_of(page, title.head) else None


def _right_after(scene: RoleScene, i: int) -> Title | None:
    """Read «она | председатель клуба»: a title with nothing between."""
    page = scene.page
    title = title_at(scene, i, page.lines[page.line_of[i]][1])
    fits = title is not None and page.line_of[i] == page.line_of[i - 1] and "nomn" in cases_of(page, title.head)
    return title if title and fits and title.end not in scene.person_at else None


def find_described(scene: RoleScene, roles: Sequence[Sequence[Role]]) -> Iterator[Told]:
    """Yield titles that stand for a person as the author of direct speech."""
    page = scene.page
    taken = {i for row in roles for role in row for i in range(*page.tokens_in(role.start, role.end))}
    for i in sorted(scene.heads - taken):
        if i + 1 == len(page) or is_plural(page, i) or "nomn" not in cases_of(page, i):
            continue
        verb = _verb_of(scene, i)
        if verb is None or page.lemmas[i] not in word_list("leaders.txt") or page.lemmas[i] in UNNAMED:
            continue
        title = read_title(scene, i, page.lines[page.line_of[i]][1])
        if title.end < len(page) and title.end in scene.person_at:
            continue
        person = named_last(scene, verb, gender_of(page, verb))
        if person is not None and _may_bear(scene, title, person, roles):
            yield Told(person, title)


def _verb_of(scene: RoleScene, head: int) -> int | None:
    """Return the verb of speech right before a title, after a dash: «— рассказала директор фонда»."""
    page = scene.page
    edge = left_edge(scene.page, scene.heads, head)
    verb = edge - 1
    if verb > 0 and is_speech_verb(page, verb) and page.words[verb - 1] in DASHES:
        return verb
    return None


def gender_of(page: Page, verb: int) -> Gender | None:
    """Return the gender of the subject that the form of a verb tells."""
    return {"Masc": "male", "Fem": "female"}.get(page.feature(verb, "Gender") or "")  # type: ignore[return-value]


def named_last(scene: RoleScene, i: int, gender: Gender | None, far: int = FAR) -> int | None:
    """Return the person of a gender who was named last before token ``i``, no more than ``far`` characters back."""
    start = scene.page.starts[i]
    for named in reversed(scene.persons):
        if named.last > i:
            continue
        if start - scene.page.ends[named.last - 1] > far:
            return None
        if gender is None or scene.people[named.row].gender in (gender, None):
            return named.row
    return None


def _may_bear(scene: RoleScene, title: Title, person: int, roles: Sequence[Sequence[Role]]) -> bool:
    lemma = head_lemma(scene.page, title.head)
    row = title.organisation
    organisation = scene.organisations[row].id if row is not None else None
    for other in (role for row_roles in roles for role in row_roles):
        same = lemma in other.title.lower().replace("ё", "е").split()
        if same and (organisation is None or other.organisation in (organisation, None)):
            return False
    own = [role.organisation for role in roles[person]]
    return not own or (organisation is not None and organisation in own)
