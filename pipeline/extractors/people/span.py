"""The value that the modules of people hand on: one mention with the parts of its name."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.extractors.people.names import Part


class PersonSpan(NamedTuple):
    """A mention of a person: offsets, tokens ``[first, last)``, the parts of the name in text order."""

    start: int
    end: int
    first: int
    last: int
    parts: tuple[Part, ...]
    rule: str

    @property
    def single(self) -> bool:
        """Tell whether one word is all there is."""
        return len(self.parts) == 1
