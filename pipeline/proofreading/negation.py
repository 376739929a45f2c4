"""Whether SMS and speech forbid the same: a lost "không" turns a warning into an invitation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import NamedTuple

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding
from pipeline.proofreading.letters import plain
from pipeline.speech.page import words

NEGATIONS = words("không chưa chẳng chả đừng chớ cấm ko")
FOLDED = words("khong ko")  # "chua" may be chữa, "cam" cảm
MAYBE = words("dung cho chua cam chang cha k")  # đừng or đúng, dùng; chớ or cho
FILLERS = words("duoc nen phai bao gio tuyet doi voi vang tu y can hay de")
SUBJECTS = words(
    "ba con nguoi dan moi nguoi bac cac chung ta gia dinh xin hay nen can phai thi cu va hoac roi ngay de nghi vui "
    "long moi ong em chau"
)
LONGEST = 40  # words of a clause that are looked at: nobody forbids anything so far into one
WORD = re.compile(r"[^\W\d_]+")
STOP = re.compile(r"[.!?;:,\n–]+")


class _Clause(NamedTuple):
    """The words of a stretch without stops, where they stand, and whether a negation of its sentence came before."""

    words: Sequence[str]  # folded
    forbids: Sequence[bool]
    may_forbid: Sequence[bool]
    starts: Sequence[int]
    ends: Sequence[int]
    forbidden_before: bool
    opens: bool  # a sentence; behind a comma a list may go on, of what others ask for


class _Act(NamedTuple):
    """Two words that name what is done, the word before, the one behind, and whether the clause asks for it."""

    verb: tuple[str, str]
    follow: str
    subject: str
    asked: bool
    start: int
    end: int


def find_turned_negation(draft: Draft) -> Iterator[Finding]:
    """Không chuyển tiền in the speech, "chuyen tien" in the SMS; or the other way round."""
    if draft.sms is None:
        return
    spoken, short = _clauses(draft.text.text), _clauses(draft.sms.text)
    forbidden = _forbidden(spoken)
    told = {each.verb for each in forbidden}
    maybe = {each.verb for each in _forbidden(short, doubtful=True)}
    for act in _turned(_acts(short), [each for each in forbidden if each.verb not in maybe]):
        yield draft.sms.finding("sms_negation_lost", act.start, act.end)
    asked = _acts(spoken)
    for act in _forbidden(short):
        if act.verb not in told and any(_alike(act, each) for each in asked):
            yield draft.sms.finding("sms_negation_added", act.start, act.end)


def _turned(asked: Sequence[_Act], forbidden: Sequence[_Act]) -> Iterator[_Act]:
    for act in asked:
        if any(_alike(each, act) for each in forbidden):
            yield act


def _alike(forbidden: _Act, asked: _Act) -> bool:
    """The same act, asked for outright, or of the same one who does it: công an (không) làm việc qua điện thoại."""
    return forbidden.verb == asked.verb and (
        asked.asked or (asked.subject != "" and asked.subject == forbidden.subject)
    )


def _clauses(text: str) -> list[_Clause]:
    lowered, folded = text.lower(), plain(text)
    sure, maybe = (FOLDED, MAYBE) if text.isascii() else (NEGATIONS, frozenset[str]())
    found: list[_Clause] = []
    forbidden, opens, ends = False, True, [0, *(each.end() for each in STOP.finditer(text)), len(text)]
    for start, end in pairwise(ends):
        spans = [each.span() for each in islice(WORD.finditer(text, start, end), LONGEST)]
        said = [lowered[first:last] for first, last in spans]
        forbids = [each in sure for each in said]
        may_forbid = [each in sure or each in maybe for each in said]
        bare = [folded[first:last] for first, last in spans]
        starts, stops = [each[0] for each in spans], [each[1] for each in spans]
        found.append(_Clause(bare, forbids, may_forbid, starts, stops, forbidden, opens))
        ended = any(sign in ".!?;\n" for sign in text[start:end][-2:])
        opens = ended or text[start:end].endswith(":")
        forbidden = not ended and (forbidden or any(may_forbid))
    return found


def _forbidden(clauses: Sequence[_Clause], *, doubtful: bool = False) -> list[_Act]:
    """What a negation stands before; `doubtful`: or a folded word that may be one."""
    found: list[_Act] = []
    for clause in clauses:
        for at, forbids in enumerate(clause.may_forbid if doubtful else clause.forbids):
            first = at + 1
            while first < len(clause.words) and (clause.words[first] in FILLERS or clause.forbids[first]):
                first += 1
            if forbids and first + 1 < len(clause.words):
                lead = [each for each in clause.words[:at] if each not in FILLERS]
                found.append(_act(clause, first, at, lead[-1] if lead else "", asked=not lead))
    return found


def _acts(clauses: Sequence[_Clause]) -> list[_Act]:
    """Every pair of words that nothing before in the sentence forbids."""
    found: list[_Act] = []
    for clause in clauses:
        free = [] if clause.forbidden_before else range(len(clause.words) - 1)
        for at in free:
            if any(clause.may_forbid[: at + 1]):
                break
            lead = clause.words[:at]
            asked = (clause.opens or bool(lead)) and all(each in SUBJECTS for each in lead)
            found.append(_act(clause, at, at, lead[-1] if lead else "", asked=asked))
    return found


def _act(clause: _Clause, at: int, start: int, subject: str, *, asked: bool) -> _Act:
    verb = (clause.words[at], clause.words[at + 1])
    follow = clause.words[at + 2] if at + 2 < len(clause.words) else ""
    return _Act(verb, follow, subject, asked, clause.starts[start], clause.ends[at + 1])
