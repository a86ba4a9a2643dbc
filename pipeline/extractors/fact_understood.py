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

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from pipeline.extractors.fact_drafts import Draft, same_sentence, sentence_start
from pipeline.extractors.fact_units import Unit, fits, is_noun, read_phrase, unit_name
from pipeline.extractors.fact_words import part, unit_word
from pipeline.morphology import parses
from pipeline.page import Page

REACH = 60  # tokens back to a fact whose unit may be understood; the farthest in genre-dev is 41
PAIRS = frozenset({"на", "х", "x", "×", "и", "или", "до"})
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


def understand(scene: Scene) -> None:
    """Give every draft without a unit the one that is understood, where there is one."""
    for k, draft in enumerate(scene.drafts):
        if draft.unit is not None or draft.number.form == "one":
            continue
        for name, rule in RULES:
            if scene.page.uses(f"facts.{name}") and rule(scene, k, name):
                break


# -- rules ------------------------------------------------------------------------------------------------


def noun_before(scene: Scene, k: int, rule: str) -> bool:
    """«Заявок было 96», «собак у нас 187», «новых книг пришло всего сто двенадцать», «мест — 40»."""
    draft = scene.drafts[k]
    i = _clause_end_before(scene, draft)
    while i >= 0 and _in_clause(scene, i, draft):
        noun = _genitive_plural(scene, i)
        if noun is not None:
            first, kind, name = noun
            if fits_any(draft, scene.page.lower[i]):
                return scene.take(draft, kind, name, rule)
            return False
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
            for first in (i + 1,):
                unit = read_phrase(page, first, draft.number) if draft.number.whole else None
                if unit is not None:
                    return scene.take(draft, unit.kind, unit.name, rule)
            return False
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
    """«Недавно исполнилось семнадцать», «тем, кому больше 14»."""
    page, draft = scene.page, scene.drafts[k]
    near = page.lower[max(0, draft.first - 3) : draft.first]
    if any(word.startswith("исполни") for word in near) and draft.high <= 120:
        return scene.take(draft, "age", "год", rule)
    previous = scene.drafts[k - 1] if k else None
    if draft.modifier and any(word in ("кому", "кто") for word in near) and previous and previous.kind == "age":
        return scene.take(draft, "age", "год", rule)
    return False


def coordinated(scene: Scene, k: int, rule: str) -> bool:
    """«Слушателей собралось 66 и 41», «в Магнитогорске (17), Каменске (12) и Златоусте (9)»."""
    page, draft = scene.page, scene.drafts[k]
    previous = scene.drafts[k - 1] if k else None
    if previous is None or previous.unit is None or previous.kind == "rank":
        return False
    if page.lower[previous.last : draft.first] in (["и"], [","], ["или"]):
        return _same_as(scene, draft, previous, rule)
    bracketed = page.words[draft.first - 1] == "(" and page.lower[draft.last : draft.last + 1] == [")"]
    if bracketed and page.lower[previous.last : previous.last + 1] == [")"]:
        return _same_as(scene, draft, previous, rule)
    return False


def fact_before(scene: Scene, k: int, rule: str) -> bool:
    """«112 заявок, экспертизу прошли 97»; «860 рублей против 845»; «310 кг мусора, прошлым августом — 122»."""
    page, draft = scene.page, scene.drafts[k]
    for j in range(k - 1, -1, -1):
        other = scene.drafts[j]
        if draft.first - other.last > REACH:
            return False
        if other.unit is None or other.kind == "rank" or not _may_lend(page, draft, other):
            continue
        return _same_as(scene, draft, other, rule)
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
    ("paired", paired),
    ("change_end", change_end),
    ("population", population),
    ("birthday", birthday),
    ("noun_before", noun_before),
    ("out_of", out_of),
    ("header", header),
    ("number_of", number_of),
    ("measured_noun", measured_noun),
    ("coordinated", coordinated),
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
    if other.scale == 1 or draft.scale > 1 or draft.high >= 1000:
        return False
    return draft.first - other.last <= 8


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
    if kind in ("duration", "age"):
        before = page.lower[draft.first - 1] if draft.first else ""
        return (
            kind == "duration" and before in ("за", "через") and number.scale == 1 and draft.first - other.last < 20
        )
    if draft.scale > 1:
        pronoun = page.lower[draft.last : draft.last + 2] in (["из", "них"], ["из", "которых"])
        return kind == "money" or (kind == "count" and pronoun)
    if kind == "money":
        return _money_may_lend(page, draft, other)
    if kind == "percent":
        return draft.high <= 100
    if kind == "measure" and not number.whole:
        return True
    if kind in ("measure", "times"):
        return same_sentence(page, other.last - 1, draft.first)
    return number.whole or not unit.name or kind != "count" or not float(other.low).is_integer()


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


def fits_any(draft: Draft, word: str) -> bool:
    return draft.number.form == "collective" or fits(draft.number, word) or True


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


def _genitive_plural(scene: Scene, i: int) -> tuple[int, str, str] | None:
    """Read a free noun in the genitive plural at ``i``, with its adjectives: first token, kind, name."""
    page = scene.page
    if i in scene.closed or not is_noun(page, i):
        return None
    genitive = page.feature(i, "Case") == "Gen" and page.feature(i, "Number") == "Plur"
    if not genitive and not (page.pos[i] == "X" and _only_genitive_plural(page.lower[i])):
        return None
    first = i
    while first > 0 and part(page, first - 1) == "ADJ" and page.feature(first - 1, "Case") in ("Gen", None):
        first -= 1
    before = first - 1
    if before >= 0 and same_sentence(page, before, first):
        governed = part(page, before) in ("NOUN", "PROPN", "NUM", "ADP", "SYM") and before not in scene.closed
        if governed or page.words[before][0].isdigit() or unit_word(page.lower[before]) is not None:
            return None
    if any(d.first <= i < d.last for d in scene.drafts):
        return None
    row = unit_word(page.lower[i])
    if row is not None:
        return first, row.kind, row.unit
    return first, "count", unit_name(page, first, i)


@lru_cache(maxsize=20_000)
def _only_genitive_plural(word: str) -> bool:
    tags = [p.tag for p in parses(word) if p.tag.POS == "NOUN"]
    return bool(tags) and tags[0].case == "gent" and tags[0].number == "plur"


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
