"""What a station and the receivers of its communes say to each other: documents, addresses, limits. Pure.

    plan.py       the whole plan of one receiver, signed: what sounds when, for the days to come
    command.py    what cannot wait for a plan: silence, a test tone, tell your state; signed, never kept
    journal.py    what a receiver did, entry by entry, and what that says of an airing
    hearing.py    what a microphone beside a receiver made of an airing
    status.py     how a receiver is
    enrolment.py  how it becomes the station's: one-time code, request, answer
    names.py      MQTT topics and HTTPS paths

A reader passes over keys it does not know, so that a station and receivers of different age understand each other; what
must not be passed over comes as a document of a new version. What it knows it reads strictly.

`docs/receiver-protocol.md` describes it for makers of devices.
"""
