"""The program beside the amplifier: it holds a signed plan and its sounds, plays with no network, and proves it.

running.py building.py    threads that drive a core; a receiver put together from its folder
core.py at_hand.py        what it does next, and what sounds; no thread and no network of its own
taking.py obeying.py toning.py    plans and keyrings as they arrive; commands;  the test tone
ahead.py timekeeping.py   what is still to come and what it needs;  what time it is, as far as that can be known
planner.py hours.py accounts.py   pure: plan, journal, clock → what to do now
orders.py refusals.py     what it takes from its station, and what it refuses
journal.py sounds.py folder.py    what it did; what it plays; how both lie on the disk
loudspeaker.py relay.py guardian.py    sound device and amplifier
contact.py                status, journal, plan: what it tells and asks its station
ports.py                  what it needs of the world outside: a line to the station, a broker
line.py broker.py         the real ones: HTTPS, MQTT 5
identity.py enrolling.py  who it is, and how it came to be that
settings.py standing.py checking.py    receiver.yaml; how it stands; what it needs
"""
