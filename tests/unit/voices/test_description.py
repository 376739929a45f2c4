from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.errors import ContentError
from pipeline.voices.description import read_description
from tests.unit.voices.shelf import description


def test_a_voice_says_what_it_is() -> None:
    found = read_description(description())
    assert (found.sample_rate, found.language, found.speakers, found.doubts) == (22050, "vi_VN", 1, ())


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"[]", b"null", b"\xff\xfe", b'{"audio": ', b"[" * 100_000, b'{"a": "' + b"x" * 1_000_001 + b'"}'],
)
def test_what_is_no_description_is_refused(content: bytes) -> None:
    with pytest.raises(ContentError, match="voice_config_unreadable"):
        read_description(content)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"audio": None}, "audio.sample_rate"),
        ({"audio": {}}, "audio.sample_rate"),
        ({"audio": {"sample_rate": 0}}, "audio.sample_rate"),
        ({"audio": {"sample_rate": 10**9}}, "audio.sample_rate"),
        ({"audio": {"sample_rate": "22050"}}, "audio.sample_rate"),
        ({"audio": {"sample_rate": True}}, "audio.sample_rate"),
        ({"num_speakers": None}, "num_speakers"),
        ({"num_speakers": 0}, "num_speakers"),
        ({"num_speakers": -1}, "num_speakers"),
        ({"num_speakers": 10**30}, "num_speakers"),
        ({"num_speakers": 1.5}, "num_speakers"),
        ({"num_symbols": 0}, "num_symbols"),
        ({"phoneme_type": "../../x"}, "phoneme_type"),
        ({"phoneme_type": ["espeak"]}, "phoneme_type"),
        ({"espeak": None}, "espeak.voice"),
        ({"espeak": {"voice": "vi --path=/etc"}}, "espeak.voice"),
        ({"espeak": {"voice": ["vi"]}}, "espeak.voice"),
        ({"espeak": "vi"}, "espeak.voice"),
        ({"language": {"code": "../vi"}}, "language.code"),
        ({"inference": []}, "inference"),
        ({"inference": {"length_scale": 1e9}}, "inference.length_scale"),
        ({"inference": {"noise_w": float("nan")}}, "inference.noise_w"),
        ({"inference": {"noise_scale": "0.6"}}, "inference.noise_scale"),
        ({"phoneme_id_map": None}, "phoneme_id_map"),
        ({"phoneme_id_map": {}}, "phoneme_id_map"),
        ({"phoneme_id_map": {"a": 1}}, "phoneme_id_map"),
        ({"phoneme_id_map": {"a": [256]}}, "phoneme_id_map"),
        ({"phoneme_id_map": {"a": [-1]}}, "phoneme_id_map"),
        ({"phoneme_id_map": {"a": [1] * 1000}}, "phoneme_id_map"),
    ],
)
def test_a_key_that_piper_would_stumble_over_is_named(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(ContentError) as caught:
        read_description(description(**changes))
    assert (caught.value.code, caught.value.params) == ("voice_config_bad", {"key": key})


@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        ({"espeak": {"voice": "en-us"}}, ("voice_not_vietnamese",)),
        ({"language": {"code": "en_US"}}, ("voice_not_vietnamese",)),
        ({"language": None, "espeak": {"voice": "vi-vn-x-south"}}, ()),
        ({"language": None, "espeak": None, "phoneme_type": "text"}, ("voice_not_vietnamese",)),
        ({"num_speakers": 65}, ("voice_many_speakers",)),
        ({"inference": None}, ()),
    ],
)
def test_what_is_odd_and_yet_speaks_is_doubted(changes: dict[str, Any], doubts: tuple[str, ...]) -> None:
    assert read_description(description(**changes)).doubts == doubts


def test_a_key_nobody_knows_does_no_harm() -> None:
    found = json.loads(description())
    assert read_description(json.dumps({**found, "piper_version": "1.0.0", "dataset": "x"}).encode()).speakers == 1
