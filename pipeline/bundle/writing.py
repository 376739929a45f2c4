"""The folder itself: built aside, read back, and only then put where it belongs, its manifest last.

A folder that is new appears whole in one step. A stick that is there already cannot be replaced by a rename: what was
built on it moves to its top, and without its manifest it is no bundle.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.bundle import naming, qr
from pipeline.bundle.contents import Contents
from pipeline.bundle.manifest import MOST_FILES, NAME, SEAL, Kept, read_manifest, write_manifest
from pipeline.bundle.page import page
from pipeline.bundle.sheet import sheet
from pipeline.domain import Recording
from pipeline.errors import ContentError
from pipeline.messages import say
from pipeline.playout import sha256_of

README, LIST, SHEET = "README.txt", "danh-sach.html", "phieu-tra-loi.xlsx"
STAGE = "loa-usb.part"
SPARE = 1_000_000  # bytes a file system wants for itself
CLUSTER = 32_768  # bytes: what the smallest file takes on a large FAT32 stick
LITTER = frozenset(
    {
        *("system volume information", "$recycle.bin", "recycler", "thumbs.db", "desktop.ini", "lost+found"),
        *(".spotlight-v100", ".trashes", ".fseventsd", ".ds_store", ".trash-1000", ".trash-0", ".volumeicon.icns"),
    }
)  # what Windows, macOS and Linux put on a stick by themselves

Sign = Callable[[bytes], str]
"""Signs the bytes of a manifest; the text is kept beside it."""

Piece = bytes | Recording


@dataclass(frozen=True, slots=True)
class Written:
    """A stick as it lies there: `manifest` is the sha256 of its manifest."""

    folder: Path
    files: int
    size: int
    manifest: str
    signed: bool


def is_litter(name: str) -> bool:
    """Whether an operating system put it there, or an office program while it has the sheet open."""
    return name.lower() in LITTER or name.startswith(("._", "~$", ".~lock."))


def require_place(out: Path) -> None:
    """ContentError unless the folder is empty, or new in one that is there."""
    if out.is_symlink() or (os.path.lexists(out) and not out.is_dir()):
        raise ContentError("bundle_out_no_folder", folder=out)
    if not out.exists():
        if not out.absolute().parent.is_dir():
            raise ContentError("output_folder_missing", folder=out.absolute().parent)
        return
    with _disk(out):
        mine = {STAGE, *_moved(out)}
        there = [
            each for each in sorted(path.name for path in out.iterdir()) if not is_litter(each) and each not in mine
        ]
    if there:
        raise ContentError("bundle_out_not_empty", folder=out, found=there[0][:80])


def write(
    contents: Contents, out: Path, sign: Sign | None = None, keep: Callable[[Written], None] | None = None
) -> Written:
    """Write a stick into an empty or new folder: whole, or nothing. ContentError says why it could not be.

    `keep` is called before it appears: a stick that nobody has noted could not be answered for.
    """
    require_place(out)
    pieces = _pieces(contents)
    if len(pieces) > MOST_FILES:
        raise ContentError("bundle_too_large", count=len(pieces), limit=MOST_FILES)
    is_new = not out.exists()
    stage = out.with_name(f"{out.name}.part") if is_new else out / STAGE
    _require_room(pieces, out.absolute().parent if is_new else out)
    with _disk(out):
        for name in _moved(out):
            _delete(out / name)
        _clear(stage, ours=not is_new)
        try:
            written = _fill(stage, out, contents, pieces, sign)
            if keep is not None:
                keep(written)
            _put_in_place(stage, out, is_new=is_new)
        except BaseException:
            _remove(stage, out, pieces, is_new=is_new)
            raise
    return written


def _fill(stage: Path, out: Path, contents: Contents, pieces: Mapping[str, Piece], sign: Sign | None) -> Written:
    """Everything a stick holds, in the folder in which it is built, read back from there."""
    stage.mkdir()
    files = {path: _lay_down(stage / path, piece) for path, piece in pieces.items()}
    manifest = write_manifest(contents, files)
    _lay_down(stage / NAME, manifest)
    if sign is not None:
        _lay_down(stage / SEAL, sign(manifest).encode())
    _read_back(stage, files)
    size = sum(each.size for each in files.values()) + len(manifest)
    signed = sign is not None
    return Written(out, len(files) + 1 + signed, size, hashlib.sha256(manifest).hexdigest(), signed)


def _pieces(contents: Contents) -> dict[str, Piece]:
    """Path → what is to lie there, in the order in which it is written."""
    pieces: dict[str, Piece] = {README: _readme(contents).encode("utf-8-sig")}
    pieces.update(contents.sounds)
    for line in contents.lines:
        pieces[naming.words_file(line.file)] = _transcript(contents, line.bulletins)
    for single in contents.singles:
        pieces[naming.words_file(single.file)] = _transcript(contents, (single.bulletin,))
    for number, name in enumerate(contents.bulletins, 1):
        picture = naming.numbered(number, name, len(contents.bulletins), ".png")
        pieces[f"{naming.PICTURES}/{picture}"] = qr.png(qr.words(contents, name))
    pieces[LIST] = page(contents).encode()
    pieces[SHEET] = sheet(contents)
    return pieces


def _readme(contents: Contents) -> str:
    days = {"first": f"{contents.first:%d/%m/%Y}", "last": f"{contents.last:%d/%m/%Y}"}
    facts = {"station": contents.station, "bundle": contents.id, "list": LIST, "sheet": SHEET, **days}
    lines = [say(f"bundle_readme_{number}", "vi", **facts) for number in range(1, 11)]
    return "\r\n".join([*lines, ""])


def _transcript(contents: Contents, names: tuple[str, ...]) -> bytes:
    """The text as written, title and source above it, as Windows reads it."""
    parts = []
    for name in names:
        bulletin = contents.bulletins[name]
        source = ", ".join(part for part in (bulletin.source.name, bulletin.source.ref) if part)
        parts.append(f"{bulletin.title}\n({source})\n\n{bulletin.text.strip()}\n")
    return "\n\n".join(parts).replace("\n", "\r\n").encode("utf-8-sig")


def _require_room(pieces: Mapping[str, Piece], folder: Path) -> None:
    with _disk(folder):
        need = SPARE + sum(
            len(each) if isinstance(each, bytes) else each.path.stat().st_size for each in pieces.values()
        )
        free = shutil.disk_usage(folder).free
    if need > free:
        raise ContentError("bundle_no_room", need=_megabytes(need), free=_megabytes(free))


def _lay_down(path: Path, piece: Piece) -> Kept:
    """Write one file through to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        if isinstance(piece, bytes):
            file.write(piece)
        else:
            with piece.path.open("rb") as source:
                shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    sha256 = hashlib.sha256(piece).hexdigest() if isinstance(piece, bytes) else piece.sha256
    return Kept(sha256, size, may_change=path.name == SHEET)


