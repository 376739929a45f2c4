"""A whole site: what is read, what one broken file takes with it, and what it leaves alone."""

from __future__ import annotations

import os
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain import Medium
from pipeline.errors import Severity
from pipeline.messages import render
from pipeline.site import empty_site, load_site
from tests.sites import AREAS, CALENDAR, CHANNELS, FILES, OTHER_SCRIPT, PROGRAMME, SCRIPT, STATION, write_site


def _codes(root: Path) -> list[tuple[str, str]]:
    return [(each.file, each.code) for each in load_site(root).problems]


def test_a_whole_site_has_no_problems(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path))
    assert not site.problems
    assert site.usable
    assert set(site.bulletins) == {"gia-danh-cong-an", "deepfake"}
    assert [each.id for each in site.programmes] == ["canh-bao"]
    assert set(site.clusters) == {"an-quang-01", "an-hung-01"}
    assert set(site.areas.by_id) == {"an-lao", "an-quang", "an-hung"}
    assert (set(site.channels), site.sms_channel) == ({"thu-muc", "ban-giao"}, "ban-giao")
    assert (set(site.topics), set(site.audiences), set(site.calendar)) == ({"2", "14"}, {"nguoi-cao-tuoi"}, {"tet"})
    with pytest.raises(FrozenInstanceError):
        site.station = site.station  # type: ignore[misc]


def test_every_problem_of_every_file_comes_in_one_run_in_order(tmp_path: Path) -> None:
    changes = {
        "config/station.yaml": STATION.replace("mastering: horn", "mastering: hrn\nmàu: đỏ"),
        "config/areas.yaml": AREAS.replace("name: Xã An Hưng, ", ""),
        "config/channels.yaml": CHANNELS + "sms: {channel: thu-muc}\n",
        "schedules/canh-bao.yaml": PROGRAMME.replace('at: "17:00"', "at: 17h").replace("[an-lao]", "[an-loa]"),
        "scripts_audio/deepfake.md": OTHER_SCRIPT.replace("topic", "topci"),
        "scripts_audio/gia-danh-cong-an.md": SCRIPT.replace("thu-doan", "thu-doann"),
    }
    problems = load_site(write_site(tmp_path, changes)).problems
    assert [(each.file, each.line, each.column, each.code) for each in problems] == [
        ("config/areas.yaml", 4, 5, "key_missing"),
        ("config/channels.yaml", 5, 1, "key_doubled"),
        ("config/station.yaml", 8, 12, "bad_choice_close"),
        ("config/station.yaml", 9, 1, "key_unknown"),
        ("schedules/canh-bao.yaml", 7, 9, "bad_time"),
        ("schedules/canh-bao.yaml", 9, 13, "reference_unknown_close"),
        ("scripts_audio/deepfake.md", 3, 1, "key_unknown_close"),
        ("scripts_audio/gia-danh-cong-an.md", 4, 11, "bad_choice_close"),
    ]


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_folder_in_the_place_of_a_file_is_refused_as_such(tmp_path: Path, name: str) -> None:
    root = write_site(tmp_path, {name: None})
    (root / name / "within").mkdir(parents=True)
    assert (name, "file_not_regular") in _codes(root)
    assert (name, "config_file_missing") not in _codes(root)


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("b:1:1: error: x\nc.yaml", "b:1:1: error: x\\nc.yaml"),
        ("a\x1b[31mb.yaml", "a\\x1b[31mb.yaml"),
        ("a\u202eb\u2028.yaml", "a\\u202eb\\u2028.yaml"),
    ],
)
def test_a_name_cannot_forge_a_line_of_problems(tmp_path: Path, name: str, listed: str) -> None:
    root = write_site(tmp_path, {f"schedules/{name}": "a: b\n"})
    (root / "scripts_audio" / name).write_text("x", encoding="utf-8")
    found = load_site(root).problems
    assert {each.file for each in found} == {f"schedules/{listed}", f"scripts_audio/{listed}"}
    for problem in found:
        assert all(text.isprintable() for text in (problem.file, *render(problem.code, problem.params)))


CIRCLES = {
    "both ended": ("a: b", "b: a"),
    "three": ("a: b", "b: c", "c: a"),
    "a second way": ("a: x, b", "b: a", "x:"),
    "off to the side": ("x: a", "a: b", "b: a"),
}


