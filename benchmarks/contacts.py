"""Contacts: the fast path against the library (speed, and no verdict differs), a million rows against a bare reader.

Seconds are processor time. The peers: `phonenumbers.parse` with `number_type`; `csv.reader` over the same file.
"""

from __future__ import annotations

import csv
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import phonenumbers

from pipeline.channels.tables import HandedRow, to_csv, to_xlsx
from pipeline.contacts import ParsedNumber, check_rows, parse_number, read_contacts
from pipeline.contacts.numbers import _classify, _usual

NUMBERS = 300_000
ROWS = 1_000_000


def library(written: str) -> str | None:
    """The library's own verdict on digits: E.164 without the plus of a Vietnamese mobile, or None."""
    try:
        number = phonenumbers.parse(written, "VN")
    except phonenumbers.NumberParseException:
        return None
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return f"84{phonenumbers.national_significant_number(number)}" if number.country_code == 84 and mobile else None


def compare() -> None:
    """Random digits in every usual way of writing, most of them of the length of a mobile."""
    chance = random.Random(84)
    written = [
        chance.choice(("0", "84", "+84", "", "0084"))
        + "".join(chance.choices("0123456789", k=chance.choice((7, 8, 9, 9, 9, 9, 9, 10))))
        for _ in range(NUMBERS)
    ]
    # every prefix of three digits in every way, so that no border of a pattern is left to chance
    written += [f"{way}{prefix:03d}123456" for way in ("0", "84", "+84", "") for prefix in range(1000)]
    differing = [each for each in written if verdict(each) != library(each)]
    fast = sum(_usual().fullmatch(each) is not None for each in written)
    say(f"{len(written):,} numbers, {fast:,} by the fast path, {len(differing)} verdicts differ {differing[:3]}")
    mobiles = [each for each in written if _usual().fullmatch(each)]
    quick, slow = (
        seconds(lambda: [parse_number(each) for each in mobiles]),
        seconds(lambda: [_classify(each) for each in mobiles]),
    )
    say(f"fast path {len(mobiles) / quick:,.0f}/s, library {len(mobiles) / slow:,.0f}/s, ratio {slow / quick:.1f}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def verdict(written: str) -> str | None:
    found = parse_number(written)
    return found.phone if isinstance(found, ParsedNumber) else None


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def bare_reader(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.reader(file))


def import_csv(folder: Path, rows: int) -> None:
    path = folder / "list.csv"
    chance = random.Random(1)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(["STT", "Họ và tên", "Số điện thoại", "Địa bàn", "Ghi chú"])
        for number in range(rows):
            kind = chance.random()
            phone = (
                f"09{chance.randrange(10**8):08d}"
                if kind < 0.97
                else chance.choice(["0225.3842.342", "x", "912 345 678"])
            )
            table.writerow([number, f"Nguyễn Văn {number}", phone, "an-quang", ""])
    plan = check_rows(read_contacts(path))
    took = seconds(lambda: [None for _ in plan])
    bare = seconds(lambda: bare_reader(path))
    accepted = plan.accepted
    assert plan.rows == rows == accepted + plan.duplicates + len(plan.rejected)
    say(
        f"CSV {rows:,} rows: {took:.1f} s, {took / bare:.1f} × a bare reader; {accepted:,} taken, "
        f"{plan.duplicates:,} duplicates, {len(plan.rejected):,} rejected, peak {peak():.0f} MB"
    )


def import_xlsx(folder: Path, rows: int) -> None:
    path = folder / "list.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Họ tên", "SĐT", "Địa bàn"])
    for number in range(rows):
        sheet.append([f"Nguyễn Văn {number}", 900_000_000 + number, "an-quang"])
    book.save(path)
    plan = check_rows(read_contacts(path))
    took = seconds(lambda: [None for _ in plan])
    say(f"XLSX {rows:,} rows: {took:.1f} s, {plan.accepted:,} taken, peak {peak():.0f} MB")


def hand_over(rows: int) -> None:
    text = "Cảnh báo: giả danh công an gọi điện đòi chuyển tiền. Không làm theo, gọi 113." * 2
    batch = [
        HandedRow(number, f"loa-{number}", f"849{number:08d}", text, f"Người {number}", "x") for number in range(rows)
    ]
    quick, slow = seconds(lambda: to_csv(batch)), seconds(lambda: to_xlsx(batch))
    say(f"hand-over {rows:,} rows: CSV {quick:.1f} s, XLSX {slow:.1f} s, peak {peak():.0f} MB")


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    compare()
    with tempfile.TemporaryDirectory() as scratch:
        import_csv(Path(scratch), ROWS)
        hand_over(100_000)
        import_xlsx(Path(scratch), ROWS // 10)


if __name__ == "__main__":
    main()
