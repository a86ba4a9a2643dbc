"""Roles that somebody gives somebody: «назначил начальником штаба Ивана Петрова», «избрали Анну председателем».

Steps
    A title in the instrumental right before a name with its own titles, or right after it, is the named person's
    where a verb of appointing, or one of being («стала директором Анна»), governs it. «Командиром у них Фёдор» has
    no verb.
Leaves out
    Who appoints: ``verbs`` asks whether a verb is active and so tells nothing of its subject.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extractors.people.posts import cases_of
from pipeline.extractors.roles.cases import name_cases
from pipeline.extractors.roles.heads import is_modifier, is_plural, left_edge
from pipeline.extractors.roles.phrases import Title, past_bracket, reach, read_title, title_at
from pipeline.extractors.roles.scene import Named, RoleScene
from pipeline.page import Page

APPOINTS = frozenset(
    (
        "выбрать", "выбирать", "избирать", "избрать", "назначать", "назначить", "переизбрать", "переназначить",
        "назвать", "объявить", "провозгласить", "сделать", "утвердить", "утверждать",
    )
)  # fmt: skip
DISMISSES = frozenset(("лишить", "освободить", "отстранить", "снять", "уволить"))
APPOINTMENTS = frozenset(("выборы", "избрание", "назначение", "переизбрание", "утверждение"))
BEING = frozenset(("быть", "остаться", "оставаться", "стать", "становиться", "являться"))
WORKS = frozenset(("работать", "служить", "трудиться"))
ACTIVE = APPOINTS | DISMISSES
GIVING = APPOINTS | BEING | WORKS
BACK = 14  # tokens before a name or a verb in which its title begins
STOPS = frozenset((",", ".", ";", ":", "(", "!", "?"))


def appointed(scene: RoleScene, named: Named, subject: int) -> Iterator[Title]:
    """Yield the titles that a verb of appointing gives a name whose own titles begin at token ``subject``."""
    cases = name_cases(scene, named)
    title = _between(scene, subject, cases)
    if title is not None:
        yield title
    title = _after(scene, named, subject)
    if title is not None:
        yield title


def is_active(page: Page, i: int) -> bool:
    """Tell whether a verb has somebody who appoints or dismisses as its subject: «назначил», not «назначен»."""
    return page.lemmas[i] in ACTIVE and page.feature(i, "Voice") == "Act" and page.feature(i, "VerbForm") == "Fin"


def _between(scene: RoleScene, subject: int, cases: frozenset[str]) -> Title | None:
    """Read the title between a verb and a name: «назначил | начальником штаба | полковника Петрова»."""
    page = scene.page
    line = page.lines[page.line_of[subject]][0] if subject < len(page) else subject
    for head in range(subject - 1, max(line, subject - BACK) - 1, -1):
        if head in scene.person_at or page.words[head] in STOPS:
            return None
        if head not in scene.heads or is_plural(page, head) or "ablt" not in cases_of(page, head):
            continue
        title = read_title(scene, head, subject)
        reached = reach(scene, title.end, subject)
        if reached + 2 == subject and page.lower[reached] == "у" and page.pos[reached + 1] == "PRON":
            reached = subject  # «командиром | у них | Фёдор»
        elif not _is_governed(scene, left_edge(page, scene.heads, head) - 1, line, cases):
            return None
        return title if reached == subject else None
    return None


def _is_governed(scene: RoleScene, i: int, line: int, cases: frozenset[str]) -> bool:
    """Tell whether a verb that gives a title stands at ``i``, or before where one works: «работающая в фонде»."""
    page = scene.page
    named = scene.organisation_ending.get(i)
    if named is not None:
        i = named.first - 1
        while i > line and is_modifier(page, i):
            i -= 1
        return i > line and page.lower[i] in ("в", "на") and page.lemmas[i - 1] in WORKS
    while i > line and page.pos[i] in ("ADV", "PRON"):
        i -= 1
    if i < line:
        return False
    active = is_active(page, i)  # «избрали директором | Анну», but «избрана», «стала директором | Анна»
    return page.lemmas[i] in GIVING and ("accs" if active else "nomn") in cases


def _after(scene: RoleScene, named: Named, subject: int) -> Title | None:
    """Read the title after a name: «назначил Ивана Петрова | министром образования»."""
    page = scene.page
    i = past_bracket(page, named.last)
    if i >= len(page) or page.line_of[i] != page.line_of[subject]:
        return None
    title = title_at(scene, i, page.lines[page.line_of[i]][1])
    if title is None or "ablt" not in cases_of(page, title.head):
        return None
    for j in range(subject - 1, max(page.lines[page.line_of[i]][0], subject - BACK) - 1, -1):
        if page.words[j] in STOPS:
            break
        if page.lemmas[j] in APPOINTS or page.lemmas[j] in APPOINTMENTS:
            return title
    return None
