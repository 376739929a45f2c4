"""The proofreader: what a text should not say, or not like this, before anybody approves it. Pure; takes linear time.

rules.py                   every rule in its order; what `accept` of a script lifts
findings.py draft.py       what is found, with its place;  the bulletin on the desk
leftovers.py letters.py slips.py      fields not filled in;  signs of a scanner;  glued, doubled, misspelled words
syllables.py spelling.tsv             what can be Vietnamese;  slips by name
dates.py addresses.py domains.tsv     days that cannot be;  sites nobody vouches for
personal.py                           numbers and names of private people
ear.py airtime.py                     what the ear cannot follow;  what a slot cannot hold
facts.py agreement.py                 whether SMS and speech say the same
"""

from __future__ import annotations

from pipeline.proofreading.airtime import airtime_s
from pipeline.proofreading.findings import Finding, Passage, Weight, masked
from pipeline.proofreading.rules import Entry, proofread, proofread_site, reading_list

__all__ = [
    "Entry", "Finding", "Passage", "Weight", "airtime_s", "masked", "proofread", "proofread_site", "reading_list",
]  # fmt: skip
