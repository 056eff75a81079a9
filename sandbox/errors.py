"""The one error of the sandbox's commands: what is wrong, and the command that fixes it."""


class SandboxError(Exception):
    """Something the user can put right; printed without a traceback."""

    def __init__(self, what: str, fix: str | None = None) -> None:
        super().__init__(what if fix is None else f"{what}\n  Fix: {fix}")
        self.what = what
        self.fix = fix
