"""Every rule of the proofreader; the order is the documentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from pipeline import speech
from pipeline.domain import Bulletin, Category, Reading, Source, SpeechText
from pipeline.errors import Problem, Severity
from pipeline.proofreading import (
    addresses,
    agreement,
    calls,
    dates,
    doubled,
    ear,
    hours,
    leftovers,
    letters,
    negation,
    personal,
    services,
    slips,
    sources,
    spelling,
    unaccented,
    weekdays,
)
from pipeline.proofreading.airtime import Reckon, find_beyond_slots
from pipeline.proofreading.draft import Draft, Rule
from pipeline.proofreading.findings import GAPS, Finding, Passage, Weight
from pipeline.site import Site

SAME = 10  # findings of one kind and wording


def find_unread(draft: Draft) -> Iterator[Finding]:
    """What the reader has no reading for: it would be spelled, or spoken as a foreigner would."""
    for each in draft.spoken.unknown:
        yield draft.text.finding("unread_token", each.start, each.start + len(each.written), token=each.written)


RULES: tuple[Rule, ...] = (
    leftovers.find_template_fields,
    leftovers.find_gaps_of_headings,
    slips.find_glued_words,
    slips.find_forgotten_blanks,
    slips.find_blanks_before_stops,
    doubled.find_doubled_words,
    spelling.find_misspelled_words,
    spelling.find_mistaken_compounds,
    unaccented.find_unaccented,
    letters.find_scanned_words,
    letters.find_figures_with_letters,
    letters.find_mixed_scripts,
    letters.find_open_pairs,
    find_unread,
    dates.find_impossible_dates,
    dates.find_impossible_months,
    hours.find_impossible_times,
    weekdays.find_wrong_weekdays,
    hours.find_backward_ranges,
    dates.find_data_after_date,
    dates.find_expired,
    sources.find_bare_source,
    addresses.find_doubtful_addresses,
    personal.find_private_numbers,
    calls.find_numbers_in_words,
    calls.find_unknown_hotlines,
    calls.find_odd_landlines,
    services.find_wrong_services,
    personal.find_numbers_of_papers,
    personal.find_private_mail,
    personal.find_identified_people,
    ear.find_long_sentences,
    ear.find_what_eyes_need,
    ear.find_dropped_notes,
    agreement.find_disagreement,
    agreement.find_money_that_differs_in_words,
    negation.find_turned_negation,
)


def proofread(
    bulletin: Bulletin, site: Site, *, spoken: SpeechText | None = None, on: date | None = None
) -> list[Finding]:
    """Everything found in a bulletin, by place; what its `accept` names is marked `accepted`, but a gap.

    `spoken`: the text as read aloud, where the caller has it. `on`: the station's day; without it nothing expires.
    What blocks an approval never depends on the day.
    """
    draft = Draft(bulletin, site, spoken or speech.read_aloud(bulletin.text, site.lexicon), on)
    found = _distinct(_few(finding for rule in RULES for finding in rule(draft)))
    accepted = {each.strip() for each in bulletin.accept}
    judged = [replace(each, accepted=each.written in accepted and each.code not in GAPS) for each in found]
    used = {each.written for each in judged}
    idle = [each for each in bulletin.accept if each.strip() not in used]
    judged += [draft.front("accept", each).finding("accept_unused", 0, len(each)) for each in idle]
    return sorted(judged, key=lambda each: (each.line, each.column, each.code))


def _few(found: Iterable[Finding]) -> Iterator[Finding]:
    """Of what is found again and again the first ten: a page of the same line is read by nobody."""
    seen: Counter[tuple[str, str]] = Counter()
    for each in found:
        seen[each.code, each.written] += 1
        if seen[each.code, each.written] <= SAME:
            yield each


def _distinct(found: Iterable[Finding]) -> list[Finding]:
    """One finding of a kind at a place; an unread token that something graver explains is not told again."""
    kept = {(each.code, each.line, each.column, each.written): each for each in found}
    explained = {
        (each.line, each.column)
        for each in kept.values()
        if each.weight is Weight.BLOCKING and each.code != "unread_token"
    }
    return [each for each in kept.values() if each.code != "unread_token" or (each.line, each.column) not in explained]


def proofread_site(site: Site, on: date, reckon: Reckon | None = None) -> list[Problem]:
    """What `loa check` says of the texts of a site beside the problems of its files: warnings, by place.

    `reckon`: how long airings sound; without it nothing is said of slots.
    """
    readings = {each.id: speech.read_aloud(each.text, site.lexicon) for each in site.bulletins.values()}
    found = [
        each.problem
        for bulletin in site.bulletins.values()
        for each in proofread(bulletin, site, spoken=readings[bulletin.id], on=on)
        if not each.accepted and each.weight is not Weight.ADVICE
    ]
    found += find_beyond_slots(site, reckon) if reckon else []
    found += find_in_words_of_station(site)
    return sorted(found, key=lambda each: (each.file, each.line, each.column, each.code))


def find_in_words_of_station(site: Site) -> Iterator[Problem]:
    """What nobody could say, or may spread, in the words around the bulletins: nobody approves those."""
    settings = site.station.assembly
    for key, words in settings.words.items():
        text = words.format(station=site.station.name, title="")
        place = settings.marks.get(key)
        said = Bulletin(key, "", "", Category.LAW, Source(""), text)
        draft = Draft(said, site, speech.read_aloud(text, site.lexicon))
        rules = (leftovers.find_template_fields, find_unread, personal.find_private_numbers)
        for each in _distinct(finding for rule in rules for finding in rule(draft)):
            code = "station_phone_private" if each.code == "phone_private" else each.code
            file, line, column = place or ("", 0, 0)
            yield Problem(code, Severity.WARNING, file, line, column, each.params)


class Entry(NamedTuple):
    """A line of the reading list: a token that is not read as written, where it stands, and whether it is accepted."""

    reading: Reading
    line: int
    column: int
    unread: bool
    accepted: bool

    @property
    def wants_reading(self) -> bool:
        """Whether nobody has given or accepted a reading."""
        return self.unread and not self.accepted


def reading_list(bulletin: Bulletin, spoken: SpeechText) -> list[Entry]:
    """Every token that is not read as written, in the order of the text."""
    passage = Passage(bulletin.text, bulletin.file, bulletin.line, bulletin.column)
    unread, accepted = set(spoken.unknown), set(bulletin.accept)
    return [
        Entry(each, *passage.place(each.start), each in unread, each.written in accepted) for each in spoken.readings
    ]
