"""Contacts: a list as people bring it → rows with a checked telephone number each. The store keeps them, encrypted.

files.py workbooks.py    CSV or XLSX → Row, streaming, with the line it began on
bare.py                  lists of people who want nothing, one number a line
numbers.py               a cell → E.164 digits of a Vietnamese mobile, or why not
lists.py                 what a list may be called, and what is said of it
rows.py                  Row → ContactRow or Rejected, with counts that add up
"""

from __future__ import annotations

from pipeline.contacts.bare import NumberLine, read_numbers
from pipeline.contacts.files import ContactFile, Row, read_contacts
from pipeline.contacts.lists import ListFacts, require_plain
from pipeline.contacts.numbers import ParsedNumber, Rejection, all_numbers, mask, name_for, parse_number, showable
from pipeline.contacts.rows import (
    FORGOTTEN,
    ContactRow,
    ImportPlan,
    Rejected,
    RowWarning,
    area_matcher,
    check_rows,
    sample_contacts,
)

__all__ = [
    "FORGOTTEN",
    "ContactFile",
    "ContactRow",
    "ImportPlan",
    "ListFacts",
    "NumberLine",
    "ParsedNumber",
    "Rejected",
    "Rejection",
    "Row",
    "RowWarning",
    "all_numbers",
    "area_matcher",
    "check_rows",
    "mask",
    "name_for",
    "parse_number",
    "read_contacts",
    "read_numbers",
    "require_plain",
    "sample_contacts",
    "showable",
]
