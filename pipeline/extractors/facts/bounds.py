"""Modifiers and ranges: «более чем в 80 %», «от 20 до 50 тысяч», «с 31 % до 44 %», «человек тридцать».

Steps
    ``read_modifier`` looks at the words before a number; ``join_ranges`` makes one fact of «от … до …» and marks
    the two ends of a change; ``read_inverted`` sees the unit before the number.
Leaves out
    Ranges written with a dash: ``numbers`` reads those.
"""

from __future__ import annotations

from pipeline.extractors.facts.drafts import Draft, sentence_start
from pipeline.extractors.facts.units import SURPLUS, Unit, is_noun, unit_name
from pipeline.extractors.facts.words import modifier_words, part, unit_word, word_classes
from pipeline.extractors.numbers import numerals
from pipeline.page import Page
from pipeline.record import Modifier

GAPS = frozenset({"в", "во", "на", "за", "с", "по", "из", "для", "у", "о", "к", "при", "через"})
INVERTED_GAPS = frozenset({"в", "на", "за", "до", "через", "по", "с", "из"})
SOURCES = frozenset({"money", "percent", "duration", "measure", "kopeck"})
LONGEST = 3  # words of the longest modifier
AFTERWARDS: dict[tuple[str, ...], Modifier] = {
    ("с", "лишним"): "more_than", ("с", "небольшим"): "more_than", ("и", "более"): "at_least",
    ("и", "больше"): "at_least", ("или", "более"): "at_least", ("и", "старше"): "at_least",
    ("и", "выше"): "at_least", ("и", "менее"): "up_to", ("и", "моложе"): "up_to",
}  # fmt: skip


def read_modifier(page: Page, draft: Draft) -> None:
    """Set the modifier of a draft and widen its span over it.

    «не менее 250 участников» → at_least; «подписчиков больше на 12 %» has none: it is a difference.
    """
    table = modifier_words()
    first = draft.first
    for gap in (0, 1):
        end = first - gap
        if gap and (end <= 0 or page.lower[end] not in GAPS):
            return
        for length in range(LONGEST, 0, -1):
            start = end - length
            if start < 0 or "\n" in page.text[page.ends[start] : page.starts[end]]:
                continue
            word = table.get(tuple(page.lower[start:end]))
            if word is not None and (word.gap or not gap) and _applies(page, draft, start):
                draft.modifier = word.modifier
                draft.first, draft.start = start, page.starts[start]
                return


def _applies(page: Page, draft: Draft, start: int) -> bool:
    """Leave out «от 12 организаций» (a source), «вырос до 50» (a change) and «всё выше 5 этажа»."""
    word = page.lower[start]
    if word == "от":
        return draft.unit is not None and (draft.unit.kind in SOURCES or draft.kind == "age")
    if word == "до":
        return draft.change != "to" and not changes(page, start)
    return True


def changes(page: Page, i: int) -> bool:
    """Tell whether the sentence before ``i`` speaks of a change («выросла», «снизили»)."""
    verbs = word_classes()["change"]
    first = max(sentence_start(page, i), i - 14)
    return any(page.lemmas[j] in verbs for j in range(first, i))


def read_afterwards(page: Page, draft: Draft) -> None:
    """Read a modifier after the unit or the number: «18 лет и старше», «300+ участников», «сто с лишним»."""
    text = page.text
    if draft.number.form == "digits" and text[draft.number.end : draft.number.end + 1] == "+":
        draft.modifier = "more_than"
        return
    if draft.unit is not None and tuple(page.lower[draft.number.last : draft.number.last + 2]) in SURPLUS:
        draft.modifier = "more_than"
        return
    modifier = AFTERWARDS.get(tuple(page.lower[draft.last : draft.last + 2]))
    if modifier is not None and draft.modifier is None:
        draft.modifier = modifier
        draft.last += 2
        draft.end = page.ends[draft.last - 1]


# -- two numbers ------------------------------------------------------------------------------------------


def join_ranges(page: Page, drafts: list[Draft]) -> list[Draft]:
    """Join «от 18 до 35 лет» into one draft; mark the ends of a change; drop the hours of «с 10 до 18».

    The first number borrows unit and scale of the second: «от 20 до 50 тысяч рублей» is 20000 to 50000.
    """
    joined: list[Draft] = []
    for draft in drafts:
        before = joined[-1] if joined else None
        link = _link(page, before, draft) if before is not None else ""
        if before is None or not link:
            joined.append(draft)
            continue
        if link == "hours":
            joined.pop()
            continue
        _borrow(before, draft)
        if link == "change":
            before.change, draft.change = "from", "to"
            _drop_until(draft)
            joined.append(draft)
        elif before.low < draft.high:
            joined[-1] = _range(page, before, draft)
        else:
            joined.append(draft)
    return joined


