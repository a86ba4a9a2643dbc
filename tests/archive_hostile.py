"""Strings that want to be more than data: SQL, full-text syntax, HTML, formulas, paths, odd characters."""

# ruff: noqa: E501 (tables of texts)

HOSTILE = [
    "'; DROP TABLE people; --",
    '" OR "1"="1',
    "1) UNION SELECT sql, 1, 1 FROM sqlite_master --",
    "Robert'); DELETE FROM articles;--",
    '"', '""', "'", "*", "**", "-", "--", "^", "(", ")", "((", "NEAR(", "NEAR(a b, 5)", "a NEAR b",
    "AND", "OR", "NOT", "AND OR NOT", "title:", "title:x", "{title text} : x", "x AND", "NOT x", "-x", '-"', "или", "| |",
    "«", "»", "«не закрыто", "“x", "a*b*c", "* *", "доброволь**", "x" * 5000, "а " * 2000, "(" * 500,
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "{{ 7*7 }}", "{% raw %}", "${7*7}", "[red]rich[/red]", "[/]", "%s%n%x", "\\", "\\u0000",
    "=HYPERLINK(\"http://evil.example\";\"x\")", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "＝1+1", " =1+1",
    "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "C:\\Windows", "file:///etc/passwd", "%00", "a\0b",
    "\x1b[31mred\x1b[0m", "\u202e\u0440", "\ufeff", "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "е\u0301", "й", "ﬁ", "𝔄𝔫𝔫𝔞", "👩‍👩‍👧", "null", "None", "undefined", "NaN", "true", "1e309", "-0", "０",
]  # fmt: skip
