"""Titles after a name: behind a comma, a bracket, a dash, on the next line, item by item.

«Марина Михайлова, директор Центра «Гарант»»; «Имя (Казань, фонд «Луч», эксперт)».
"""

from __future__ import annotations

from pipeline.extractors.people.posts import DASHES, cases_of, is_person_word
from pipeline.extractors.roles.before import one_of, titles_before
from pipeline.extractors.roles.cases import agrees, name_cases
from pipeline.extractors.roles.heads import is_modifier, is_plural
from pipeline.extractors.roles.phrases import Title, acting_at, reach, read_title, title_at
from pipeline.extractors.roles.scene import Named, RoleScene
from pipeline.page import Page

SEPARATORS = frozenset((",", "и", "|", "/"))
ITEMS = 4  # items after a name that may hold titles
FILLERS = frozenset(
    ("а", "же", "затем", "и", "еще", "ныне", "он", "она", "сам", "сама", "сейчас", "также", "теперь", "тоже")
)


def titles_after(scene: RoleScene, named: Named) -> list[Title]:
    """Return the titles that follow a name."""
    page = scene.page
    i = named.last
    if i >= len(page) or page.line_of[i] != page.line_of[i - 1]:
        return _on_next_line(scene, named)
    line_end = page.lines[page.line_of[i]][1]
    own = name_cases(scene, named)
    if "nomn" not in own and named.first and _is_kin(scene, named.first - 1, own):
        return []  # «Мария, мама Саши, | учитель»
    cases = own | {"nomn"}
    if page.lower[i] in ("из", "с"):  # «Айдар Кунафин из села Акъяр, руководитель клуба»
        i = reach(scene, i, line_end)
        if i >= line_end or page.words[i] != ",":
            return []
    mark = page.words[i]
    if mark == "(":
        pair = page.bracket_at.get(i)
        found = _items(scene, i + 1, pair.last, cases) if pair else []
        after = pair.last + 1 if pair else i
        if not found and after < line_end and (page.words[after] == "," or page.words[after] in DASHES):
            found = _items(scene, after + 1, line_end, cases)
        return found
    if mark in (",", "|", "/") or mark in DASHES:
        return _items(scene, i + 1, line_end, cases) or _of_row(scene, named, i + 1, line_end)
    if mark == "и" and i + 1 in scene.person_at:
        last = scene.person_at[i + 1].last
        if last < line_end and page.words[last] == ",":
            return _of_row(scene, scene.person_at[i + 1], last + 1, line_end)
    title = title_at(scene, i, line_end)
    fits = (
        title is not None
        and title.first == i
        and (
            agrees(page, title.head, cases)
            or "ablt" not in cases_of(page, title.head)  # «назначил его | директором»
        )
    )
    return [title] if title and fits and not _taken(scene, title, line_end) else []


def _is_kin(scene: RoleScene, i: int, cases: frozenset[str]) -> bool:
    """Tell whether a word is of somebody beside a name in ``cases``: «мама | Саши», not «оппонента | Брода»."""
    page = scene.page
    return i not in scene.heads and is_person_word(page.lemmas[i]) and not agrees(page, i, cases)


def _of_row(scene: RoleScene, named: Named, i: int, limit: int) -> list[Title]:
    """Read the plural title after a row of two: «Илья Фоменко и Дина Гусейнова, | фандрайзеры фонда»."""
    page = scene.page
    row = named.first > 1 and page.lower[named.first - 1] == "и" and named.first - 2 in scene.person_at
    head = i
    while head < limit and head not in scene.heads and is_modifier(page, head):
        head += 1
    if not row or head >= limit or head not in scene.heads or not is_plural(page, head):
        return []
    title = read_title(scene, head, limit)
    return [] if _taken(scene, title, limit) else [title]


def continued(scene: RoleScene, title: Title, cases: frozenset[str]) -> list[Title]:
    """Return the titles that go on with a list: «был послом, | представителем президента и | членом совета»."""
    page = scene.page
    limit = page.lines[page.line_of[title.head]][1]
    i = reach(scene, title.end, limit)
    if i >= limit or page.words[i] not in (",", "и"):
        return []
    found = _items(scene, i + 1, limit, cases)
    return [t for t in found if t.end >= limit or page.pos[t.end] != "VERB"]  # «…, экспертом выступила Анна»


def _items(scene: RoleScene, i: int, limit: int, cases: frozenset[str]) -> list[Title]:
    """Read titles, organisations and places one after another, between commas."""
    page = scene.page
    found: list[Title] = []
    row: int | None = None
    for _ in range(ITEMS):
        title = acting_at(scene, i, limit)
        i = i if title is not None else _skip_fillers(page, i, limit)
        if i >= limit:
            break
        title = title or title_at(scene, i, limit)
        if (
            title is not None
            and not title.acting
            and not agrees(page, title.head, cases)
            and not one_of(scene, title)
        ):
            break
        if title is not None:
            if _taken(scene, title, limit):
                break
            found.append(_in(title, row) if title.organisation is None and row is not None else title)
            row = None
            i = title.end
        elif i in scene.organisation_at and scene.organisation_at[i].last <= limit:
            named = scene.organisation_at[i]
            if found and found[-1].organisation is None:
                found[-1] = _in(found[-1], named.row)
            else:
                row = named.row  # «Багаутдинова Н.Т., НГУ, преподаватель»
            i = named.last
        elif i in scene.places:
            i += 1
        else:
            i = _other_item(scene, i, limit)
            if i < 0:
                break
        i = reach(scene, i, limit)
        if i >= limit or page.words[i] not in SEPARATORS:
            break
        i += 1
    return found


def _other_item(scene: RoleScene, i: int, limit: int) -> int:
    """Step over an age or a word of kin: «35 лет», «мама Саши»; -1 where something else stands."""
    page = scene.page
    aged = page.words[i].isdigit() and i + 1 < limit and page.lemmas[i + 1] in ("год", "лето")
    noun = i
    while noun < limit - 1 and is_modifier(page, noun) and noun - i < 3:
        noun += 1  # «известного борца с ксенофобией»
    if not aged and not (is_person_word(page.lemmas[noun]) and noun not in scene.heads):
        return -1
    while i < limit and page.words[i] not in (*SEPARATORS, ".", ";", "("):
        if i in scene.person_at and "nomn" in name_cases(scene, scene.person_at[i]):
            return -1  # «Олег, инженер, и дочь Варя», not «Мария, мама Саши»
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
    return title._replace(organisation=row)


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


def _taken(scene: RoleScene, title: Title, limit: int) -> bool:
    """Tell whether the title belongs to the next name: «…, директор фонда Анна Петрова»."""
    if title.end < limit and title.end in scene.person_at:
        return True
    following = next((n for n in scene.persons if n.first > title.head), None)
    if following is None or following.first >= limit:
        return False
    return any(t.head == title.head for t in titles_before(scene, following))
