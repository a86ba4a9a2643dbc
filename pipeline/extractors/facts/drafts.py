"""A numeric fact on its way: what ``facts``, ``bounds`` and ``understood`` hand to each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extractors.facts.units import Unit
from pipeline.extractors.numbers import Number
from pipeline.page import Page
from pipeline.record import FactKind, Modifier

LONGEST = 60  # tokens of a sentence that are looked at: a text may have no full stop at all
SENTENCE_ENDS = frozenset({".", "!", "?", "…"})


@dataclass(slots=True)
class Draft:
    """A number with what has been found about it; offsets ``[start, end)``, tokens ``[first, last)``."""

    number: Number
    low: float
    high: float
    start: int
    end: int
    first: int
    last: int
    unit: Unit | None = None
    kind: FactKind | None = None
    name: str | None = None
    modifier: Modifier | None = None
    rule: str = "number"
    change: str = ""  # "from" or "to" of a change («с 31 % до 44 %»)
    scale: float = 1.0
    own: bool = True  # the unit stands beside the number

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """Return min and max of the fact."""
        if self.modifier in ("more_than", "at_least"):
            return self.low, None
        if self.modifier in ("less_than", "up_to"):
            return None, self.high
        return self.low, self.high


@dataclass(slots=True)
class Scene:
    """The page, its drafts in text order, and the tokens of its dates, which are no nouns to be looked for."""

    page: Page
    drafts: list[Draft]
    closed: set[int]
    owners: dict[int, Draft] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.owners = {i: draft for draft in self.drafts for i in range(draft.first, draft.last)}

    def take(self, draft: Draft, kind: str, name: str, rule: str, scale: float = 1.0) -> bool:
        """Give a draft an understood unit; returns ``True``."""
        draft.unit = Unit(kind, name, draft.first, draft.last, name)
        draft.own, draft.rule = False, rule
        if scale > 1 and draft.scale == 1:
            draft.low, draft.high, draft.scale = draft.low * scale, draft.high * scale, scale
        return True


def same_sentence(page: Page, first: int, last: int) -> bool:
    """Tell whether no sentence or line ends between two tokens."""
    if "\n" in page.text[page.ends[first] : page.starts[last]]:
        return False
    return not any(page.words[i] in SENTENCE_ENDS and _ends_sentence(page, i) for i in range(first, last))


def _ends_sentence(page: Page, i: int) -> bool:
    """Tell whether a full stop ends a sentence and no initial."""
    return page.words[i + 1][0].isupper() and len(page.words[i - 1]) > 1


def sentence_start(page: Page, i: int) -> int:
    """Return the first token of the sentence or line that holds ``i``, no more than ``LONGEST`` back."""
    words, farthest = page.words, max(0, i - LONGEST)
    for first in range(i, farthest, -1):
        if first in page.breaks or (words[first - 1] in SENTENCE_ENDS and _ends_sentence(page, first - 1)):
            return first
    return farthest
