"""How Loa logs: on stderr, telephone numbers masked whoever wrote them, also where a fault of ours ends a command.

What Loa logs itself names nobody. This is for what it does not foresee: the words of an exception, of a library.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType


class Masking(logging.Formatter):
    """Finished lines, tracebacks included, without a telephone number."""

    def format(self, record: logging.LogRecord) -> str:
        from pipeline.contacts.numbers import masked

        return masked(super().format(record))


def keep_discreet() -> None:
    """What nobody has set up any logging for, and what ends this process, tells no number."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(Masking())
    sys.excepthook = _tell


def log_to_stderr() -> None:
    """Everything from INFO on, a line each, as `loa run` does."""
    handler = logging.StreamHandler()
    handler.setFormatter(Masking("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    from pipeline.contacts.numbers import masked

    sys.stderr.write(masked("".join(traceback.format_exception(kind, error, trace))))
