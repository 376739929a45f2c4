"""Contacts: a list as people bring it → rows with a checked telephone number each. The store keeps them, encrypted.

files.py workbooks.py    CSV or XLSX → Row, streaming, with the line it began on
numbers.py               a cell → E.164 digits of a Vietnamese mobile, or why not
lists.py                 what a list may be called
rows.py                  Row → ContactRow or Rejected, with counts that add up
"""

from __future__ import annotations

from pipeline.contacts.files import ContactFile, Row, read_contacts
from pipeline.contacts.lists import require_plain
from pipeline.contacts.numbers import ParsedNumber, Rejection, mask, parse_number
from pipeline.contacts.rows import (
    ContactRow,
    ImportPlan,
    Rejected,
    RowWarning,
    area_matcher,
    check_rows,
    sample_contacts,
)

__all__ = [
    "ContactFile",
    "ContactRow",
    "ImportPlan",
    "ParsedNumber",
    "Rejected",
    "Rejection",
    "Row",
    "RowWarning",
    "area_matcher",
    "check_rows",
    "mask",
    "parse_number",
    "read_contacts",
    "require_plain",
    "sample_contacts",
]
