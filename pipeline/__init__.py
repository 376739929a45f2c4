"""Loa: written public warnings become spoken bulletins for commune loudspeakers and SMS batches, on weekly programmes.

One way through the house; imports point down this list, never up or sideways:

    cli/                          operators: one command per thing they do
    receiver/                     the program beside an amplifier, at the commune
    daemon.py  rehearsal.py       what drives a station: the wall clock, or a simulated one
    doctor/ backup/               what tomorrow needs;  what cannot be made again
    unattended.py  outlook/       the station with nobody in the office;  what lies ahead
    lead.py                       how long a warning took to the air
    bundle/                       a USB stick for loudspeakers without a network, and the sheet that comes back
    app.py                        Station: builds every part from the site; one method per operator action
    fleet/                        receivers: their plans, keys, journals;  the gate they come to
    production/  dispatch/        Bulletin -> Recording ahead of time;  Occurrence -> Delivery -> Receipt
    approval.py  persons.py  telling/    who accepted what;  who may;  who is told of trouble
    voices/ audio/ channels/ store/   deep modules that know nothing of each other
    listening/                    what a microphone beside a receiver heard of a recording
    playout.py clock.py edits.py  the station's own sound card;  whether its clock is right;  its files as they change
    bell.py door.py               what a command rings;  a port that hostile callers may knock at
    proofreading/                 what a text should not say, before anybody approves it
    site.py                       every file of a site, read once, with all its problems
    config/ schedule/ scripts.py  settings;  Programme -> Occurrence;  Script -> Bulletin
    templates/                    scripts half written, for a trick that is new today
    speech/ sms.py contacts/ areas.py     words as spoken;  SMS parts;  CSV -> contacts;  the tree of areas
    fields/ documents.py          what people write: typed values on strict YAML with places
    domain.py                     the words: frozen dataclasses, enums, TRANSITIONS
    errors.py messages/           what can go wrong;  its sentence in Vietnamese and English

Start with `domain.py`, then `app.py`, then the stage you need.
"""

__version__ = "0.1.0"
