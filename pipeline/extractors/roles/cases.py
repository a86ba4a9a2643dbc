"""In which cases a name may stand, so that its title can be told from a genitive that happens to be before it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pipeline.extractors.people.declension import CASES as ALL_CASES
from pipeline.extractors.people.declension import fold, given_forms, patronymic_forms, surname_forms
from pipeline.extractors.people.posts import cases_of
from pipeline.extractors.roles.heads import shortened
from pipeline.extractors.roles.scene import Named, RoleScene
from pipeline.morphology import CASES
from pipeline.page import Page
from pipeline.record import Gender


def agrees(page: Page, head: int, cases: frozenset[str]) -> bool:
    """Tell whether the head of a title may stand in one of the cases of a name; a shortened word in any."""
    return shortened(page, head) is not None or not cases.isdisjoint(alike(cases_of(page, head)))


def name_cases(scene: RoleScene, named: Named) -> frozenset[str]:
    """Return the cases in which a name may stand: those in which its words are forms of the normal name.

    Where no word tells («Габриэль Гиффордс» does not decline), every case; where the forms contradict, the tags'.
    """
    cases = scene.cases.get(named)
    if cases is None:
        cases = scene.cases[named] = _name_cases(scene, named)
    return cases


def _name_cases(scene: RoleScene, named: Named) -> frozenset[str]:
    page, person = scene.page, scene.people[named.row]
    normal = frozenset(person.name.lower().replace("ё", "е").split())
    words = [page.words[i] for i in range(named.first, named.last) if len(page.words[i]) > 1]
    cases = frozenset(ALL_CASES)
    for word in words:
        cases &= _cases_as(word, normal, person.gender)
    tagged = {CASES.get(page.feature(i, "Case") or "") for i in range(named.first, named.last)}
    found = {case for case in tagged if case}
    if cases == {"nomn"} and len(found) == 1:
        cases |= found  # «брат лидера КНДР Ким Чен Ына»: taken for a nominative as nothing tells its form
    return alike(cases or found)


@lru_cache(maxsize=20_000)
def _cases_as(word: str, normal: frozenset[str], gender: Gender | None) -> frozenset[str]:
    """Return the cases in which a word is a form of a part of a normal name, all where it is none."""
    forms = (*given_forms(word), *patronymic_forms(word), *surname_forms(word))
    cases = {f.case for f in forms if fold(f.base) in normal and gender in (None, f.gender) and f.weight > 0.2}
    return frozenset(cases or ALL_CASES)


def alike(cases: Iterable[str]) -> frozenset[str]:
    """Count genitive and accusative as one, as they are one form for people."""
    found = frozenset(cases)
    return found | {"gent", "accs"} if found & {"gent", "accs"} else found
