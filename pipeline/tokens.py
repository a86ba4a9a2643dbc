"""The distinct tokens of the articles read so far: what is known of a word with its tag, wherever it stands.

Purpose
    An archive has millions of tokens but some ten thousands of distinct ones, so what follows from a word and its
    tag alone (dictionary form, features, whether a rule starts from it) is found out once and looked up by number.
Steps
    A ``Stock`` numbers the tokens as they come; a page keeps the numbers of its tokens as an array. A ``Trigger``
    asks its question once of each distinct token and finds the places on a page by one look-up in an array.
Leaves out
    Anything that depends on neighbours.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from threading import RLock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.morphology import LEMMAS, fold

SIZE = 1 << 17  # distinct tokens kept, some 50 MB; then a new stock begins

Numbers = npt.NDArray[np.int64]
Key = tuple[str, str, str]  # word, part of speech, tag


class Token(NamedTuple):
    """A word with its tag: «Томске», PROPN, "Animacy=Inan|Case=Loc|…"; ``lower`` and ``lemma`` have ё as е."""

    word: str
    pos: str
    tag: str
    lower: str
    lemma: str
    features: dict[str, str]


@lru_cache(maxsize=4096)
def features(tag: str) -> dict[str, str]:
    """Read the features of a tag, ``"Case=Gen|Number=Sing"``, as a mapping (shared: do not change it)."""
    return dict(pair.split("=", 1) for pair in tag.split("|") if "=" in pair)


class Stock(dict[Key, int]):
    """The number of each distinct token, and what is known of it.

    A page keeps the stock that numbered it: when one is full, ``stock`` gives the next page another.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tokens: list[Token] = []  # number → token
        self._flags: dict[Trigger, bytearray] = defaultdict(bytearray)  # number → does the trigger hold
        self._lock = RLock()

    def __missing__(self, key: Key) -> int:
        word, pos, tag = key
        with self._lock:
            number = self.setdefault(key, len(self.tokens))
            if number == len(self.tokens):
                self.tokens.append(Token(word, pos, tag, fold(word), LEMMAS[key], features(tag)))
        return number

    def find(self, trigger: Trigger, numbers: Numbers) -> list[int]:
        """Return where in ``numbers`` (n,) of tokens a trigger holds; tokens not asked about yet are asked now."""
        with self._lock:
            flags = self._flags[trigger]
            if len(flags) < len(self.tokens):
                flags.extend([trigger.holds(token) for token in self.tokens[len(flags) :]])
            found: list[int] = np.frombuffer(flags, np.bool_)[numbers].nonzero()[0].tolist()
        return found


_stock = Stock()


def stock() -> Stock:
    """Return the stock for the next page."""
    global _stock
    if len(_stock) >= SIZE:
        _stock = Stock()
    return _stock


class Trigger:
    """Finds the places from which a rule starts: ``holds`` is asked once of each distinct token.

    >>> from pipeline.page import Page
    >>> Page.build("Приют открыл приют.").find(Trigger(lambda token: token.lower == "приют"))
    [0, 2]
    """

    __slots__ = ("holds",)

    def __init__(self, holds: Callable[[Token], Any]) -> None:
        self.holds: Callable[[Token], bool] = lambda token: bool(holds(token))