def _read_back(stage: Path, files: Mapping[str, Kept]) -> None:
    """What the disk gives back is what was meant: sticks that lie about their size forget without a word."""
    for path, kept in files.items():
        _forget_cached(stage / path)
        if sha256_of(stage / path) != kept.sha256:
            raise ContentError("bundle_read_back", file=path)


def _forget_cached(path: Path) -> None:
    """So that it is the disk that is read, where the system can be asked for it."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _put_in_place(stage: Path, out: Path, *, is_new: bool) -> None:
    if is_new:
        stage.rename(out)
    else:
        for each in sorted(stage.iterdir(), key=lambda path: (path.name == NAME, path.name)):
            each.rename(out / each.name)
        stage.rmdir()
    _sync(out)
    _sync(out.absolute().parent)


def _sync(folder: Path) -> None:
    """Make names last; FAT on some systems knows nothing of it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _clear(stage: Path, *, ours: bool) -> None:
    """What a run that was killed has left; beside a new folder a `.part` of somebody else is not touched."""
    if not os.path.lexists(stage):
        return
    if stage.is_symlink() or not stage.is_dir() or not (ours or _is_stage(stage)):
        raise ContentError("bundle_out_not_empty", folder=stage, found=stage.name)
    shutil.rmtree(stage)


def _moved(out: Path) -> set[str]:
    """What a run that was killed had already moved to the top of a stick: its own manifest still lies aside."""
    with contextlib.suppress(OSError, ContentError):
        if not (out / NAME).exists():
            return {path.split("/")[0] for path in read_manifest((out / STAGE / NAME).read_bytes()).files}
    return set()


def _is_stage(stage: Path) -> bool:
    return not any(stage.iterdir()) or (stage / README).is_file()


def _remove(stage: Path, out: Path, pieces: Mapping[str, Piece], *, is_new: bool) -> None:
    """Nothing half done stays; what cannot be removed (a stick that is gone) has no manifest."""
    with contextlib.suppress(OSError):
        shutil.rmtree(stage)
    if is_new:
        return
    for name in {NAME, SEAL, *(path.split("/")[0] for path in pieces)}:
        with contextlib.suppress(OSError):
            _delete(out / name)


def _delete(path: Path) -> None:
    """A file or folder of ours; nothing where there is none, and no link is followed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """ContentError where a disk refuses, is full, or is no longer there."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = error.strerror or type(error).__name__
        raise ContentError("bundle_disk_full" if full else "bundle_disk_failed", folder=folder, why=why) from None


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".replace(".", ",") + " MB"
