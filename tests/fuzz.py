"""Files that went wrong on the way, in an editor or in somebody's hands: the house names what is wrong and goes on.

One file of a small whole site at a time is changed by bytes, lines, tokens or structure, read as a site, and planned.
`python -m tests.fuzz 20000` prints what was changed, what was said of it, and the slowest.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import tempfile
import time as clock
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

import yaml

from pipeline.dispatch import expand_site
from pipeline.messages import CATALOGUE, render
from pipeline.site import load_site
from tests.sites import OTHER_SCRIPT, SCRIPT, STATION, TOPICS, write_site

HANGS_AFTER_S = 60
SLOW_S = 1.0
FIRST = date(2026, 11, 23)

PROGRAMME = """\
# Mọi khóa của một chương trình.
programme: canh-bao
title: Cảnh báo lừa đảo
from: 2026-11-23
until: 2027-12-31
suspended: {from: 2027-06-01, until: 2027-06-05, reason: Sửa trạm}
slots:
  - id: chieu
    days: [mon, wed, fri]
    at: ["05:30", "17:00"]
    at_by_area: {an-quang: "17:30"}
    at_by_season: {"05-01..09-30": "05:00", "12-25..01-02": {at: "06:00", at_by_area: {an-hung: ["06:15", "18:00"]}}}
    every: 2
    season: "11-15..08-31"
    peak:
      - {from: 2026-12-01, until: 2026-12-31, days: daily, at: ["05:30", "17:00"], repeat: 2, count: 4, every: 1}
      - {from: 2027-05-01, until: 2027-05-31, at_by_area: {an-hung: "18:00"}, length: 20m}
    suspended: {until: 2026-11-24, reason: Sửa loa}
    medium: loudspeaker
    areas: [an-lao, xa-cu]
    except_areas: [thon-1]
    length: 10m
    play: {rotate: {topics: [all], audience: [nguoi-cao-tuoi], count: 3}}
    repeat: 2
    late_by_at_most: 20m
  - id: nhan-tin
    days: weekend
    at: 9:00
    medium: sms
    contacts: [to-truong]
    areas: [an-quang]
    play: {bulletins: [gia-danh-cong-an, deepfake]}
except: [tet, 2027-02-05..2027-02-11, 2026-12-24]
extra:
  - {slot: chieu, date: 2026-12-24, at: "19:00"}
  - {slot: nhan-tin, date: 2026-11-25, at: "08:00"}
"""
AREAS = """\
areas:
  - {id: an-lao, code: "00313", name: Khu vực An Lão}
  - {id: an-quang, name: Xã An Quang, parent: an-lao, valid_from: 2025-07-01}
  - {id: an-hung, name: Xã An Hưng, parent: an-lao}
  - {id: xa-cu, name: Xã cũ, parent: an-lao, valid_until: 2025-06-30, becomes: [an-quang, an-hung]}
  - id: thon-1
    name: Thôn 1
    parents: [{parent: xa-cu, until: 2025-06-30}, {parent: an-hung, from: 2025-07-01}]
clusters:
  - {id: cum-1, name: Cụm 1, area: an-quang, channel: thu-muc, address: {folder: cum-1}, position: [20.81, 106.53]}
  - {id: cum-2, name: Cụm 2, areas: [{area: xa-cu, until: 2025-06-30}, {area: an-hung, from: 2025-07-01}], channel: may}
  - {id: cum-3, name: Cụm 3, area: thon-1, channel: thu-muc, address: {folder: cum-3}}
"""
CHANNELS = """\
channels:
  thu-muc: {type: folder, path: var/playout, lead: 10m, lead_in: 500ms, format: opus}
  may: {type: sound_card, device: default}
  ban-giao: {type: sms_file, path: var/handover, keep_days: 7, price_per_part: 350}
  tin-nhan: {type: twilio, account: env:LOA_ACCOUNT, token: env:LOA_TOKEN, sender: UBND-ANLAO, rate: 10/s, timeout: 10s}
