"""The speakers of a rehearsal confirm what a listener would have heard, and nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import playout
from pipeline.channels import Channel, Confirms, virtual
from pipeline.channels.registry import REGISTRY
from pipeline.channels.virtual import VirtualSpeaker
from pipeline.domain import Delivery, Evidence, Receipt, Recording, State
from pipeline.messages import CATALOGUE
from tests.channel_cases import NOW, START, delivery, order, recording, tone

AFTER = START + timedelta(minutes=1)


class Room:
    """One virtual speaker and the simulated time."""

    def __init__(self, path: Path) -> None:
        self.now = NOW
        self.speaker = VirtualSpeaker("loa", path / "rehearsal", lambda: self.now)
        self.sound = recording(path / "made")

    def aired(self, sound: Recording | None = None) -> Delivery:
        receipt = self.speaker.send([order(1, sound or self.sound)])[0]
        assert receipt.state is State.ACCEPTED
        self.now = AFTER
        return delivery(receipt, recording=(sound or self.sound).sha256)

    def poll(self, *deliveries: Delivery) -> list[Receipt]:
        return self.speaker.poll(deliveries)

    @property
    def list(self) -> Path:
        return self.speaker.path / "an-quang-01" / "2026-11-23.m3u8"

    @property
    def file(self) -> Path:
        return self.speaker.path / "audio" / f"{self.sound.sha256}.mp3"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_is_a_channel_no_site_can_ask_for(room: Room) -> None:
    channel: Channel = room.speaker
    channel.check()
    assert isinstance(channel, Confirms)
    assert not set(REGISTRY) & {"virtual", "virtual_speaker"}


def test_confirms_in_simulated_time_what_it_heard_to_the_end(room: Room) -> None:
    aired = room.aired()
    (receipt,) = room.poll(aired)
    assert (receipt.state, receipt.evidence, receipt.code) == (State.CONFIRMED, Evidence.VIRTUAL, "")
    assert receipt.started == START
    assert receipt.ended == START + timedelta(seconds=room.sound.duration_s)
    assert receipt.at == AFTER


@pytest.mark.parametrize(("before_end", "count"), [(timedelta(seconds=0.01), 0), (timedelta(0), 1)])
def test_nothing_is_known_before_the_end(room: Room, before_end: timedelta, count: int) -> None:
    aired = room.aired()
    room.now = START + timedelta(seconds=room.sound.duration_s) - before_end
    assert len(room.poll(aired)) == count


def test_a_delivery_whose_receipt_was_lost_is_heard_all_the_same(room: Room) -> None:
    lost = dataclasses.replace(room.aired(), ref="", state=State.UNKNOWN)
    assert [receipt.state for receipt in room.poll(lost)] == [State.CONFIRMED]


def test_what_a_crash_kept_from_the_list_is_sent_again(room: Room) -> None:
    doubtful = dataclasses.replace(room.aired(), id=7, ref="", state=State.UNKNOWN)
    assert [(each.state, each.code) for each in room.poll(doubtful)] == [(State.RETRY, "folder_not_listed")]


def test_a_withdrawn_one_is_not_heard(room: Room) -> None:
    receipt = room.speaker.send([order(1, room.sound)])[0]
    room.speaker.withdraw([delivery(receipt)])
    room.now = AFTER
    assert [each.code for each in room.poll(delivery(receipt))] == ["speaker_found_no_entry"]


def _altered(room: Room) -> None:
    data = room.file.read_bytes()
    room.file.unlink()
    room.file.write_bytes(data[:-288] + bytes(288))


def _other_entry(room: Room) -> None:
    room.speaker.send([order(1, recording(room.speaker.path.parent / "made", hertz=880))])


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda room: room.list.unlink(), "speaker_found_no_list"),
        (lambda room: room.list.write_bytes(room.list.read_bytes()[:-5]), "speaker_found_no_list"),
        (lambda room: room.list.write_text("#EXTM3U\n#PLAYLIST:x\n"), "speaker_found_no_entry"),
        (lambda room: room.file.unlink(), "recording_missing"),
        (_altered, "recording_altered"),
        (_other_entry, "speaker_found_other_recording"),
    ],
)
def test_says_what_a_listener_would_have_missed(room: Room, damage: Callable[[Room], object], code: str) -> None:
    aired = room.aired()
    damage(room)
    (receipt,) = room.poll(aired)
    assert (receipt.state, receipt.code, receipt.evidence) == (State.FAILED, code, Evidence.NONE)
    assert code in CATALOGUE


@pytest.mark.parametrize(
    ("content", "length", "code"),
    [
        (tone(1.0), 1.25, "played_length_differs"),
        (tone(1.0), 0.85, "played_length_differs"),
        (tone(2.0)[: 288 * 28], 2.0, "played_length_differs"),
        (b"not a sound" * 100, 1.0, "recording_undecodable"),
        (b"ffconcat version 1.0\nfile 'other.mp3'\n", 1.0, "recording_undecodable"),
        (b"#EXTM3U\nother.mp3\n", 1.0, "recording_undecodable"),
    ],
)
def test_a_file_with_the_right_hash_must_still_sound(
    room: Room, tmp_path: Path, content: bytes, length: float, code: str
) -> None:
    path = tmp_path / "other.mp3"
    path.write_bytes(content)
    bad = Recording(playout.sha256_of(path), path, length, -16.0, -1.5, "v", False)
    assert [receipt.code for receipt in room.poll(room.aired(bad))] == [code]


def test_a_recording_is_decoded_once_for_all_clusters(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[Path] = []
    decode = virtual.decoded_seconds
    monkeypatch.setattr(virtual, "decoded_seconds", lambda path: (decoded.append(path), decode(path))[1])
    receipts = room.speaker.send([order(number, room.sound, target=f"cum-{number}") for number in range(5)])
    room.now = AFTER
    told = room.poll(*(delivery(receipt, f"cum-{receipt.delivery}") for receipt in receipts))
    assert [receipt.state for receipt in told] == [State.CONFIRMED] * 5
    assert len(decoded) == 1
