"""Reads a title from its head: «заместитель министра социальной защиты Свердловской области».

Steps
    From a word for a person (``posts``) the phrase goes right as long as words depend on it: an organisation ends
    the title and becomes its organisation; genitives, «по» with its noun, nested posts belong to the title; «из»,
    a comma, a verb end it. To the left it takes the adjectives that belong to a post («исполнительный»), not
    places and judgements («томский», «новый»).
Leaves out
    Which person bears the title: ``roles``.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.extractors.people.posts import dictionary_cases, head_lemma, is_post
from pipeline.extractors.roles.heads import FIRMS, first_of, is_modifier, is_plural, names_science, shortened
from pipeline.extractors.roles.scene import ANY_ORGANISATION, Named, RoleScene
from pipeline.page import Page

GENITIVE = ("gent", "accs")
NESTING = frozenset(
    (
        "адвокат", "ассистент", "ассистентка", "врио", "заместитель", "заместительница", "зам", "исполняющий",
        "консультант", "лидер", "полпред", "помощник", "помощница", "постпред", "представитель",
        "представительница", "пресс-секретарь", "референт", "секретарь", "советник", "советница", "сотрудник",
        "сотрудница", "спецпредставитель", "спецпосланник", "уполномоченный", "член", "эксперт",
    )
)  # fmt: skip
TAKES_WITH = frozenset(("взаимодействие", "общение", "отношение", "работа", "связь", "сотрудничество"))
GOVERNS_INSTRUMENTAL = frozenset(
    ("главнокомандующий", "заведующая", "заведующий", "командующий", "управляющая", "управляющий")
)
CALLED = (["имени"], ["фамилии"], ["прозвищу"])  # «консультант по имени Эдит»: no part of the title
YEARS = frozenset(("группа", "категория", "класс", "курс", "разряд"))
OF_PLACES = frozenset(("омбудсмен", "полпред", "посол", "представитель", "уполномоченный"))
UNITS = frozenset(
    ("комиссия", "кафедра", "лаборатория", "отдел", "отделение", "сектор", "секция", "совет", "факультет")
)
BEFORE_BODIES = ("ADJ", "ADV", "DET", "PRON")  # «французского крайне правого Национального фронта»
FIXED_TAILS = (("в", "отставке"), ("в", "запасе"), ("на", "пенсии"), ("в", "области"), ("в", "сфере"))


class Title(NamedTuple):
    """A title in tokens: words ``[first, last)`` around the head, the organisation, where the whole phrase ends."""

    first: int
    head: int
    last: int
    end: int
    organisation: int | None = None
    tail: tuple[int, int] | None = None  # words of the title past the organisation: «по развитию»
    acting: bool = False  # «и. о. министра»: the head stays in the genitive
    nth: int = 0  # which of the people of a row bears a plural title


def read_title(scene: RoleScene, head: int, limit: int) -> Title:
    """Read the title whose head is token ``head``; it goes no further than ``limit``."""
    page = scene.page
    i = head + 1 + (shortened(page, head) is not None)
    last = i
    while i < limit:
        part = scene.organisation_at.get(i)
        whole = _whole(scene, part) if part is not None else None
        if whole is not None:
            i = last = whole.first
        found = _organisation(scene, i, limit, head) or _organisation_from(scene, i, limit)
        if found:
            end, row = found
            after = _tail(scene, end, limit)
            return Title(
                first_of(scene.page, scene.heads, head),
                head,
                last,
                after,
                row,
                (end, after) if after > end else None,
            )
        step = _dependant(scene, head, i, limit)
        if step <= i:
            break
        i = last = step
    return Title(first_of(scene.page, scene.heads, head), head, last, i)


def _tail(scene: RoleScene, end: int, limit: int) -> int:
    """Return the end of what follows an organisation: «по развитию», «по делам беженцев»."""
    if scene.page.lower[end : end + 1] == ["при"] and end + 1 in scene.organisation_at:
        return end  # «совета | при ГУ МВД»
    after = _with_preposition(scene, end, limit) if end < limit else end
    if end < after < limit:
        after = _noun_phrase(scene, after, limit, ("gent",))
    return after


def _organisation(scene: RoleScene, i: int, limit: int, head: int) -> tuple[int, int] | None:
    """Return the end and row of an organisation that begins here, past adjectives: «томского центра»."""
    page = scene.page
    j = i
    while j < limit and j not in scene.organisation_at and _before_body(page, j) and j - i < 4:
        j += 1
    if j >= limit:
        return None
    named = scene.organisation_at.get(j)
    if named is None and page.lemmas[j] in ANY_ORGANISATION | FIRMS:
        named = scene.organisation_at.get(j + 1)  # «пресс-секретарь компании | BP»
    if named is not None and named.last <= limit:
        return named.last, named.row
    if page.words[j][0].islower() and scene.in_case(j, (*GENITIVE, "ablt")) and not _complemented(scene, j, limit):
        row = scene.meant_by(j)
        if row is not None:
            return j + 1, row
    return None


def _before_body(page: Page, i: int) -> bool:
    return page.pos[i] in BEFORE_BODIES or (page.words[i][0].islower() and is_modifier(page, i))


def _whole(scene: RoleScene, named: Named) -> Named | None:
    """Return the organisation of which a body is a part: «отдела культуры | администрации Шадринска».

    The part, in lower case, belongs to the title then, and the organisation is the whole.
    """
    page = scene.page
    lemma = page.lemmas[named.first]
    if lemma not in (*UNITS, "управление") or (page.words[named.first][0].isupper() and lemma != "совет"):
        return None
    wholes = [n for n in scene.organisation_spans if named.first < n.first and n.last == named.last]
    if lemma == "управление":
        wholes = [n for n in wholes if page.lemmas[n.first] in ("министерство", "департамент", "фонд")]
    return wholes[0] if wholes else None


def _organisation_from(scene: RoleScene, i: int, limit: int) -> tuple[int, int] | None:
    """Return the organisation of «психолог из центра «Луч»», «наблюдатель от ОБСЕ»."""
    if scene.page.lower[i] not in ("из", "от", "при", "в", "во") or i + 1 >= limit:
        return None
    j = i + 1
    while j < limit and j not in scene.organisation_at and is_modifier(scene.page, j) and j - i < 4:
        j += 1
    named = scene.organisation_at.get(j)
    return (named.last, named.row) if named is not None and named.last <= limit else None


def _complemented(scene: RoleScene, j: int, limit: int) -> bool:
    """Tell whether the noun at ``j`` has a genitive of its own: «отдела продаж» stands for nothing named."""
    page = scene.page
    if j + 1 >= limit or j + 1 in scene.person_at:
        return False
    if page.words[j + 1][0].isupper():
        return j + 1 in scene.places or (page.pos[j + 1] == "PROPN" and page.feature(j + 1, "Case") == "Gen")
    return page.pos[j + 1] in ("NOUN", "ADJ") and page.words[j + 1][0].islower() and not is_post(page.lemmas[j + 1])


def _dependant(scene: RoleScene, head: int, i: int, limit: int) -> int:
    """Return where the word or phrase at ``i`` ends if it belongs to the title, else ``i``."""
    page = scene.page
    word = page.lower[i]
    if i in scene.person_at:
        return i
    if shortened(page, i) is not None:
        return i + 2
    if i in scene.places and not (is_modifier(page, i) and page.words[i][0].islower()):
        while i < limit and i in scene.places:
            i += 1
        return i
    if page.words[i][0].isupper() and scene.named_at.get(i, i) > i:
        return min(scene.named_at[i], limit)
    for tail in FIXED_TAILS:
        if tuple(page.lower[i : i + 2]) == tail and i + 2 <= limit:
            return i + 2
    one = page.pos[i - 1] == "NOUN" and page.feature(i - 1, "Number") != "Plur"
    if i in page.quote_at and one and page.quote_at[i].last < limit:
        return page.quote_at[i].last + 1  # «руководитель проекта «Тёплый дом»», not «программ «Кола-Никеля»»
    if word[0].isdigit() and i + 1 < limit and page.lemmas[i + 1] in YEARS:
        return i + 2
    if word.isdigit() and i + 1 in page.quote_at and page.quote_at[i + 1].last < limit:
        return page.quote_at[i + 1].last + 1  # «классный руководитель 9 «А»»
    if word == "обязанности" and i == head + 1:
        return i + 1  # «исполняющий обязанности президента»
    if word in ("по", "при", "с", "со", "в", "во") and page.lower[i + 1 : i + 2] not in CALLED:
        return _with_preposition(scene, i, limit)
    if word == "и" and i > head + 1:
        return _coordinated(scene, i, limit)
    if word == "," and i > head + 1 and "и" in page.lower[i + 1 : i + 5]:
        end = _coordinated(scene, i, limit)
        return end if end > i and end < limit and page.lower[end] in ("и", ",") else i
    cases: tuple[str, ...] = ("gent",)
    short = shortened(page, head)
    lemma = short[0] if short is not None else head_lemma(page, head)
    if lemma in GOVERNS_INSTRUMENTAL and i <= head + 2:
        cases = ("ablt", "gent")
    return _noun_phrase(scene, i, limit, cases)


def _with_preposition(scene: RoleScene, i: int, limit: int) -> int:
    """Return the end of «по …», «по связям с …», «при …», or of the region of an official; ``i`` where none is."""
    page = scene.page
    word = page.lower[i]
    if word in ("в", "во"):
        place = i + 1 in scene.place_at and head_of(scene, i) in OF_PLACES
        return _dependant(scene, i, i + 1, limit) if place else i
    if word not in ("по", "при") and not (word in ("с", "со") and page.lemmas[i - 1] in TAKES_WITH):
        return i
    return max(_noun_phrase(scene, i + 1, limit, ("datv", "ablt", "loct")), i) if i + 1 < limit else i


def head_of(scene: RoleScene, i: int) -> str:
    """Return the lemma of the nearest head of a title before token ``i``."""
    near = range(i - 1, max(i - 8, -1), -1)
    return next((head_lemma(scene.page, j) for j in near if j in scene.heads), "")


def _noun_phrase(scene: RoleScene, i: int, limit: int, cases: tuple[str, ...]) -> int:
    """Return the end of adjectives and a noun in one of the cases, ``i`` where there is none."""
    page = scene.page
    j = i
    while j < limit and j not in scene.person_at and is_modifier(page, j) and j - i < 4:
        j += 1
    if j >= limit or j in scene.person_at or not page.words[j][0].isalpha():
        return i
    if page.pos[j] in ("ADP", "CCONJ", "ADV", "PRON") or (page.pos[j] == "VERB" and j == i):
        return i
    if j in scene.heads and "nomn" in dictionary_cases(page.lower[j], "sing"):
        return i  # a post beside a post: «капитан старшекурсник»
    if "gent" in cases and names_science(page.lower[j]):
        return j + 1  # «учитель физики», which the tags have for a plural
    return j + 1 if scene.in_case(j, cases) or page.words[j].isupper() else i


def _coordinated(scene: RoleScene, i: int, limit: int) -> int:
    """Return the end of a further genitive after «и» or a comma: «семьи, труда и социальной защиты»."""
    page = scene.page
    end = _noun_phrase(scene, i + 1, limit, ("gent", "datv"))
    if end == i + 1 or any(j in scene.heads for j in range(i + 1, end)):
        return i
    same = set(_case(page, i - 1)) & set(_case(page, end - 1))
    return end if same else i


def _case(page: Page, i: int) -> tuple[str, ...]:
    value = page.feature(i, "Case")
    return (value,) if value else ()


def title_at(scene: RoleScene, i: int, limit: int) -> Title | None:
    """Read the title that begins at ``i`` with its adjectives."""
    page = scene.page
    one = page.lemmas[i] == "один" and page.lower[i + 1 : i + 2] == ["из"]
    head = i = i + 2 * one  # «один из президентов компании»
    while head < limit and head - i < 6 and head not in scene.heads:
        if shortened(page, head) is not None:
            head += 2
        elif is_modifier(page, head):
            head += 1
        elif head > i and page.lower[head] == "и" and head + 1 < limit and is_modifier(page, head + 1):
            head += 2  # «советский и российский актёр»
        else:
            return None
    if head >= limit or head not in scene.heads or head in scene.person_at or (is_plural(page, head) and not one):
        return None
    return read_title(scene, head, limit)


def acting_at(scene: RoleScene, i: int, limit: int) -> Title | None:
    """Read «и. о. директора фонда» that begins at ``i``."""
    page = scene.page
    letters = page.lower[i : i + 4]
    first = i + 1 if letters[:1] == ["врио"] else i + 4 if letters == ["и", ".", "о", "."] else i
    title = title_at(scene, first, limit) if i < first < limit else None
    return title._replace(acting=True) if title is not None else None


def past_bracket(page: Page, i: int) -> int:
    """Return the token after the bracket that begins at ``i``, if one does: «Фридена | (Thomas Frieden) | стал»."""
    pair = page.bracket_at.get(i) if i < len(page) and page.words[i] == "(" else None
    return pair.last + 1 if pair else i


def reach(scene: RoleScene, end: int, limit: int) -> int:
    """Return how far a phrase reaches past brackets, «из Томска», quotes, what goes on with an organisation."""
    page = scene.page
    i = _past_organisation(scene, end, limit) if end - 1 in scene.organisation_ending else end
    while i < limit:
        if page.words[i] == "(":
            pair = page.bracket_at.get(i)
            if pair is None:
                return i
            i = pair.last + 1
        elif i in page.quote_at:
            i = page.quote_at[i].last + 1
        elif page.lower[i] == "по" and page.lower[i + 1 : i + 2] in CALLED:
            i += 2
        elif page.lower[i] in ("из", "в", "во", "на", "от", "с", "при") and i + 1 < limit:
            i = _past_places(scene, i + 2, limit)
        else:
            return i
    return min(i, limit)


def _past_organisation(scene: RoleScene, i: int, limit: int) -> int:
    """Return the end of what goes on with an organisation, which ends before ``i``.

    «Генштаба | Вооружённых сил РФ», «центра домена | сети Интернет», «газеты «Луч» | и телеканала «Мир»».
    """
    page = scene.page
    after = -1
    while after < i < limit:
        after = i
        i = _noun_phrase(scene, i, limit, ("gent",))
        while i < limit and (i in scene.place_at or (page.words[i][0].isupper() and i in scene.named_at)):
            i += 1
        if i + 1 < limit and page.lower[i] in ("и", ","):
            j = i + 1
            while j < limit and j not in scene.organisation_at and j not in scene.heads and is_modifier(page, j):
                j += 1
            named = scene.organisation_at.get(j)
            i = named.last if named is not None and named.last <= limit else i
    return i


def _past_places(scene: RoleScene, i: int, limit: int) -> int:
    """Return the end of names of places: «в | России, на Украине, в Белоруссии и Казахстане»."""
    page = scene.page
    while i < limit and page.words[i][0].isalpha() and page.pos[i] in ("PROPN", "ADJ", "NOUN"):
        i += 1
        if i + 1 < limit and page.lower[i] == "по" and i + 1 in scene.place_at:
            i += 1  # «при ГУ МВД | по Москве»
    while i < limit and page.lower[i] in (",", "и"):
        further = i + 1 + (page.lower[i + 1 : i + 2] in (["в"], ["на"], ["во"]))
        if further not in scene.place_at:
            break
        i = further
        while i < limit and i in scene.place_at:
            i += 1
    return i
