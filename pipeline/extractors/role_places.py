"""Where titles stand around a name: before it, after it, in brackets, in a programme line.

Steps
    Before: the heads between the start of the clause and the name are tried from the nearest; a title counts when
    it reaches the name and agrees with it in case; then further titles to its left, joined by a comma, «и» or
    nothing. After: what follows a comma, bracket or dash is read item by item.
Leaves out
    How far a title goes: ``role_phrases``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from pipeline.extractors.declension import CASES as ALL_CASES
from pipeline.extractors.declension import fold, given_forms, patronymic_forms, surname_forms
from pipeline.extractors.person_words import word_list
from pipeline.extractors.posts import DASHES, cases_of, is_person_word
from pipeline.extractors.role_heads import is_modifier, left_edge, shortened
from pipeline.extractors.role_phrases import NESTING, Title, read_title
from pipeline.extractors.role_scene import Named, RoleScene
from pipeline.morphology import CASES, parses
from pipeline.page import Page
from pipeline.record import Gender

FAR = 24  # tokens before a name in which its title is looked for
SEPARATORS = frozenset((",", "и", "|", "/"))
ITEMS = 4  # items after a name that may hold titles
POSSESSIVES = frozenset(("его", "ее", "их", "наш", "свой"))
FILLERS = frozenset(
    ("а", "же", "затем", "и", "еще", "ныне", "он", "она", "сам", "сама", "сейчас", "также", "теперь", "тоже")
)


def clause_start(scene: RoleScene, i: int) -> int:
    """Return where the clause before token ``i`` begins: after a verb, a stop, another person."""
    page = scene.page
    start = max(page.lines[page.line_of[i]][0], i - FAR)
    j = i - 1
    while j >= start:
        skipped = _skip_back(scene, j)
        if skipped < j:
            j = skipped
            continue
        word = page.words[j]
        if j in scene.person_at or word in ("(", ":", ";", "|", "•") or word in DASHES or word in "!?…":
            return j + 1
        if word == "." and j > start and shortened(page, j - 1) is not None:
            j -= 2
            continue
        if word == "." and page.sentence_of[j] != page.sentence_of[min(j + 1, len(page) - 1)]:
            return j + 1
        if page.pos[j] == "VERB" and not is_modifier(page, j) and j not in scene.heads:
            return j + 1
        j -= 1
    return start


def _skip_back(scene: RoleScene, j: int) -> int:
    """Step over an organisation, a quote or a bracket that ends at ``j``."""
    named = scene.organisation_ending.get(j)
    if named is not None:
        return named.first - 1
    if j in scene.page.quote_ending:
        return scene.page.quote_ending[j].first - 1
    if scene.page.words[j] == ")":
        pair = next((pair for pair in scene.page.brackets if pair.last == j), None)
        return pair.first - 1 if pair else j
    return j


def titles_before(scene: RoleScene, named: Named) -> list[Title]:
    """Return the titles that end right before a name, the nearest first."""
    page = scene.page
    start = clause_start(scene, named.first)
    if start == named.first and start > 1 and page.words[start - 1] in DASHES:
        return _before_dash(scene, start - 1)
    found: list[Title] = []
    limit = named.first
    cases = name_cases(scene, named)
    while limit > start:
        title = _title_up_to(scene, start, limit, cases)
        if title is None:
            break
        found.append(_with_possessor(scene, title))
        edge = left_edge(scene, title.head)
        limit = edge - 1 if page.lower[edge - 1] in (",", "и") and edge - 1 > start else edge
        if limit >= title.first and limit != edge - 1:
            limit = edge
        if edge == limit + 1 and scene.person_at.get(limit - 1):
            break
    return found


def titles_shared(scene: RoleScene, named: Named) -> list[Title]:
    """Return the plural title before the first name of a row: «инструкторы Глеб Антуфьев и Софья Мальгина»."""
    page = scene.page
    i = named.first - 1
    if i < 1 or page.words[i] not in (",", "и") or page.line_of[i] != page.line_of[named.first]:
        return []
    previous = scene.person_at.get(i - 1)
    if previous is None:
        return []
    found = titles_before(scene, previous) or titles_shared(scene, previous)
    return [title for title in found if is_plural(page, title.head)]


def _before_dash(scene: RoleScene, dash: int) -> list[Title]:
    """Read «Контактное лицо — Светлана»: a title that is all there is before a dash."""
    page = scene.page
    start = clause_start(scene, dash)
    if start > 0 and page.words[start - 1] in DASHES:
        return []
    start = max([start, *(i + 1 for i in range(start, dash) if page.words[i] == ",")])
    title = title_at(scene, start, dash)
    fits = title is not None and title.end == dash and "nomn" in cases_of(page, title.head)
    return [title] if title and fits else []


def _title_up_to(scene: RoleScene, start: int, limit: int, cases: frozenset[str]) -> Title | None:
    """Return the title in ``[start, limit)`` that reaches ``limit`` and agrees with the name."""
    page = scene.page
    for head in range(limit - 1, start - 1, -1):
        if head not in scene.heads or _inside_organisation(scene, head):
            continue
        title = read_title(scene, head, limit)
        if _reach(scene, title.end, limit) < limit:
            continue
        outer = _nesting(scene, start, head)
        if outer is not None:
            return read_title(scene, outer, limit)
        if _is_acting(page, left_edge(scene, head)):
            return replace(title, acting=True)
        if shortened(page, head) is None and cases.isdisjoint(_alike(cases_of(page, head))):
            continue
        return title
    return None


def _is_acting(page: Page, i: int) -> bool:
    """Tell whether «и. о.» stands right before token ``i``."""
    letters = "".join(page.lower[max(0, i - 4) : i])
    return letters.endswith(("и.о.", "врио"))


def _nesting(scene: RoleScene, start: int, head: int) -> int | None:
    """Return the post that governs the one at ``head``: «заместителя» in «заместителя министра»."""
    page = scene.page
    edge = left_edge(scene, head)
    outer = edge - 1
    if outer < start or outer not in scene.heads or "gent" not in cases_of(page, head):
        return None
    if page.lemmas[outer] not in NESTING and "nomn" not in cases_of(page, outer):
        return None
    further = _nesting(scene, start, outer)
    return outer if further is None else further


def _inside_organisation(scene: RoleScene, i: int) -> bool:
    return any(named.first <= i < named.last for named in scene.organisation_spans)


def _reach(scene: RoleScene, end: int, limit: int) -> int:
    """Return how far a phrase reaches past brackets, «из Томска», a quoted name."""
    page = scene.page
    i = end
    while i < limit:
        if page.words[i] == "(":
            pair = next((p for p in page.brackets if p.first == i), None)
            if pair is None:
                return i
            i = pair.last + 1
        elif i in page.quote_at:
            i = page.quote_at[i].last + 1
        elif page.lower[i] in ("из", "в", "во", "на", "от", "с") and i + 1 < limit:
            i += 2
            while i < limit and page.words[i][0].isalpha() and page.pos[i] in ("PROPN", "ADJ", "NOUN"):
                i += 1
        else:
            return i
    return min(i, limit)


def _with_possessor(scene: RoleScene, title: Title) -> Title:
    """Give «её руководитель» the organisation named last before it."""
    page = scene.page
    edge = left_edge(scene, title.head)
    possessed = any(page.lower[i] in POSSESSIVES for i in range(max(0, edge - 1), title.head))
    if title.organisation is not None or not possessed or page.lemmas[title.head] not in word_list("leaders.txt"):
        return title
    before = scene.before(edge)
    return replace(title, organisation=before[0].row) if before else title


def name_cases(scene: RoleScene, named: Named) -> frozenset[str]:
    """Return the cases in which a name may stand: those in which its words are forms of the normal name.

    Where no word tells («Габриэль Гиффордс» does not decline), every case; where the forms contradict, the tags'.
    """
    page, person = scene.page, scene.people[named.row]
    normal = frozenset(person.name.lower().replace("ё", "е").split())
    words = [page.words[i] for i in range(named.first, named.last) if len(page.words[i]) > 1]
    cases = frozenset(ALL_CASES)
    for word in words:
        cases &= _cases_as(word, normal, person.gender)
    tagged = {CASES.get(page.feature(i, "Case") or "") for i in range(named.first, named.last)}
    return _alike(cases or (case for case in tagged if case))


@lru_cache(maxsize=20_000)
def _cases_as(word: str, normal: frozenset[str], gender: Gender | None) -> frozenset[str]:
    """Return the cases in which a word is a form of a part of a normal name, all where it is none."""
    forms = (*given_forms(word), *patronymic_forms(word), *surname_forms(word))
    cases = {f.case for f in forms if fold(f.base) in normal and gender in (None, f.gender) and f.weight > 0.2}
    return frozenset(cases or ALL_CASES)


def _alike(cases: Iterable[str]) -> frozenset[str]:
    """Count genitive and accusative as one, as they are one form for people."""
    found = frozenset(cases)
    return found | {"gent", "accs"} if found & {"gent", "accs"} else found


# -- after the name -------------------------------------------------------------------------------------------


def titles_after(scene: RoleScene, named: Named) -> list[Title]:
    """Return the titles that follow a name."""
    page = scene.page
    i = named.last
    if i >= len(page) or page.line_of[i] != page.line_of[i - 1]:
        return _on_next_line(scene, named)
    line_end = page.lines[page.line_of[i]][1]
    cases = name_cases(scene, named) | {"nomn"}
    if page.lower[i] in ("из", "с"):  # «Айдар Кунафин из села Акъяр, руководитель клуба»
        i = _reach(scene, i, line_end)
        if i >= line_end or page.words[i] != ",":
            return []
    mark = page.words[i]
    if mark == "(":
        pair = next((p for p in page.brackets if p.first == i), None)
        found = _items(scene, i + 1, pair.last, cases) if pair else []
        after = pair.last + 1 if pair else i
        if not found and after < line_end and page.words[after] == ",":
            found = _items(scene, after + 1, line_end, cases)
        return found
    if mark in (",", "|", "/") or mark in DASHES:
        return _items(scene, i + 1, line_end, cases)
    title = title_at(scene, i, line_end)
    return [title] if title and not _taken(scene, title, line_end) and title.first == i else []


def _items(scene: RoleScene, i: int, limit: int, cases: frozenset[str]) -> list[Title]:
    """Read titles, organisations and places one after another, between commas."""
    page = scene.page
    found: list[Title] = []
    for _ in range(ITEMS):
        i = _skip_fillers(page, i, limit)
        if i >= limit:
            break
        title = title_at(scene, i, limit)
        if title is not None and not _agrees(page, title.head, cases):
            break
        if title is not None:
            if _taken(scene, title, limit):
                break
            found.append(title)
            i = title.end
        elif i in scene.organisation_at and scene.organisation_at[i].last <= limit:
            named = scene.organisation_at[i]
            if found and found[-1].organisation is None:
                found[-1] = _in(found[-1], named.row)
            i = named.last
        elif i in scene.places:
            i += 1
        else:
            i = _other_item(scene, i, limit)
            if i < 0:
                break
        i = _reach(scene, i, limit)
        if i >= limit or page.words[i] not in SEPARATORS:
            break
        i += 1
    return found


def _agrees(page: Page, head: int, cases: frozenset[str]) -> bool:
    return shortened(page, head) is not None or not cases.isdisjoint(_alike(cases_of(page, head)))


def _other_item(scene: RoleScene, i: int, limit: int) -> int:
    """Step over an age or a word of kin: «35 лет», «мама Саши»; -1 where something else stands."""
    page = scene.page
    aged = page.words[i].isdigit() and i + 1 < limit and page.lemmas[i + 1] in ("год", "лето")
    if not aged and not (is_person_word(page.lemmas[i]) and i not in scene.heads):
        return -1
    while i < limit and page.words[i] not in (*SEPARATORS, ".", ";", "("):
        i += 1
    return i


def _on_next_line(scene: RoleScene, named: Named) -> list[Title]:
    """Read the title of a name that stands alone on its line from the line below it."""
    page = scene.page
    number = page.line_of[named.last - 1]
    if number + 1 >= len(page.lines) or page.lines[number][0] != named.first:
        return []
    first, last = page.lines[number + 1]
    title = title_at(scene, first, last)
    short = title is not None and (title.end >= last or page.words[title.end] in (",", ".", ";", "("))
    if title is None or not short or title.end in scene.person_at or "nomn" not in cases_of(page, title.head):
        return []
    return _items(scene, first, last, frozenset({"nomn"}))


def _in(title: Title, row: int) -> Title:
    return replace(title, organisation=row)


def _skip_fillers(page: Page, i: int, limit: int) -> int:
    while i < limit and (page.lower[i] in FILLERS or page.pos[i] == "ADV"):
        i += 1
    if i + 1 < limit and page.lower[i] == "в" and page.lower[i + 1] == "прошлом":
        i += 2
    if i + 2 < limit and page.lower[i] == "с" and page.words[i + 1][:4].isdigit():
        i += 3
        while i < limit and page.lower[i] in FILLERS:
            i += 1
    return i


def title_at(scene: RoleScene, i: int, limit: int) -> Title | None:
    """Read the title that begins at ``i`` with its adjectives."""
    page = scene.page
    head = i
    while head < limit and head - i < 6 and head not in scene.heads:
        if shortened(page, head) is not None:
            head += 2
        elif is_modifier(page, head):
            head += 1
        else:
            return None
    if head >= limit or head not in scene.heads or head in scene.person_at or is_plural(page, head):
        return None
    return read_title(scene, head, limit)


def is_plural(page: Page, i: int) -> bool:
    """Tell whether a head is plural: by its tag, unless the form is singular only."""
    forms = {str(p.tag.number) for p in parses(page.words[i].lower()) if p.tag.POS == "NOUN"}
    if len(forms) == 1:
        return forms == {"plur"}
    return page.feature(i, "Number") == "Plur"


def _taken(scene: RoleScene, title: Title, limit: int) -> bool:
    """Tell whether the title belongs to the next name: «…, директор фонда Анна Петрова»."""
    if title.end < limit and title.end in scene.person_at:
        return True
    following = next((n for n in scene.persons if n.first > title.head), None)
    if following is None or following.first >= limit:
        return False
    return any(t.head == title.head for t in titles_before(scene, following))
