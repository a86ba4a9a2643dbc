"""What a rule finds, and which of overlapping finds stay.

Leaves out
    The rules themselves: ``quoted``, ``bodies``, ``short``.
"""

from __future__ import annotations

from typing import NamedTuple

from pipeline.extractors.organisations.words import Kind
from pipeline.page import Pair


class Found(NamedTuple):
    """A span of tokens ``[first, last)`` that names an organisation.

    ``head`` is the token of the kind word or legal form (-1: none), ``quote`` the pair of quotes that holds the
    name, ``rule`` what found it, ``body`` the name of a known body. ``stands_in``: it means an organisation that
    is named elsewhere in the text.
    """

    first: int
    last: int
    rule: str
    head: int = -1
    quote: Pair | None = None
    kind: Kind | None = None
    body: str = ""
    stands_in: bool = False

    def __len__(self) -> int:
        return self.last - self.first


def resolve(found: list[Found]) -> list[Found]:
    """Keep the longest of overlapping spans; one inside another stays where it stands in its tail.

    «комитет … администрации Алтайского края» keeps the administration; «АНО «Ресурсный центр «Опора»» keeps
    nothing inside its quotes.
    """
    kept: list[Found] = []
    holding: dict[int, list[Found]] = {}  # by token
    for span in sorted(found, key=lambda s: (s.first - s.last, s.quote is None, s.first)):
        tokens = range(span.first, span.last)
        if all(_stand_together(other, span) for i in tokens for other in holding.get(i, ())):
            kept.append(span)
            for i in tokens:
                holding.setdefault(i, []).append(span)
    return sorted(kept, key=lambda s: (s.first, -s.last))


def _stand_together(outer: Found, inner: Found) -> bool:
    """Tell whether of two spans that share a token both may stay."""
    if not (outer.first <= inner.first and inner.last <= outer.last) or len(inner) == len(outer):
        return False
    if outer.quote and inner.last > outer.quote.first:
        return False
    return inner.first > outer.head >= 0 and inner.head != outer.head
