"""Roles that a sentence tells further on, or of the subject of the sentence before.

«Анна начинала журналисткой, затем работала редактором газеты»; «Работала прокурором»; «С 2008 года — директор».

Steps
    A verb of ``verbs`` that governs a title gets its subject: the person to its left that may stand in the
    nominative, with no other subject between; where the sentence has none, the person named last, whose gender the
    verb must have. After a year and a dash a title in the nominative is told of the person named last too.
Leaves out
    Subordinate clauses without a subject («сообщил, что был директором»).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extractors.people.posts import DASHES, cases_of
from pipeline.extractors.roles.appointed import is_active
from pipeline.extractors.roles.cases import name_cases
from pipeline.extractors.roles.coreference import Told, gender_of, named_last
from pipeline.extractors.roles.phrases import title_at
from pipeline.extractors.roles.scene import RoleScene
from pipeline.extractors.roles.verbs import HOLDS, IS, LEADS, WORKS, titles_of_verb, workplace
from pipeline.page import Page
from pipeline.tokens import Trigger

VERBS = HOLDS | IS | frozenset(LEADS)
VERB = Trigger(lambda token: token.lemma in VERBS and token.pos in ("VERB", "AUX"))
WORK = Trigger(lambda token: token.lemma in WORKS)
DASH = Trigger(lambda token: token.word in DASHES)
CLAUSE_STARTS = frozenset(("что", "чтобы", "когда", "если", "где", "как", "пока", "хотя"))
TIMES = frozenset(("век", "время", "год", "настоящий", "период", "по", "с", "до", "в", "ранее", "сейчас", "далее"))
DONE = frozenset(
    ("быть", "довестись", "должен", "начать", "приходиться", "прийтись", "продолжать", "продолжить", "успеть")
)
SHORT = 300  # characters back in which the subject that a sentence leaves out was named


def find_workplaces(scene: RoleScene, taken: frozenset[int]) -> Iterator[tuple[int, int, int]]:
    """Yield verbs, people and organisations in which they work: «психолог Анна … работает в фонде «Луч»»."""
    for i in scene.page.find(WORK):
        _, row = workplace(scene, i + 1)
        person = _subject(scene, i, taken) if row is not None else None
        if row is not None and person is not None:
            yield i, person, row


def find_predicates(scene: RoleScene, taken: frozenset[int]) -> Iterator[Told]:
    """Yield what verbs far from their subject tell; ``taken``: tokens of the titles read so far."""
    page = scene.page
    for i in page.find(VERB):
        if not {i + 1, i + 2} & taken and _tells(page, i):
            found = list(titles_of_verb(scene, i))
            person = _subject(scene, i, taken) if found else None
            if person is not None:
                for words, title in found:
                    yield Told(person, title, words)
    for i in page.find(DASH):
        if i + 1 < len(page) and i + 1 not in taken:
            yield from _since(scene, i)


def _tells(page: Page, i: int) -> bool:
    """Tell whether a verb says what its subject is: not «назначил», «хочет стать», «основавший»."""
    if is_active(page, i):
        return False
    form = page.feature(i, "VerbForm")
    if form == "Inf":
        return any(lemma in DONE for lemma in page.lemmas[max(0, i - 3) : i])
    return form == "Fin" or page.lemmas[i] not in LEADS


def _subject(scene: RoleScene, verb: int, taken: frozenset[int]) -> int | None:
    """Return the person whom a verb is told of."""
    page = scene.page
    gender = gender_of(page, verb)
    start = max(page.sentences[page.sentence_of[verb]][0], page.lines[page.line_of[verb]][0])
    j = verb - 1
    while j >= start:
        named = scene.person_at.get(j)
        if named is not None and page.words[named.first - 1] == "(" and named.first - 2 in scene.person_at:
            j = named.first - 2  # «Скотт Хоровиц (Scott Horowitz)»
        elif named is not None:
            if "nomn" in name_cases(scene, named):
                person = scene.people[named.row]
                return named.row if gender in (person.gender, None) or person.gender is None else None
            j = named.first - 1
        elif j in page.quote_ending:
            j = page.quote_ending[j].first - 1
        elif page.lower[j] in CLAUSE_STARTS or page.words[j] in (";", ":", ")") or _is_subject(page, j, taken):
            return None
        else:
            j -= 1
    if page.feature(verb, "VerbForm") != "Fin" and page.feature(verb, "Variant") != "Short":
        return None
    return named_last(scene, start, gender, SHORT) if gender is not None else None


def _is_subject(page: Page, i: int, taken: frozenset[int]) -> bool:
    if page.lemmas[i] == "который":
        return False  # the one whom it takes up stands before it
    return i not in taken and page.pos[i] in ("NOUN", "PROPN", "PRON") and page.feature(i, "Case") == "Nom"


def _since(scene: RoleScene, dash: int) -> Iterator[Told]:
    """Read «С 2008 года — | директор фонда»: a title after nothing but a time."""
    page = scene.page
    start = max(page.sentences[page.sentence_of[dash]][0], page.lines[page.line_of[dash]][0])
    i, dated = dash - 1, False
    while i >= start and page.words[i] not in (",", ";", "("):
        digits = page.words[i].isdigit()
        if not (digits or page.words[i] in DASHES or page.lemmas[i] in TIMES or page.pos[i] in ("ADP", "NUM")):
            return
        dated = dated or digits
        i -= 1
    if not dated:
        return
    title = title_at(scene, dash + 1, page.lines[page.line_of[dash]][1])
    if title is None or "nomn" not in cases_of(page, title.head):
        return
    person = named_last(scene, start if i < start else i, None, SHORT)
    if person is not None:
        yield Told(person, title)