def _link(page: Page, before: Draft, draft: Draft) -> str:
    """Tell how two neighbouring numbers hang together: "range", "change", "hours" or "" (not at all)."""
    opening = page.lower[before.number.first - 1] if before.number.first else ""
    gap = page.lower[before.last : draft.number.first]
    if "\n" in page.text[before.end : draft.number.start] or not gap:
        return ""
    if opening in ("с", "со"):
        return _link_since(page, before, draft, gap)
    if opening in ("от", "между") and gap in (["до"], ["и", "до"], ["и"]):
        return "range" if (gap == ["и"]) == (opening == "между") else ""
    if gap in (["—"], ["–"], ["-"]) and before.scale > 1 and draft.scale > 1:
        return "range" if before.unit is None else ""
    return ""


def _link_since(page: Page, before: Draft, draft: Draft, gap: list[str]) -> str:
    """«Выросла с 31 % в 2019 году до 44 %» is a change, «дети с 7 до 14 лет» a range, «с 10 до 18» hours."""
    if gap[-1] not in ("до", "по") or len(gap) > 7 or "." in gap:
        return ""
    if _percent(draft) or _percent(before) or changes(page, before.first):
        return "change"
    after = page.lemmas[draft.last : draft.last + 4]
    if any(word in word_classes()["change"] for word in after):
        return "change"
    if len(gap) > 1:
        return ""
    hour = draft.unit is None or draft.unit.name == "час"
    return "hours" if hour and before.unit is None and draft.high <= 24 and draft.scale == 1 else "range"


def _percent(draft: Draft) -> bool:
    return draft.unit is not None and draft.unit.kind == "percent"


def _drop_until(draft: Draft) -> None:
    """«до 44 %» at the end of a change is the value itself."""
    if draft.modifier == "up_to":
        draft.first, draft.start, draft.modifier = draft.number.first, draft.number.start, None


def _borrow(before: Draft, draft: Draft) -> None:
    """Give the first of two numbers the scale and the unit of the second."""
    if before.unit is None:
        if before.scale == 1 and draft.scale > 1 and before.high < 1000:
            before.low, before.high = before.low * draft.scale, before.high * draft.scale
            before.scale = draft.scale
        before.unit, before.own = draft.unit, False


def _range(page: Page, before: Draft, draft: Draft) -> Draft:
    """Make one draft of the two ends of a range, from its opening word on."""
    before.first, before.start = before.number.first, before.number.start
    if before.first and page.lower[before.first - 1] in ("от", "с", "со", "между"):
        before.first -= 1
        before.start = page.starts[before.first]
    before.high, before.end, before.last = draft.high, draft.end, draft.last
    before.unit, before.modifier, before.rule, before.own = draft.unit, "range", "range", True
    return before


# -- the unit before the number ---------------------------------------------------------------------------


def read_inverted(page: Page, draft: Draft, taken: set[int]) -> bool:
    """Read «человек тридцать», «процентов на девять», «тысяч в триста»: about so many.

    Args:
        taken: tokens that belong to other numbers; a noun among them is not ours.

    Returns whether the draft was such.
    """
    i = draft.number.first - 1
    gap = i > 0 and page.lower[i] in INVERTED_GAPS
    noun = i - 1 if gap else i
    if noun < 0 or noun in taken or "\n" in page.text[page.ends[noun] : page.starts[draft.number.first]]:
        return False
    if _inverted_scale(page, draft, noun, taken):
        return True
    if not _is_inverted_noun(page, draft, noun, gap):
        return False
    row = unit_word(page.lower[noun])
    kind = row.kind if row is not None else "count"
    name = row.unit if row is not None else unit_name(page, noun, noun)
    draft.unit = Unit(kind, name, noun, draft.last, name)
    draft.first, draft.start, draft.modifier, draft.rule = noun, page.starts[noun], "about", "inverted"
    return True


def _inverted_scale(page: Page, draft: Draft, noun: int, taken: set[int]) -> bool:
    """«Тысяч в триста», «тысяч двадцать рублей»."""
    numeral = numerals().get(page.lower[noun])
    if numeral is None or numeral.kind != "scale" or noun - 1 in taken or draft.scale > 1:
        return False
    draft.low, draft.high, draft.scale = draft.low * numeral.value, draft.high * numeral.value, numeral.value
    draft.first, draft.start, draft.modifier, draft.rule = noun, page.starts[noun], "about", "inverted"
    return True


def _is_inverted_noun(page: Page, draft: Draft, noun: int, gap: bool) -> bool:
    """A noun of measure before any number, another in the genitive plural before a round number in words."""
    if draft.unit is not None or draft.number.form == "one":
        return False
    word = page.lower[noun]
    row = unit_word(word)
    if row is not None:
        return not row.short
    if word == "человек":
        return not gap or draft.number.form == "words"
    rounded = draft.number.form == "words" and (draft.low % 5 == 0 or draft.number.is_range) and draft.low >= 5
    if gap or not rounded or page.lower[noun - 1] not in (".", ","):
        return False
    return part(page, noun) == "NOUN" and is_noun(page, noun) and page.feature(noun, "Case") == "Gen"
