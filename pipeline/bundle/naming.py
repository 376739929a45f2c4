"""Names on a stick: plain ASCII that sorts as it plays, at most 60 characters, fit for FAT32 and cheap players."""

from __future__ import annotations

from datetime import date, datetime

from pipeline.fields import identifier_from

LONGEST = 60  # characters of one name
FOLDER = 40
SINGLES, PICTURES = "luu-dong", "qr"
SOUND, WORDS = ".mp3", ".txt"
FILES_A_SOUND = 2  # itself and its transcript
WEEKDAYS = ("thu-hai", "thu-ba", "thu-tu", "thu-nam", "thu-sau", "thu-bay", "chu-nhat")


def area_folder(number: int, area: str, count: int) -> str:
    """`01-an-quang`: the number keeps two communes apart whose names are cut, and no name is one of DOS."""
    return _cut(f"{_counted(number, count)}-{identifier_from(area)}", FOLDER)


def day_folder(day: date) -> str:
    """`2026-11-23-thu-hai`."""
    return f"{day.isoformat()}-{WEEKDAYS[day.weekday()]}"


def airing_file(number: int, start: datetime, title: str, count: int) -> str:
    """`01-17h00-canh-bao-lua-dao.mp3`."""
    name = f"{_counted(number, count)}-{start.hour:02}h{start.minute:02}-{identifier_from(title)}"
    return _cut(name, LONGEST - len(SOUND)) + SOUND


def numbered(number: int, name: str, count: int, suffix: str = SOUND) -> str:
    """`07-deepfake.mp3`."""
    return _cut(f"{_counted(number, count)}-{identifier_from(name)}", LONGEST - len(suffix)) + suffix


def words_file(sound: str) -> str:
    """The transcript beside a sound."""
    return sound.removesuffix(SOUND) + WORDS


def line_code(number: int, count: int) -> str:
    """`001`: of a planned line."""
    return f"{number:0{max(3, len(str(count)))}}"


def single_code(number: int, count: int) -> str:
    """`T01`: of a bulletin that is played freely."""
    return f"T{_counted(number, count)}"


def _counted(number: int, count: int) -> str:
    return f"{number:0{max(2, len(str(count)))}}"


def _cut(name: str, longest: int) -> str:
    return name[:longest].rstrip("-")
