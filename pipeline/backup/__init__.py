"""What brings a station back: copies of everything that cannot be made again, and the way from a copy to a station.

archive.py   one file with a manifest of hashes, written whole and read with suspicion
copying.py   `loa backup`, `loa restore`, the database's copy of every day
mending.py   a damaged database at the start, and what must not be aired twice after any restoring
"""

from pipeline.backup.archive import Manifest
from pipeline.backup.copying import Backup, Restored, copy_daily, daily_copies, database_file, make_backup, restore
from pipeline.backup.mending import Mended, acknowledge, mend

__all__ = [
    "Backup",
    "Manifest",
    "Mended",
    "Restored",
    "acknowledge",
    "copy_daily",
    "daily_copies",
    "database_file",
    "make_backup",
    "mend",
    "restore",
]
