"""The place of an office: «президент России», «губернатор Пермского края», «московский мэр», «министр обороны США».

Steps
    A post of ``resources/offices.txt``, or one beside it («помощник президента США»), in no organisation takes the
    first country, region or city named in its phrase after it, else the one whose adjective stands before it, else
    the one that «страны», «края», «города» mean. An office with none of these, «президент Обама», takes the place
    that the text gives the same office elsewhere, else the country, region or city named last, as the office asks.
Leaves out
    Places that are where somebody works but not whose post it is («посол Японии в России»: Japan).
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.extractors.people.posts import deputised, head_lemma
from pipeline.extractors.people.words import word_list
from pipeline.extractors.roles.heads import left_edge
from pipeline.extractors.roles.phrases import NESTING, Title
from pipeline.extractors.roles.scene import RoleScene

# Words that mean the place named last of a kind of id: «глава государства», «губернатор края».
STAND_INS = {
    "государство": "country", "держава": "country", "страна": "country", "республика": "region",
    "край": "region", "область": "region", "регион": "region", "округ": "region", "город": "city",
    "столица": "city",
}  # fmt: skip
# What one who holds an office without a place beside it is at the head of.
HEADS_OF = {
    "вице-губернатор": "region", "вице-мэр": "city", "вице-премьер": "country", "госсекретарь": "country",
    "градоначальник": "city", "губернатор": "region", "император": "country", "канцлер": "country",
    "король": "country", "королева": "country", "мэр": "city", "премьер": "country", "премьер-министр": "country",
    "президент": "country",
}  # fmt: skip
MINISTERS = frozenset(("замминистра", "министр"))
FAR_BACK = 1200  # characters within which the place named last is meant


def place_of(scene: RoleScene, title: Title) -> str | None:
    """Return the id of the country, region or city that an office belongs to, as its phrase tells it."""
    page = scene.page
    if title.organisation is not None or not _is_held_in_place(scene, title):
        return None
    before = (
        range(left_edge(scene.page, scene.heads, title.head), title.head)
        if page.lemmas[title.first] != "главный"
        else ()
    )
    found = dict.fromkeys(
        scene.place_at[i] for i in (*range(title.head + 1, title.end), *before) if i in scene.place_at
    )
    if found:  # «президенты России и Украины Владимир Путин и Виктор Янукович»
        return list(found)[min(title.nth, len(found) - 1)]
    if page.lower[title.end : title.end + 1] == ["от"] and title.end + 1 in scene.place_at:
        return scene.place_at[title.end + 1]  # «сенатор от Томской области»
    last = page.lemmas[title.end - 1]
    return (
        _named_last(scene, title.head, STAND_INS[last])
        if last in STAND_INS and title.end > title.first + 1
        else None
    )


def _is_held_in_place(scene: RoleScene, title: Title) -> bool:
    """Tell whether a title is an office or nests one: «заместитель министра», «советник губернатора»."""
    lemma = head_lemma(scene.page, title.head)
    if is_office(lemma) or scene.page.lemmas[title.first] == "главный":  # «главный санитарный врач России»
        return True
    nested = (i for i in range(title.head + 1, title.end) if i in scene.heads)
    return lemma in NESTING and any(is_office(head_lemma(scene.page, i)) for i in nested)


@lru_cache(maxsize=10_000)
def is_office(lemma: str) -> bool:
    """Tell whether a post is held in a country, region or town: «экс-президент»."""
    lemma = deputised(lemma) or lemma.rpartition("-")[2]
    return lemma in word_list("offices.txt")


def place_meant(scene: RoleScene, title: Title) -> str | None:
    """Return the place of an office that is said without any: «премьер», «мэр»."""
    lemma = head_lemma(scene.page, title.head).removeprefix("экс-")
    if lemma in MINISTERS:
        return _named_last(scene, title.head, ("country", "region"))
    if lemma in NESTING:  # «помощник заместителя госсекретаря»
        lemma = head_lemma(scene.page, title.last - 1)
    kind = HEADS_OF.get(lemma)
    bare = all(i in scene.heads for i in range(title.head + 1, title.last))
    return _named_last(scene, title.head, kind) if kind and bare else None


def _named_last(scene: RoleScene, i: int, kinds: str | tuple[str, ...]) -> str | None:
    """Return the place of some kinds that was named last before token ``i``, else the first after it."""
    starts = scene.page.starts
    found = [j for j, place in scene.place_at.items() if place.startswith(kinds)]
    before = max((j for j in found if j < i), default=-1)
    if before >= 0 and starts[i] - starts[before] < FAR_BACK:
        return scene.place_at[before]
    after = min((j for j in found if j > i), default=-1)
    return scene.place_at[after] if after >= 0 and starts[after] - starts[i] < FAR_BACK else None
