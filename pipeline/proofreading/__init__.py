"""The proofreader: what a text should not say, or not like this, before anybody approves it. Pure; takes linear time.

rules.py                   every rule in its order; what `accept` of a script lifts
findings.py draft.py       what is found, with its place;  the bulletin on the desk
leftovers.py unaccented.py letters.py    fields not filled in;  no diacritics;  signs of a scanner
slips.py doubled.py single.tsv           glued words, stray blanks;  words written twice, and which never are
spelling.py syllables.py spelling.tsv compounds.txt    misspelled words: by rule, by name, by hỏi and ngã, n and ng
dates.py weekdays.py hours.py            days, weekdays and times that cannot be;  data later than its source
addresses.py domains.tsv   sites nobody vouches for
calls.py services.py       numbers to call: unknown, grouped wrongly;  113, 114, 115 for what they are
personal.py                numbers and names of private people
ear.py airtime.py          what the ear cannot follow;  what a slot cannot hold
facts.py amounts.py agreement.py negation.py    whether SMS and speech say, and forbid, the same
"""

from __future__ import annotations

from pipeline.proofreading.airtime import find_beyond_slots
from pipeline.proofreading.findings import Finding, Passage, Weight, masked
from pipeline.proofreading.rules import Entry, proofread, proofread_site, reading_list

__all__ = [
    "Entry", "Finding", "Passage", "Weight", "find_beyond_slots", "masked", "proofread", "proofread_site",
    "reading_list",
]  # fmt: skip
