"""What the station asks for just now: silence, the test tone, news. Each command is followed once, and answered."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.protocol.command import Command, Reply
from pipeline.protocol.command import Order as Asked
from pipeline.protocol.journal import Kind
from pipeline.protocol.plan import Airing
from pipeline.receiver.ahead import Ahead
from pipeline.receiver.at_hand import AtHand
from pipeline.receiver.journal import Journal
from pipeline.receiver.loudspeaker import TONE, Speaker
from pipeline.receiver.orders import Orders, RefusedCommandError
from pipeline.receiver.planner import PREPARE
from pipeline.receiver.ports import Arrival
from pipeline.receiver.taking import Taking
from pipeline.receiver.timekeeping import Timekeeping
from pipeline.receiver.toning import Answer, Toning


class Obeying:
    """Not for several threads at once. `answer`: takes replies; `asked`: what a command asks of those who talk."""

    def __init__(
        self,
        orders: Orders,
        journal: Journal,
        taking: Taking,
        ahead: Ahead,
        hand: AtHand,
        tone: Toning,
        speaker: Speaker,
        time: Timekeeping,
        answer: Answer,
    ) -> None:
        self._orders, self._journal, self._taking, self._ahead = orders, journal, taking, ahead
        self._hand, self._tone, self._speaker, self._time = hand, tone, speaker, time
        self.answer = answer
        self.asked: Callable[[Asked], None] = lambda _: None

    def collect(self) -> None:
        """Whether a test tone is over since: it is answered."""
        self._tone.collect(self.answer)

    def command_arrived(self, arrival: Arrival) -> None:
        """AccessError where it is not the station's, or not followed."""
        now, in_doubt = self._time.now(), bool(self._time.doubt)
        try:
            command = self._orders.take_command(arrival.payload, now, retained=arrival.retained, in_doubt=in_doubt)
        except RefusedCommandError as error:
            self.answer(Reply(error.command.id, now, error.code), arrival.correlation)
            raise
        self._journal.note(Kind.COMMAND, facts={"id": command.id, "order": command.order.value})
        if command.order is Asked.TONE:
            self._sound_tone(command, arrival.correlation)
            return
        if command.order is Asked.SILENCE:
            self._silence(command)
        self.answer(Reply(command.id, self._time.now()), arrival.correlation)
        self.asked(command.order)

    def _silence(self, command: Command) -> None:
        at_once, sounding = self._taking.at_once, self._hand.sounding
        self._tone.stop()
        hand = sounding.airing.id if sounding is not None else ""
        if sounding is not None and self._concerns(command, sounding.airing):
            self._hand.stop("silenced")
        for airing in self._ahead.open():
            by_time = not self._time.doubt and airing.begin <= self._time.now()
            due = bool(command.airings) or airing.id == hand or airing.id in at_once or by_time
            if due and self._concerns(command, airing):
                begun = self._journal.account(airing.id).begun
                self._journal.note(Kind.STOPPED if begun else Kind.MISSED, airing.id, "silenced")

    def _concerns(self, command: Command, airing: Airing) -> bool:
        """Whether silence is meant for it: a command that was long on its way is not for what was ordered since.

        Both times are the station's; how late the command came, and what our clock says, is no matter.
        """
        if command.airings:
            return airing.id in command.airings
        plan = self._taking.plan
        return plan is None or plan.issued <= command.issued or airing.begin <= command.issued

    def _sound_tone(self, command: Command, correlation: bytes) -> None:
        code, plan = self._against_tone(), self._taking.plan
        if not code and plan is not None:
            gain_db = self._ahead.gain_db(plan, self._time.now())
            code = self._tone.begin(command.id, correlation, gain_db, self._ahead.lead_in(plan))
        if code:
            self._tone.say(command.id, correlation, code, self.answer)

    def _against_tone(self) -> str:
        now, plan = self._time.now(), self._taking.plan
        if self._time.doubt:
            return "clock"
        if plan is None:
            return "hours"
        lead_in = self._ahead.lead_in(plan)
        if not self._ahead.hours(plan).hold(now + self._speaker.warm_up(lead_in), TONE):
            return "hours"
        if self._hand.airing or self._tone.is_sounding:
            return "busy"
        soon = now + TONE + 3 * PREPARE + lead_in
        if any(now < each.begin <= soon for each in self._ahead.open()):
            return "busy"
        return "tone_too_often" if self._tone.is_too_soon else ""
