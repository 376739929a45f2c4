"""Clusters within hearing distance of each other, held against the plainest way to look for them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest

from pipeline.domain import Limits, Medium, Occurrence, SpeakerCluster
from pipeline.messages import render
from pipeline.schedule import review
from pipeline.schedule.hearing import Earshot, Sounding, distance_m
from tests.unit.schedule.site import HANOI

FIVE = datetime(2026, 11, 23, 17, 0, tzinfo=HANOI)
MINUTE = timedelta(minutes=1)
HERE = (20.81, 106.53)
METRE = 1 / 111_195.08  # degrees of latitude


def cluster(name: str, position: tuple[float, float] | None) -> SpeakerCluster:
    return SpeakerCluster(name, name, "an-quang", "thu-muc", position=position)


def airing(name: str, targets: tuple[str, ...], at: datetime = FIVE, minutes: float = 10) -> Sounding:
    occurrence = Occurrence(name, "s", at, Medium.LOUDSPEAKER, name, ("a",), targets)
    return Sounding(occurrence, at + minutes * MINUTE)


@pytest.mark.parametrize(
    ("one", "two", "metres"),
    [
        (HERE, HERE, 0),
        ((0, 0), (0, 1), 111_195),
        ((0, 0), (1, 0), 111_195),
        ((60, 0), (60, 1), 55_597),
        ((21.0285, 105.8542), (10.8231, 106.6297), 1_137_900),  # Hà Nội, Thành phố Hồ Chí Minh
        ((0, 179.999), (0, -179.999), 222),
        ((90, 0), (90, 120), 0),
        ((0, 0), (0, 180), 20_015_115),
    ],
)
def test_distances_are_those_of_a_sphere(one: tuple[float, float], two: tuple[float, float], metres: float) -> None:
    assert distance_m(one, two) == pytest.approx(metres, rel=1e-3, abs=0.5)
    assert distance_m(one, two) == distance_m(two, one)


@pytest.mark.parametrize(
    ("north", "metres", "heard"),
    [(299, 300, True), (301, 300, False), (299, 200, False), (301, 400, True), (1, 0, False)],
)
def test_two_programmes_within_the_distance_are_heard_at_once(north: float, metres: float, heard: bool) -> None:
    clusters = [cluster("a", HERE), cluster("b", (HERE[0] + north * METRE, HERE[1]))]
    earshot = Earshot(clusters, metres)
    assert earshot.hear(airing("p", ("a",))) is None
    found = earshot.hear(airing("q", ("b",), FIVE + 5 * MINUTE))
    assert (found is not None) == heard
    if found is not None:
        assert (found.cluster, found.other, found.earlier.slot) == ("b", "a", ("p", "s"))
        assert found.metres == pytest.approx(north, abs=0.5)


@pytest.mark.parametrize(
    ("minutes", "later", "heard"), [(10, 9.9, True), (10, 10, False), (0, 0, True), (0, 1, False), (30, 29, True)]
)
def test_only_what_sounds_at_the_same_time_is_heard(minutes: float, later: float, heard: bool) -> None:
    earshot = Earshot([cluster("a", HERE), cluster("b", HERE)], 300)
    earshot.hear(airing("p", ("a",), minutes=minutes))
    assert (earshot.hear(airing("q", ("b",), FIVE + later * MINUTE)) is not None) == heard


def test_who_has_no_position_hears_nothing() -> None:
    earshot = Earshot([cluster("a", HERE), cluster("b", None)], 300)
    earshot.hear(airing("p", ("a",)))
    assert earshot.hear(airing("q", ("b", "nobody"))) is None


def test_airings_that_share_a_cluster_collide_there_and_are_not_told_twice() -> None:
    earshot = Earshot([cluster("a", HERE), cluster("b", HERE)], 300)
    earshot.hear(airing("p", ("a", "b")))
    assert earshot.hear(airing("q", ("b",))) is None


@pytest.mark.parametrize("seed", range(12))
def test_it_finds_what_looking_at_every_pair_finds(seed: int) -> None:
    draw = random.Random(seed)
    metres = draw.choice([50.0, 300.0, 2_000.0])
    middle = draw.choice([HERE, (89.999, 0.0), (0.0, 179.9999), (-33.9, 151.2)])
    clusters = {}
    for n in range(60):
        lat = max(-90.0, min(90.0, middle[0] + draw.uniform(-3, 3) * metres * METRE))
        lon = (middle[1] + draw.uniform(-3, 3) * metres * METRE + 180) % 360 - 180
        clusters[f"k{n}"] = cluster(f"k{n}", (lat, lon) if draw.random() < 0.9 else None)
    airings = sorted(
        (
            airing(
                f"p{n}",
                tuple(sorted(draw.sample(sorted(clusters), draw.randint(1, 4)))),
                FIVE + draw.randrange(90) * MINUTE,
                draw.choice([0, 1, 5, 20]),
            )
            for n in range(50)
        ),
        key=lambda each: each.occurrence.start,
    )
    earshot = Earshot(clusters.values(), metres)
    heard = [earshot.hear(each) is not None for each in airings]
    plainly = [any(_beside(early, late, clusters, metres) for early in airings[:n]) for n, late in enumerate(airings)]
    assert heard == plainly
    assert any(plainly)


def _beside(early: Sounding, late: Sounding, clusters: dict[str, SpeakerCluster], metres: float) -> bool:
    one, two = early.occurrence, late.occurrence
    if not (two.start < early.end or two.start == one.start) or set(one.targets) & set(two.targets):
        return False
    places = [[p for name in each.targets if (p := clusters[name].position)] for each in (one, two)]
    return any(distance_m(here, there) <= metres for here in places[0] for there in places[1])


def test_ten_thousand_clusters_at_one_place_are_no_burden() -> None:
    clusters = [cluster(f"k{n}", HERE) for n in range(10_000)]
    halves = tuple(f"k{n}" for n in range(5_000)), tuple(f"k{n}" for n in range(5_000, 10_000))
    looked = 0

    class Counting(Earshot):
        def _nearest(self, *parts: object) -> tuple[str, float] | None:
            nonlocal looked
            looked += 1
            return super()._nearest(*parts)  # type: ignore[arg-type]

    earshot = Counting(clusters, 300)
    for number in range(40):
        earshot.hear(airing(f"p{number}", halves[number % 2]))
    assert looked <= 40


def test_what_has_fallen_silent_is_forgotten() -> None:
    earshot = Earshot([cluster("a", HERE), cluster("b", HERE)], 300)
    for number in range(300):
        earshot.hear(airing(f"p{number}", ("ab"[number % 2],), FIVE + number * MINUTE, 2))
    assert len(earshot._laid_out) + len(earshot._waiting) < 10


def test_the_review_names_both_clusters_the_distance_and_where_it_is_set() -> None:
    clusters = {"a": cluster("a", HERE), "b": cluster("b", (HERE[0] + 250 * METRE, HERE[1]))}
    one = airing("p", ("a",)).occurrence
    found = review(
        [one, replace(one, programme="q", targets=("b",))],
        programmes=[],
        windows={},
        limits=Limits(),
        lengths=lambda _: 60.0,
        zone=HANOI,
        calendar={},
        clusters=clusters,
    )
    (problem,) = found
    facts = {name: problem.params[name] for name in ("other", "cluster", "near", "metres", "distance")}
    assert problem.code == "airings_overheard"
    assert facts == {"other": "p/s", "cluster": "b", "near": "a", "metres": "250", "distance": "300"}
    for lang in ("vi", "en"):
        assert all(render(problem.code, problem.params, lang))  # type: ignore[arg-type]


def test_earshot_goes_both_ways() -> None:
    clusters = [cluster(f"k{n}", (HERE[0] + 200 * n * METRE, HERE[1])) for n in range(3)]
    for one, two in combinations(range(3), 2):
        for first, second in ((one, two), (two, one)):
            earshot = Earshot(clusters, 300)
            earshot.hear(airing("p", (f"k{first}",)))
            assert (earshot.hear(airing("q", (f"k{second}",))) is not None) == (abs(one - two) == 1)