sms: {channel: ban-giao}
"""
CALENDAR = """\
sets:
  tet: [{lunar: "12-28..01-05"}]
  quoc-khanh: {yearly: "09-02"}
  quoc-tang:
    - {days: 2026-12-01..2026-12-02, notice: Thông báo số 12-TB/TW}
    - 2025-05-24..2025-05-25
closed: [quoc-tang]
"""
LEXICON = "readings: [{write: CCB, read: cựu chiến binh}, {write: TT, read: thông tin, after: [Văn hóa]}]\n"
REPORT = 'report_channels: [{id: "156", read: một năm sáu, for: cuộc gọi rác, checked: 2026-11-01, valid_days: 365}]\n'
FILES: Mapping[str, str] = {
    "schedules/canh-bao.yaml": PROGRAMME,
    "config/areas.yaml": AREAS,
    "config/calendar.yaml": CALENDAR,
    "config/station.yaml": STATION,
    "config/channels.yaml": CHANNELS,
    "config/topics.yaml": TOPICS,
    "config/lexicon.yaml": LEXICON,
    "config/report_channels.yaml": REPORT,
    "scripts_audio/gia-danh-cong-an.md": SCRIPT,
    "scripts_audio/deepfake.md": OTHER_SCRIPT,
}
OFTEN = ["schedules/canh-bao.yaml"] * 6 + ["config/areas.yaml"] * 4 + ["config/calendar.yaml"] * 2

# --- ways to go wrong -------------------------------------------------------------------------------------------------

ODD = (
    *("9" * 4000, "-1", "0", "1e400", "0x7fffffff", "99999999999999999999", "3.5", "٣", "１７:００", "½"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "1900-01-01..9999-12-31", "00-00..99-99", "02-29..02-29"),
    *("24:00", "00:00", "-1:00", "5:3", "999h", "0s", "1h30", "null", "~", "true", "no", "''", '""', "{}", "[]"),
    *("&a", "*a", "!!python/object/apply:os.system", "<<", "---", "...", "%YAML 1.1", "|", ">", "?", "@", "`", "\t"),
    *("[", "]", "{", "}", ":", ",", "#", "'", '"', "..", "[[[[", "]]]]", "{{{{", "[" * 300, "{a: " * 300, "- " * 300),
    *("Thứ hai", "hằng ngày", "xã An Quang", "a\u0323\u0302" * 30, "\u202e", "\u200d", "\ufeff", "\u0085", "\u2028"),
    *("\U0001f4e2", "\ud7ff", "\U0010ffff", "ﷺ", "🏳️‍🌈", "a" * 70, "-" * 70, "%s%n", "{0}", "../../etc", "0912345678"),
    *(
        "daily",
        "mon",
        "peak",
        "suspended",
        "at_by_season",
        "parents",
        "closed",
        "all",
        "an-quang",
        "tet",
        "chieu",
        "from",
    ),
)
MOST_BYTES = 300_000  # ten times what people write; reading takes time in step with the size, up to documents.MAX_BYTES
MOST_NODES = 4000  # what a change multiplies: the house is tried here, not the writer of YAML
TOKEN = re.compile(r"[\w-]+|[^\w\s]")


def by_bytes(raw: bytes, chance: Random) -> bytes:
    place, size = chance.randrange(len(raw) + 1), chance.randint(1, 40)
    junk = bytes(chance.randrange(256) for _ in range(chance.randint(1, 6)))
    ways = (
        raw[:place] + junk + raw[place:],
        raw[:place] + raw[place + size :],
        raw[:place],
        raw[:place] + raw[place : place + size] * chance.randint(2, 50) + raw[place:],
        raw[:place] + bytes([(raw[place % len(raw)] ^ (1 << chance.randrange(8)))]) + raw[place + 1 :],
        raw.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\n", b"\x00", b"\x85"]), chance.choice([-1, 1, 3])),
        chance.choice([b"\xef\xbb\xbf", b"\xff\xfe", b"\x00"]) + raw,
        raw.decode("utf-8").encode(chance.choice(["utf-16", "cp1258", "utf-8"]), "replace"),
    )
    return chance.choice(ways)


def by_lines(raw: bytes, chance: Random) -> bytes:
    lines = raw.decode("utf-8").split("\n")
    one, other = (chance.randrange(len(lines)) for _ in range(2))
    way = chance.randrange(7)
    if way == 0:
        del lines[one]
    elif way == 1:
        lines.insert(other, lines[one])
    elif way == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif way == 3:
        lines[one] = " " * chance.randint(1, 9) + lines[one]
    elif way == 4:
        lines[one] = lines[one][chance.randint(1, 4) :]
    elif way == 5:
        lines[one] = "\t" + lines[one]
    else:
        lines[one : one + 2] = [" ".join(lines[one : one + 2])]
    return "\n".join(lines).encode()


def by_tokens(raw: bytes, chance: Random) -> bytes:
    text = raw.decode("utf-8")
    places = list(TOKEN.finditer(text))
    for match in sorted(chance.sample(places, min(len(places), chance.randint(1, 3))), key=lambda m: -m.start()):
        with_what = chance.choice([*ODD, *(each.group() for each in places)])
        begin = match.start() if chance.random() < 0.8 else match.end()
        text = text[:begin] + with_what + text[match.end() :]
    return text.encode("utf-8", "surrogatepass")


def by_structure(raw: bytes, chance: Random) -> bytes:
    """Change the tree that the text stands for and write it anew."""
    text = raw.decode("utf-8")
    front, tail = (text[4:].split("\n---\n", 1) if text.startswith("---\n") else (text, None)) if text else ("", None)
    tree: Any = yaml.load(front, Loader=yaml.BaseLoader)
    nodes = [(holder, key) for holder, key in _nodes(tree)]
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(nodes)
        other_holder, other_key = chance.choice(nodes)
        if _is_in(key, holder) and _is_in(other_key, other_holder):
            _change(holder, key, other_holder[other_key], chance)
    written = json.dumps(tree, ensure_ascii=False, check_circular=False) if chance.random() < 0.3 else _dumped(tree)
    return (f"---\n{written}\n---\n{tail}" if tail is not None else written).encode("utf-8", "replace")


def _dumped(tree: Any) -> str:
    return str(yaml.dump(tree, allow_unicode=True, sort_keys=False, Dumper=_Plain))


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def _change(holder: Any, key: Any, other: Any, chance: Random) -> None:
    way = chance.randrange(8)
    copied = json.loads(json.dumps(other))
    if way == 0:
        del holder[key]
    elif way == 1:
        holder[key] = copied
    elif way == 2:
        holder[key] = [holder[key]] * min(chance.choice([2, 40, 400]), 1 + MOST_NODES // _size(holder[key]))
    elif way == 3:
        holder[key] = _nested(holder[key], chance.choice([3, 14, 17, 60]), chance)
    elif way == 4:
        holder[key] = chance.choice(ODD)
    elif way == 5:
        count = min(chance.choice([0, 1, 60]), MOST_NODES // _size(copied))
        holder[key] = {str(each): copied for each in range(count)}
    elif way == 6 and isinstance(holder, dict):
        holder[chance.choice(ODD)] = holder.pop(key)
    elif isinstance(holder, dict):
        holder[chance.choice(ODD)] = copied
    else:
        holder.append(copied)


def _nested(value: Any, depth: int, chance: Random) -> Any:
    for _ in range(depth):
        value = [value] if chance.random() < 0.5 else {"a": value}
    return value


def _nodes(tree: Any) -> Iterator[tuple[Any, Any]]:
    for key in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield tree, key
        yield from _nodes(tree[key])


def _size(tree: Any) -> int:
    """How many nodes are beneath, and itself."""
    return 1 + sum(1 for _ in _nodes(tree))


def _is_in(key: Any, holder: Any) -> bool:
    return key in holder if isinstance(holder, dict) else isinstance(holder, list) and key < len(holder)


WAYS: tuple[Callable[[bytes, Random], bytes], ...] = (by_bytes, by_lines, by_tokens, by_tokens, by_structure)

# --- what must hold ---------------------------------------------------------------------------------------------------


class HangError(Exception):
    """A file held the house up."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    def stop(_: int, frame: FrameType | None) -> None:
        raise HangError("".join(traceback.format_stack(frame)[-4:]))

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass
class Score:
    """What many wrong files came to."""

    files: int = 0
    named: int = 0  # files of which something was said
    slowest: list[tuple[float, int, str]] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def mutated(seed: int) -> tuple[str, str, bytes]:
    """The file, the way, and what became of it."""
    chance = Random(seed)
    name = chance.choice([*FILES, *OFTEN])
    raw = FILES[name].encode()
    way = chance.choice(WAYS)
    changed = way(raw, chance)
    if chance.random() < 0.2 and way is not by_structure:
        changed = by_bytes(changed, chance) if _is_text(changed) and changed else changed
    return name, way.__name__, changed[:MOST_BYTES]


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def try_file(root: Path, seed: int, score: Score) -> None:
    """Put one wrong file into the site, read and plan it, and put the right one back."""
    name, way, raw = mutated(seed)
    path = root / name
    path.write_bytes(raw)
    begin = clock.process_time()  # of the processor, whatever else it does meanwhile
    try:
        with at_most(HANGS_AFTER_S):
            site = load_site(root)
            found = [*site.problems, *expand_site(site, FIRST, 8).problems]
        taken = clock.process_time() - begin
        faults = [fault for each in found for fault in _faults(each, name, raw)]
        if taken >= SLOW_S:
            faults.append(f"took {taken:.1f} s")
        score.codes.update(each.code for each in found)
        score.named += any(each.file == name for each in found)
        score.slowest = sorted([*score.slowest, (taken, seed, f"{name} {way}")], reverse=True)[:3]
    except Exception:  # noqa: BLE001 whatever it is, it is what is looked for
        faults = [traceback.format_exc(limit=-4)]
    finally:
        path.write_bytes(FILES[name].encode())
    score.files += 1
    score.faults += [f"seed {seed} ({name}, {way}): {each}" for each in faults]


