"""The folders of a site: which of the files people leave there are read, and under which names."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pipeline import scripts
from pipeline.errors import Place
from pipeline.fields import Reading

CONFIG, SCHEDULES, SCRIPTS = "config", "schedules", scripts.FOLDER
YAML = ".yaml"
READ = (YAML, ".yml", scripts.SUFFIX)
JUNK = frozenset({"Thumbs.db", "desktop.ini", "__MACOSX"})
STEERING = ("Cc", "Cf", "Zl", "Zp")


def is_site(root: Path, reading: Reading) -> bool:
    """Whether a folder is one; what it lacks is noted."""
    if not _is_folder(root):
        reading.error(Place(printable(str(root))), "site_missing", folder=printable(str(root)))
        return False
    if not _is_folder(root / CONFIG):
        reading.error(Place(CONFIG), "site_without_config", folder=printable(str(root)))
        return False
    for folder in (SCHEDULES, SCRIPTS):
        if not _is_folder(root / folder):
            reading.warning(Place(folder), "folder_missing", folder=folder)
    return True


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_ignored(name: str) -> bool:
    """Hidden files and the backups and locks of editors."""
    return name.startswith((".", "#", "~$")) or name.endswith(("~", ".swp", ".bak", ".orig", ".tmp")) or name in JUNK


def files_in(root: Path, folder: str, reading: Reading) -> Iterator[tuple[str, Path]]:
    """Every file beneath a folder of the site in the order of names: its name relative to the site, and its path.

    Links that lead out of the site and linked folders are refused.
    """
    try:
        if not _is_folder(root / folder) or _leaves(root, root / folder, folder, reading):
            return
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except OSError:
        reading.error(Place(folder), "file_forbidden")
        return
    for entry in entries:
        name, path = f"{folder}/{entry.name}", Path(entry.path)
        if _is_ignored(entry.name) or _leaves(root, path, printable(name), reading):
            continue
        if not _is_folder(path) or path.suffix.lower() in READ:  # such a folder is refused as what it is named
            yield printable(name), path
        elif path.is_symlink():
            reading.error(Place(printable(name)), "link_to_folder")
        else:
            yield from files_in(root, name, reading)


def _leaves(root: Path, path: Path, name: str, reading: Reading) -> bool:
    """Whether a link leads out of the site (noted) or nowhere."""
    try:
        inside = not path.is_symlink() or path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        inside = False
    if not inside:
        reading.error(Place(name), "link_outside")
    return not inside


def printable(name: str) -> str:
    """A name as problems show it: no end of line, nothing that steers a terminal or turns the writing round."""
    text = unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))
    return "".join(_escaped(each) if unicodedata.category(each) in STEERING else each for each in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
