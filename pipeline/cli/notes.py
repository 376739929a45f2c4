"""The warnings of a calendar as people read them: like ones in one line, and a number to find their airings by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from pipeline.cli.output import plain
from pipeline.errors import Severity
from pipeline.messages import render, say

if TYPE_CHECKING:
    from pipeline.errors import Problem
    from pipeline.schedule import OccurrenceKey, Remark

MOST = 3  # of one kind that are told one by one
NAMED = 4

# What one line can tell of several: the code, what they must share, the code of the line.
ALIKE: Mapping[str, tuple[str, str]] = {
    "bulletin_held_back": ("reason", "bulletins_held_back"),
    "report_channel_runs_out": ("channel", "report_channels_run_out"),
}


class Notes:
    """The lines of some remarks, and which of them concern an airing."""

    def __init__(self, remarks: Sequence[Remark]) -> None:
        self.lines: list[str] = []
        self._marks: dict[OccurrenceKey, list[int]] = {}
        for group in _groups(remarks):
            for told, concerned in _told(group):
                self.lines.append(told)
                for key in {key: None for each in concerned for key in each.at}:
                    self._marks.setdefault(key, []).append(len(self.lines))
        self._marked = {number for numbers in self._marks.values() for number in numbers}

    def marks(self, key: OccurrenceKey) -> str:
        """The numbers of what concerns an airing: `[1,4]`."""
        numbers = self._marks.get(key)
        return f"[{','.join(map(str, numbers))}]" if numbers else ""

    def print(self) -> None:
        """On stderr, as every problem: `file:line:col: warning: what: hint`, its number behind it."""
        for number, line in enumerate(self.lines, 1):
            click.echo(plain(f"{line} [{number}]" if number in self._marked else line), err=True)


def _groups(remarks: Sequence[Remark]) -> list[list[Remark]]:
    """Those of a kind together, in the order of the first of each."""
    groups: dict[tuple[str, str], list[Remark]] = {}
    for each in remarks:
        problem = each.problem
        alone = problem.severity is Severity.ERROR
        shared = problem.params.get(ALIKE[problem.code][0], "") if problem.code in ALIKE else ""
        groups.setdefault((f"{id(each)}" if alone else problem.code, shared), []).append(each)
    return list(groups.values())


def _told(group: list[Remark]) -> list[tuple[str, list[Remark]]]:
    """The lines of a group, each with what it tells."""
    problem = group[0].problem
    if len(group) > 1 and problem.code in ALIKE:
        return [(_line(problem, ALIKE[problem.code][1], _joined(group)), group)]
    lines = [(_line(each.problem), [each]) for each in group[:MOST]]
    if len(group) > MOST:
        lines.append((say("more_of_the_kind", count=len(group) - MOST), group[MOST:]))
    return lines


def _joined(group: list[Remark]) -> dict[str, str]:
    names = [each.problem.params["bulletin"] for each in group]
    firsts = sorted(first for each in group if (first := each.problem.params.get("first")))
    shown = ", ".join(names[:NAMED]) + (f" +{len(names) - NAMED}" if len(names) > NAMED else "")
    return {
        **group[0].problem.params,
        "count": str(len(group)),
        "first": firsts[0] if firsts else "",
        "bulletins": shown,
    }


def _line(problem: Problem, code: str = "", params: Mapping[str, str] | None = None) -> str:
    message, hint = render(code or problem.code, problem.params if params is None else params)
    place = f"{problem.file}:{problem.line}:{problem.column}: " if problem.file and not code else ""
    return f"{place}{problem.severity.value}: {message}" + (f": {hint}" if hint else "")
