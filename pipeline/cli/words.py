"""Days, lengths and counts as people read them."""

from __future__ import annotations

from datetime import date

from pipeline.messages import language, say


def day_name(day: date) -> str:
    """`Thứ hai 23/11` or `Mon 23 Nov`."""
    name = say(f"weekday_{day.weekday()}")
    return f"{name} {day:%d/%m}" if language() == "vi" else f"{name} {day:%d %b}"


def length_words(seconds: float) -> str:
    """`6′52″`, `1 h 02′`."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours} h {minutes:02}′" if hours else f"{minutes}′{whole % 60:02}″"


def size_words(size: int) -> str:
    """Bytes as `3,4 MB` (`3.4 MB` in English)."""
    text = f"{size / 1_000_000:.1f} MB"
    return text.replace(".", ",") if language() == "vi" else text
