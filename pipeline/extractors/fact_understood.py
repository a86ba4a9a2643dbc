"""Numbers whose noun stands elsewhere get the unit that a reader understands.

Purpose
    «Поступило 112 заявок, экспертизу прошли 97» counts applications both times; «победители получат 5 млн» are
    roubles.
Steps
    An ordered list of rules, the surest first: a noun in the genitive before the number («мест — 40»), the other
    number of a pair («2 на 2 км»), «87 баллов из 100», the fact before it, roubles, people.
Leaves out
    Numbers that are no facts at all (``fact_contexts``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.extractors.fact_drafts import Draft, same_sentence, sentence_start
from pipeline.extractors.fact_units import Unit, fits, is_noun, read_phrase, unit_name
from pipeline.extractors.fact_words import is_genitive_plural, part, unit_word, word_classes
from pipeline.morphology import parses
from pipeline.page import Page

NEAR = 45  # tokens back to a fact that lends its unit before all
OLDEST_AGE = 110
TO_WHOM = frozenset({"мне", "тебе", "ему", "ей", "нам", "вам", "им", "которому", "которой", "которым", "кому"})
REACH = 60  # tokens back to a fact whose unit may be understood; the farthest in genre-dev is 41
BESIDE = frozenset({"из", "в", "во", "на", "по", "с", "со", "для", "от", "у", "за", "при", "через"})
PAIRS = frozenset({"на", "х", "x", "×", "и", "или", "до"})
CROSSED = frozenset({"на", "х", "x", "×"})
SKIPPED = frozenset({"—", "–", "-", "(", ":", "всего", "лишь", "только", "уже", "ровно", "целых", "еще"})
NUMBER_OF = frozenset({"число", "количество", "численность"})
HEADER_WORDS = ("тыс", "млн", "млрд")


@dataclass(slots=True)
class Scene:
    """The page, its drafts in text order, and tokens that cannot be the noun looked for (dates)."""

    page: Page
    drafts: list[Draft]
    closed: set[int]

    def take(self, draft: Draft, kind: str, name: str, rule: str, scale: float = 1.0) -> bool:
        """Give a draft an understood unit; returns ``True``."""
        draft.unit = Unit(kind, name, draft.first, draft.last, name)
        draft.own, draft.rule = False, rule
        if scale > 1 and draft.scale == 1:
            draft.low, draft.high, draft.scale = draft.low * scale, draft.high * scale, scale
        return True


def understand(scene: Scene, k: int) -> None:
    """Give draft ``k`` the unit that is understood, where there is one; those before it must be done."""
    draft = scene.drafts[k]
    if draft.unit is not None or draft.high == 0:
        return
    for name, rule in RULES:
        if scene.page.uses(f"facts.{name}") and rule(scene, k, name):
            return


# -- rules ------------------------------------------------------------------------------------------------


def noun_before(scene: Scene, k: int, rule: str) -> bool:
    """«Заявок было 96», «собак у нас 187», «новых книг пришло всего сто двенадцать», «мест — 40»."""
    draft = scene.drafts[k]
    i = _clause_end_before(scene, draft)
    while i >= 0 and _in_clause(scene, i, draft):
        noun = _genitive_plural(scene, i)
        if noun is not None:
            return scene.take(draft, *noun, rule)
        i -= 1
    return False


def paired(scene: Scene, k: int, rule: str) -> bool:
    """«2 на 2 км», «с 14 до 9,5 часа», «100 и 150 тысяч рублей»: the unit stands at the second number."""
    draft = scene.drafts[k]
    if k + 1 == len(scene.drafts):
        return False
    after = scene.drafts[k + 1]
    gap = scene.page.lower[draft.last : after.first]
    if len(gap) != 1 or gap[0] not in PAIRS or after.unit is None or not after.own:
        return False
    if gap[0] in CROSSED and after.unit.kind != "measure":
        return False
    scale = after.scale if draft.high < 1000 else 1.0
    return scene.take(draft, after.unit.kind, after.unit.name, rule, scale)


def out_of(scene: Scene, k: int, rule: str) -> bool:
    """«Из 64 школ победили 17» and «17 из 64 школ»; «девять победителей из девятнадцати»."""
    page, draft = scene.page, scene.drafts[k]
    if k + 1 < len(scene.drafts):
        after = scene.drafts[k + 1]
        if page.lower[draft.last : after.first] == ["из"] and after.unit is not None and after.unit.kind == "count":
            return scene.take(draft, after.unit.kind, after.unit.name, rule)
    before = page.lower[draft.first - 1] if draft.first else ""
    if before == "из" and k and scene.drafts[k - 1].unit is not None:
        previous = scene.drafts[k - 1]
        if same_sentence(page, previous.last - 1, draft.first) and draft.first - previous.last <= 5:
            return _same_as(scene, draft, previous, rule)
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


def number_of(scene: Scene, k: int, rule: str) -> bool:
    """«Число пациентских организаций выросло с 11 до 39»."""
    page, draft = scene.page, scene.drafts[k]
    for i in range(draft.first - 1, max(sentence_start(page, draft.first), draft.first - 20) - 1, -1):
        if page.lemmas[i] in NUMBER_OF:
            unit = read_phrase(page, i + 1, replace(draft.number, low=5.0, high=5.0))
            return unit is not None and scene.take(draft, unit.kind, unit.name, rule)
    return False


def change_end(scene: Scene, k: int, rule: str) -> bool:
    """The second end of a change whose first end has the unit: «с сорока страниц до шести»."""
    draft = scene.drafts[k]
    if draft.change == "to" and k and scene.drafts[k - 1].unit is not None:
        return _same_as(scene, draft, scene.drafts[k - 1], rule)
    return False


def header(scene: Scene, k: int, rule: str) -> bool:
    """A list under «Как распределились деньги, млн рублей:» counts in that unit."""
    page, draft = scene.page, scene.drafts[k]
    if draft.scale > 1:
        return False
    line = page.line_of[draft.first]
    while line > 0:
        first, last = page.lines[line - 1]
        if (
            page.text.count("\n", page.ends[last - 1], page.starts[last] if last < len(page) else page.ends[-1]) > 1
            and line < page.line_of[draft.first]
        ):
            return False
        if page.words[last - 1] == ":":
            return _read_header(scene, draft, first, last, rule)
        line -= 1
        if page.line_of[draft.first] - line > 12:
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
    last = near[-1] if near else ""
    dative = draft.first > 0 and page.lemmas[draft.first - 1] in ("старший", "младший", "юный") and last.endswith(("ему", "ей"))
    if dative or last in TO_WHOM or any(word.startswith("исполни") for word in near):
        return scene.take(draft, "age", "год", rule)
    return False


def coordinated(scene: Scene, k: int, rule: str) -> bool:
    """«Слушателей собралось 66 и 41», «в Магнитогорске (17), Каменске (12) и Златоусте (9)»."""
    page, draft = scene.page, scene.drafts[k]
    previous = scene.drafts[k - 1] if k else None
    if previous is None or previous.unit is None or previous.kind == "rank":
        return False
    if not _may_lend(page, draft, previous):
        return False
    if page.lower[previous.last : draft.first] in (["и"], [","], ["или"]):
        return _same_as(scene, draft, previous, rule)
    bracketed = page.words[draft.first - 1] == "(" and page.lower[draft.last : draft.last + 1] == [")"]
    if bracketed and page.lower[previous.last : previous.last + 1] == [")"]:
        return _same_as(scene, draft, previous, rule)
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
        lender = next((d for d in scene.drafts[:k] if d.first <= i < d.last), None)
        if lender is not None and lender.unit is not None:
            return _may_lend(page, draft, lender) and _same_as(scene, draft, lender, rule)
        if i not in scene.closed and is_noun(page, i) and _is_plural_thing(page, i):
            adjectives = i
            while adjectives > 0 and part(page, adjectives - 1) == "ADJ" and page.lower[i - 1] not in ('"', "»"):
                adjectives -= 1
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


def came(scene: Scene, k: int, rule: str) -> bool:
    """«Приехало восемьсот двадцать», «пришли 97»: who comes or takes part is alive."""
    page, draft = scene.page, scene.drafts[k]
    if not draft.number.whole or draft.scale > 1:
        return False
    beside = [i for i in (draft.first - 1, draft.last) if 0 <= i < len(page) and same_sentence(page, min(i, draft.first), max(i, draft.first))]
    if not any(_is_coming(page, i) for i in beside):
        return False
    for j in range(k - 1, -1, -1):
        other = scene.drafts[j]
        if draft.first - other.last > REACH:
            break
        if other.unit is not None and other.unit.kind == "count" and is_animate(other.unit.name) and other.kind != "rank" and _may_lend(page, draft, other) and not _is_beside(page, draft, other):
            return _same_as(scene, draft, other, rule)
    return scene.take(draft, "count", "человек", rule)


def _is_coming(page: Page, i: int) -> bool:
    if page.lemmas[i] not in word_classes()["coming"]:
        return False
    return page.feature(i, "Number") == "Plur" or page.lower[i].startswith(("приехал", "собрал", "явил", "записал"))


def table(scene: Scene, k: int, rule: str) -> bool:
    """«Город | участники | часы» above «Миасс | 281 | 1 124»: the head of the column is the unit."""
    page, draft = scene.page, scene.drafts[k]
    lines, number = page.lines, page.line_of[draft.first]
    column = page.words[lines[number][0] : draft.first].count("|")
    if not column:
        return False
    while number > 0 and "|" in page.words[slice(*lines[number - 1])]:
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


def fact_before(scene: Scene, k: int, rule: str) -> bool:
    """«112 заявок, экспертизу прошли 97»; «860 рублей против 845»; «310 кг мусора, прошлым августом — 122».

    What stands beside («640 участников из 14 регионов, причём 215 …») and the parts of a whole («14 животных:
    девять собак и пять кошек») lend only where nothing else does.
    """
    page, draft = scene.page, scene.drafts[k]
    pronoun = page.lower[draft.last : draft.last + 2] in (["из", "них"], ["из", "которых"])
    passes = (False,) if pronoun else (True, False)
    for strict in passes:
        for j in range(k - 1, -1, -1):
            other = scene.drafts[j]
            if draft.first - other.last > (NEAR if strict else REACH):
                break
            if other.unit is None or other.kind == "rank" or not _may_lend(page, draft, other):
                continue
            if strict and (_is_beside(page, draft, other) or _is_part(scene, j, draft)):
                continue
            return _same_as(scene, draft, other, rule)
    return False


def _is_beside(page: Page, draft: Draft, other: Draft) -> bool:
    """Tell whether an earlier fact hangs on a preposition that this number does not have."""
    before = page.lower[other.first - 1] if other.first else ""
    if before == "из" and not (other.first > 1 and page.lower[other.first - 2][0].isalnum() and same_sentence(page, other.first - 2, other.first)):
        return False  # «из 250 документов вопросы вызвали четыре»: the whole
    return before in BESIDE and before != (page.lower[draft.first - 1] if draft.first else "")


def _is_part(scene: Scene, j: int, draft: Draft) -> bool:
    """Tell whether fact ``j`` is one of the parts after a whole: «41 животное: 26 собак, 14 кошек»."""
    page, other = scene.page, scene.drafts[j]
    if other.unit is None or not other.own or same_sentence(page, other.last - 1, draft.first):
        return False
    for i in range(j - 1, max(-1, j - 5), -1):
        whole = scene.drafts[i]
        if whole.unit is None or whole.kind == "rank" or not same_sentence(page, whole.last - 1, other.first):
            return False
        if page.lower[whole.last : whole.last + 1] == [":"]:
            return whole.unit.kind == "count" and whole.unit.name != other.unit.name
    return False


def fact_after(scene: Scene, k: int, rule: str) -> bool:
    """«Гости опустили 186 500, нужно 400 000 рублей»."""
    draft = scene.drafts[k]
    if k + 1 == len(scene.drafts) or draft.number.low < 1000:
        return False
    after = scene.drafts[k + 1]
    if after.unit is None or after.unit.kind != "money" or not same_sentence(scene.page, draft.last, after.first):
        return False
    return scene.take(draft, "money", after.unit.name, rule)


def roubles(scene: Scene, k: int, rule: str) -> bool:
    """«Библиотека выиграла 236 тыс.», «по миллиону»: a bare scale counts roubles."""
    draft = scene.drafts[k]
    if draft.scale == 1 and draft.low < 10000:
        return False
    currency = next((d.unit.name for d in reversed(scene.drafts[:k]) if d.unit and d.unit.kind == "money"), "рубль")
    return scene.take(draft, "money", currency, rule)


def people(scene: Scene, k: int, rule: str) -> bool:
    """«Четверо упали в обморок», «у двух из них»."""
    page, draft = scene.page, scene.drafts[k]
    if draft.number.form == "collective" or page.lower[draft.last : draft.last + 2] == ["из", "них"]:
        return scene.take(draft, "count", "человек", rule)
    return False


RULES: tuple[tuple[str, Callable[[Scene, int, str], bool]], ...] = (
    ("table", table),
    ("paired", paired),
    ("change_end", change_end),
    ("population", population),
    ("birthday", birthday),
    ("noun_before", noun_before),
    ("out_of", out_of),
    ("header", header),
    ("number_of", number_of),
    ("measured_noun", measured_noun),
    ("they_were", they_were),
    ("coordinated", coordinated),
    ("came", came),
    ("fact_before", fact_before),
    ("fact_after", fact_after),
    ("roubles", roubles),
    ("people", people),
)


# -- what the rules look at -------------------------------------------------------------------------------


def _same_as(scene: Scene, draft: Draft, other: Draft, rule: str) -> bool:
    """Take the unit of another draft, and its scale where the number alone makes no sense without it."""
    unit = other.unit
    if unit is None:
        return False
    scale = other.scale if _borrows_scale(scene.page, draft, other) else 1.0
    kind = other.kind if other.kind == "age" else unit.kind
    return scene.take(draft, kind, unit.name, rule, scale)


def _borrows_scale(page: Page, draft: Draft, other: Draft) -> bool:
    """«85 миллионов рублей против 70», «шесть тысяч строк, выкинули четыре»: thousands are understood."""
    if other.scale == 1 or draft.scale > 1 or draft.high >= 1000 or draft.number.form == "collective":
        return False
    return draft.first - other.last <= 8 and same_sentence(page, other.last - 1, draft.first)


def _may_lend(page: Page, draft: Draft, other: Draft) -> bool:
    """Tell whether the unit of an earlier fact can be meant again."""
    unit = other.unit
    if unit is None:
        return False
    number = draft.number
    if number.form == "collective":
        return unit.kind == "count" and is_animate(unit.name)
    if not _gender_fits(page, draft, unit.name):
        return False
    kind = other.kind or unit.kind
    together = same_sentence(page, other.last - 1, draft.first)
    if _names_them(page, draft, "из"):
        return kind not in ("money", "percent") or kind == "money"
    if kind == "age":
        return together and "возраст" in "".join(page.lower[sentence_start(page, draft.first) : draft.first])
    if kind == "duration":
        return together and _may_last(page, draft, other)
    if draft.scale > 1:
        return kind == "money"
    if kind == "money":
        return _money_may_lend(page, draft, other)
    if kind == "percent":
        return draft.high <= 100 and (not number.whole or _compares(page, draft, other))
    if kind in ("measure", "times"):
        return not number.whole or together
    return number.whole or not float(other.low).is_integer()


def _names_them(page: Page, draft: Draft, preposition: str) -> bool:
    """«480 тысяч из них», «из них 388»: the fact just before is meant."""
    them = ([preposition, "них"], [preposition, "которых"])
    return page.lower[draft.last : draft.last + 2] in them or page.lower[draft.first - 2 : draft.first] in them


def _may_last(page: Page, draft: Draft, other: Draft) -> bool:
    """A time is understood again only in a parallel: «за 110 минут, быстрее всех за 70», «час, для Читы — два»."""
    before = page.lower[draft.first - 1] if draft.first else ""
    if not draft.number.whole or before in ("за", "через"):
        return draft.first - other.last < 20
    near = draft.first - other.last <= 8
    if before in ("—", "–", "-", "(") or page.lower[other.last : draft.first][-2:] == ["и", "еще"]:
        return near
    bracket = "(" in page.words[other.last : draft.first] and ")" in page.words[draft.last : draft.last + 1]
    parallel = part(page, draft.first - 1) == "NOUN" and other.first > 0 and part(page, other.first - 1) == "NOUN"
    return near and (bracket or parallel)


def _compares(page: Page, draft: Draft, other: Draft) -> bool:
    """«В 2013 году 11 %, в 2014-м — шесть», «у музеев 43 %, лишь у шести»: a share beside another one."""
    between = page.lower[other.last : draft.first]
    if any(word in ("—", "–", "против", "вместо", "году", "год", "раньше", "теперь") for word in between):
        return True
    return not other.own or any(re.fullmatch(r"(19|20)\d\d(-\w+)?", word) for word in between)


def _money_may_lend(page: Page, draft: Draft, other: Draft) -> bool:
    """A small number after a sum is roubles only close to it."""
    if draft.low >= 1000:
        return True
    close = draft.first - other.last <= 8 and same_sentence(page, other.last - 1, draft.first)
    return close and (other.scale > 1 or other.high < 20000) and draft.low > 20


def _gender_fits(page: Page, draft: Draft, name: str) -> bool:
    """«Шестьдесят одна» counts something feminine."""
    last = page.lower[draft.number.last - 1]
    wanted = {"одна": "femn", "одну": "femn", "две": "femn"}.get(last)
    return wanted is None or gender(name.split()[-1]) in (wanted, None)


@lru_cache(maxsize=20_000)
def gender(word: str) -> str | None:
    """Return the gender of a noun in the nominative."""
    parse = next((p for p in parses(word) if p.tag.POS == "NOUN" and p.tag.case == "nomn"), None)
    return str(parse.tag.gender) if parse else None


@lru_cache(maxsize=20_000)
def is_animate(name: str) -> bool:
    """Tell whether a unit is a living being: «щенок», «постоянный жертвователь»."""
    return any(p.tag.animacy == "anim" for p in parses(name.split()[-1]) if p.tag.POS == "NOUN")


def _clause_end_before(scene: Scene, draft: Draft) -> int:
    """Return the last token before a number that may belong to its clause: «мест — 40», «победителей (17»."""
    i = draft.first - 1
    while i >= 0 and scene.page.lower[i] in SKIPPED and same_sentence(scene.page, i, draft.first):
        i -= 1
    return i


def _in_clause(scene: Scene, i: int, draft: Draft) -> bool:
    page = scene.page
    if not same_sentence(page, i, draft.first) or draft.first - i > 9:
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
    if before >= 0 and same_sentence(page, before, first):
        if before not in scene.closed and _governs(page, before):
            return None
    if any(d.first <= i < d.last for d in scene.drafts):
        return None
    row = unit_word(page.lower[i])
    if row is not None:
        return row.kind, row.unit
    return "count", unit_name(page, first, i)


def _governs(page: Page, i: int) -> bool:
    """Tell whether a word asks for the genitive after it; the place of «в Новосибирске участников было 310» does not."""
    kind = part(page, i)
    if kind == "PROPN":
        return i == 0 or part(page, i - 1) != "ADP"
    return kind in ("NOUN", "NUM", "ADP", "SYM") or page.words[i][0].isdigit()


def _read_header(scene: Scene, draft: Draft, first: int, last: int, rule: str) -> bool:
    """Read «…, млн рублей:» at the end of a line."""
    page = scene.page
    words = [w for w in page.lower[max(first, last - 5) : last - 1] if w not in (".", "в", "(", ")")]
    scales = {"тыс": 1e3, "тысяч": 1e3, "тысячах": 1e3, "млн": 1e6, "миллионов": 1e6, "миллионах": 1e6, "млрд": 1e9}
    if len(words) < 2 or words[-2] not in scales:
        return False
    row = unit_word(words[-1])
    if row is None or row.kind != "money" or any(w[0].isdigit() for w in words):
        return False
    return scene.take(draft, "money", row.unit, rule, scales[words[-2]])
