"""The one error that people see: what happened, to what, and what to do about it."""


class UserError(Exception):
    """A mistake or a circumstance that the user can act on.

    The message is one whole sentence: what happened, to what, and what to do. It holds no health
    value and no secret. The command line prints it without a traceback and exits with 1.
    """
