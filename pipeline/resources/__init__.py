"""Reviewed word lists and tables, each with its source and licence in the comment it begins with."""

from __future__ import annotations

from importlib.resources import files

RESOURCES = files("pipeline.resources")


def read_lines(name: str) -> list[str]:
    """Read the lines of a resource, without comments (#) and empty ones."""
    text = RESOURCES.joinpath(name).read_text(encoding="utf-8")
    return [line.rstrip() for line in text.split("\n") if line.strip() and line[0] != "#"]


def read_rows(name: str) -> list[list[str]]:
    """Read the rows of a resource, tabs between their fields."""
    text = RESOURCES.joinpath(name).read_text(encoding="utf-8")
    return [line.rstrip("\r").split("\t") for line in text.split("\n") if line.strip() and line[0] != "#"]


def read_table(name: str) -> list[dict[str, str]]:
    """Read a resource whose first row names the columns."""
    columns, *rows = read_rows(name)
    return [dict(zip(columns, row, strict=True)) for row in rows]
