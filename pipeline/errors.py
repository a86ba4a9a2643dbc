"""The base of the project's own errors."""


class LetopisError(Exception):
    """Something the user can mend: the message says what, where, the value seen and what to do."""
