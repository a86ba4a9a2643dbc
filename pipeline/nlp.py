"""The spaCy pipeline: razdel tokens, slovnet models, pymorphy3 lemmas, then the extractors.

``load()`` gives a ``spacy.Language`` whose components can be left out, replaced or added to, as in any other
spaCy pipeline. In order: ``letopis_ner`` · ``letopis_morphology`` · ``letopis_syntax`` · ``letopis_lemmas`` ·
one ``letopis_<name>`` for each extractor of the registry · ``letopis_ents``.

What the extractors find stands in ``doc._.<field>`` (rows of the record) and, as spaCy spans, in
``doc.spans["<field>"]``; ``doc.ents`` holds the flat reading PER, ORG, LOC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

import numpy as np
import spacy
import srsly
from spacy.attrs import DEP, HEAD, LEMMA, MORPH, POS
from spacy.language import Language
from spacy.symbols import IDS
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import registry
from spacy.vocab import Vocab

from pipeline import ents, record
from pipeline.article import Article
from pipeline.extractors import EXTRACTORS, FIELDS, Extractor
from pipeline.models import Models, load_models
from pipeline.models.segment import split_sentences, tokenize
from pipeline.page import Chunk, Page
from pipeline.reading import parse_sentence, spans_of_tags
from pipeline.record import Row

PAGE = "letopis.page"
WORDS = "letopis.words"
FOUND = "letopis.found"
BATCH_SIZE = 32


def _rows_of(field: str) -> Callable[[Doc], list[Any]]:
    return lambda doc: found(doc).get(field, [])


for _field in FIELDS:
    Doc.set_extension(_field, getter=_rows_of(_field), force=True)
for _name in ("published", "title"):
    Doc.set_extension(_name, default=None, force=True)


def load(*, exclude: Iterable[str] = (), without: Iterable[str] = ()) -> Language:
    """Build the pipeline.

    Args:
        exclude: names of components to leave out (``["letopis_syntax"]``).
        without: names of rules to switch off, as ``letopis explain`` prints them.

    >>> nlp = load()
    >>> [ent.text for ent in nlp("Форум прошёл в Томске.").ents]
    ['Томске']
    """
    nlp = spacy.blank("ru", config={"nlp": {"tokenizer": {"@tokenizers": "letopis.razdel.v1"}}})
    excluded = frozenset(exclude)
    options = {"without": sorted(without)}
    for name in COMPONENTS:
        if name not in excluded:
            extracts = name.removeprefix("letopis_") in {e.name for e in EXTRACTORS}
            nlp.add_pipe(name, config=options if extracts else {})
    unknown = excluded - set(COMPONENTS)
    if unknown:
        raise ValueError(f"no component {', '.join(sorted(unknown))}; there are {', '.join(COMPONENTS)}")
    return nlp


def make_doc(nlp: Language, article: Article) -> Doc:
    """Tokenize an article and hand what is known of it to the pipeline."""
    nlp.max_length = max(nlp.max_length, len(article.text) + 1)
    doc = nlp.make_doc(article.text)
    doc._.published = article.source.published
    doc._.title = article.source.title
    return doc


# A doc can be sent to another process (``nlp.pipe(…, n_process=2)``): rows travel as their JSON values, the
# page is left behind and built again where it is needed.


@srsly.msgpack_encoders("letopis")  # type: ignore[untyped-decorator]
def _pack(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(value, Row):
        return {"letopis.row": type(value).__name__, "values": value.model_dump(by_alias=True)}
    if isinstance(value, Page | Words):
        return None
    return chain(value) if chain else value


@srsly.msgpack_decoders("letopis")  # type: ignore[untyped-decorator]
def _unpack(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    if isinstance(value, dict) and "letopis.row" in value:
        return getattr(record, value["letopis.row"]).model_validate(value["values"])
    return chain(value) if chain else value


# -- tokens and sentences ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a doc without its white space, in plain lists, read once and shared by all components.

    ``indexes`` are positions in the doc, ``sentences`` half-open ranges over the words; ``size`` is the length
    of the doc they were read from (a doc that was retokenized is read again).
    """

    texts: list[str]
    starts: list[int]
    indexes: list[int]
    sentences: list[tuple[int, int]]
    size: int

    def by_sentence(self) -> list[list[str]]:
        return [self.texts[first:last] for first, last in self.sentences]


