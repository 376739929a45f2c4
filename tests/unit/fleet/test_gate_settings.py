"""Where receivers reach the station and its broker, and what the certificates are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.fleet.admitting import reached_from_afar
from pipeline.fleet.gate import GateSettings
from pipeline.fleet.mosquitto import access, configuration
from pipeline.protocol.enrolment import BROKER


@pytest.mark.parametrize(
    ("broker", "address", "reached"),
    [
        ("", "https://loa.xa.example:8443", ""),
        ("mqtts://127.0.0.1:8883", "https://loa.xa.example:8443", "mqtts://loa.xa.example:8883"),
        ("mqtts://localhost", "https://10.1.2.3:8443", "mqtts://10.1.2.3:8883"),
        ("mqtts://[::1]:9000", "https://[2001:db8::1]:8443", "mqtts://[2001:db8::1]:9000"),
        ("mqtts://broker.example:8884", "https://loa.xa.example:8443", "mqtts://broker.example:8884"),
    ],
)
def test_a_broker_on_the_stations_own_machine_is_reached_by_the_stations_name(
    broker: str, address: str, reached: str
) -> None:
    assert reached_from_afar(broker, address) == reached
    assert not reached or BROKER.match(reached)


def test_the_certificates_are_for_every_name_somebody_reaches_them_by() -> None:
    settings = GateSettings(
        Path(), ("0.0.0.0", 8443), "https://loa.xa.example:8443", "mqtts://127.0.0.1:8883", "mqtts://nat.example:28883"
    )
    assert settings.broker_for_receivers == "mqtts://nat.example:28883"
    assert settings.broker_port == 8883
    assert set(settings.server_names) == {"loa.xa.example", "localhost", "127.0.0.1"}
    assert set(settings.broker_names) == {"nat.example", "127.0.0.1", "loa.xa.example", "localhost"}


def test_who_is_revoked_is_shut_out_before_any_pattern_lets_him_in() -> None:
    lines = access(["b", "a"]).splitlines()
    assert lines.index("user a") < lines.index("user b") < lines.index("pattern read loa/1/%u/plan")
    assert "topic deny loa/1/a/#" in lines
    assert [each for each in lines if each.startswith("pattern write")] == [
        "pattern write loa/1/%u/status",
        "pattern write loa/1/%u/reply",
    ]


def test_the_broker_lets_nobody_in_without_a_certificate_and_takes_its_name_from_it() -> None:
    settings = dict(line.split(" ", 1) for line in configuration(Path("/srv/loa"), 8883).splitlines() if " " in line)
    assert settings["allow_anonymous"] == "false"
    for key in ("require_certificate", "use_identity_as_username", "use_username_as_clientid"):
        assert settings[key] == "true"
    assert settings["crlfile"] == "/srv/loa/crl.pem"
    assert int(settings["max_packet_size"]) > 2_000_000
