"""Labelled spans over the tokens of a page that never overlap.

Leaves out
    What is labelled: the rules of ``pipeline.ents``.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.page import Chunk, Page

PER, LOC, ORG = "PER", "LOC", "ORG"


@dataclass
class Labels:
    """Spans over the tokens of a page that never overlap: the last one laid wins."""

    page: Page
    spans: list[Chunk]

    def lay(self, first: int, last: int, label: str) -> None:
        """Lay a span; what it covers of others is cut off them."""
        kept: list[Chunk] = []
        for chunk in self.spans:
            if chunk.last <= first or last <= chunk.first:
                kept.append(chunk)
                continue
            for a, b in ((chunk.first, first), (last, chunk.last)):
                if a < b:
                    kept.append(Chunk(a, b, chunk.label))
        self.spans = [*kept, Chunk(first, last, label)]

    def drop(self, first: int, last: int) -> None:
        """Take a stretch out of every span."""
        self.lay(first, last, "")
        self.spans.pop()

    def label_at(self, i: int) -> str | None:
        """Return the label of a token."""
        return next((c.label for c in self.spans if c.first <= i < c.last), None)
