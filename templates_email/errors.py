"""Why a message cannot be made. Texts name the slot and never quote the value: it may be a personal link or a code."""


class TemplateError(Exception):
    """A source of ours is wrong; found when it is compiled, so by the tests."""


class CannotRender(ValueError):
    """No message can be made of these values, and trying again will not help."""

    permanent = True


class MissingValue(CannotRender):
    def __init__(self, name: str) -> None:
        super().__init__(f"[[{name}]] has no value")
        self.name = name


class UnsafeValue(CannotRender):
    """A value no part of a message may carry: half a character, or a link that is none."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"[[{name}]] {why}")
        self.name = name


class UnsafeHeader(CannotRender):
    """A header field with a line break, another control character, or an address that is none."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field} {why}")
        self.field = field


class UnknownLanguage(CannotRender):
    def __init__(self, language: str) -> None:
        super().__init__(f"there is no e-mail in the language {language!r}")
        self.language = language


class UnexpectedRows(CannotRender):
    def __init__(self, event: str) -> None:
        super().__init__(f"{event} has no place for rows")
