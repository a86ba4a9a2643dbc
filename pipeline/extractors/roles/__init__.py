"""Finds roles: which post, trade or status the text gives a person, in which organisation or of which place.

Steps
    For each mention of a person titles are read before it («президент Сибирского центра … Елена Малицкая»), after
    a comma, bracket or dash («Марина Михайлова, директор Центра «Гарант»»), one after another where several stand
    there, and where a verb tells them («занимал пост мэра Томска»). An office («президент России») gets its place.
    Of what is said twice the fuller one stays; only then a title without an organisation or place of its own takes
    the one named last.
Leaves out
    Session functions and kin (``resources/not_posts.txt``); roles told by a verb alone («лечит собак»); whether a
    post is held now, but for what the title says («бывший директор», «экс-президент»).
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.extractors.roles.after import titles_after
from pipeline.extractors.roles.before import before_national, titles_before, titles_shared
from pipeline.extractors.roles.clauses import find_predicates, find_workplaces
from pipeline.extractors.roles.coreference import Told, find_described, find_pronouns
from pipeline.extractors.roles.heads import left_edge
from pipeline.extractors.roles.offices import place_meant, place_of
from pipeline.extractors.roles.organisations import (
    last_organisation,
    organisation_after,
    organisation_around,
    share_organisation,
)
from pipeline.extractors.roles.phrases import Title
from pipeline.extractors.roles.scene import Named, RoleScene
from pipeline.extractors.roles.titles import nominative_title
from pipeline.extractors.roles.verbs import roles_of_verbs
from pipeline.page import Page
from pipeline.record import City, Country, Organisation, Person, Region, Role


class Held(NamedTuple):
    """A role with the title it was read from."""

    role: Role
    title: Title


NO_ROLES = frozenset(("доктор",))  # a way of address


def find(
    page: Page,
    *,
    people: list[Person],
    organisations: list[Organisation],
    cities: list[City],
    regions: list[Region],
    countries: list[Country],
) -> list[Person]:
    """Return the people of a page with their roles."""
    scene = RoleScene.of(page, people, organisations, [*cities, *regions], countries)
    found: dict[int, list[Held]] = {n: [] for n in range(len(people))}
    for named in scene.persons:
        titles = _titles(scene, named)
        for title, rule in titles:
            held = Held(_role(scene, title, rule), title)
            if held.role.title not in NO_ROLES:
                found[named.row].append(held)
        titled = _titles_start(scene, named, titles)
        for words, title in roles_of_verbs(scene, named, titled) if page.uses("roles.verb") else ():
            found[named.row].append(_told(scene, Told(named.row, title, words), "roles.verb"))
    if page.uses("roles.predicate"):
        read = (range(h.title.first, h.title.end) for row in found.values() for h in row)
        taken = frozenset(i for part in read for i in part)
        for item in find_predicates(scene, taken):
            found[item.person].append(_told(scene, item, "roles.predicate"))
        for verb, person, row in find_workplaces(scene, taken):
            found[person] = [_placed(scene, held, verb, row) for held in found[person]]
    told = find_pronouns(scene) if page.uses("roles.pronoun") else ()
    for item in told:
        found[item.person].append(_told(scene, item, "roles.pronoun"))
    if page.uses("roles.described"):
        stated = [[held.role for held in _completed(scene, found[n])] for n in range(len(people))]
        for item in find_described(scene, stated):
            found[item.person].append(_told(scene, item, "roles.described"))
    return [
        person.model_copy(update={"roles": tuple(held.role for held in _completed(scene, found[n]))})
        for n, person in enumerate(people)
    ]


def _titles(scene: RoleScene, named: Named) -> list[tuple[Title, str]]:
    """Return the titles of one mention, each with its organisation as far as the phrase tells it."""
    before = titles_before(scene, named) if scene.page.uses("roles.before") else []
    if not before and scene.page.uses("roles.shared"):
        before = titles_shared(scene, named)
    after = titles_after(scene, named) if scene.page.uses("roles.after") else []
    if before and before[0].organisation is None:
        row = organisation_around(scene, before[-1])
        if row is None and not after:
            row = organisation_after(scene, named)
        before[0] = before[0]._replace(organisation=row)
    before, after = share_organisation(scene, before[::-1])[::-1], share_organisation(scene, after)
    return [(title, "roles.before") for title in before] + [(title, "roles.after") for title in after]


def _titles_start(scene: RoleScene, named: Named, titles: list[tuple[Title, str]]) -> int:
    """Return the token where the titles before a name begin, with adjectives that are no part of them."""
    before = (left_edge(scene.page, scene.heads, t.head) for t, rule in titles if rule == "roles.before")
    return min((i for i in before if i < named.first), default=before_national(scene, named))


def _completed(scene: RoleScene, found: list[Held]) -> list[Held]:
    """Say nothing twice; give a post that needs an organisation, and is said with none, the one named last."""
    if not scene.page.uses("roles.last_organisation"):
        return _distinct(found)
    return _distinct([_complete(scene, held) for held in _distinct(found)])


def _complete(scene: RoleScene, held: Held) -> Held:
    role = held.role
    if role.organisation is not None or role.place is not None or role.rule == "roles.leads":
        return held
    row = last_organisation(scene, held.title)
    organisation = scene.organisations[row].id if row is not None else None
    meant = organisation is None and scene.page.uses("roles.place")
    place = place_meant(scene, held.title) if meant else None
    return held._replace(role=role.model_copy(update={"organisation": organisation, "place": place}))


def _placed(scene: RoleScene, held: Held, verb: int, row: int) -> Held:
    """Give a title with no place of its own the organisation where its sentence says that the person works."""
    role, title, number = held.role, held.title, scene.page.sentence_of
    placed = role.organisation is not None or role.place is not None or title.end > title.head + 1
    if placed or number[title.head] != number[verb]:
        return held
    return held._replace(role=role.model_copy(update={"organisation": scene.organisations[row].id}))


def _told(scene: RoleScene, told: Told, rule: str) -> Held:
    role = _role(scene, told.title, rule)
    if told.words:
        role = role.model_copy(update={"title": told.words, "rule": "roles.leads"})
    return Held(role, told.title)


def _role(scene: RoleScene, title: Title, rule: str) -> Role:
    span = scene.page.span(title.first, title.end, rule)
    row = title.organisation
    return Role(
        start=span.start,
        end=span.end,
        text=span.text,
        rule=rule,
        title=nominative_title(scene.page, title),
        organisation=scene.organisations[row].id if row is not None else None,
        place=place_of(scene, title) if scene.page.uses("roles.place") else None,
    )


def _distinct(found: list[Held]) -> list[Held]:
    """Drop what is said again in fewer words: «директор» beside «директор фонда», «заместитель министра» alone."""
    if len(found) < 2:
        return found
    first: dict[tuple[str, str | None, str | None], Held] = {}
    for held in found:
        first.setdefault(_where(held.role), held)
    kept = list(first.values())
    return [h for h in kept if not any(_says_more(other.role, h.role) for other in kept if other is not h)]


def _where(role: Role) -> tuple[str, str | None, str | None]:
    return role.title, role.organisation, role.place


def _says_more(other: Role, role: Role) -> bool:
    if role.rule == "roles.leads" and other.rule != role.rule:
        return other.organisation == role.organisation  # «председатель палаты … Она возглавляет палату»
    if role.organisation is not None:
        return False
    if other.title == role.title:
        return other.organisation is not None or (role.place is None and other.place is not None)
    return other.title.startswith(role.title + " ")
