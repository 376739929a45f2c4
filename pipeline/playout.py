"""Plays a recording on the station's own sound card: ffmpeg decodes, the system's `aplay` sounds, frames are counted.

What a receipt may claim rests on this file: CONFIRMED only where the player ended well and was handed every frame.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from pipeline.domain import Clock, Recording, State
from pipeline.errors import AudioError, LoaError, Outcome, SendError

LOG = logging.getLogger(__name__)

RATE = 48_000  # Hz; with two channels what every sound card takes without conversion
FRAME = 4  # bytes: two channels of 16 bits
BLOCK = RATE * FRAME // 20
PIPE = 16_384  # bytes between us and the player: what it holds has not sounded yet
TOLERANCE = 0.5  # seconds the frames handed over may differ from the recording
GRACE = timedelta(seconds=20)  # beyond its length, for the card's buffer and a slow start
PROBE_LIMIT = 5.0  # seconds to open the device
PROBE_RATE = 16_000  # Hz; enough to measure a length
TONE_HERTZ = 960


@dataclass(frozen=True, slots=True)
class Cues:
    """What a playing asks for on its way, on its own thread. A LoaError of one of them ends it with its code.

    `enter`: first of all, before its programs are started. `ahead`: how long before its moment `rouse` is called and
    the device opened (of one that is busy or gone is told while there is time). `rouse` may ask whether the playing was
    stopped meanwhile, and returns how many seconds have to pass before the first sample. `notice`: how long before it
    `begin` is called, after which it counts as begun. `over`: it has a result.
    """

    enter: Callable[[], None] | None = None
    ahead: timedelta = timedelta(0)
    rouse: Callable[[Callable[[], bool]], float] | None = None
    notice: timedelta = timedelta(0)
    begin: Callable[[], None] | None = None
    over: Callable[[], None] | None = None


NO_CUES = Cues()


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one playing. `started` is None where nothing sounded; `frames` are those the player took."""

    state: State
    code: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    frames: int = 0


