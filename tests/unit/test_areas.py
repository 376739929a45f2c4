"""The tree of areas on a day: what lies beneath what, and who answers for what has ended."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.areas import AreaTree
from pipeline.domain import Area, Belonging, SpeakerCluster
from tests.unit.schedule.site import CLUSTERS, plan, programme, slot_text

MERGED = date(2025, 7, 1)
EVE = date(2025, 6, 30)

TREE = AreaTree(
    [
        Area("tinh", "Tỉnh"),
        Area("huyen", "Huyện", parent="tinh", valid_until=EVE),
        Area("xa-moi", "Xã mới", parent="tinh", valid_from=MERGED),
        Area("xa-khac", "Xã khác", parent="tinh", valid_from=MERGED),
        Area("xa-a", "Xã A", parent="huyen", valid_until=EVE, becomes=("xa-moi",)),
        Area("xa-b", "Xã B", parent="huyen", valid_until=EVE, becomes=("xa-moi", "xa-khac")),
        Area("thon-a", "Thôn A", parent="xa-a"),
        Area("thon-b", "Thôn B", parent="xa-b"),
        Area("xa-c", "Xã C", parent="huyen"),
        Area(
            "thon-d",
            "Thôn D",
            parent="xa-khac",
            parents=(Belonging("xa-c", last=EVE), Belonging("xa-khac", first=MERGED)),
        ),
    ]
)


@pytest.mark.parametrize(
    ("area", "day", "expected"),
    [
        ("tinh", EVE, "huyen thon-a thon-b thon-d tinh xa-a xa-b xa-c"),
        ("tinh", MERGED, "thon-a thon-b thon-d tinh xa-c xa-khac xa-moi"),
        ("huyen", EVE, "huyen thon-a thon-b thon-d xa-a xa-b xa-c"),
        ("huyen", MERGED, "xa-c"),
        ("xa-a", EVE, "thon-a xa-a"),
        ("xa-a", MERGED, "thon-a thon-b xa-moi"),
        ("xa-b", MERGED, "thon-a thon-b thon-d xa-khac xa-moi"),
        ("xa-moi", EVE, ""),
        ("xa-moi", MERGED, "thon-a thon-b xa-moi"),
        ("xa-khac", MERGED, "thon-b thon-d xa-khac"),
        ("xa-c", EVE, "thon-d xa-c"),
        ("xa-c", MERGED, "xa-c"),
        ("thon-a", MERGED, "thon-a"),
        ("khong-co", MERGED, ""),
    ],
)
def test_what_lies_beneath_an_area_on_a_day(area: str, day: date, expected: str) -> None:
    assert sorted(TREE.beneath([area], day)) == expected.split()


def test_an_excepted_area_that_has_ended_takes_its_successors_not_along() -> None:
    assert TREE.beneath(["xa-a"], MERGED, inherit=False) == {"thon-a"}
    assert TREE.beneath(["xa-a"], EVE, inherit=False) == {"xa-a", "thon-a"}


def test_successors_follow_each_other_and_only_those_count_that_exist() -> None:
    tree = AreaTree(
        [
            Area("a", "A", valid_until=date(2024, 1, 1), becomes=("b", "c", "d")),
            Area("b", "B", valid_until=date(2025, 1, 1), becomes=("d", "e")),
            Area("c", "C", valid_from=date(2030, 1, 1)),
            Area("d", "D"),
            Area("e", "E"),
        ]
    )
    assert tree.heirs("a", date(2024, 1, 1)) == ()
    assert tree.heirs("a", date(2024, 1, 2)) == ("b", "d")
    assert tree.heirs("a", date(2026, 1, 1)) == ("d", "e")


def test_a_district_that_is_parted_into_its_own_communes_is_passed_over() -> None:
    tree = AreaTree(
        [
            Area("tinh", "Tỉnh"),
            Area("huyen", "Huyện", parent="tinh", valid_until=EVE, becomes=("xa-1", "xa-2")),
            Area("xa-1", "Xã 1", parent="huyen", valid_from=MERGED),
            Area("xa-2", "Xã 2", parent="huyen", valid_from=MERGED),
        ]
    )
    assert tree.beneath(["tinh"], MERGED) == {"tinh", "xa-1", "xa-2"}
    assert tree.beneath(["huyen"], MERGED) == {"xa-1", "xa-2"}
    assert tree.path("xa-2", MERGED) == ("xa-2", "huyen", "tinh")


def test_the_way_up_leads_through_what_has_ended_to_its_successor() -> None:
    assert TREE.path("thon-a", EVE) == ("thon-a", "xa-a", "huyen", "tinh")
    assert TREE.path("thon-a", MERGED) == ("thon-a", "xa-a", "xa-moi", "tinh")
    assert TREE.path("thon-d", MERGED) == ("thon-d", "xa-khac", "tinh")


def test_a_programme_that_names_a_former_commune_is_answered_by_its_successor_and_says_so() -> None:
    found = plan(programme(slot_text("areas: [quang-hung]"), head="from: 2025-01-01"), first="2025-06-30", days=2)
    assert [each.targets for each in found.occurrences] == [("cu",), ("quang-1", "quang-2")]
    (told,) = found.problems
    assert (told.code, told.params["area"], told.params["heirs"]) == ("area_succeeded", "quang-hung", "an-quang")


def test_a_former_commune_that_is_excepted_or_has_hours_is_told_and_its_successor_is_not_touched() -> None:
    slot = slot_text("except_areas: [quang-hung]\nat_by_area: {quang-hung: 6:00}")
    found = plan(programme(slot), first="2026-11-23", days=1)
    assert [each.targets for each in found.occurrences] == [("hung-1", "hung-2", "quang-1", "quang-2")]
    assert {each.code for each in found.problems} == {"excepted_area_ended", "own_hours_ended"}


def test_a_cluster_comes_to_another_area_on_its_date() -> None:
    stays = (Belonging("an-hung-1", last=date(2026, 11, 23)), Belonging("an-quang", first=date(2026, 11, 25)))
    moving = SpeakerCluster("di", "Cụm loa đi", "an-quang", "thu-muc", areas=stays)
    clusters = {each.id: each for each in (*CLUSTERS, moving)}
    found = plan(programme(slot_text("areas: [an-hung]")), first="2026-11-23", days=3, clusters=clusters)
    assert ["di" in each.targets for each in found.occurrences] == [True, False, False]
    found = plan(programme(slot_text("areas: [an-quang]")), first="2026-11-23", days=3, clusters=clusters)
    assert ["di" in each.targets for each in found.occurrences] == [False, False, True]


def test_an_area_that_moves_takes_the_hours_of_where_it_lies() -> None:
    stays = (Belonging("an-hung", last=date(2026, 11, 23)), Belonging("an-quang", first=date(2026, 11, 24)))
    tree = AreaTree(
        [
            Area("an-lao", "An Lão"),
            Area("an-quang", "An Quang", parent="an-lao"),
            Area("an-hung", "An Hưng", parent="an-lao"),
            Area("an-hung-1", "Thôn 1", parent="an-quang", parents=stays),
        ]
    )
    slot = slot_text("at_by_area: {an-quang: 18:00}")
    found = plan(programme(slot), first="2026-11-23", days=2, areas=tree)
    assert [(f"{each.start:%d %H}", "hung-1" in each.targets) for each in found.occurrences] == [
        ("23 17", True),
        ("23 18", False),
        ("24 17", False),
        ("24 18", True),
    ]
