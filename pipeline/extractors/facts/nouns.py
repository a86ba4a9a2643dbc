"""Nouns away from a number that say what it counts: «мест — 40», «собак у нас 187», «ей пятнадцать».

Steps
    Rules for ``understood``; each looks at the words before the number, the head of its column or the line
    above its list.
Leaves out
    Units that another fact lends (``lending``).
"""

from __future__ import annotations

from pipeline.extractors.facts.drafts import Draft, Scene, same_sentence, sentence_start
from pipeline.extractors.facts.lending import BESIDE, may_lend, same_as
from pipeline.extractors.facts.units import is_noun, read_phrase, unit_name
from pipeline.extractors.facts.words import is_genitive_plural, part, unit_word, word_classes
from pipeline.page import Page

OLDEST_AGE = 110
TO_WHOM = frozenset({"мне", "тебе", "ему", "ей", "нам", "вам", "им", "которому", "которой", "которым", "кому"})
SKIPPED = frozenset({"—", "–", "-", "(", ":", "всего", "лишь", "только", "уже", "ровно", "целых", "еще"})
NUMBER_OF = frozenset({"число", "количество", "численность"})
SCALES = {"тыс": 1e3, "тысяч": 1e3, "тысячах": 1e3, "млн": 1e6, "миллионов": 1e6, "миллионах": 1e6, "млрд": 1e9}
LONGEST_CLAUSE = 9  # tokens from a noun to its number; the farthest in genre-dev is 7
LONGEST_ROW, LONGEST_TABLE = 200, 100  # tokens in a row and rows under the head of a table
LONGEST_LIST = 14  # lines from the head of a list to an item


def noun_before(scene: Scene, k: int, rule: str) -> bool:
    """«Заявок было 96», «собак у нас 187», «новых книг пришло всего сто двенадцать», «мест — 40»."""
    draft = scene.drafts[k]
    if draft.first and part(scene.page, draft.first - 1) == "ADP":
        return False
    i = _clause_end_before(scene, draft)
    while i >= 0 and _in_clause(scene, i, draft):
        noun = _genitive_plural(scene, i)
        if noun is not None:
            if draft.scale > 1 and scene.page.lemmas[i] in word_classes()["sum"]:
                return scene.take(draft, "money", "рубль", rule)  # «новых взносов — 25,1 млн»
            return scene.take(draft, *noun, rule)
        i -= 1
    return False


def they_were(scene: Scene, k: int, rule: str) -> bool:
    """«Защита проектов, их было 53»; «прежде всего школы: их было 17»; «чинили ноутбуки: из двадцати девяти»."""
    page, draft = scene.page, scene.drafts[k]
    before = page.lower[max(0, draft.first - 3) : draft.first]
    if "их" not in before and ":" not in before[-2:]:
        return False
    first = max(0, draft.first - len(before))
    start = first + (before.index("их") if "их" in before else before.index(":"))
    reach = 12 if "их" in before else 4
    for i in range(start - 1, max(-1, start - reach), -1):
        lender = scene.owners.get(i)
        if lender is not None and lender.unit is not None:
            return may_lend(page, draft, lender) and same_as(scene, draft, lender, rule)
        if i not in scene.closed and is_noun(page, i) and _is_plural_thing(page, i):
            adjectives = i
            while adjectives > 0 and part(page, adjectives - 1) == "ADJ" and page.lower[i - 1] not in ('"', "»"):
                adjectives -= 1
            if draft.scale > 1 and page.lemmas[i] in word_classes()["sum"]:
                return scene.take(draft, "money", "рубль", rule)
            row = unit_word(page.lower[i])
            name = row.unit if row else unit_name(page, adjectives, i)
            return scene.take(draft, row.kind if row else "count", name, rule)
    return False


def _is_plural_thing(page: Page, i: int) -> bool:
    """Tell whether «их» can mean a noun: plural, no time, not behind «в», «по», «на» …"""
    if page.feature(i, "Number") != "Plur" or unit_word(page.lower[i]) is not None:
        return False
    first = i
    while first > 0 and part(page, first - 1) == "ADJ":
        first -= 1
    return first == 0 or page.lower[first - 1] not in BESIDE - {"за", "с"}


def number_of(scene: Scene, k: int, rule: str) -> bool:
    """«Число пациентских организаций выросло с 11 до 39»."""
    page, draft = scene.page, scene.drafts[k]
    for i in range(draft.first - 1, max(sentence_start(page, draft.first), draft.first - 20) - 1, -1):
        if page.lemmas[i] in NUMBER_OF:
            unit = read_phrase(page, i + 1, draft.number._replace(low=5.0, high=5.0))
            return unit is not None and scene.take(draft, unit.kind, unit.name, rule)
    return False


def measured_noun(scene: Scene, k: int, rule: str) -> bool:
    """«Проходной балл составил 7,3», «средний балл вырос с 51 до 58»: a unit of measure is the subject."""
    page, draft = scene.page, scene.drafts[k]
    for i in range(draft.first - 1, max(sentence_start(page, draft.first), draft.first - 8) - 1, -1):
        if page.lower[i] in ("балл", "возраст"):
            kind, name = ("age", "год") if page.lower[i] == "возраст" else ("measure", "балл")
            return scene.take(draft, kind, name, rule)
        if any(d.first <= i < d.last for d in scene.drafts[max(0, k - 2) : k] if d.change != "from"):
            return False
    return False


