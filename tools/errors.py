"""What can go wrong while tools are installed, said so that it can be mended."""


class ToolError(Exception):
    """A tool can be neither found nor built; the text says what is missing and what to do."""

    def __init__(self, what: str, fix: str) -> None:
        # What a program said takes several lines; the remedy then stands on its own.
        end = "\n" if "\n" in what else ". "
        super().__init__(f"{what}{end}Fix: {fix}")
        self.what = what
        self.fix = fix
