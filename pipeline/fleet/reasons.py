"""Why the keys and certificates of the station cannot be used: a code that has its sentence, never a machine's word."""

from __future__ import annotations

import errno

from pipeline.errors import AccessError

OF_THE_DISK = {
    errno.EACCES: "keys_forbidden",
    errno.EPERM: "keys_forbidden",
    errno.EROFS: "keys_forbidden",
    errno.ENOENT: "keys_missing",
    errno.ENOTDIR: "keys_missing",
    errno.ENOSPC: "keys_no_room",
    errno.EDQUOT: "keys_no_room",
}


def why_unusable(error: Exception) -> str:
    """Of what was raised when keys were read or written, or a TLS context was made of them."""
    if isinstance(error, AccessError):
        return error.code
    import ssl

    if isinstance(error, ssl.SSLError) or not isinstance(error, OSError):
        return "keys_do_not_fit"
    return OF_THE_DISK.get(error.errno or 0, "keys_disk_failed")
