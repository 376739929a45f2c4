"""The folder of a receiver where it cannot be written, and where somebody only looks."""

import errno
import tempfile
from pathlib import Path

import pytest

from pipeline.errors import LoaError
from pipeline.receiver.checking import examine
from pipeline.receiver.folder import Folder


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "var").write_bytes(b"")
    with pytest.raises(LoaError, match="receiver_unwritable"), Folder(tmp_path).alone():
        pass


def test_who_asks_whether_it_runs_leaves_nothing_behind_and_needs_no_right_to_write(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert not folder.is_held()
    assert list(tmp_path.iterdir()) == []
    with folder.alone():
        assert Folder(tmp_path).is_held()
    assert not Folder(tmp_path).is_held()
    (tmp_path / "var" / "receiver.lock").unlink()
    (tmp_path / "var" / "receiver.lock").mkdir()
    assert not folder.is_held()


def test_the_check_of_the_disk_tries_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tempfile.TemporaryFile

    def refusing(**where: object) -> object:
        if where.get("dir") == tmp_path / "var":
            raise OSError(errno.EROFS, "Read-only file system")
        return real()

    Folder(tmp_path).prepare()
    monkeypatch.setattr(tempfile, "TemporaryFile", refusing)
    problem = dict(examine(tmp_path))["disk"]
    assert problem is not None
    assert problem.code == "receiver_unwritable"