def _faults(problem: Any, name: str, raw: bytes) -> Iterator[str]:
    lines = raw.count(b"\n") + raw.count(b"\r") + 2
    if problem.code not in CATALOGUE:
        yield f"no sentence for {problem.code}"
    if problem.file == name and problem.code not in WHOLE_FILE and not (1 <= problem.line <= lines and problem.column):
        yield f"{problem.code} stands at {problem.line}:{problem.column} of {lines} lines"
    for language in ("vi", "en"):
        for text in render(problem.code, problem.params, language):
            if "\n" in text or len(text) > 4000:
                yield f"{problem.code} says {text[:80]!r}"


WHOLE_FILE = {"programme_held_back", "file_too_large", "not_utf8"}


def run(files: int, first: int = 0) -> Score:
    """Try so many wrong files."""
    score = Score()
    with tempfile.TemporaryDirectory() as folder:
        root = write_site(Path(folder), dict(FILES))
        whole = load_site(root)
        assert not [each for each in whole.problems if each.severity == "error"], whole.problems
        for seed in range(first, first + files):
            try_file(root, seed, score)
    return score


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", type=int, nargs="?", default=20_000)
    options.add_argument("--from", type=int, default=0, dest="first")
    asked = options.parse_args()
    begin = clock.perf_counter()
    score = run(asked.files, asked.first)
    for fault in score.faults[:20]:
        sys.stdout.write(f"{fault}\n")
    slowest = ", ".join(f"{taken:.2f} s ({what}, seed {seed})" for taken, seed, what in score.slowest)
    sys.stdout.write(
        f"{score.files} files in {clock.perf_counter() - begin:.0f} s: something was said of {score.named} of them, in"
        f" {len(score.codes)} kinds; {len(score.faults)} faults; slowest {slowest}\n"
    )
    return int(bool(score.faults))


if __name__ == "__main__":
    sys.exit(main())