def words_of(doc: Doc) -> Words:
    """Return the words of a doc, from the tokenizer or read off the doc."""
    words = doc.user_data.get(WORDS)
    if words is None or words.size != len(doc):
        words = doc.user_data[WORDS] = _read_words(doc)
    return words


def _read_words(doc: Doc) -> Words:
    tokens = [token for token in doc if not token.is_space]
    breaks = [i for i, token in enumerate(tokens) if i and token.is_sent_start]
    edges = [0, *breaks, len(tokens)] if tokens else []
    return Words(
        [token.text for token in tokens],
        [token.idx for token in tokens],
        [token.i for token in tokens],
        list(pairwise(edges)),
        len(doc),
    )


class RazdelTokenizer:
    """Tokens and sentences by razdel's rules; white space other than one blank becomes a token of its own."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        spans = tokenize(text)
        sentence_starts = {start for start, _ in split_sentences(text)}
        tokens: list[str] = []
        spaces: list[bool] = []
        indexes: list[int] = []
        position = 0
        for start, end in [*spans, (len(text), len(text))]:
            if gap := text[position:start]:
                if gap[0] == " " and tokens:
                    spaces[-1] = True
                    gap = gap[1:]
                if gap:
                    tokens.append(gap)
                    spaces.append(False)
            indexes.append(len(tokens))
            tokens.append(text[start:end])
            spaces.append(False)
            position = end
        del tokens[-1], spaces[-1], indexes[-1]  # the end of the text was no token
        first_words = [i for i, (start, _) in enumerate(spans) if start in sentence_starts]
        sent_starts: list[bool | int | None] = [False] * len(tokens)
        for i in first_words:
            sent_starts[indexes[i]] = True
        doc = Doc(self.vocab, words=tokens, spaces=spaces, sent_starts=sent_starts)
        edges = [*first_words, len(spans)]
        doc.user_data[WORDS] = Words(
            [text[start:end] for start, end in spans],
            [start for start, _ in spans],
            indexes,
            list(pairwise(edges)),
            len(tokens),
        )
        return doc

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **_: Any) -> RazdelTokenizer:
        return self

    def to_disk(self, path: Any, **_: Any) -> None:
        return None

    def from_disk(self, path: Any, **_: Any) -> RazdelTokenizer:
        return self


@registry.tokenizers("letopis.razdel.v1")  # type: ignore[untyped-decorator]
def make_tokenizer() -> Callable[[Language], RazdelTokenizer]:
    """Make the tokenizer of the pipeline's config."""
    return lambda nlp: RazdelTokenizer(nlp.vocab)


# -- models -----------------------------------------------------------------------------------------------


class Component:
    """A component that works on batches: ``annotate`` is the implementation, a single call is a batch of one."""

    def __init__(self, nlp: Language) -> None:
        self.vocab = nlp.vocab

    def __call__(self, doc: Doc) -> Doc:
        self.annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH_SIZE) -> Iterator[Doc]:
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self.annotate(batch)
            yield from batch

    def annotate(self, docs: list[Doc]) -> None:
        raise NotImplementedError

    @property
    def models(self) -> Models:
        return load_models()


class NamedEntities(Component):
    """Sets ``doc.ents`` (PER, LOC, ORG) by slovnet's news model."""

    def annotate(self, docs: list[Doc]) -> None:
        words = [words_of(doc) for doc in docs]
        for doc, w, tags in zip(docs, words, self.models.ner([w.texts for w in words]), strict=True):
            spans = spans_of_tags(tags)
            doc.set_ents([Span(doc, w.indexes[a], w.indexes[b - 1] + 1, label) for a, b, label in spans])


