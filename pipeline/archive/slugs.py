"""Ids of entities that stay the same from build to build and can stand in an address.

An id is the name in Latin letters and ten hexadecimal digits of the row of a record that stands for the
entity, its earliest one: «irina-malakhova-3f9a1c02be». The digits alone identify it, so an address still works
after its name has changed.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from pipeline.archive.words import fold

LATIN = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
        "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
        "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e",
        "ю": "yu", "я": "ya",
    }
)  # fmt: skip
LENGTH = 60
DIGITS = 10


def slug(text: str) -> str:
    """Return text in Latin letters, digits and hyphens: «Томская область» → «tomskaya-oblast»."""
    latin = re.sub(r"[^a-z0-9]+", "-", fold(text).translate(LATIN))
    return latin.strip("-")[:LENGTH].strip("-") or "x"


def named_id(*name: str | None) -> str:
    """Return the id of something that its name alone identifies; the digits tell names apart that look alike."""
    digits = blake2b(repr(name).encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"{slug(' '.join(filter(None, name)))}-{digits}"


def anchor(article_id: str, row: int) -> str:
    """Return the digits that identify the entity to which a row of a record belongs."""
    return blake2b(f"{article_id}\0{row}".encode("utf-8", "replace"), digest_size=DIGITS // 2).hexdigest()


def anchor_of(entity_id: str) -> str | None:
    """Return the digits at the end of an id, ``None`` if it is not one."""
    match = re.search(rf"(?:^|-)([0-9a-f]{{{DIGITS}}})$", entity_id)
    return match[1] if match else None
