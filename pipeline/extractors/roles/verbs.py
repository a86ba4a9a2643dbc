"""Roles that a verb tells: «которая руководит приютом «Верный»», «была экспертом центра», «её возглавляет Анна».

Steps
    A verb of the short lists (to lead, to be, to hold) is looked for right after a name, or right before it
    («директором стала Анна»); what it governs is read as a title or as an organisation.
Leaves out
    Verbs of other meaning («лечит», «преподаёт»).
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extractors.people.posts import cases_of, is_person_word
from pipeline.extractors.roles.after import continued
from pipeline.extractors.roles.appointed import BACK, BEING, appointed, is_active
from pipeline.extractors.roles.cases import name_cases
from pipeline.extractors.roles.heads import is_modifier
from pipeline.extractors.roles.phrases import Title, past_bracket, reach, read_title
from pipeline.extractors.roles.scene import Named, RoleScene
from pipeline.page import Page

LEADS = {
    "возглавить": "руководитель", "возглавлять": "руководитель", "руководить": "руководитель",
    "основать": "основатель",
}  # fmt: skip
WORKS = frozenset(
    ("подрабатывать", "поработать", "прослужить", "проработать", "работать", "служить", "трудиться", "устроиться")
)
IS = WORKS | BEING | frozenset(("выбрать", "избрать", "назначить", "переизбрать", "переназначить", "утвердить"))
HOLDS = frozenset(
    (
        "вступить", "занимать", "занять", "исполнять", "лишить", "оставить", "освободить", "отстранить", "покинуть",
        "получить", "сложить", "снять", "уволить", "уйти",
    )
)  # fmt: skip
OFFICES = frozenset(("должность", "кресло", "место", "обязанность", "полномочие", "пост"))
CANDIDATES = frozenset(("кандидат", "кандидатура", "кандидатка", "претендент", "претендентка", "претендовать"))
LIGHT = frozenset(
    (
        "период",
        "протяжение",
        "течение",
        "время",
        "месяц",
        "который",
        "он",
        "она",
        "это",
        "сейчас",
        "год",
        "прошлый",
        "нынешний",
        "этот",
    )
)
REACH = 7  # tokens between a name and its verb


def roles_of_verbs(scene: RoleScene, named: Named, titled: int) -> Iterator[tuple[str | None, Title]]:
    """Yield titles that a verb beside a name gives; a title in words where the text has none («руководит»).

    ``titled``: the token where the titles before the name begin, with their adjectives.
    """
    inverted = _predicate_before(scene, named, titled)
    if inverted is not None:
        yield None, inverted
    for title in appointed(scene, named, titled):
        yield None, title
    led = _led_before(scene, titled)
    if led is not None and scene.page.uses("roles.leads"):
        yield led
    yield from read_verb(scene, named.last)


def read_verb(scene: RoleScene, i: int) -> Iterator[tuple[str | None, Title]]:
    """Yield the title that a verb of the lists gives the subject that ends before token ``i``."""
    page = scene.page
    verb = _verb_after(scene, i)
    if verb is None:
        title = _office_near(scene, i)
        if title is not None:
            yield None, title
        return
    if is_active(page, verb) and not any(page.lemmas[j] in ("который", "он") for j in range(i, verb)):
        return  # «Янукович назначил начальником …»
    yield from titles_of_verb(scene, verb)


def titles_of_verb(scene: RoleScene, verb: int) -> Iterator[tuple[str | None, Title]]:
    """Yield the titles that the verb at token ``verb`` governs, one after another."""
    page = scene.page
    lemma = page.lemmas[verb]
    if lemma in LEADS:
        found = _object(scene, verb + 1)
        if found is not None and page.uses("roles.leads"):
            yield LEADS[lemma], Title(verb, verb, verb + 1, found.last, found.row)
        return
    title = _office(scene, verb + 1) if lemma in HOLDS else _predicate(scene, verb + 1)
    if title is not None:
        yield None, title
        for further in continued(scene, title, frozenset({"gent" if lemma in HOLDS else "ablt"})):
            yield None, further


def _led_before(scene: RoleScene, i: int) -> tuple[str, Title] | None:
    """Read «фондом «Луч» руководит Анна», «возглавляет фонд «Луч» Анна», «его возглавляет Анна»."""
    page = scene.page
    verb, named = i - 1, scene.organisation_ending.get(i - 1)
    if named is not None:
        verb = named.first - 1
        while verb > 0 and is_modifier(page, verb) and page.lemmas[verb] not in LEADS:
            verb -= 1  # «руководящий томским | фондом «Луч»»
    elif verb > 0:
        named = scene.organisation_ending.get(verb - 1)
        if named is None and page.lower[verb - 1] in ("его", "ее", "им", "ей", "которую", "который", "которой"):
            named = _taken_up(scene, verb - 1)
    if verb < 0 or named is None or page.lemmas[verb] not in LEADS or page.line_of[verb] != page.line_of[i]:
        return None
    return LEADS[page.lemmas[verb]], Title(verb, verb, verb + 1, verb + 1, named.row)


def _taken_up(scene: RoleScene, i: int) -> Named | None:
    """Return the organisation that the pronoun at ``i`` takes up: the last one, with no other noun since."""
    page = scene.page
    named = next(iter(scene.before(i)), None)
    if named is None or any(
        page.pos[j] == "NOUN" and page.feature(j, "Case") in ("Nom", "Acc") for j in range(named.last, i)
    ):
        return None  # «делегация, её возглавил …»
    return named


def left_of(page: Page, i: int) -> int:
    """Return where the adjectives before token ``i`` begin."""
    while i > 0 and is_modifier(page, i - 1) and page.line_of[i - 1] == page.line_of[i]:
        i -= 1
    return i


def _predicate_before(scene: RoleScene, named: Named, i: int) -> Title | None:
    """Read «директором фонда стала Анна», «пост директора занял Пётр»: a title before the verb."""
    page = scene.page
    line, verb = page.lines[page.line_of[i]][0], i - 1
    while verb > line and ((is_modifier(page, verb) and page.pos[verb] != "VERB") or _is_person(page, verb)):
        verb -= 1  # «назначен 39-летний …», «стал спикер …»
    if verb <= line or page.pos[verb] not in ("VERB", "ADJ", "AUX") or page.lemmas[verb] not in IS | HOLDS:
        return None
    if "nomn" not in name_cases(scene, named):
        return None  # «главой банка станет советник канцлера Ангелы Меркель»
    holds = page.lemmas[verb] in HOLDS
    for head in range(verb - 1, max(line, verb - BACK) - 1, -1):
        if head in scene.person_at or page.words[head] in (",", ".", ";", ":"):
            return None
        if head not in scene.heads or page.feature(head, "Number") == "Plur":
            continue
        title = read_title(scene, head, verb)
        if page.lemmas[left_of(page, head) - 1] in OFFICES:
            return title if _adjoins(scene, title.end, verb) else None
        if not holds and "ablt" in cases_of(page, head):
            return title if _adjoins(scene, title.end, verb) else None
    return None


def _is_person(page: Page, i: int) -> bool:
    return page.pos[i] == "NOUN" and page.feature(i, "Case") == "Nom" and is_person_word(page.lemmas[i])


def _adjoins(scene: RoleScene, end: int, verb: int) -> bool:
    """Tell whether only times stand between a title and its verb: «директором | до 2012 года | была»."""
    i = reach(scene, end, verb)
    return all(_light(scene.page, j) or scene.page.pos[j] == "ADP" for j in range(i, verb))


def _office_near(scene: RoleScene, i: int) -> Title | None:
    """Read «освободил Анну | от должности директора», «Пётр | отправлен в отставку с поста мэра Москвы»."""
    page = scene.page
    i = past_bracket(page, i)
    for j in range(i, min(i + REACH, len(page) - 1)):
        if (
            j in scene.person_at
            or page.words[j] in (",", ".", ";", ":", "(")
            or page.line_of[j] != page.line_of[i - 1]
            or page.lemmas[j] in CANDIDATES
        ):
            return None
        if page.lower[j] in ("в", "на", "от", "с", "со") and page.lemmas[j + 1] in OFFICES:
            return _office(scene, j)
    return None


def _office(scene: RoleScene, i: int) -> Title | None:
    """Read «занимает пост директора фонда»."""
    page = scene.page
    limit = page.sentences[page.sentence_of[i]][1] if i < len(page) else i
    while i < limit and page.lemmas[i] not in OFFICES:
        governed = page.pos[i] in ("NOUN", "PROPN") and page.pos[i - 1] in ("ADP", "ADJ")  # «занимал в партии пост»
        if not governed and not _light(page, i) and page.pos[i] not in ("ADJ", "ADP", "DET"):
            return None
        i += 1
    head = i + 1
    while head < limit and head not in scene.heads and is_modifier(page, head):
        head += 1
    if head >= limit or head not in scene.heads or "gent" not in cases_of(page, head):
        return None
    return read_title(scene, head, limit)


def _verb_after(scene: RoleScene, i: int) -> int | None:
    """Return the verb after a name, past «, которая с января», if it is one of the lists."""
    page = scene.page
    i = past_bracket(page, i)
    for j in range(i, min(i + REACH, len(page))):
        if j in scene.person_at or j in scene.organisation_at or page.line_of[j] != page.line_of[i - 1]:
            return None
        lemma = page.lemmas[j]
        if lemma in LEADS or ((lemma in IS or lemma in HOLDS) and not _negated(page, j)):
            return j if lemma != "исполнять" or page.feature(j, "VerbForm") == "Fin" else None
        if not _light(page, j):
            return None
    return None


def _light(page: Page, i: int) -> bool:
    """Tell whether a word may stand between a name and its verb."""
    if page.words[i] == "," or page.pos[i] in ("ADV", "NUM", "PRON"):
        return True
    return page.lemmas[i] in LIGHT or page.lower[i] in ("с", "в", "до", "января", "мая") or page.words[i].isdigit()


def _negated(page: Page, i: int) -> bool:
    return i > 0 and page.lower[i - 1] == "не"


def _object(scene: RoleScene, i: int) -> Named | None:
    """Return the organisation that a verb of leading governs, past adjectives: «минусинским приютом «Верный»»."""
    page = scene.page
    for j in range(i, min(i + 4, len(page))):
        if j in scene.organisation_at:
            return scene.organisation_at[j]
        if not is_modifier(page, j):
            return None
    return None


def _predicate(scene: RoleScene, i: int) -> Title | None:
    """Read the title that «была», «работает» govern: the instrumental after them, not «первым», «самым»."""
    page = scene.page
    limit = page.sentences[page.sentence_of[i]][1] if i < len(page) else i
    head, row = workplace(scene, i) if page.lemmas[i - 1] in WORKS else (i, None)
    i, praised = head, False
    while head < min(limit, i + 4) and head not in scene.heads:
        praised = praised or page.lemmas[head] in ("первый", "самый", "единственный")
        if page.lower[head] in ("с", "со") or not (is_modifier(page, head) or _light(page, head)):
            return None
        head += 1
    if head >= limit or head not in scene.heads or page.feature(head, "Number") == "Plur":
        return None
    if "ablt" not in cases_of(page, head):
        return None
    title = read_title(scene, head, limit)
    if praised and title.organisation is None and title.end - 1 not in scene.place_at:
        return None  # «стала первым волонтёром»
    title = title._replace(first=title.head) if praised else title  # «стал первым чернокожим президентом США»
    return title._replace(organisation=row) if title.organisation is None and row is not None else title


def workplace(scene: RoleScene, i: int) -> tuple[int, int | None]:
    """Step over where somebody works, to the organisation: «работает | в компании «Луч» | программистом»."""
    page = scene.page
    if i < len(page) and page.lower[i] in ("в", "во", "на"):
        for j in range(i + 1, min(i + 4, len(page))):
            if j in scene.organisation_at:
                return scene.organisation_at[j].last, scene.organisation_at[j].row
            if not is_modifier(page, j):
                break
    return i, None
