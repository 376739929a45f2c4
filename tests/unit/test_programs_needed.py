"""Tests that run a real program are skipped where it is missing, and fail where real parts are asked for."""

from __future__ import annotations

import pytest

from tests.receivers import mosquitto


@pytest.mark.parametrize("program", ["mosquitto", "aplay", "ffmpeg"])
def test_a_missing_program_is_skipped_by_default_and_fails_where_all_that_is_real_is_asked_for(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(mosquitto, "PROGRAM", "/nowhere/mosquitto")
    monkeypatch.delenv("LOA_TEST_REAL", raising=False)
    with pytest.raises(pytest.skip.Exception, match=program):
        mosquitto.require(program)
    monkeypatch.setenv("LOA_TEST_REAL", "all")
    with pytest.raises(pytest.fail.Exception, match="apt install"):
        mosquitto.require(program)


@pytest.mark.parametrize(
    "name", ["test_fleet_broker", "test_receiver_broker", "test_receiver_attacks", "test_receiver_core"]
)
def test_those_that_run_a_broker_or_a_player_say_so(name: str) -> None:
    module = __import__(f"tests.integration.{name}", fromlist=["pytestmark"])
    assert module.pytestmark.name == "programs"
    assert module.pytestmark.args
