"""The words of the house: every noun Loa reasons about, as frozen dataclasses, and the one table of states.

Read this after `pipeline/__init__.py`. Times are aware datetimes, durations timedelta or seconds (`_s`), money whole
VND, loudness LUFS, peaks dBTP, telephone numbers E.164 without the plus (`84912345678`) and never in a `repr`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from pipeline.errors import TransitionError

Clock = Callable[[], datetime]


# --- what is said -----------------------------------------------------------------------------------------------------


class Priority(StrEnum):
    """The three classes of Circular 39/2020: thông thường, ưu tiên, khẩn cấp."""

    ROUTINE = "routine"
    PRIORITY = "priority"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """0 for ROUTINE up to 2 for EMERGENCY."""
        return tuple(Priority).index(self)


class Category(StrEnum):
    """What kind of content the plans ask for."""

    LAW = "phap-luat"
    TRICK = "thu-doan"
    DEFENCE = "phong-tranh"
    RESULT = "ket-qua"


class Medium(StrEnum):
    LOUDSPEAKER = "loudspeaker"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a bulletin warns of; the 24 forms are 24 topics."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Audience:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Source:
    """Who vouches for a bulletin."""

    name: str
    ref: str = ""
    date: date | None = None


class FrontMark(NamedTuple):
    """Where a value of a script's front matter stands; of a list each entry. `exact`: it stands there as it is read."""

    key: str
    value: str
    line: int
    column: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One revision of a script: text as written, its SMS, and what governs its airing."""

    id: str
    title: str
    topic: str
    category: Category
    source: Source
    text: str
    audience: tuple[str, ...] = ()
    priority: Priority = Priority.ROUTINE
    expires: date | None = None
    audio: str | None = None  # path of a recorded voice, relative to the site
    sms: str | None = None
    received: datetime | None = None  # when the warning reached the station
    file: str = ""  # the script, relative to the site
    line: int = 0  # where its text begins
    column: int = 1
    accept: tuple[str, ...] = ()  # what somebody has looked at and means so, as written
    marks: tuple[FrontMark, ...] = field(default=(), compare=False, repr=False)

    def is_expired(self, on: date) -> bool:
        return self.expires is not None and on > self.expires


class ReadingKind(StrEnum):
    """Why a token is not read as written: the step that read it."""

    NUMBER = "number"
    DATE = "date"
    DATE_WITHOUT_YEAR = "date_without_year"  # 3/4 is also a share
    NO_SUCH_DATE = "no_such_date"  # 31/02
    TIME = "time"
    MONEY = "money"
    MEASURE = "measure"  # percentages and units
    HOTLINE = "hotline"  # and every telephone number: digit by digit
    ACCOUNT = "account"  # of banks, papers, cards; secret codes
    CODE = "code"  # plates, rooms, classes: letters by name
    ROMAN = "roman"
    PAPER = "paper"  # 830/QĐ-TTg
    ADDRESS = "address"  # of the net
    ABBREVIATION = "abbreviation"
    AMBIGUOUS = "ambiguous"  # an abbreviation with several readings, chosen by its neighbours
    FOREIGN = "foreign"
    OWN = "own"  # the station's lexicon
    GUESS = "guess"  # the likelier of two readings: the text itself does not say
    SIGN = "sign"
    UNKNOWN = "unknown"


RISKY_KINDS = frozenset(
    {
        ReadingKind.DATE_WITHOUT_YEAR,
        ReadingKind.NO_SUCH_DATE,
        ReadingKind.HOTLINE,
        ReadingKind.ACCOUNT,
        ReadingKind.ROMAN,
        ReadingKind.AMBIGUOUS,
        ReadingKind.GUESS,
        ReadingKind.UNKNOWN,
    }
)


NEGATIONS = frozenset("không chưa chẳng chả đừng chớ cấm".split())  # noqa: SIM905
_BESIDE_NEGATIONS = frozenset("phải được nên có cần còn hề bao giờ thể ai hãy nghiêm tuyệt đối".split())  # noqa: SIM905
_FIGURES = re.compile(r"\+?[0-9]+(?:[ .\-][0-9]{2,})*")  # 113, 1900 1234, 500.000; but 4.0 is a name


def is_negation(written: str) -> bool:
    """Whether it turns the meaning of what follows: không, không phải, nghiêm cấm; but not không gian."""
    words = frozenset(normalize("NFC", written).lower().split())
    return not words.isdisjoint(NEGATIONS) and words <= NEGATIONS | _BESIDE_NEGATIONS


def is_figures(written: str) -> bool:
    """Whether it is a number and nothing else."""
    return _FIGURES.fullmatch(written.strip()) is not None


class Reading(NamedTuple):
    """One token that is not read as written: where it stands in the text, how it will be spoken, and why so."""

    written: str
    spoken: str
    start: int  # offset in the written text
    kind: ReadingKind = ReadingKind.UNKNOWN

    @property
    def is_risky(self) -> bool:
        """Whether an operator ought to look at it first: another reading is near, or people will act on it."""
        if self.kind is ReadingKind.OWN:
            return is_negation(self.written) or is_figures(self.written)
        return self.kind in RISKY_KINDS


@dataclass(frozen=True, slots=True)
class SpeechText:
    """The words as they will be spoken: one string a paragraph, a pause between them."""

    paragraphs: tuple[str, ...]
    readings: tuple[Reading, ...] = ()
    unknown: tuple[Reading, ...] = ()  # tokens nobody has given a reading

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


class Form(StrEnum):
    """In which kind of file a recording is handed over. All but MP3 are rendered from it."""

    MP3 = "mp3"
    WAV = "wav"  # PCM, 48 kHz, 16 bits
    OPUS = "opus"  # Ogg, 32 kbit/s
    MULAW = "mulaw"  # WAV of G.711 µ-law, 8 kHz
    G722 = "g722"  # raw G.722, 16 kHz, 64 kbit/s


@dataclass(frozen=True, slots=True)
class Recording:
    """A mastered file named by its hash, with what was measured on it once decoded."""

    sha256: str
    path: Path
    duration_s: float
    lufs: float
    dbtp: float
    voice: str  # fingerprint of the voice that spoke it
    fallback: bool  # spoken by a voice that is not the first of the chain

    @property
    def spoken_by(self) -> str:
        """Who spoke it, without what else changes the sound: `espeak-ng/vi + piper/vais1000`."""
        return spoken_by(self.voice)


def spoken_by(voice: str) -> str:
    """The engines and voices of a fingerprint, each once; a recorded file is `recorded`, whichever it is."""
    names = (each.split(" ")[0] for each in voice.split(" + "))
    return " + ".join(dict.fromkeys("recorded" if name.startswith("recorded/") else name for name in names))


# --- where it is said -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Belonging:
    """From when to when an area or cluster lies in an area; both days included, None: without a bound."""

    area: str
    first: date | None = None
    last: date | None = None

    def __contains__(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Area:
    """A province, district (until 2025), commune or hamlet; a tree of any depth, with dates and successors."""

    id: str
    name: str
    code: str = ""  # of the General Statistics Office; text, since it may begin with 0
    parent: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    becomes: tuple[str, ...] = ()
    parents: tuple[Belonging, ...] = ()  # where it has not always lain in one; `parent` is then the last of them
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)  # words for places of an SMS; beneath it too

    def is_valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and not self.has_ended(on)

    def has_ended(self, on: date) -> bool:
        return self.valid_until is not None and self.valid_until < on

    def parent_on(self, on: date) -> str | None:
        """The area above on a day."""
        if not self.parents:
            return self.parent
        return next((each.area for each in self.parents if on in each), None)


@dataclass(frozen=True, slots=True)
class SpeakerCluster:
    """The loudspeakers that one address reaches."""

    id: str
    name: str
    area: str
    channel: str
    address: Mapping[str, str] = field(default_factory=dict)
    position: tuple[float, float] | None = None  # latitude, longitude in degrees (WGS 84)
    areas: tuple[Belonging, ...] = ()  # where it has not always stood in one; `area` is then the last of them

    def area_on(self, on: date) -> str | None:
        """The area it stands in on a day."""
        if not self.areas:
            return self.area
        return next((each.area for each in self.areas if on in each), None)


@dataclass(frozen=True, slots=True)
class ContactList:
    """A list of telephone numbers: what for, on what legal basis, from whom, and how its people agreed.

    `retention_days`: a number that no import has named for so long is deleted; None: nobody has set a limit.
    """

    id: str
    basis: str
    channel: str | None = None
    purpose: str = ""
    source: str = ""
    consent: str = ""
    retention_days: int | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    id: int
    list: str
    phone: str = field(repr=False)  # E.164 digits without the plus
    name: str = field(default="", repr=False)
    area: str = ""
    sample: bool = False  # invented for a rehearsal


# --- when it is said --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayRange:
    """Calendar days, both ends included. `notice`: the paper that declared them."""

    first: date
    last: date
    notice: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class YearDays:
    """Days of every year as (month, day), ends included; may wrap over the new year. `lunar`: Vietnam's calendar."""

    first: tuple[int, int]
    last: tuple[int, int]
    lunar: bool = False
    notice: str = ""


