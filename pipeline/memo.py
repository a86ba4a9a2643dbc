"""Answers of a function kept by its argument, for what is asked of every word of an article.

Purpose
    ``lru_cache`` reorders its list at each hit, which costs more than the question where 400 words are asked in a
    row. A ``Memo`` is a dictionary that fills itself; when it is full it starts afresh, so memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memo(dict[Key, Value]):
    """The answers of ``function``: ``memo[word]`` asks once and remembers, at most ``size`` answers.

    >>> lengths = Memo(len)
    >>> lengths["слово"], dict(lengths)
    (5, {'слово': 5})
    """

    def __init__(self, function: Callable[[Key], Value], size: int = 100_000) -> None:
        super().__init__()
        self._function = function
        self._size = size

    def __missing__(self, key: Key) -> Value:
        if len(self) >= self._size:
            self.clear()
        value = self[key] = self._function(key)
        return value
