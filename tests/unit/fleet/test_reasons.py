"""Why keys cannot be used is said in words that an operator understands."""

from __future__ import annotations

import errno
import ssl
from pathlib import Path

import pytest

from pipeline.errors import AccessError
from pipeline.fleet.reasons import why_unusable
from pipeline.messages import CATALOGUE


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PermissionError(errno.EACCES, "no"), "keys_forbidden"),
        (OSError(errno.EROFS, "no"), "keys_forbidden"),
        (FileNotFoundError(errno.ENOENT, "no"), "keys_missing"),
        (OSError(errno.ENOSPC, "no"), "keys_no_room"),
        (OSError(errno.EIO, "no"), "keys_disk_failed"),
        (OSError("no number"), "keys_disk_failed"),
        (ssl.SSLError("no"), "keys_do_not_fit"),
        (ValueError("no"), "keys_do_not_fit"),
        (AccessError("authority_unreadable", folder=Path("var")), "authority_unreadable"),
    ],
)
def test_every_fault_of_the_keys_has_a_reason_in_words(error: Exception, code: str) -> None:
    assert why_unusable(error) == code
    assert code in CATALOGUE


def test_a_file_that_is_no_certificate_is_called_so(tmp_path: Path) -> None:
    file = tmp_path / "server.pem"
    file.write_text("nothing", encoding="ascii")
    with pytest.raises(ssl.SSLError) as raised:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(file)
    assert why_unusable(raised.value) == "keys_do_not_fit"
