"""A station killed between claiming, sending and writing down: nothing goes out twice, nothing is lost."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from datetime import timedelta
from multiprocessing.connection import Connection

import pytest

from pipeline.domain import Receipt, State
from pipeline.store import Store
from tests.stores import LEASE, START, airing, claim, only, plan

KILLS = 40
BATCH = 5
TARGETS = 900
STEPS = ("claimed", "sent", "recorded")


def station(url: str, parent: Connection) -> None:
    """Claims, sends and records; tells the parent of each step and waits for its word before the next."""
    store = Store(url)
    while batch := claim(store, limit=BATCH):
        ids = [each.delivery.id for each in batch]
        fences = {each.delivery.id: each.delivery.fence for each in batch}
        _say(parent, "claimed", ids)
        _say(parent, "sent", ids)
        store.record([Receipt(each, START, State.ACCEPTED) for each in ids], fences=fences)
        _say(parent, "recorded", ids)
    parent.send(("done", []))
    store.close()


def _say(parent: Connection, step: str, ids: list[int]) -> None:
    parent.send((step, ids))
    parent.recv()


class World:
    """What the outside saw: how often each delivery was claimed, went out and was written down."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: dict[str, Counter[int]] = {step: Counter() for step in STEPS}
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["tests.integration.test_store_kill", "psycopg"])

    def run(self, *, until: str = "", count: int = 0, midway: bool = False) -> None:
        """Let a station work, until the `count`-th time it says `until`; `midway`: kill it once it has gone on."""
        mine, its = self.context.Pipe()
        child = self.context.Process(target=station, args=(self.url, its))
        child.start()
        its.close()
        with mine:
            while (word := mine.recv())[0] != "done":
                step, ids = word
                self.seen[step].update(ids)
                count -= step == until
                if step == until and count <= 0:
                    if midway:
                        mine.send("go on")
                    child.kill()
                    break
                mine.send("go on")
            child.join()


@pytest.mark.timeout(900)
def test_kills_at_any_moment_neither_lose_nor_repeat(store: Store, store_url: str) -> None:
    dice = random.Random(5)
    targets = [f"loa-{number}" for number in range(TARGETS)]
    plan(store, airing(targets=targets), channels=dict.fromkeys(targets, "thu-muc"))
    world = World(store_url)
    for kill in range(KILLS):
        world.run(until=STEPS[kill % 3], count=dice.randint(1, 3), midway=dice.random() < 0.5)
    while State.PLANNED in only(store).counts:  # a server takes a moment to let go of what a dead client held
        world.run()

    lost = store.expire_leases(START + LEASE + timedelta(seconds=1))
    found = {each.id: each for each in store.deliveries_of(only(store).id)}
    by_state = {state: {each.id for each in found.values() if each.state is state} for state in State}

    assert max(world.seen["claimed"].values()) == 1
    assert max(world.seen["sent"].values()) == 1
    assert {each.attempt for each in found.values()} == {1}
    assert len(found) == TARGETS
    assert set(world.seen["sent"]) <= by_state[State.ACCEPTED] | by_state[State.UNKNOWN]
    assert set(world.seen["recorded"]) <= by_state[State.ACCEPTED] <= set(world.seen["sent"])
    assert by_state[State.UNKNOWN] == {each.id for each in lost}
    assert 0 < len(lost) <= KILLS * BATCH
    assert by_state[State.ACCEPTED] | by_state[State.UNKNOWN] == set(found)
