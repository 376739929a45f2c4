"""Files that somebody named: what cannot be written there is said in words, and nobody's file is written over."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import ContentError


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """ContentError where a file or folder that somebody named cannot be written."""
    try:
        yield
    except OSError as error:
        raise ContentError("output_unwritable", file=path, why=error.strerror or type(error).__name__) from None


@contextlib.contextmanager
def writing_new(path: Path) -> Iterator[int]:
    """The handle of a new file only its owner can read. ContentError where there is one, or it cannot be written."""
    with writing(path):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise ContentError("output_exists", file=path) from None
        yield handle