@pytest.mark.parametrize("circle", CIRCLES.values(), ids=CIRCLES)
def test_areas_that_succeed_each_other_in_a_circle_are_one_error(tmp_path: Path, circle: tuple[str, ...]) -> None:
    lines = [
        f"  - {{id: {area}, name: {area}, valid_until: 2026-01-01, becomes: [{heirs.strip()}]}}\n"
        for area, heirs in (each.split(":") for each in circle)
    ]
    root = write_site(tmp_path, {"config/areas.yaml": "".join([AREAS.split("clusters:")[0], *lines])})
    found = load_site(root)
    assert [each.code for each in found.problems if "circle" in render(each.code, None, "en")[0]] == [
        "area_succession_cycle"
    ]
    assert "a → b" in render(found.problems[0].code, found.problems[0].params)[0]


def test_areas_that_share_an_heir_are_no_circle(tmp_path: Path) -> None:
    areas = AREAS.replace(
        "clusters:",
        "  - {id: c, name: C, valid_until: 2025-01-01, becomes: [d, e]}\n"
        "  - {id: d, name: D, valid_until: 2026-01-01, becomes: [an-quang, an-hung]}\n"
        "  - {id: e, name: E, valid_until: 2026-01-01, becomes: [an-quang]}\nclusters:",
    )
    assert _codes(write_site(tmp_path, {"config/areas.yaml": areas})) == []


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("text", ["", "a: [b\n", "- a\n", "a: b\n", "\t", "a: &b c\n", "---\n"])
def test_a_broken_file_is_blamed_alone(tmp_path: Path, name: str, text: str) -> None:
    site = load_site(write_site(tmp_path, {name: text}))
    errors = {each.file for each in site.problems if each.severity is Severity.ERROR}
    assert errors == {name}


@pytest.mark.parametrize("name", ["station", "areas", "channels"])
def test_a_station_needs_three_files(tmp_path: Path, name: str) -> None:
    site = load_site(write_site(tmp_path, {f"config/{name}.yaml": None}))
    assert (f"config/{name}.yaml", "config_file_missing") in [(each.file, each.code) for each in site.problems]
    assert sum(each.severity is Severity.ERROR for each in site.problems) == 1
    assert not site.usable


def test_the_other_files_may_be_absent_where_nothing_names_what_they_hold(tmp_path: Path) -> None:
    changes = {"config/calendar.yaml": None, "schedules/canh-bao.yaml": PROGRAMME.replace("except: [tet]\n", "")}
    assert not _codes(write_site(tmp_path, changes))


def test_a_pause_that_nobody_declares_is_an_error(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path, {"config/calendar.yaml": None}))
    assert [each.code for each in site.problems] == ["programme_held_back", "reference_unknown"]
    assert not site.programmes


@pytest.mark.parametrize(
    "changes",
    [
        {"config/calendar.yaml": "sets: {tet: [{lunar: 28-12}]}\n"},
        {"config/calendar.yaml": "sets: [\n"},
        {"config/calendar.yaml": CALENDAR + "sets: {}\n", "schedules/canh-bao.yaml": PROGRAMME + "except: []\n"},
        {"schedules/canh-bao.yaml": PROGRAMME.replace("[tet]", "[tet, 2026-13-01]")},
        {"schedules/canh-bao.yaml": PROGRAMME.replace(" [tet]", "")},
    ],
)
def test_a_programme_whose_pauses_are_unreadable_is_held_back(tmp_path: Path, changes: dict[str, str]) -> None:
    site = load_site(write_site(tmp_path, changes))
    assert not site.programmes
    assert "programme_held_back" in [each.code for each in site.problems]


def test_a_slot_whose_excepted_area_is_unknown_is_held_back_alone(tmp_path: Path) -> None:
    text = PROGRAMME.replace("areas: [an-lao]", "areas: [an-lao]\n    except_areas: [an-hugn]")
    site = load_site(write_site(tmp_path, {"schedules/canh-bao.yaml": text}))
    assert [slot.id for slot in site.programmes[0].slots] == ["nhan-tin"]
    assert {each.code for each in site.problems} == {"reference_unknown_close", "slot_held_back"}


def test_a_broken_bulletin_stops_only_itself(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path, {"scripts_audio/deepfake.md": OTHER_SCRIPT.replace("thu-doan", "x")}))
    assert [each.code for each in site.problems] == ["bad_choice"]
    assert set(site.bulletins) == {"gia-danh-cong-an"}
    assert len(site.programmes[0].slots) == 2


def test_a_broken_area_or_cluster_stops_only_itself(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path, {"config/areas.yaml": AREAS.replace("name: Xã An Hưng", "nam: Xã")}))
    assert [each.code for each in site.problems] == ["key_unknown_close"]
    assert set(site.areas.by_id) == {"an-lao", "an-quang"}
    assert set(site.clusters) == {"an-quang-01", "an-hung-01"}


