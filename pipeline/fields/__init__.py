"""What a value in a file may be: kinds that read a node, name what is wrong, and describe themselves as JSON Schema.

A `Record` of `Field`s reads a mapping. Reading never stops at the first problem; what could not be read is left out of
the result. References (an area named in a slot, say) are collected with their places and resolved at the end.

reading.py   problems, references, guesses at what was meant
values.py    single values
shapes.py    lists, tables, records
hours.py     hours of the week
"""

from pipeline.fields.hours import CLOSED, HoursTable, hours_text, parse_hours
from pipeline.fields.reading import (
    Kind,
    Reading,
    Reference,
    closest,
    identifier_from,
    refuse_shape,
    resolve,
    scalar,
    shown,
    unknown_key,
)
from pipeline.fields.shapes import (
    DAY_WORDS,
    WEEKDAYS,
    Field,
    ListOf,
    Record,
    TableOf,
    Weekdays,
)
from pipeline.fields.values import (
    IDENTIFIER,
    Choice,
    ClockTime,
    Day,
    Duration,
    Flag,
    Identifier,
    LocalMoment,
    Named,
    Number,
    Text,
    Whole,
    duration_text,
    parse_clock,
    parse_day,
    parse_duration,
    parse_moment,
)

__all__ = [
    "CLOSED",
    "DAY_WORDS",
    "IDENTIFIER",
    "WEEKDAYS",
    "Choice",
    "ClockTime",
    "Day",
    "Duration",
    "Field",
    "Flag",
    "HoursTable",
    "Identifier",
    "Kind",
    "ListOf",
    "LocalMoment",
    "Named",
    "Number",
    "Reading",
    "Record",
    "Reference",
    "TableOf",
    "Text",
    "Weekdays",
    "Whole",
    "closest",
    "duration_text",
    "hours_text",
    "identifier_from",
    "parse_clock",
    "parse_day",
    "parse_duration",
    "parse_hours",
    "parse_moment",
    "refuse_shape",
    "resolve",
    "scalar",
    "shown",
    "unknown_key",
]
