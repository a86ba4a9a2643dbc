"""The two systems that are timed, each in a process of its own: texts in, seconds by stage out.

Each also tells what it found, in one form, so that the report can say on how many tokens they differ.
"""

from __future__ import annotations

import cProfile
import io
import pstats
import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Protocol

STAGES = ("segmentation", "ner", "morph", "syntax", "lemmas")
WHOLE = "whole"
BATCH = 32

Seconds = dict[str, float]
Token = tuple[int, int, str, int, str]  # start, end, tag, head in the sentence (-1: root), relation
Found = tuple[list[Token], list[tuple[int, int, str]]]  # tokens and entities of a text


class System(Protocol):
    """What a process does when it is asked."""

    def run(self, texts: list[str]) -> Seconds: ...

    def find(self, texts: list[str]) -> list[Found]: ...


@contextmanager
def timed(seconds: Seconds, stage: str) -> Iterator[None]:
    start = perf_counter()
    yield
    seconds[stage] = seconds.get(stage, 0.0) + perf_counter() - start


class Natasha:
    """natasha as its documentation shows: a document at a time, lemmas of all tokens."""

    def __init__(self) -> None:
        import natasha

        embedding = natasha.NewsEmbedding()
        self._new_doc = natasha.Doc
        self._segmenter = natasha.Segmenter()
        self._vocabulary = natasha.MorphVocab()
        self._morph = natasha.NewsMorphTagger(embedding)
        self._syntax = natasha.NewsSyntaxParser(embedding)
        self._ner = natasha.NewsNERTagger(embedding)

    def _read(self, text: str, seconds: Seconds) -> Any:
        doc = self._new_doc(text)
        with timed(seconds, "segmentation"):
            doc.segment(self._segmenter)
        with timed(seconds, "morph"):
            doc.tag_morph(self._morph)
        with timed(seconds, "syntax"):
            doc.parse_syntax(self._syntax)
        with timed(seconds, "ner"):
            doc.tag_ner(self._ner)
        with timed(seconds, "lemmas"):
            for token in doc.tokens:
                token.lemmatize(self._vocabulary)
        return doc

    def run(self, texts: list[str]) -> Seconds:
        seconds: Seconds = {}
        with timed(seconds, WHOLE):
            for text in texts:
                self._read(text, seconds)
        return seconds

    def find(self, texts: list[str]) -> list[Found]:
        return [_found_in(self._read(text, {})) for text in texts]


def _found_in(doc: Any) -> Found:
    tokens = []
    for token in doc.tokens:
        features = "".join(f"|{name}={value}" for name, value in sorted(token.feats.items()))
        head = int(token.head_id.split("_")[1]) - 1
        tokens.append((token.start, token.stop, token.pos + features, head, token.rel))
    return tokens, [(span.start, span.stop, span.type) for span in doc.spans]


class Letopis:
    """Letopis: its own segmentation and models for the stages, and the whole extraction to records on disk."""

    def __init__(self) -> None:
        from pipeline.extraction import prepare

        prepare()

    def run(self, texts: list[str]) -> Seconds:
        seconds: Seconds = {}
        for start in range(0, len(texts), BATCH):
            self._read(texts[start : start + BATCH], seconds)
        self._extract(texts, seconds)
        return seconds

    def _read(self, texts: list[str], seconds: Seconds) -> Any:
        from pipeline.models import load_models
        from pipeline.models.segment import split_sentences, tokenize

        models = load_models()
        with timed(seconds, "segmentation"):
            tokens = [tokenize(text) for text in texts]
            bounds = [split_sentences(text) for text in texts]
        words = [[text[a:b] for a, b in found] for text, found in zip(texts, tokens, strict=True)]
        sentences = [
            sentence
            for found, chosen, of_text in zip(tokens, bounds, words, strict=True)
            for sentence in _by_sentence(found, chosen, of_text)
        ]
        with timed(seconds, "ner"):
            entities = models.ner(words)
        with timed(seconds, "morph"):
            tags = models.morph(sentences)
        with timed(seconds, "syntax"):
            trees = models.syntax(sentences)
        return tokens, entities, tags, trees

    def _extract(self, texts: list[str], seconds: Seconds) -> None:
        from pipeline.article import Article
        from pipeline.extraction import extract_all

        with tempfile.TemporaryFile("w", encoding="utf-8") as file, timed(seconds, WHOLE):
            for record in extract_all([Article.from_text(text) for text in texts]):
                file.write(record.to_json() + "\n")

    def find(self, texts: list[str]) -> list[Found]:
        from slovnet.bio import bio_spans
        from slovnet.token import Token as Range

        found: list[Found] = []
        for text in texts:
            (tokens,), (entities,), tags, trees = self._read([text], {})
            heads = [head for tree in trees for head in tree[0]]
            relations = [relation for tree in trees for relation in tree[1]]
            flat = [tag for sentence in tags for tag in sentence]
            rows = [(*token, *row) for token, *row in zip(tokens, flat, heads, relations, strict=True)]
            spans = bio_spans([Range(start, stop, text[start:stop]) for start, stop in tokens], entities)
            found.append((rows, [(span.start, span.stop, span.type) for span in spans]))
        return found

    def profile(self, texts: list[str]) -> str:
        """Return where the time of the whole extraction went."""
        profiler = cProfile.Profile()
        profiler.runcall(self._extract, texts, {})
        out = io.StringIO()
        pstats.Stats(profiler, stream=out).sort_stats("tottime").print_stats(30)
        return out.getvalue()


def _by_sentence(
    tokens: list[tuple[int, int]], sentences: list[tuple[int, int]], words: list[str]
) -> Iterator[list[str]]:
    first = 0
    for _, end in sentences:
        last = first
        while last < len(tokens) and tokens[last][1] <= end:
            last += 1
        yield words[first:last]
        first = last


# -- in the process of a system ---------------------------------------------------------------------------

_system: dict[str, Any] = {}


def start(kind: type[System]) -> float:
    """Load a system; returns the seconds it took."""
    begin = perf_counter()
    _system["it"] = kind()
    return perf_counter() - begin


def ask(what: str, texts: list[str]) -> Any:
    """Let the system `run`, `find` or `profile`."""
    return getattr(_system["it"], what)(texts)


def peak_memory() -> float:
    """Return the largest resident size of this process so far, in MB."""
    unit = 1 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / (1 << 20)
