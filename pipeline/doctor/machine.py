"""Checks of the machine the station lives on, and of those who look after it."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec

from pipeline.app import is_station_running
from pipeline.clock import ClockTrust, Machine
from pipeline.config.station import ALWAYS
from pipeline.doctor.patient import Finding, Level, Patient, advice, problem
from pipeline.errors import Severity
from pipeline.telling.post import ping_refusal

GIB = 1024**3
LEAST_FREE = 1 * GIB
LEAST_SHARE = 0.05
OLDEST_COPY = timedelta(days=2)
WRITTEN = ("var", "var/audio", "var/cache/segments", "var/backup", "var/keys")
PACKAGES = (
    "apprise",
    "apscheduler",
    "argon2",
    "cryptography",
    "espeakng_loader",
    "gtts",
    "imageio_ffmpeg",
    "numpy",
    "openpyxl",
    "phonenumbers",
    "pydub",
    "pyebur128",
    "sqlalchemy",
)


def site_files(patient: Patient) -> Iterator[Finding]:
    """The files hold no error."""
    errors = [each for each in patient.problems if each.severity is Severity.ERROR]
    if errors:
        yield problem("site_has_errors", count=len(errors))


def database(patient: Patient) -> Iterator[Finding]:
    """The database opens, is of this Loa, and is whole."""
    if patient.store_error is not None:
        yield Finding(patient.store_error.code, Level.PROBLEM, params=patient.store_error.params)
    elif patient.store is not None:
        patient.store.check()


def disk(patient: Patient) -> Iterator[Finding]:
    """Room for recordings, the database and its copies."""
    place = patient.root / "var" if (patient.root / "var").is_dir() else patient.root
    usage = shutil.disk_usage(place)
    if usage.free < LEAST_FREE or usage.free < LEAST_SHARE * usage.total:
        yield problem("disk_low", free=f"{usage.free / GIB:.1f}", percent=f"{100 * usage.free / usage.total:.0f}")
    nodes = os.statvfs(place)
    if nodes.f_files and nodes.f_favail < LEAST_SHARE * nodes.f_files:
        yield problem("inodes_low", percent=f"{100 * nodes.f_favail / nodes.f_files:.0f}")


def folders(patient: Patient) -> Iterator[Finding]:
    """What Loa writes into can be written."""
    for name in WRITTEN:
        path = patient.root / name
        if not path.exists() and name != "var":
            continue
        try:
            path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=path):
                pass
        except OSError as error:
            yield problem("folder_unwritable", name, folder=name, why=error.strerror)


def clock(patient: Patient) -> Iterator[Finding]:
    """The clock is trusted, and something keeps it right."""
    always = patient.site.station.clock.trust == ALWAYS
    if patient.store is not None and not always:
        doubt = ClockTrust(patient.clock, patient.store).refusal()
        if doubt:
            yield problem(doubt, now=f"{patient.now:%d/%m/%Y %H:%M}")
            return
    if Machine().synchronised() is not True:
        yield advice("clock_unwatched")


def station_runs(patient: Patient) -> Iterator[Finding]:
    """Somebody has to be there at 5 a.m."""
    if not patient.running and not is_station_running(patient.root):
        yield advice("station_not_running")


def keys(patient: Patient) -> Iterator[Finding]:
    """The contacts' key is there, is the right one, and is readable for its owner only."""
    if patient.store is not None:
        patient.store.check_key()
    for path in sorted((patient.root / "var" / "keys").glob("*")):
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield problem("key_open", path.name, file=str(path.relative_to(patient.root)))


def copies(patient: Patient) -> Iterator[Finding]:
    """The database was copied within two days."""
    if patient.store is None:
        return
    if not patient.store.is_sqlite:
        yield advice("backup_without_database")
        return
    folder = patient.root / "var" / "backup"
    made = [each.stat().st_mtime for pattern in ("loa-*.db", "loa-*.tar.gz") for each in folder.glob(pattern)]
    if not made:
        yield advice("copies_missing")
    elif patient.now - datetime.fromtimestamp(max(made), tz=patient.now.tzinfo) > OLDEST_COPY:
        yield problem("copies_old", made=f"{datetime.fromtimestamp(max(made), tz=patient.now.tzinfo):%d/%m/%Y}")


def people(patient: Patient) -> Iterator[Finding]:
    """Somebody is told of trouble, and somebody outside of silence."""
    settings = patient.site.station.telling
    if not settings.to:
        yield advice("telling_unset")
    ours = patient.running or not is_station_running(patient.root)  # else the station has an environment of its own
    for name in settings.to:
        if not os.environ.get(name):
            yield (problem if ours else advice)("address_unset", name, address=name)
    if settings.ping is None:
        yield advice("ping_unset")
    elif code := ping_refusal(os.environ.get(settings.ping, "")):
        yield (problem if ours else advice)("address_bad", settings.ping, address=settings.ping, why=code)


def packages(_: Patient) -> Iterator[Finding]:
    """Everything that is imported late is installed: it must not be missed at 5 a.m."""
    for name in PACKAGES:
        if find_spec(name) is None:
            yield problem("package_missing", name, package=name)