@pytest.mark.parametrize("text", [STATION.replace("17:00-19:00", "17:00-9:00"), STATION.replace("loudspeaker", "loa")])
def test_a_slip_in_the_hours_never_opens_the_night(tmp_path: Path, text: str) -> None:
    windows = load_site(write_site(tmp_path, {"config/station.yaml": text})).station.windows
    assert {window.first.hour for window in windows[Medium.LOUDSPEAKER].windows} <= {5}


@pytest.mark.parametrize("text", [None, "", "name: [\n", "name: A\nwindow: {}\n", "name: A\nwindows:\n"])
def test_without_readable_hours_every_medium_is_closed(tmp_path: Path, text: str | None) -> None:
    windows = load_site(write_site(tmp_path, {"config/station.yaml": text})).station.windows
    assert {medium: hours.windows for medium, hours in windows.items()} == dict.fromkeys(Medium, ())


def test_without_hours_in_a_whole_file_nothing_is_restricted(tmp_path: Path) -> None:
    assert load_site(write_site(tmp_path, {"config/station.yaml": "name: A\n"})).station.windows == {}


def test_two_programmes_of_one_id_leave_the_first(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path, {"schedules/sau.yaml": PROGRAMME.replace("title: ", "title: Khác ")}))
    assert [each.title for each in site.programmes] == ["Cảnh báo lừa đảo"]
    problem = site.problems[0]
    assert (problem.file, problem.line, problem.column, problem.code) == (
        "schedules/sau.yaml",
        1,
        12,
        "programme_doubled",
    )
    assert problem.params["other"] == "schedules/canh-bao.yaml"


def test_two_scripts_of_one_id_leave_the_first(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path, {"scripts_audio/xa/deepfake.md": OTHER_SCRIPT}))
    assert site.bulletins["deepfake"].file == "scripts_audio/deepfake.md"
    assert [each.code for each in site.problems] == ["script_id_doubled"]


@pytest.mark.parametrize("number", ["0912345678", '"0912.345.678"', "+84 912 345 678", "84-912345678"])
def test_a_telephone_number_in_a_programme_is_refused_and_never_repeated(tmp_path: Path, number: str) -> None:
    text = PROGRAMME.replace("[to-truong]", f"[to-truong, {number}]")
    site = load_site(write_site(tmp_path, {"schedules/canh-bao.yaml": text}))
    assert [(each.code, each.line, each.column) for each in site.problems] == [("private_number", 16, 27)]
    assert not site.programmes
    assert "345" not in repr(site)


def test_sms_without_a_way_out_is_a_warning(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path, {"config/channels.yaml": CHANNELS.split("sms:")[0]}))
    assert [(each.code, each.line) for each in site.problems] == [("slot_without_sms_channel", 12)]
    assert site.sms_channel is None


@pytest.mark.parametrize(
    "name", [".git/config.yaml", ".x.yaml", "a.yaml~", "#a.yaml#", ".a.yaml.swp", "a.yaml.bak", "~$a.xlsx", "Thumbs.db"]
)
@pytest.mark.parametrize("folder", ["config", "schedules", "scripts_audio"])
def test_hidden_files_and_backups_are_left_alone(tmp_path: Path, folder: str, name: str) -> None:
    assert not _codes(write_site(tmp_path, {f"{folder}/{name}": "a: ["}))


def test_links_out_of_the_site_are_refused_and_those_within_are_read(tmp_path: Path) -> None:
    root = write_site(tmp_path / "site")
    (tmp_path / "ngoai.md").write_text(OTHER_SCRIPT, encoding="utf-8")
    (tmp_path / "ngoai").mkdir()
    (root / "var").mkdir()
    (root / "var" / "ban-tin.md").write_text(OTHER_SCRIPT, encoding="utf-8")
    (root / "scripts_audio" / "ngoai.md").symlink_to(tmp_path / "ngoai.md")
    (root / "scripts_audio" / "thu-muc").symlink_to(tmp_path / "ngoai")
    (root / "scripts_audio" / "trong.md").symlink_to(root / "var" / "ban-tin.md")
    (root / "scripts_audio" / "vong").symlink_to(root / "scripts_audio")
    (root / "scripts_audio" / "vong.md").symlink_to("vong.md")
    (root / "scripts_audio" / "cut.md").symlink_to("khong-co.md")
    site = load_site(root)
    assert [(each.file.removeprefix("scripts_audio/"), each.code) for each in site.problems] == [
        ("cut.md", "file_missing"),
        ("ngoai.md", "link_outside"),
        ("thu-muc", "link_outside"),
        ("vong", "link_to_folder"),
        ("vong.md", "link_outside"),
    ]
    assert "trong" in site.bulletins


