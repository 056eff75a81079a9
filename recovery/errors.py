"""The one error of this package."""


class RecoveryError(Exception):
    """Something the user can put right; printed without a traceback."""