@dataclass(frozen=True, slots=True)
class FixedOrder:
    bulletins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rotation:
    """Bulletins in turn: those of the topics and audience, `count` an airing. `topics=("all",)` takes every topic.

    `within`: weeks in which whoever listens hears each topic at least once (0: nothing is promised, every bulletin
    takes its turn); then no topic is heard twice on a day, unless `twice_a_day`.
    """

    topics: tuple[str, ...]
    audience: tuple[str, ...] = ()
    count: int = 1
    within: int = 0
    twice_a_day: bool = False


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days on which a slot or programme rests, `last` included; `first` None: from its beginning."""

    first: date | None
    last: date
    reason: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class SeasonHours:
    """Hours that a slot keeps on these days of every year; an empty `at` leaves the slot's own."""

    days: YearDays
    at: tuple[time, ...] = ()
    at_by_area: Mapping[str, tuple[time, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Peak:
    """A stretch of days, both ends included, on which a slot is aired otherwise. None or empty: as in the slot."""

    first: date
    last: date
    days: frozenset[int] | None = None
    at: tuple[time, ...] = ()
    at_by_area: Mapping[str, tuple[time, ...]] = field(default_factory=dict)
    every: int | None = None  # weeks, counted from the Monday week of `first`
    length: timedelta | None = None
    repeat: int | None = None
    count: int | None = None  # of a rotation
    line: int = 0
    column: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """When and where within a programme: weekdays (Monday is 0), local times, areas or contact lists."""

    id: str
    days: frozenset[int]
    at: tuple[time, ...]
    medium: Medium
    play: FixedOrder | Rotation
    at_by_area: Mapping[str, tuple[time, ...]] = field(default_factory=dict)
    every: int = 1  # weeks
    areas: tuple[str, ...] = ()
    except_areas: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    length: timedelta | None = None
    repeat: int = 1
    late_by: timedelta = timedelta(minutes=15)
    season: YearDays | None = None
    line: int = 0
    seasons: tuple[SeasonHours, ...] = ()
    peaks: tuple[Peak, ...] = ()
    suspended: tuple[Suspension, ...] = ()


@dataclass(frozen=True, slots=True)
class Extra:
    """A one-off of a slot at another day and time."""

    slot: str
    date: date
    at: time
    line: int = 0


@dataclass(frozen=True, slots=True)
class Programme:
    """Bulletins, slots and areas under one name: one YAML file."""

    id: str
    title: str
    first: date
    until: date | None
    slots: tuple[Slot, ...]
    exceptions: tuple[DayRange | str, ...] = ()  # a str names a set of config/calendar.yaml
    extra: tuple[Extra, ...] = ()
    file: str = ""
    suspended: tuple[Suspension, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One programme, slot and start. `areas` are already expanded to the areas that hold clusters or contacts."""

    programme: str
    slot: str
    start: datetime
    medium: Medium
    title: str
    bulletins: tuple[str, ...]
    targets: tuple[str, ...]  # cluster ids, or for SMS contact list ids
    areas: tuple[str, ...] = ()
    length: timedelta | None = None
    repeat: int = 1
    late_by: timedelta = timedelta(minutes=15)
    priority: Priority = Priority.ROUTINE

    @property
    def key(self) -> tuple[str, str, datetime]:
        return self.programme, self.slot, self.start

    @property
    def too_late(self) -> datetime:
        """The last instant at which starting is still useful."""
        return self.start + self.late_by


@dataclass(frozen=True, slots=True)
class Aired:
    """What became of an occurrence that is settled: its bulletins, and who (area → targets) did not hear them.

    `cut`: by bulletin, where it did not fit.
    """

    bulletins: tuple[str, ...]
    missed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cut: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the local day in which a medium may be used. `last`: the first minute after them, 00:00 is midnight."""

    first: time
    last: time
    days: frozenset[int]  # Monday is 0


@dataclass(frozen=True, slots=True)
class Windows:
    """All windows of one medium and the rule they come from; outside them only EMERGENCY passes."""

    windows: tuple[Window, ...]
    rule: str = ""

    def allow(self, moment: datetime) -> bool:
        """Whether something may start at this local time of the station."""
        clock = moment.time()
        return any(
            moment.weekday() in each.days and each.first <= clock and (clock < each.last or each.last == time(0))
            for each in self.windows
        )

    def closes(self, moment: datetime) -> datetime | None:
        """When the hours that hold this local time end, gapless windows taken together.

        The moment itself where none holds it, None where they never end.
        """
        zone, reached = moment.tzinfo, moment.replace(tzinfo=None)
        for _ in range(8 * max(1, len(self.windows))):
            day = datetime.combine(reached, time(0))
            ends = [
                datetime.combine(day, each.last) if each.last != time(0) else day + timedelta(days=1)
                for each in self.windows
                if reached.weekday() in each.days
                and each.first <= reached.time()
                and (reached.time() < each.last or each.last == time(0))
            ]
            if not ends:
                return reached.replace(tzinfo=zone)
            reached = max(ends)
        return None


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of the station, and the `rule` they come from."""

    airtime_per_day: timedelta | None = None  # per cluster
    sms_per_number_per_day: int = 1
    hearing_distance: float = 300.0  # metres within which two clusters are heard at once; 0: nobody looks
    rule: str = ""


# --- how it goes out --------------------------------------------------------------------------------------------------


class State(StrEnum):
    """Of a delivery. ACCEPTED is a promise of the far end, only CONFIRMED is evidence."""

    PLANNED = "planned"
    SENDING = "sending"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    RETRY = "retry"
    UNKNOWN = "unknown"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    MISSED = "missed"
    CANCELLED = "cancelled"


TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.SENDING, State.MISSED, State.FAILED, State.CANCELLED}),
    State.SENDING: frozenset(
        {State.ACCEPTED, State.CONFIRMED, State.RETRY, State.UNKNOWN, State.INTERRUPTED, State.FAILED, State.CANCELLED}
    ),
    # taken for unsent, and yet a late report may prove that it went out: then it must not go out again
    State.RETRY: frozenset(
        {
            State.SENDING,
            State.ACCEPTED,
            State.CONFIRMED,
            State.INTERRUPTED,
            State.MISSED,
            State.FAILED,
            State.CANCELLED,
        }
    ),
    # MISSED: a far end that had promised says itself that it was too late (it had no power at that hour)
    State.ACCEPTED: frozenset({State.CONFIRMED, State.INTERRUPTED, State.FAILED, State.MISSED, State.CANCELLED}),
    State.UNKNOWN: frozenset(
        {
            State.RETRY,
            State.ACCEPTED,
            State.CONFIRMED,
            State.INTERRUPTED,
            State.FAILED,
            State.MISSED,
            State.CANCELLED,
        }
    ),
    State.CONFIRMED: frozenset(),
    State.INTERRUPTED: frozenset(),
    State.FAILED: frozenset(),
    State.MISSED: frozenset(),
    State.CANCELLED: frozenset(),
}

FINAL: frozenset[State] = frozenset(state for state, following in TRANSITIONS.items() if not following)

# FAILED for one of these, a number will never be reached: nothing more is sent to it
NEVER_REACHED: frozenset[str] = frozenset({"sms_bad_number", "sms_landline"})
# FAILED for this, its owner asked to be left alone: a number of the list of those who opted out
ASKED_TO_STOP: frozenset[str] = frozenset({"sms_opted_out"})


def follow(current: State, following: State) -> State:
    """The state after a receipt says `following`.

    A late or doubled receipt never moves a state back: where the table has no such step from a state that is further
    on, the current state stays. A step that no order of receipts can explain raises TransitionError.
    """
    if following in TRANSITIONS[current]:
        return following
    if current in FINAL or following == current or current in _reachable(following):
        return current
    raise TransitionError("no_such_transition", current=current, following=following)


def _reachable(start: State) -> frozenset[State]:
    found: set[State] = set()
    waiting = [start]
    while waiting:
        for state in TRANSITIONS[waiting.pop()] - found:
            found.add(state)
            waiting.append(state)
    return frozenset(found)


class Evidence(StrEnum):
    """What a receipt rests on; pages and logs never claim more."""

    NONE = "none"  # somebody took it over, nothing is known of its sounding
    PLAYER = "player"  # the station's own player ran it to its end
    VIRTUAL = "virtual"  # a rehearsal's speaker checked hash, decode and length
    DEVICE = "device"  # the journal of a receiver
    PERSON = "person"  # somebody ticked it off
    PROVIDER = "provider"  # an SMS provider's report
    RETURN_FILE = "return_file"  # the file in which a telephone operator says whom it reached


class Role(StrEnum):
    """What a person may do: write, accept, or look after the station and its people."""

    EDITOR = "editor"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who decides at this station; nobody's passphrase is ever here."""

    id: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A person accepted one exact content of a bulletin."""

    bulletin: str
    digest: str  # sha256 of everything that was accepted
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A bulletin was taken off the air; approvals given before count no more. `person` is empty where nobody said."""

    bulletin: str
    person: str
    reason: str
    at: datetime


OVERTIME = timedelta(seconds=5)  # a channel begins a moment late: dispatch has already cut it to end in time


class Dedupe(StrEnum):
    """What protects the repeat of a delivery at the far end."""

    NONE = "none"
    KEY = "key"
    LOOKUP = "lookup"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One occurrence for one target, with the state it has reached."""

    id: int
    occurrence: int
    target: str  # cluster id, or for SMS `list/contact`
    channel: str
    state: State
    attempt: int = 0
    fence: int = 0  # grows with every claim: a holder of an older one may no longer write
    ref: str = ""  # the far end's name for it
    code: str = ""
    recording: str = ""  # sha256 of what was handed over
    resume_of: int | None = None
    since: datetime | None = field(default=None, compare=False)  # when it came to its state


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel said of one delivery; append-only."""

    delivery: int
    at: datetime
    state: State
    evidence: Evidence = Evidence.NONE
    code: str = ""
    ref: str = ""
    started: datetime | None = None
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class AudioContent:
    """What a loudspeaker is to play."""

    recording: Recording
    title: str


@dataclass(frozen=True, slots=True)
class TextContent:
    """What a telephone is to show."""

    text: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An order to a channel: one delivery with its address and content."""

    delivery: int
    key: str  # the same for every repeat of the same delivery
    occurrence: tuple[str, str, datetime]
    start: datetime
    target: str
    address: Mapping[str, str] = field(repr=False)
    content: AudioContent | TextContent
    windows: Windows | None = None  # the hours in which it may start; None: at any hour
    offset: timedelta = timedelta(0)  # where in the recording to begin: what was cut goes on
    attempt: int = 1  # how often, with this time, it has been handed over
    latest: datetime | None = None  # the last instant at which beginning is still useful; None: nobody said
    priority: Priority = Priority.ROUTINE

    def is_quiet(self, now: datetime) -> bool:
        """Whether it would start or end in hours in which its channel must not be heard."""
        if self.windows is None:
            return False
        begin = max(self.start, now).astimezone(self.start.tzinfo)
        closes = self.windows.closes(begin)
        if closes is None or closes == begin:
            return closes is not None
        return begin + self.length > closes + OVERTIME

    @property
    def length(self) -> timedelta:
        """How long it sounds; nothing for a text."""
        if not isinstance(self.content, AudioContent):
            return timedelta(0)
        return timedelta(seconds=self.content.recording.duration_s) - self.offset
