"""The bulletins and templates that come with Loa, held to what a listener can follow and a station can answer for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from pipeline import speech
from pipeline.config.report_channels import cited
from pipeline.config.voices import TwiceSettings
from pipeline.domain import Bulletin, Medium, Rotation, SpeechText
from pipeline.fields import Reading
from pipeline.outlook.airtime import Reckoning
from pipeline.production.twice import repeated
from pipeline.proofreading import proofread
from pipeline.scripts import read_script
from pipeline.site import Site, load_site
from pipeline.sms import measure
from pipeline.templates import compose, find, gaps

ROOT = Path(__file__).parents[2]
IDS = sorted(path.stem for path in (ROOT / "scripts_audio").glob("**/*.md"))
NEW_TRICKS = ("bat-coc-online", "gia-danh-can-bo-sau-sap-nhap", "ung-dung-dich-vu-cong-gia")
VALUES = {
    "đơn vị xác nhận": "Công an xã An Quang",
    "văn bản xác nhận": "trao đổi ngày 22/11/2026",
    "tên xã": "An Quang",
}
TODAY = date(2026, 11, 22)
WORDS = 25  # of a sentence as it is spoken
SHORTEST_S, LONGEST_S = 60.0, 110.0
SITE_NAME = re.compile(r"\b[a-z0-9-]+(?:\.[a-z0-9-]+)+\b")
STOP = re.compile(r"(?<=[.!?])\s+")
FEAR = re.compile(r"chết|tử vong|tan cửa nát nhà|trắng tay|khủng khiếp|tự tử", re.IGNORECASE)


@cache
def site() -> Site:
    return load_site(ROOT)


@pytest.fixture(params=[*IDS, *NEW_TRICKS])
def bulletin(request: pytest.FixtureRequest) -> Bulletin:
    """A bulletin of the sample station, or one made from a template whose gaps are filled."""
    return site().bulletins[request.param] if request.param in IDS else filled(request.param)


def filled(name: str) -> Bulletin:
    values = {gap.name: VALUES[gap.name] for gap in gaps(find(name).text)}
    when = datetime(2026, 11, 22, 8, 15, tzinfo=site().station.timezone)
    text = compose(find(name), topic=find(name).topic, received=when, audience=site().audiences, values=values)
    reading = Reading()
    found = read_script(text, f"scripts_audio/{name}.md", reading, root=ROOT)
    assert found is not None
    assert not reading.problems
    return found


def spoken(bulletin: Bulletin) -> SpeechText:
    return speech.read_aloud(bulletin.text, site().lexicon)


def sentences(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield from filter(None, STOP.split(paragraph.strip()))


def advice(bulletin: Bulletin) -> list[str]:
    return [each for each in bulletin.text.split("\n\n") if each.startswith("> ")]


def test_each_of_the_24_forms_has_its_bulletin() -> None:
    assert list(site().problems) == []
    assert sorted(int(each.topic) for each in site().bulletins.values()) == list(range(1, 25))


def test_the_proofreader_finds_nothing(bulletin: Bulletin) -> None:
    assert proofread(bulletin, site(), on=TODAY) == []


def test_no_token_is_unread_and_every_risky_one_is_a_report_channel_read_as_it_says(bulletin: Bulletin) -> None:
    found = spoken(bulletin)
    assert found.unknown == ()
    known = {each.id: each.read for each in site().report_channels.values()}
    risky = {each.written: each.spoken for each in found.readings if each.is_risky}
    assert risky == {written: known.get(written) for written in risky}


def test_it_lasts_as_long_as_people_listen(bulletin: Bulletin) -> None:
    seconds = len(spoken(bulletin).text) / 14  # by the quickest voice, pauses aside
    assert SHORTEST_S <= seconds <= LONGEST_S


def test_with_its_advice_and_hotlines_said_twice_it_is_still_short(bulletin: Bulletin) -> None:
    twice = repeated(bulletin.text, TwiceSettings(advice=True, hotline=True), site().report_channels.values())
    assert len(speech.read_aloud(twice, site().lexicon).text) / 14 <= LONGEST_S


def test_no_sentence_is_longer_than_a_breath(bulletin: Bulletin) -> None:
    long = [each for each in sentences(spoken(bulletin).text) if len(each.split()) > WORDS]
    assert long == []


def test_the_first_sentence_names_the_trick(bulletin: Bulletin) -> None:
    first = next(iter(sentences(bulletin.text)))
    assert first.startswith("Thưa ")
    assert re.search(r"kẻ gian|có kẻ|tin sai", first)
    assert "\n\n" in bulletin.text[len(first) : len(first) + 4], "it stands alone, with a pause after it"


def test_the_advice_is_one_paragraph_of_two_or_three_short_sentences(bulletin: Bulletin) -> None:
    (found,) = advice(bulletin)
    said = list(sentences(found.removeprefix("> ")))
    assert 2 <= len(said) <= 3
    assert max(len(each.split()) for each in said) <= 16
    assert bulletin.text.split("\n\n").index(found) > 2


def test_signs_are_counted_as_announced(bulletin: Bulletin) -> None:
    counts = {"ba": ("Một là", "Hai là", "Ba là"), "hai": ("Một là", "Hai là"), "bốn": ("Một là", "Bốn là")}
    announced = re.search(r"[Cc]ó (hai|ba|bốn) (?:dấu hiệu|điểm giống nhau)", bulletin.text)
    if announced:
        assert all(each in bulletin.text for each in counts[announced[1]])
        assert bulletin.text.count("Ba là") == (announced[1] in ("ba", "bốn"))


def test_it_says_where_to_report_and_every_number_and_site_is_a_report_channel(bulletin: Bulletin) -> None:
    channels = site().report_channels
    assert cited(bulletin.text, channels.values()) or "Công an xã" in bulletin.text
    for text in (bulletin.text, bulletin.sms or ""):
        numbers = set(re.findall(r"\d[\d.]*\d", text))
        sites = {each for each in SITE_NAME.findall(text) if not each.replace(".", "").isdigit()}
        assert numbers <= set(channels)
        assert sites <= {*channels, "gov.vn"}


def test_nothing_in_it_is_for_the_eye_only(bulletin: Bulletin) -> None:
    assert not re.search(r"[()/\[\]{}<*_#\"“”%&+=|~]|\s[-–]\s|(?<!^)(?<!\n)>", bulletin.text)
    assert not FEAR.search(bulletin.text)
    assert not re.search(r"\b[A-ZĐ]{2,}\b(?<!OTP)(?<!SIM)(?<!AI)", bulletin.text), "abbreviations are for the eye"


def test_its_sms_is_one_part_and_says_nothing_that_the_speech_does_not(bulletin: Bulletin) -> None:
    assert bulletin.sms is not None
    found = measure(bulletin.sms)
    assert (found.encoding, found.segments) == ("GSM-7", 1)
    assert bulletin.sms.startswith("UBND canh bao: ")
    assert set(re.findall(r"\d+", bulletin.sms)) <= set(re.findall(r"\d+", bulletin.text))


def test_its_sms_never_leaves_open_whether_to_do_it(bulletin: Bulletin) -> None:
    """Folded, `dung` is both “đừng” and “dùng”; only stopping and apps are meant by it."""
    assert not re.search(r"(?<!ung )\bdung\b(?! lai)", (bulletin.sms or "").lower())


@pytest.mark.parametrize("name", IDS)
def test_its_source_says_what_it_rests_on(name: str) -> None:
    source = site().bulletins[name].source
    assert source.name
    assert "tháng 6/2023" in source.ref
    assert "chưa đối chiếu" in source.ref, "nobody has yet held it against the printed handbook"


def test_every_rotation_of_the_sample_fits_its_slot_with_the_longest_bulletins() -> None:
    longest = max(map(Reckoning(site()).bulletin_s, site().bulletins))
    for programme in site().programmes:
        for slot in programme.slots:
            if slot.medium is Medium.LOUDSPEAKER and isinstance(slot.play, Rotation):
                assert slot.length is not None
                whole_s = (longest + 10) * slot.play.count * slot.repeat + 30  # with pauses, signal and station's words
                assert timedelta(seconds=whole_s) <= slot.length
