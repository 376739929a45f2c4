"""Reads lines of pieces thrown together, and what was read once more.

`python -m tests.unit.speech.twice --lines 200000 --seed 1`

Prints every line that changed at the second reading, and how many did; none should.
"""

from __future__ import annotations

import argparse
import sys

from pipeline.speech import read_line
from tests.unit.speech.test_properties import thrown_together


def main() -> int:
    """Exit code 1 where a line changed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=200_000)
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    changed = 0
    for line in thrown_together(options.seed, options.lines):
        once = read_line(line).paragraphs[0]
        twice = read_line(once).paragraphs[0]
        if once != twice:
            changed += 1
            sys.stdout.write(f"{line!r}\n    {once!r}\n    {twice!r}\n")
    sys.stdout.write(f"{changed} of {options.lines} lines changed\n")
    return min(changed, 1)


if __name__ == "__main__":
    raise SystemExit(main())
