"""Which organisation a title without one of its own belongs to.

Steps
    After the name: «психолог Раиса Тен из медицинского университета», «архивист Вахромеев (Государственный архив)».
    Before the title: a post that nobody holds but in some organisation (``resources/leaders.txt``) takes the one
    named last; «министр» and his deputies a ministry.
"""

from __future__ import annotations

from pipeline.extractors.people.posts import head_lemma
from pipeline.extractors.people.words import word_list
from pipeline.extractors.roles.heads import left_edge
from pipeline.extractors.roles.phrases import Title
from pipeline.extractors.roles.scene import Named, RoleScene

# What lies inside an organisation: «председатель правления», «заместитель генерального директора».
INTERNAL = frozenset(
    (
        "бухгалтер", "главный", "генеральный", "дело", "департамент", "директор", "исполнительный", "корпоративный",
        "направление", "начальник", "отдел", "ответственность", "отделение", "по", "правление", "председатель",
        "президент", "программа", "проект", "развитие", "руководитель", "связь", "служба", "совет", "социальный",
        "управление", "устойчивый", "филиал", "финансовый",
    )
)  # fmt: skip
# Kinds of organisations that have none of these: «президент Обама» is of no body named before.
EXCLUDED = {
    "президент": ("culture", "education", "government", "international", "media", "other", "religious"),
    "вице-президент": ("government", "international", "media"),
    **dict.fromkeys(("директор", "учредитель", "учредительница", "основатель", "основательница"), ("government",)),
}
NEAR = 500  # characters within which the organisation named last is meant
MINISTRIES = frozenset(("министерство", "минздрав", "минобрнауки", "минкультуры", "минтруд", "минюст", "минспорт"))


def organisation_after(scene: RoleScene, named: Named) -> int | None:
    """Return the organisation named right after a person: after «из», a comma, a bracket."""
    page = scene.page
    i = named.last
    if i + 1 >= len(page) or page.line_of[i] != page.line_of[named.first]:
        return None
    if page.lower[i] not in ("из", "(", ",", "от"):
        return None
    for j in (i + 1, i + 2):
        found = scene.organisation_at.get(j)
        if found is not None:
            return found.row
        if j >= len(page) or page.pos[j] != "ADJ":
            break
    return None


def share_organisation(scene: RoleScene, titles: list[Title]) -> list[Title]:
    """Give «основательница и председатель общества» one organisation: titles in text order, joined by «и»."""
    shared = list(titles)
    for n in range(len(titles) - 2, -1, -1):
        title, following = titles[n], shared[n + 1]
        joined = title.end < len(scene.page) and scene.page.lower[title.end] == "и"
        if title.organisation is None and joined and _needs_organisation(scene, title):
            shared[n] = title._replace(organisation=following.organisation)
    return shared


def _needs_organisation(scene: RoleScene, title: Title) -> bool:
    lemma = head_lemma(scene.page, title.head)
    return lemma in word_list("leaders.txt") and title.last == title.head + 1


def organisation_around(scene: RoleScene, title: Title) -> int | None:
    """Return the organisation in whose bracket a title begins: «Луч» (директор — Анна Петрова)»."""
    i = left_edge(scene.page, scene.heads, title.head) - 1
    if i < 1 or scene.page.words[i] != "(":
        return None
    named = scene.organisation_ending.get(i - 1)
    return named.row if named is not None else None


def last_organisation(scene: RoleScene, title: Title) -> int | None:
    """Return the organisation named last before a title that needs one."""
    page = scene.page
    lemma = head_lemma(page, title.head)
    words = page.lemmas[title.first : title.last]
    if "министр" in words:
        if words[-1] != "министр":
            return None
        found = [n for n in scene.before(title.head) if _is_ministry(scene, n.row)]
        return found[0].row if found else None
    inside = words[title.head + 1 - title.first :]
    leads = lemma in word_list("leaders.txt") or words[0] == "главный"
    if not leads or not all(word in INTERNAL for word in inside if word[0].isalpha()):
        return None
    edge = left_edge(scene.page, scene.heads, title.head)
    near = [n for n in scene.before(edge) if page.starts[edge] - page.ends[n.last - 1] < NEAR]
    excluded = EXCLUDED.get(lemma, ())
    near = [n for n in near if scene.organisations[n.row].kind not in excluded]
    near = [n for n in near if lemma != "президент" or "партия" not in scene.kinds[n.row]]
    return near[0].row if near else None


def _is_ministry(scene: RoleScene, row: int) -> bool:
    name = scene.organisations[row].name.lower()
    return "министерств" in name or name.startswith("мин") or bool(MINISTRIES & scene.kinds[row])
