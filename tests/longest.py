"""The tests that take longest go first, dealt out to the workers: whoever began one last would keep all others waiting.

Most of that time they wait (for a moment to come, for another process), so that more workers than cores are worth it.
"""

from __future__ import annotations

import os
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

WORKERS_A_CORE = 2

LONGEST = (  # measured alone on two cores: from 48 to 3 s
    "acceptance/test_receiver.py::test_from_enrolment_to_the_proof_that_it_sounded",
    "integration/test_receiver_ears.py::test_the_receiver_hears_what_it_played_and_says_where_it_did_not",
    "integration/test_receiver_ears.py::test_a_microphone_that_is_gone_is_said_once_and_keeps_nothing_from_sounding",
    "integration/test_kill.py::test_kills_of_the_running_station_neither_lose_nor_repeat",
    "integration/test_receiver_month.py::test_a_day_among_kills_power_cuts_and_a_dead_line_is_accounted_for",
    "integration/test_kill_sms.py::test_killed_at_random_nobody_is_sent_to_twice_and_nobody_forgotten",
    "integration/test_year.py::test_among_a_hundred_events_nothing_is_lost_and_nothing_sounds_twice",
    "integration/test_daemon.py::test_edits_are_taken_over_and_told_while_it_runs_and_broken_ones_are_not",
    "integration/test_urgent_sound.py::test_the_urgent_is_heard_whole_and_what_it_cut_misses_nothing",
    "acceptance/test_approval.py::test_an_approver_accepts_bulletins_and_takes_one_back",
    "integration/test_twilio.py::test_a_station_killed_again_and_again_sends_to_everybody_once",
    "acceptance/test_voice.py::test_a_voice_is_installed_heard_aired_and_taken_away",
    "acceptance/test_nobody_is_named.py::test_no_number_and_no_secret_stands_anywhere",
    "integration/test_receiver_ears.py::test_without_what_listening_needs_it_says_how_to_get_it_and_plays",
    "integration/test_receiver_core.py::test_the_whole_way_from_a_plan_to_the_journal_at_the_station",
    "acceptance/test_fast_lane.py::test_the_commands_of_the_handbook_bring_a_warning_to_the_air",
    "integration/test_receiver_core.py::test_killed_while_it_sounds",
    "acceptance/test_care.py::TestBackup::test_a_station_moves_to_another_machine",
    "acceptance/test_care.py::test_a_running_station_says_outside_that_it_lives",
    "integration/test_store_kill.py::test_kills_at_any_moment_neither_lose_nor_repeat",
)


def workers() -> int:
    """How many to run beside each other where nobody says."""
    return WORKERS_A_CORE * (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def dealt(long: list[Item], others: list[Item], workers: int) -> list[Item]:
    """An order whose equal parts, one for each worker as xdist cuts them, all begin with some of the long ones."""
    order: list[Item] = []
    left, count = iter(others), len(long) + len(others)
    for worker in range(workers):
        size = (count - len(order)) // (workers - worker)
        part = long[worker::workers]
        order += [*part, *islice(left, max(0, size - len(part)))]
    return [*order, *left]