def test_a_linked_folder_of_the_site_itself_is_refused(tmp_path: Path) -> None:
    root = write_site(tmp_path / "site")
    (root / "schedules").rename(tmp_path / "lich")
    (root / "schedules").symlink_to(tmp_path / "lich")
    assert _codes(root) == [("schedules", "link_outside")]


def test_a_folder_that_is_no_site_is_one_clear_error(tmp_path: Path) -> None:
    for root, code in ((tmp_path / "none", "site_missing"), (tmp_path, "site_without_config")):
        site = load_site(root)
        assert [each.code for each in site.problems] == [code]
        assert str(root) in render(code, site.problems[0].params, "vi")[0]
        assert not site.usable


def test_what_may_not_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_site(tmp_path)

    def forbidden(path: object) -> None:
        raise PermissionError(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", forbidden)
        assert {code for _, code in _codes(root)} >= {"file_forbidden"}
    monkeypatch.setattr(os, "scandir", forbidden)
    assert ("schedules", "file_forbidden") in _codes(root)


def test_overlapping_hours_are_named_as_written(tmp_path: Path) -> None:
    text = 'name: A\nwindows: {sms: {"7:00-24:00": daily, "08:00-9:00": daily}}\n'
    problem = load_site(write_site(tmp_path, {"config/station.yaml": text})).problems[0]
    assert (problem.params["value"], problem.params["other"]) == ("08:00-9:00", "07:00-24:00")


def test_an_empty_site_can_still_speak() -> None:
    site = empty_site(Path("none"))
    assert (site.problems, site.usable) == ((), False)
    assert site.station.voices.chain == ("recorded", "espeak-ng")


def test_a_site_without_programmes_or_scripts_is_told_so(tmp_path: Path) -> None:
    changes = {name: None for name in FILES if not name.startswith("config/")}
    assert _codes(write_site(tmp_path, changes)) == [
        ("schedules", "folder_missing"),
        ("scripts_audio", "folder_missing"),
    ]


def test_names_that_are_no_text_are_shown_as_far_as_they_can(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    (root / os.fsdecode(b"schedules/\xff.yaml")).write_text(PROGRAMME.replace("canh-bao", "b"), encoding="utf-8")
    assert [each.id for each in load_site(root).programmes] == ["canh-bao", "b"]
    (root / os.fsdecode(b"scripts_audio/\xff.md")).write_text(SCRIPT, encoding="utf-8")
    assert _codes(root) == [("scripts_audio/\ufffd.md", "bad_file_name")]


def test_a_secret_is_never_repeated(tmp_path: Path) -> None:
    lines = [
        "a: {type: twilio, account: AC0123, token: s3cr3t, sender: X}",
        "b: {type: twilio, account: env:A, token: [s3cr3t], sender: X}",
        'c: {type: twilio, account: env:A, token: env:B, sender: X, base_url: "https://u:s3cr3t@x.vn"}',
        "d: {type: twilio, account: env:A, token: env:s3cr3t, sender: X}",
    ]
    text = CHANNELS.replace("sms: {", "".join(f"  {line}\n" for line in lines) + "sms: {")
    site = load_site(write_site(tmp_path, {"config/channels.yaml": text}))
    assert {each.code for each in site.problems} >= {"secret_in_file", "bad_url"}
    assert "s3cr3t" not in repr(site)
    assert "AC0123" not in repr(site)
    assert set(site.channels) == {"thu-muc", "ban-giao"}


MUTATIONS = st.tuples(
    st.sampled_from(sorted(FILES)),
    st.integers(0, 2000),
    st.integers(0, 8),
    st.one_of(
        st.binary(max_size=6), st.sampled_from([b"\n", b": ", b"- ", b"[", b"}", b'"', b"\t", b"---\n", b"&a ", b"\\0"])
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mutations=st.lists(MUTATIONS, min_size=1, max_size=3))
def test_no_file_however_mangled_raises(tmp_path: Path, mutations: list[tuple[str, int, int, bytes]]) -> None:
    write_site(tmp_path)
    for name, start, gone, added in mutations:
        path = tmp_path / name
        raw = path.read_bytes()
        start %= len(raw) + 1
        path.write_bytes(raw[:start] + added + raw[start + gone :])
    for problem in load_site(tmp_path).problems:
        what, hint = render(problem.code, problem.params, "vi")
        assert what
        assert hint
