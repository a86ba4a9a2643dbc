"""The place of an office: «президент России», «губернатор Пермского края», «московский мэр», «министр обороны США».

Steps
    A post of ``resources/offices.txt`` in no organisation takes the first country, region or city named in its
    phrase after it, else the one whose adjective stands before it.
Leaves out
    Places that are where somebody works but not whose post it is («посол Японии в России»: Japan).
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.extractors.people.posts import head_lemma
from pipeline.extractors.people.words import word_list
from pipeline.extractors.roles.heads import left_edge
from pipeline.extractors.roles.phrases import Title
from pipeline.extractors.roles.scene import RoleScene


def place_of(scene: RoleScene, title: Title) -> str | None:
    """Return the id of the country, region or city that an office belongs to."""
    if title.organisation is not None or not is_office(head_lemma(scene.page, title.head)):
        return None
    for i in (*range(title.head + 1, title.end), *range(left_edge(scene, title.head), title.head)):
        if i in scene.place_at:
            return scene.place_at[i]
    return None


@lru_cache(maxsize=10_000)
def is_office(lemma: str) -> bool:
    """Tell whether a post is held in a country, region or town: «экс-президент»."""
    return lemma in word_list("offices.txt") or lemma.rpartition("-")[2] in word_list("offices.txt")