class Morphology(Component):
    """Sets part of speech and features by slovnet's news model."""

    def annotate(self, docs: list[Doc]) -> None:
        words = [words_of(doc) for doc in docs]
        tags = iter(self.models.morph([sentence for w in words for sentence in w.by_sentence()]))
        for doc, w in zip(docs, words, strict=True):
            values = np.zeros((len(doc), 2), dtype=np.uint64)
            values[:, 0] = IDS["SPACE"]
            tagged = [_tag_ids(self.vocab, tag) for _ in w.sentences for tag in next(tags)]
            if tagged:
                values[w.indexes] = tagged
            _write(doc, [POS, MORPH], values)


@lru_cache(maxsize=4096)
def _tag_ids(vocab: Vocab, tag: str) -> tuple[int, int]:
    pos, _, feats = tag.partition("|")
    return IDS.get(pos, IDS["X"]), vocab.morphology.add(feats)


class Syntax(Component):
    """Sets heads and relations by slovnet's news model."""

    def annotate(self, docs: list[Doc]) -> None:
        words = [words_of(doc) for doc in docs]
        trees = iter(self.models.syntax([sentence for w in words for sentence in w.by_sentence()]))
        for doc, w in zip(docs, words, strict=True):
            heads = list(range(len(doc)))
            deps = [""] * len(doc)
            for first, last in w.sentences:
                indexes = w.indexes[first:last]
                for i, head, relation in zip(indexes, *next(trees), strict=True):
                    heads[i] = indexes[head] if head >= 0 else i
                    deps[i] = relation if head >= 0 else "ROOT"
            _attach_spaces(doc, heads, deps)
            relative = np.array(heads, dtype=np.int64) - np.arange(len(doc))
            labels = np.array([self.vocab.strings.add(dep) for dep in deps], dtype=np.uint64)
            _write(doc, [HEAD, DEP], np.stack([relative.astype(np.uint64), labels], axis=1))


def _attach_spaces(doc: Doc, heads: list[int], deps: list[str]) -> None:
    """Hang white space on the word before it, or it would be a sentence of its own."""
    for token in doc:
        if token.is_space:
            heads[token.i] = max(token.i - 1, 0)
            deps[token.i] = "dep" if token.i else "ROOT"


class Lemmas(Component):
    """Sets lemmas by pymorphy3, the parse that agrees with the tag."""

    def annotate(self, docs: list[Doc]) -> None:
        for doc in docs:
            lemmas = dict(zip(words_of(doc).indexes, page_of(doc).lemmas, strict=True))
            ids = [self.vocab.strings.add(lemmas.get(token.i, token.text)) for token in doc]
            _write(doc, [LEMMA], np.array(ids, dtype=np.uint64))


def _write(doc: Doc, attributes: list[int | str], values: Any) -> None:
    """Set attributes of all tokens at once: ``values`` is ``(n_tokens, n_attributes) uint64``."""
    doc.from_array(attributes, values)


# -- extractors -------------------------------------------------------------------------------------------


def page_of(doc: Doc) -> Page:
    """Return the page of a doc, built at the first question."""
    page = doc.user_data.get(PAGE)
    if page is None:
        page = doc.user_data[PAGE] = _build_page(doc)
    return page


def _build_page(doc: Doc) -> Page:
    words = words_of(doc)
    positions = {index: i for i, index in enumerate(words.indexes)}
    columns = doc.to_array([POS, MORPH])[words.indexes] if words.indexes else np.zeros((0, 2), dtype=np.uint64)
    return Page(
        text=doc.text,
        words=words.texts,
        starts=words.starts,
        ends=[start + len(word) for start, word in zip(words.starts, words.texts, strict=True)],
        pos=[_string(doc.vocab, key) for key in columns[:, 0].tolist()],
        tags=[_string(doc.vocab, key) for key in columns[:, 1].tolist()],
        sentences=words.sentences,
        chunks=[Chunk(positions[e.start], positions[e.end - 1] + 1, e.label_) for e in doc.ents],
        published=doc._.published,
        title=doc._.title,
        parse=lambda first, last: _parse(doc, words, first, last),
    )


