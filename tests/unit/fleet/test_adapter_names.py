"""Which adapter a cluster's files name, and what becomes of a name that is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import receivers
from pipeline.errors import Severity
from pipeline.fleet.opening import settings_of
from pipeline.site import load_site
from tests.sites import AREAS, CHANNELS, write_site

RECEIVERS = '  may-thu: {type: receiver, listen: "127.0.0.1:8443", address: "https://loa.xa.example:8443",\n    broker: "mqtts://127.0.0.1:8883"}\nsms:'


def site_naming(root: Path, address: str) -> Path:
    areas = AREAS.replace("channel: thu-muc, address: {folder: an-quang-01}", f"channel: may-thu{address}")
    write_site(root, {"config/areas.yaml": areas, "config/channels.yaml": CHANNELS.replace("sms:", RECEIVERS)})
    return root


@pytest.mark.parametrize(
    ("address", "adapters"),
    [
        ("", {}),
        (", address: {adapter: loa}", {"an-quang-01": "loa"}),
        (", address: {adapter: x-1}", {"an-quang-01": "x-1"}),
    ],
)
def test_a_cluster_speaks_our_protocol_unless_its_address_names_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, adapters: dict[str, str]
) -> None:
    monkeypatch.setattr(receivers, "ADAPTERS", (receivers.NEUTRAL, "x-1"))
    settings = settings_of(load_site(site_naming(tmp_path, address)))
    assert settings is not None
    assert settings.adapters == adapters


@pytest.mark.parametrize("name", ["x-1", "LOA", "loa.neutral", "../loa", "'loa/1'"])
def test_a_name_that_is_no_adapter_is_shown_where_it_stands(tmp_path: Path, name: str) -> None:
    site = load_site(site_naming(tmp_path, f", address: {{adapter: {name}}}"))
    (problem,) = [each for each in site.problems if each.severity is Severity.ERROR]
    assert problem.code == "adapter_unknown"
    assert (problem.line, problem.params["known"]) == (6, "loa")


def test_a_makers_device_needs_a_broker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "ADAPTERS", (receivers.NEUTRAL, "x-1"))
    root = site_naming(tmp_path, ", address: {adapter: x-1}")
    channels = root / "config" / "channels.yaml"
    channels.write_text(
        channels.read_text(encoding="utf-8").replace('broker: "mqtts://127.0.0.1:8883"', ""), encoding="utf-8"
    )
    (problem,) = [each for each in load_site(root).problems if each.severity is Severity.ERROR]
    assert (problem.code, problem.line, problem.params["channel"]) == ("adapter_without_broker", 6, "may-thu")
