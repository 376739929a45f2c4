"""The unit of a receiver stands on two pages, one a language; what systemd reads of them has to be one."""

from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def unit(page: str) -> list[str]:
    """The lines systemd reads: no comments, no blanks."""
    text = (DOCS / page).read_text(encoding="utf-8").split("    [Unit]\n")[1].split("\n## ")[0]
    lines = ["[Unit]", *(line.strip() for line in text.splitlines())]
    return [line for line in lines if line and not line.startswith("#")]


def test_both_pages_give_systemd_the_same_unit() -> None:
    assert unit("vi/may-thu.md") == unit("receiver.md")


def test_the_unit_names_no_group_that_a_pc_lacks() -> None:
    """systemd starts nothing that names a group which is missing (216/GROUP); only a Raspberry Pi has gpio."""
    assert "SupplementaryGroups=audio" in unit("receiver.md")
