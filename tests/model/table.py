"""What the environment of the container may say, as its README lists it: `make docs` writes it."""

from components.docs import attribute_texts, table


def part() -> str:
    """A row for each variable."""
    from app.settings import Settings  # `model` is on the path of tests and of `make docs`.

    texts = attribute_texts(Settings)
    rows = [
        (f"`{name.upper()}`", _default(getattr(Settings(), name)), text) for name, (_, text) in texts.items()
    ]
    return table(("variable", "default", "meaning"), rows)


def _default(value: object) -> str:
    return f"`{value}`" if value != "" else "none"
