"""Titles before a name: «президент Сибирского центра … Елена Малицкая», «Контактное лицо — Светлана».

Steps
    The heads between the start of the clause and the name are tried from the nearest; a title counts when it
    reaches the name and agrees with it in case; then further titles to its left, joined by a comma, «и» or nothing.
Leaves out
    How far a title goes: ``phrases``.
"""

from __future__ import annotations

from pipeline.extractors.people.posts import DASHES, cases_of
from pipeline.extractors.people.runs import opens
from pipeline.extractors.people.words import word_list
from pipeline.extractors.roles.appointed import BEING
from pipeline.extractors.roles.cases import agrees, name_cases
from pipeline.extractors.roles.heads import is_modifier, is_plural, left_edge, shortened
from pipeline.extractors.roles.phrases import NESTING, Title, past_bracket, reach, read_title, title_at
from pipeline.extractors.roles.scene import Named, RoleScene
from pipeline.page import Page

FAR = 24  # tokens before a name in which its title is looked for
ADDRESSES = frozenset(  # before a name: «доярка баба Нюра», «настоятель отец Георгий»
    ("баба", "владыка", "госпожа", "господин", "дед", "дядя", "матушка", "отец", "сэр", "тетя", "товарищ")
)
POSSESSIVES = frozenset(("его", "ее", "их", "наш", "свой"))


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
        pair = scene.page.bracket_ending.get(j)
        return pair.first - 1 if pair else j
    return j


def titles_before(scene: RoleScene, named: Named) -> list[Title]:
    """Return the titles that end right before a name, the nearest first."""
    page = scene.page
    start = clause_start(scene, named.first)
    mark = before_national(scene, named) - 1
    if mark > 0 and (page.words[mark] in DASHES or page.words[mark] == ":") and start == mark + 1:
        return _before_dash(scene, mark)
    if page.words[named.first - 1 : named.first] == [","] and start < named.first - 1:
        return _before_comma(scene, start, named)
    found: list[Title] = []
    limit = _before_kin(scene, before_national(scene, named), named)
    cases = name_cases(scene, named)
    while limit > start:
        title = _title_up_to(scene, start, limit, cases)
        if title is None:
            break
        if is_plural(page, title.head) and not one_of(scene, title) and not _row_follows(scene, named):
            break
        found.append(_with_possessor(scene, title))
        edge = left_edge(scene.page, scene.heads, title.head)
        if edge == start and start > 1 and page.words[start - 1] in DASHES:
            outer = _before_dash(scene, start - 1)  # «контактное лицо — пресс-секретарь Инна», not «тренер — …»
            return found + [t for t in outer if t.first < t.head or t.end > t.head + 1]
        while edge - 1 > start and page.lower[edge - 1] in ("а", "ныне", "сейчас", "также", "теперь"):
            edge -= 1  # «врач, а теперь фандрайзер»
        if page.words[edge - 1] == "," and _follows_person(scene, start, edge - 1):
            break  # «Фарида Ахметшина, руководитель фонда, капеллан Степан»: his is only the last
        limit = edge - 1 if page.lower[edge - 1] in (",", "и") and edge - 1 > start else edge
        if limit >= title.first and limit != edge - 1:
            limit = edge
        if edge == limit + 1 and scene.person_at.get(limit - 1):
            break
    return found


def before_national(scene: RoleScene, named: Named) -> int:
    """Return where a name begins with «66-летний», «канадец», «молодая россиянка» before it that agree with it."""
    page, i = scene.page, named.first - 1
    if i < 0 or page.line_of[i] != page.line_of[named.first]:
        return named.first
    if page.lower[i].partition("-")[2].startswith("летн"):
        return i
    if page.lemmas[i] in ADDRESSES:
        return i
    small = page.words[i][0].islower() or opens(page, i)
    if page.lemmas[i] not in word_list("nationals.txt") or not small or is_plural(page, i):
        return named.first
    return left_edge(page, scene.heads, i) if agrees(page, i, name_cases(scene, named)) else named.first


def _before_kin(scene: RoleScene, i: int, named: Named) -> int:
    """Return the comma before «мама троих детей» that stands right before a name, else ``i``."""
    page = scene.page
    comma = next((j for j in range(i - 1, max(i - 6, 0), -1) if page.words[j] == ","), None)
    if comma is None or page.line_of[comma] != page.line_of[named.first]:
        return i
    kin = comma + 1
    while kin < i and is_modifier(page, kin):
        kin += 1
    plain = all(page.pos[j] in ("ADJ", "NOUN", "NUM", "DET") for j in range(comma + 1, i))
    found = kin < i and plain and kin not in scene.heads and page.lemmas[kin] in word_list("not_posts.txt")
    return comma if found and agrees(page, kin, name_cases(scene, named)) else i


