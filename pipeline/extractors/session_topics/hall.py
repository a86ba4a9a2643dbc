"""What the rules of topics without a title look at: the scene with what was found so far, and the verbs.

Steps
    ``Hall`` keeps the topics found; ``discussion_verbs`` reads what each verb of discussion governs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.extractors.lexicon import read_words
from pipeline.extractors.session_topics.phrases import Reader
from pipeline.extractors.session_topics.scene import Scene, Topic


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of discussion: what governs its topic («о», «accs», «clause») and the kind it names, if any."""

    government: frozenset[str]
    kind: str | None


@dataclass(frozen=True, slots=True)
class Hall:
    """A scene with the topics found so far: ``titled``, those without a title, and tokens of direct speech."""

    scene: Scene
    titled: list[Topic]
    untitled: list[Topic]
    speech: frozenset[int]

    def reader(self, i: int) -> Reader:
        """Return a reader of phrases for the sentence that holds token ``i``."""
        return Reader(self.scene.page, self.scene.outline.unit(i)[1], self.scene.blocked)


@cache
def discussion_verbs() -> dict[str, Verb]:
    """Read ``discussion_verbs.txt``: lemma, governments, kind, separated by tabs."""
    verbs = {}
    for line in read_words("discussion_verbs.txt"):
        word, government, *kind = line.split("\t")
        verbs[word.replace("ё", "е")] = Verb(frozenset(government.split()), kind[0] if kind else None)
    return verbs