class Player:
    """One ALSA device. `grace`: how long beyond its length a playing may last before it counts as stuck."""

    def __init__(self, device: str, *, program: str = "aplay", grace: timedelta = GRACE) -> None:
        self.device, self.program, self.grace = device, program, grace

    def check(self) -> None:
        """Open the device with no sound; SendError(NOT_SENT) where player, decoder or device are missing."""
        ffmpeg()
        with tempfile.TemporaryFile() as said:
            try:
                ended = subprocess.run(
                    [*self.command(), os.devnull], stdin=subprocess.DEVNULL, stderr=said, env=_environment(),
                    timeout=PROBE_LIMIT, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                raise SendError("device_silent", Outcome.NOT_SENT, device=self.device) from None
            if ended.returncode != 0:
                raise SendError(_reason(said), Outcome.NOT_SENT, device=self.device)

    def start(
        self,
        path: Path,
        *,
        duration_s: float,
        offset_s: float = 0.0,
        at: datetime | None = None,
        clock: Clock,
        gain_db: float = 0.0,
        cues: Cues = NO_CUES,
    ) -> Playing:
        """Play an MP3 once `at` has come (now, where it is None or past), in a thread of its own.

        `duration_s`: of the whole; `offset_s`: where in it to begin; `gain_db`: on top of it, never above 0.
        Raises SendError(NOT_SENT) where no player or decoder is installed. The wait runs on the monotonic clock: a
        step of the wall clock meanwhile moves nothing.
        """
        commands = decoder(path, RATE, channels=2, offset_s=offset_s, gain_db=gain_db), self.command()
        wait = timedelta(0) if at is None else max(timedelta(0), at - clock())
        length = timedelta(seconds=duration_s - offset_s)
        return Playing(commands, length, wait=wait, grace=self.grace, clock=clock, cues=cues)

    def tone(self, length: timedelta, *, clock: Clock, gain_db: float = 0.0, cues: Cues = NO_CUES) -> Playing:
        """A steady tone, at once; SendError as `start`."""
        source = f"sine=frequency={TONE_HERTZ}:sample_rate={RATE}:duration={length.total_seconds():.3f}"
        form = ["-af", f"volume={gain_db:.1f}dB", "-f", "s16le", "-ar", str(RATE), "-ac", "2"]
        command = [ffmpeg(), "-nostdin", "-v", "error", "-f", "lavfi", "-i", source, *form, "pipe:1"]
        wait = cues.ahead
        return Playing((command, self.command()), length, wait=wait, grace=self.grace, clock=clock, cues=cues)

    def command(self) -> list[str]:
        """The player reading raw frames from stdin; SendError where it is not installed."""
        found = shutil.which(self.program)
        if found is None:
            raise SendError("player_missing", Outcome.NOT_SENT)
        form = ["-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", "2"]
        return [found, "-q", f"--device={self.device}", *form]


class Playing:
    """One recording on its way through the player. Threads other than its own may stop it or ask for the result."""

    def __init__(
        self,
        commands: tuple[list[str], list[str]],
        length: timedelta,
        *,
        wait: timedelta,
        grace: timedelta,
        clock: Clock,
        cues: Cues = NO_CUES,
    ) -> None:
        self._decoder, self._player = commands
        self._length, self._clock, self._cues = length, clock, cues
        self._deadline = time.monotonic() + wait.total_seconds()
        self._stop, self._stuck, self._done = threading.Event(), threading.Event(), threading.Event()
        self._children: list[subprocess.Popen[bytes]] = []
        self._started: datetime | None = None
        self._began = self._ended = 0.0
        self._frames = 0
        self._played = Played(State.FAILED, "player_failed")
        self._watchdog = threading.Timer((wait + length + grace).total_seconds(), self._give_up)
        self._watchdog.daemon, self._watchdog.name = True, "playout"
        self._watchdog.start()
        threading.Thread(target=self._run, name="playout", daemon=True).start()

    def result(self) -> Played | None:
        """What became of it; None while it waits or plays."""
        return self._played if self._done.is_set() else None

    @property
    def left_s(self) -> float:
        """Seconds until its moment, by the monotonic clock; less than 0 once that is past."""
        return self._deadline - time.monotonic()

    @property
    def position_s(self) -> float:
        """How much of it has sounded (s): what the player took, but never more than time has passed."""
        if not self._began:
            return 0.0
        return min(self._frames / RATE, (self._ended or time.monotonic()) - self._began)

    def wait(self, timeout: float | None = None) -> Played | None:
        """The result once there is one; None where `timeout` seconds pass first."""
        self._done.wait(timeout)
        return self.result()

    def stop(self, timeout: float = 2.0) -> Played | None:
        """Silence within `timeout` seconds."""
        self._stop.set()
        self._kill()
        return self.wait(timeout)

    def _run(self) -> None:
        try:
            if self._cues.enter is not None:
                self._cues.enter()
            self._played = self._play()
        except OSError as error:
            LOG.warning("playing failed: %s", error.strerror)
            self._played = self._judge(State.INTERRUPTED, "player_died", before="player_failed")
        except LoaError as error:  # of a cue: nothing has sounded
            self._played = Played(State.FAILED, error.code)
        finally:
            self._watchdog.cancel()
            self._kill()
            self._ended = time.monotonic()
            self._done.set()
            if self._cues.over is not None:
                self._cues.over()

    def _play(self) -> Played:
        with tempfile.TemporaryFile() as said:
            source = self._spawn(self._decoder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said)
            assert source.stdout is not None
            with source.stdout as frames:
                first = frames.read(BLOCK)  # decoded before the moment, so that the first word is not late
                if not first and not self._stop.is_set():
                    LOG.warning("decoder: %s", _tail(said))
                    return Played(State.FAILED, "recording_undecodable")
                if self._stops_before(self._cues.ahead):
                    return self._unbegun()
                if self._cues.rouse is not None:
                    needed_s = self._cues.rouse(self._stop.is_set)
                    self._deadline = max(self._deadline, time.monotonic() + needed_s)
                return self._sound(first, frames, source)

    def _stops_before(self, ahead: timedelta) -> bool:
        """Wait until so long before its moment. True where it was stopped meanwhile."""
        return self._stop.wait(max(0.0, self.left_s - ahead.total_seconds()))

    def _unbegun(self) -> Played:
        return Played(State.FAILED if self._stuck.is_set() else State.CANCELLED, self._why_stopped())

    def _sound(self, block: bytes, frames: IO[bytes], source: subprocess.Popen[bytes]) -> Played:
        with tempfile.TemporaryFile() as said:
            player = self._spawn(self._player, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
            assert player.stdin is not None
            with player.stdin as sink:
                if (ended := self._hold_back(player, said)) is not None:
                    return ended
                taken = self._pump(block, frames, sink)
            if not taken:
                source.kill()  # it would wait for ever for somebody to take its frames
            code = player.wait()
            source.wait()
            if self._stop.is_set():
                return self._judge(State.INTERRUPTED, self._why_stopped())
            if code != 0 or not taken:
                LOG.warning("player: %s", _tail(said))
                return self._judge(State.INTERRUPTED, "player_died", before=_reason(said))
        if abs(self._frames / RATE - self._length.total_seconds()) > TOLERANCE:
            return self._judge(State.INTERRUPTED, "played_length_differs")
        return self._judge(State.CONFIRMED, "")

    def _hold_back(self, player: subprocess.Popen[bytes], said: IO[bytes]) -> Played | None:
        """Wait for its moment with the device open. The result where it does not come to that."""
        if self._stops_before(self._cues.notice):
            return self._unbegun()
        if player.poll() is not None:
            return Played(State.FAILED, _reason(said))
        if self._cues.begin is not None:
            self._cues.begin()
        return self._unbegun() if self._stops_before(timedelta(0)) else None

    def _pump(self, block: bytes, frames: IO[bytes], sink: IO[bytes]) -> bool:
        """Hand over block by block at the player's own pace. False: the player took no more."""
        self._started, self._began = self._clock(), time.monotonic()
        try:
            with sink:
                while block and not self._stop.is_set():
                    sink.write(block)
                    self._frames += len(block) // FRAME
                    block = frames.read(BLOCK)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def _judge(self, state: State, code: str, before: str = "") -> Played:
        """The result with its times; FAILED where an interruption came before anything can have sounded."""
        if state is State.INTERRUPTED and self._frames * FRAME <= PIPE + BLOCK:
            if code == "stopped":
                return Played(State.CANCELLED, code, frames=self._frames)
            return Played(State.FAILED, before or code, frames=self._frames)
        ended = self._started + timedelta(seconds=time.monotonic() - self._began) if self._started else None
        return Played(state, code, self._started, ended, self._frames)

    def _why_stopped(self) -> str:
        return "player_stuck" if self._stuck.is_set() else "stopped"

    def _give_up(self) -> None:
        self._stuck.set()
        self.stop(0)

    def _spawn(self, command: list[str], *, stdin: int, stdout: int, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, env=_environment(), pipesize=PIPE)
        self._children.append(child)
        if self._stop.is_set():
            child.kill()
        return child

    def _kill(self) -> None:
        for child in list(self._children):
            if child.poll() is None:
                child.kill()
                child.wait()


def intact(recording: Recording) -> str:
    """The code of what is wrong with a recording's file: `recording_missing`, `recording_altered`, or an empty text."""
    try:
        return "" if sha256_of(recording.path) == recording.sha256 else "recording_altered"
    except OSError:
        return "recording_missing"


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def decoded_seconds(path: Path, *, limit: float = 300.0) -> float:
    """How long an MP3 is once wholly decoded. AudioError where it cannot be, or takes more than `limit` seconds."""
    command = decoder(path, PROBE_RATE, channels=1)
    size = 0
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout is not None
        watchdog = threading.Timer(limit, child.kill)
        watchdog.daemon = True
        watchdog.start()
        while block := child.stdout.read(1 << 16):
            size += len(block)
        watchdog.cancel()
    if child.returncode != 0 or size == 0:
        raise AudioError("recording_undecodable", file=path.name)
    return size / 2 / PROBE_RATE


def decoder(path: Path, rate: int, *, channels: int, offset_s: float = 0.0, gain_db: float = 0.0) -> list[str]:
    """The command that turns an MP3 into raw 16-bit frames on stdout, from `offset_s` on, `gain_db` louder.

    The demuxer is forced and only `file` and `pipe` may be opened: an "mp3" can be a playlist that reads other files.
    """
    form = ["-f", "s16le", "-ar", str(rate), "-ac", str(channels)]
    source = ["-protocol_whitelist", "file,pipe", "-f", "mp3", "-i", f"file:{path}"]
    begin = ["-ss", f"{offset_s:.3f}"] if offset_s else []  # behind the input: decoded and dropped, hence exact
    gain = ["-af", f"volume={gain_db:.1f}dB"] if gain_db else []
    return [ffmpeg(), "-nostdin", "-v", "error", *source, *begin, "-map", "0:a:0", *gain, *form, "pipe:1"]


def ffmpeg() -> str:
    """The decoder's program, the system's where the wheel that brings one is not installed. SendError(NOT_SENT)."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        found = shutil.which("ffmpeg")
    if found is None:
        raise SendError("decoder_missing", Outcome.NOT_SENT)
    return found


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


def _tail(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read()[-400:].decode("utf-8", "replace").strip()


def _reason(said: IO[bytes]) -> str:
    """Why the player did not begin."""
    text = _tail(said)
    if "busy" in text:
        return "device_busy"
    return "device_missing" if "No such" in text else "player_failed"
