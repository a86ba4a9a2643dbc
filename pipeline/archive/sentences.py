"""The sentence around a place in a text."""

from __future__ import annotations

from functools import lru_cache

LONGEST = 400  # code points of evidence that are shown


def sentence_around(text: str, start: int | None, stop: int | None) -> str:
    """Return the sentence that holds the offsets, cut where it is very long; the first one if there are none."""
    start = max(0, min(start or 0, len(text)))
    stop = max(start, min(stop or start, len(text)))
    first = text.rfind("\n", 0, start) + 1
    end = text.find("\n", stop)
    paragraph = text[first : end if end >= 0 else len(text)]
    for begins, ends in _sentences(paragraph):
        if begins <= start - first < max(ends, begins + 1):
            return _cut(paragraph[begins : max(ends, stop - first)], start - first - begins)
    return _cut(paragraph, start - first)


@lru_cache(maxsize=2000)
def _sentences(paragraph: str) -> tuple[tuple[int, int], ...]:
    from razdel import sentenize

    return tuple((sentence.start, sentence.stop) for sentence in sentenize(paragraph))


def _cut(sentence: str, place: int) -> str:
    """Cut a long sentence around a place in it."""
    if len(sentence) <= LONGEST:
        return sentence
    first = max(0, min(place - LONGEST // 3, len(sentence) - LONGEST))
    return (
        f"{'…' if first else ''}{sentence[first : first + LONGEST]}{'…' if first + LONGEST < len(sentence) else ''}"
    )