def population(scene: Scene, k: int, rule: str) -> bool:
    """«Город с населением около 22 тысяч», «не менее 5 тысяч тех, кому нужна помощь»."""
    page, draft = scene.page, scene.drafts[k]
    people = any(word.startswith("населени") for word in page.lower[max(0, draft.first - 3) : draft.first])
    if people or page.lower[draft.last : draft.last + 1] in (["тех"], ["людей"]):
        return scene.take(draft, "count", "человек", rule)
    return False


def birthday(scene: Scene, k: int, rule: str) -> bool:
    """«Ей пятнадцать», «недавно исполнилось семнадцать», «старшему 68», «тем, кому больше 14»."""
    page, draft = scene.page, scene.drafts[k]
    if draft.high > OLDEST_AGE or draft.scale > 1 or draft.number.form == "collective":
        return False
    near = page.lower[max(0, draft.first - 3) : draft.first]
    i = draft.first - 1 - (near[-1:] in (["—"], ["–"], ["-"]))
    last = page.lower[i] if i >= 0 else ""
    if last == "за" and draft.low >= 40 and i and page.lower[i - 1] in TO_WHOM | {"далеко"}:
        draft.first, draft.start, draft.modifier = i, page.starts[i], "more_than"  # «всем, кому за шестьдесят»
        return scene.take(draft, "age", "год", rule)
    dative = page.lemmas[i] in ("старший", "младший", "юный") and last.endswith(("ему", "ей"))
    if dative or last in TO_WHOM or any(word.startswith("исполни") for word in near):
        return scene.take(draft, "age", "год", rule)
    return False


def table(scene: Scene, k: int, rule: str) -> bool:
    """«Город | участники | часы» above «Миасс | 281 | 1 124»: the head of the column is the unit."""
    page, draft = scene.page, scene.drafts[k]
    lines, number = page.lines, page.line_of[draft.first]
    if lines[number][1] - lines[number][0] > LONGEST_ROW or "|" not in page.words[lines[number][0] : draft.first]:
        return False
    column = page.words[lines[number][0] : draft.first].count("|")
    top = max(0, number - LONGEST_TABLE)
    while number > top and "|" in page.words[slice(*lines[number - 1])]:
        number -= 1
    cells: list[list[int]] = [[]]
    for i in range(*lines[number]):
        if page.words[i] == "|":
            cells.append([])
        else:
            cells[-1].append(i)
    if number == page.line_of[draft.first] or column >= len(cells) or not cells[column]:
        return False
    head = next((i for i in cells[column] if is_noun(page, i)), None)
    if head is None:
        return False
    row = unit_word(page.lower[head])
    if row is not None:
        return scene.take(draft, row.kind, row.unit, rule)
    return scene.take(draft, "count", unit_name(page, cells[column][0], head), rule)


def header(scene: Scene, k: int, rule: str) -> bool:
    """A list under «Как распределились деньги, млн рублей:» counts in that unit."""
    page, draft = scene.page, scene.drafts[k]
    own = page.line_of[draft.first]
    if draft.scale > 1:
        return False
    for number in range(own - 1, max(-1, own - LONGEST_LIST), -1):
        first, last = page.lines[number]
        if page.words[last - 1] == ":":
            return _read_header(scene, draft, first, last, rule)
        if page.text.count("\n", page.ends[last - 1], page.starts[last]) > 1:
            return False
    return False


def _clause_end_before(scene: Scene, draft: Draft) -> int:
    """Return the last token before a number that may belong to its clause: «мест — 40», «победителей (17»."""
    i = draft.first - 1
    while i >= 0 and scene.page.lower[i] in SKIPPED and same_sentence(scene.page, i, draft.first):
        i -= 1
    return i


def _in_clause(scene: Scene, i: int, draft: Draft) -> bool:
    page = scene.page
    if not same_sentence(page, i, draft.first) or draft.first - i > LONGEST_CLAUSE:
        return False
    return page.words[i][0].isalnum() or page.words[i] in "«»-"


def _genitive_plural(scene: Scene, i: int) -> tuple[str, str] | None:
    """Read a free noun in the genitive plural at ``i``, with its adjectives: kind and name."""
    page = scene.page
    if i in scene.closed or not is_noun(page, i):
        return None
    if not is_genitive_plural(page, i):
        return None
    first = i
    while first > 0 and part(page, first - 1) == "ADJ" and page.feature(first - 1, "Case") in ("Gen", None):
        first -= 1
    before = first - 1
    joined = before >= 0 and before not in scene.closed and same_sentence(page, before, first)
    if joined and _governs(page, before):
        return None
    if i in scene.owners:
        return None
    row = unit_word(page.lower[i])
    if row is not None:
        return row.kind, row.unit
    return "count", unit_name(page, first, i)


def _governs(page: Page, i: int) -> bool:
    """Tell whether a word asks for the genitive after it; a place («в Омске участников было 310») does not."""
    kind = part(page, i)
    if kind == "PROPN":
        return i == 0 or part(page, i - 1) != "ADP"
    return kind in ("NOUN", "NUM", "ADP", "SYM") or page.words[i][0].isdigit()


def _read_header(scene: Scene, draft: Draft, first: int, last: int, rule: str) -> bool:
    """Read «…, млн рублей:» at the end of a line."""
    page = scene.page
    words = [w for w in page.lower[max(first, last - 5) : last - 1] if w not in (".", "в", "(", ")")]
    if len(words) < 2 or words[-2] not in SCALES:
        return False
    row = unit_word(words[-1])
    if row is None or row.kind != "money" or any(w[0].isdigit() for w in words):
        return False
    return scene.take(draft, "money", row.unit, rule, SCALES[words[-2]])