def _follows_person(scene: RoleScene, i: int, end: int) -> bool:
    """Tell whether a person and a comma stand before token ``i`` and the title after them reaches ``end``."""
    page = scene.page
    if i + 1 >= end or page.words[i] != "," or i - 1 not in scene.person_at:
        return False
    title = title_at(scene, i + 1, end)
    return title is not None and reach(scene, title.end, end) == end


def one_of(scene: RoleScene, title: Title) -> bool:
    """Tell whether a plural title is narrowed to one person: «одна из волонтёров фонда»."""
    edge = left_edge(scene.page, scene.heads, title.head)
    return edge > 1 and scene.page.lower[edge - 1] == "из" and scene.page.lemmas[edge - 2] == "один"


def _row_follows(scene: RoleScene, named: Named) -> bool:
    """Tell whether further names follow a name, as a plural title before it asks for."""
    page = scene.page
    i = past_bracket(page, named.last)
    if i >= len(page) or page.words[i] not in (",", "и"):
        return False
    return any(j in scene.person_at for j in range(i + 1, min(i + 4, len(page))))


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
    return [title._replace(nth=title.nth + 1) for title in found if is_plural(page, title.head)]


def _before_dash(scene: RoleScene, dash: int) -> list[Title]:
    """Read «Контактное лицо — Светлана»: a title that is all there is before a dash."""
    page = scene.page
    start = clause_start(scene, dash)
    if start > 0 and page.words[start - 1] in DASHES:
        return []
    start = max([start, *(i + 1 for i in range(start, dash) if page.words[i] == ",")])
    while start < dash and page.pos[start] in ("ADV", "CCONJ", "PART"):
        start += 1  # «зато настоящий органист: Эйно Карху»
    title = title_at(scene, start, dash)
    if title is None or title.end != dash:
        return []
    sentence = page.sentences[page.sentence_of[dash]][0]
    told = "ablt" in cases_of(page, title.head) and any(page.lemmas[j] in BEING for j in range(sentence, start))
    return (
        [title] if told or "nomn" in cases_of(page, title.head) else []
    )  # «(директором стала Вера), завхозом — …»


def _before_comma(scene: RoleScene, start: int, named: Named) -> list[Title]:
    """Read «Президент ФИДЕ, Кирсан Илюмжинов, сообщил»: a title that is all there is before a comma."""
    page, comma = scene.page, named.first - 1
    if start != page.sentences[page.sentence_of[comma]][0]:
        return []
    title = title_at(scene, start, comma)
    fits = title is not None and reach(scene, title.end, comma) == comma
    return [title] if title and fits and agrees(page, title.head, name_cases(scene, named)) else []


def _title_up_to(scene: RoleScene, start: int, limit: int, cases: frozenset[str]) -> Title | None:
    """Return the title in ``[start, limit)`` that reaches ``limit`` and agrees with the name."""
    page = scene.page
    for head in range(limit - 1, start - 1, -1):
        if head not in scene.heads or _inside_organisation(scene, head):
            continue
        title = read_title(scene, head, limit)
        if reach(scene, title.end, limit) < limit:
            continue
        outer = _nesting(scene, start, head)
        if outer is not None:
            return read_title(scene, outer, limit)
        if _is_acting(page, left_edge(scene.page, scene.heads, head)):
            return title._replace(acting=True)
        if not agrees(page, head, cases) and not one_of(scene, title) and not _holds_office(scene, title):
            continue
        return title
    return None


def _holds_office(scene: RoleScene, title: Title) -> bool:
    """Tell whether «пост», «должность» govern a title: «занимающая пост директора Тереза Мэй»."""
    edge = left_edge(scene.page, scene.heads, title.head)
    return edge > 0 and scene.page.lemmas[edge - 1] in ("пост", "должность")


def _is_acting(page: Page, i: int) -> bool:
    """Tell whether «и. о.» stands right before token ``i``."""
    letters = "".join(page.lower[max(0, i - 4) : i])
    return letters.endswith(("и.о.", "врио"))


def _nesting(scene: RoleScene, start: int, head: int) -> int | None:
    """Return the post that governs the one at ``head``: «заместителя» in «заместителя министра»."""
    page = scene.page
    edge = left_edge(scene.page, scene.heads, head)
    outer = edge - 1
    if outer < start or outer not in scene.heads or "gent" not in cases_of(page, head):
        return None
    if page.lemmas[outer] not in NESTING and "nomn" not in cases_of(page, outer):
        return None
    further = _nesting(scene, start, outer)
    return outer if further is None else further


def _inside_organisation(scene: RoleScene, i: int) -> bool:
    return i in scene.organisation_tokens


def _with_possessor(scene: RoleScene, title: Title) -> Title:
    """Give «её руководитель» the organisation named last before it."""
    page = scene.page
    edge = left_edge(scene.page, scene.heads, title.head)
    possessed = any(page.lower[i] in POSSESSIVES for i in range(max(0, edge - 1), title.head))
    if title.organisation is not None or not possessed or page.lemmas[title.head] not in word_list("leaders.txt"):
        return title
    before = scene.before(edge)
    return title._replace(organisation=before[0].row) if before else title
