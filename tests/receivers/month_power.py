"""What a power cut leaves of a receiver's folder: what was synced, and of the rest nothing, all, or torn pieces."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path


def cut_power(root: Path, shadow: Path, dice: random.Random) -> None:
    """What is found when the power is back: synced contents and names; of the rest nothing, all, or torn pieces."""
    synced: dict[str, bytes] = {}
    for each in (shadow / "files").glob("*"):
        if not each.name.endswith(".new"):
            synced[each.name] = each.read_bytes()
    for folder in [root / "var", *[each for each in (root / "var").rglob("*") if each.is_dir()]]:
        names = shadow / "names" / f"{folder.stat().st_ino}.json"
        before: dict[str, int] = json.loads(names.read_text()) if names.exists() else {}
        now = {each.name: each.stat().st_ino for each in folder.iterdir() if each.is_file()}
        contents = {inode: (folder / name).read_bytes() for name, inode in now.items()}
        for name in sorted(before.keys() | now.keys()):
            inode = dice.choice([before.get(name), now.get(name)])
            path = folder / name
            if inode is None:
                path.unlink(missing_ok=True)
                continue
            found = _found(synced.get(str(inode)), contents.get(inode), dice)
            if before.get(name) != inode or contents.get(inode) != found or now.get(name) != inode:
                path.unlink(missing_ok=True)
                path.write_bytes(found)
                path.chmod(0o600)
    shutil.rmtree(shadow)
    for part in ("files", "links", "names"):
        (shadow / part).mkdir(parents=True)
    for folder in [root / "var", *[each for each in (root / "var").rglob("*") if each.is_dir()]]:
        files = [each for each in folder.iterdir() if each.is_file()]  # what was found is what the disk holds
        inodes = {each.name: each.stat().st_ino for each in files}
        (shadow / "names" / f"{folder.stat().st_ino}.json").write_text(json.dumps(inodes))
        for each in files:
            (shadow / "links" / str(inodes[each.name])).hardlink_to(each)
            shutil.copyfile(each, shadow / "files" / str(inodes[each.name]))


def _found(synced: bytes | None, now: bytes | None, dice: random.Random) -> bytes:
    """One of the contents a file may be found with."""
    if now is None or now == synced:
        return synced or b""
    luck = dice.randrange(3)
    if luck == 0:
        return synced or b""
    if luck == 1 or not now.startswith(synced or b""):
        return now
    kept = len(synced or b"")
    torn = dice.randrange(kept, len(now) + 1)
    return now[:torn] + bytes(dice.randrange(0, len(now) - torn + 1))
