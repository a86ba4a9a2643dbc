"""The article in a page of HTML: text, title, day and address, by trafilatura.

A page goes through trafilatura's extraction; a fragment (the body of an article as feeds and databases keep
it) has nothing around the article to take away, so all of it is text, block by block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# <meta charset="windows-1251"> or <meta http-equiv … content="text/html; charset=windows-1251">
META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
XML_CHARSET = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{2,40})""")
PAGE = re.compile(r"<(?:!doctype|html|body|head)\b", re.IGNORECASE)
BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1",
     "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td",
     "th", "tr", "ul"]
)  # fmt: skip
HIDDEN = frozenset(["script", "style", "noscript", "template", "svg", "iframe", "form", "button"])


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of HTML says: the article's text, empty where there is none, and what stands about it."""

    text: str
    title: str | None = None
    published: str | None = None
    url: str | None = None


def declared_charset(data: bytes) -> str | None:
    """Find the encoding that a page names in its head."""
    match = META_CHARSET.search(data[:4096]) or XML_CHARSET.search(data[:200])
    return match[1].decode("ascii") if match else None


def read_page(html: str, *, url: str | None = None) -> Page:
    """Extract the article of a page; the day only where the page states it, never guessed from its text."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    found = bare_extraction(
        html,
        url=url,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        favor_recall=True,
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if not isinstance(found, Document) or not found.text:
        return Page("")
    return Page(_tidy(found.text), found.title or None, found.date or None, found.url or None)


def read_fragment(html: str) -> Page:
    """Take all the text of a piece of HTML, a line for each block.

    >>> read_fragment("<p>Форум прошёл в Томске.</p><ul><li>секция</li></ul>").text
    'Форум прошёл в Томске.\\nсекция'
    """
    if PAGE.search(html[:4096]):
        return read_page(html)
    from lxml.html import fragment_fromstring

    parts: list[str] = []
    _collect(fragment_fromstring(html, create_parent="div"), parts)
    return Page(_tidy("".join(parts)))


def _collect(element: object, parts: list[str]) -> None:
    """Walk an element without recursion, which hostile nesting would exhaust."""
    from lxml import etree

    walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        name = node.tag if isinstance(node.tag, str) else None
        if event == "start":
            if name in HIDDEN:
                walker.skip_subtree()
            elif name in BLOCKS or name == "br":
                parts.append("\n")
            if node.text and name not in HIDDEN:
                parts.append(_flat(node.text))
            continue
        if name in BLOCKS:
            parts.append("\n")
        if node.tail and node is not element:
            parts.append(_flat(node.tail))


def _flat(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text)


def _tidy(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