@lru_cache(maxsize=8192)
def _string(vocab: Vocab, key: int) -> str:
    return vocab.strings[key]


def _parse(doc: Doc, words: Words, first: int, last: int) -> tuple[list[int], list[str]]:
    """Return heads and relations of a sentence: those of the doc, or parsed now where it has none."""
    if not doc.has_annotation("DEP"):
        return parse_sentence(words.texts, first, last)
    tokens = [doc[i] for i in words.indexes[first:last]]
    places = {token.i: i for i, token in enumerate(tokens)}
    heads = [-1 if token.head.i == token.i else places.get(token.head.i, -1) for token in tokens]
    return heads, [token.dep_ for token in tokens]


def found(doc: Doc) -> dict[str, list[Any]]:
    """Return what the extractors have found in a doc so far, by field."""
    return doc.user_data.setdefault(FOUND, {})  # type: ignore[no-any-return]


class Extraction(Component):
    """Runs one extractor: ``find`` reads, ``set_annotations`` writes."""

    def __init__(self, nlp: Language, extractor: Extractor, without: Iterable[str]) -> None:
        super().__init__(nlp)
        self.extractor = extractor
        self.without = frozenset(without)

    def annotate(self, docs: list[Doc]) -> None:
        for doc in docs:
            self.set_annotations(doc, self.find(doc))

    def find(self, doc: Doc) -> dict[str, list[Any]]:
        """Return the rows of this extractor by field of the record."""
        page = page_of(doc)
        page.without = self.without
        return self.extractor.run(page, found(doc))

    def set_annotations(self, doc: Doc, rows: dict[str, list[Any]]) -> None:
        """Keep the rows and write their mentions as spans."""
        found(doc).update(rows)
        for field, values in rows.items():
            doc.spans[field] = SpanGroup(
                doc, name=field, spans=[s for row in values for s in _doc_spans(doc, field, row)]
            )


def _doc_spans(doc: Doc, field: str, row: Any) -> Iterator[Span]:
    for mention in getattr(row, "mentions", None) or ([row] if hasattr(row, "start") else []):
        if not isinstance(getattr(mention, "start", None), int):
            continue
        span = doc.char_span(mention.start, mention.end, label=field, span_id=row.id, alignment_mode="expand")
        if span is not None:
            yield span


class FlatEntities(Component):
    """Sets ``doc.ents`` to the flat reading of everything found: PER, ORG, LOC without overlaps."""

    def annotate(self, docs: list[Doc]) -> None:
        for doc in docs:
            spans = ents.flat_entities(page_of(doc), found(doc))
            chosen = [
                doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in spans
            ]
            doc.set_ents(spacy.util.filter_spans([span for span in chosen if span is not None]))


Language.factory("letopis_ner", func=lambda nlp, name: NamedEntities(nlp))
Language.factory("letopis_morphology", func=lambda nlp, name: Morphology(nlp))
Language.factory("letopis_syntax", func=lambda nlp, name: Syntax(nlp))
Language.factory("letopis_lemmas", func=lambda nlp, name: Lemmas(nlp))
Language.factory("letopis_ents", func=lambda nlp, name: FlatEntities(nlp))


def _register(extractor: Extractor) -> str:
    def create(nlp: Language, name: str, without: list[str]) -> Extraction:
        return Extraction(nlp, extractor, without)

    name = f"letopis_{extractor.name}"
    Language.factory(name, default_config={"without": []}, func=create)
    return name


COMPONENTS = (
    "letopis_ner", "letopis_morphology", "letopis_syntax", "letopis_lemmas",
    *[_register(extractor) for extractor in EXTRACTORS],
    "letopis_ents",
)  # fmt: skip
