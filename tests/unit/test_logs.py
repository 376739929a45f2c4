"""What Loa does not foresee names nobody either: the words of exceptions, in logs and where a fault ends a command."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from pipeline.cli.logs import Masking
from pipeline.contacts.numbers import masked

FORMS = ("84912777001", "+84912777001", "0912777001", "912777001", "0912.777.001", "+84 912 777 001", "%2B84912777001")


@pytest.mark.parametrize("form", FORMS)
def test_a_number_is_masked_in_whatever_form_it_stands(form: str) -> None:
    found = masked(f"cannot send to '{form}': refused")
    assert "777001" not in "".join(filter(str.isdigit, found))
    assert found.startswith("cannot send to '")
    assert found.endswith("': refused")


def test_a_size_is_a_size_where_people_are_told_of_limits() -> None:
    assert masked("at most 300000000 bytes, not 0912 777 001", bare=False) == "at most 300000000 bytes, not 091*****01"


@pytest.mark.parametrize("text", ["2026-11-28 09:00:05,123", "delivery 17 of 100000", "port 8085", "113, 156, 5656"])
def test_what_is_no_number_stays(text: str) -> None:
    assert masked(text) == text


def test_the_words_of_an_exception_are_masked_in_a_log() -> None:
    try:
        raise RuntimeError("no route to +84912777001")
    except RuntimeError:
        record = logging.LogRecord("loa", logging.ERROR, "x.py", 1, "failed for %s", ("0912777001",), sys.exc_info())
    line = Masking().format(record)
    assert "912777001" not in line
    assert "RuntimeError: no route to " in line


def test_a_fault_that_ends_a_command_names_nobody() -> None:
    code = (
        "from pipeline.cli.logs import keep_discreet; import logging; keep_discreet();"
        "logging.getLogger('x').warning('to 0912777001'); raise RuntimeError('to 84912777001')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert "RuntimeError: to 849" in ran.stderr
    assert "912777001" not in ran.stderr
