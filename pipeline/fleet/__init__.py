"""The station's side of its receivers: who they are, what each is to play, what each did.

fleet.py       Fleet: the plans behind the channel, the ledger behind the gate
plans.py       orders become airings, airings become a plan
issuing.py     plans are sealed, kept, sent;  commanding.py: commands, and what is answered
journals.py    what receivers say, and what follows for deliveries
watch.py       how each of them is, and what people are told of it;  key_watch.py: the keys;  tones.py: test tones
register.py    codes and certificates in the database
adapters/      the formats that devices are spoken to in;  noting.py: what their reports prove
ports.py       what the gate asks of all this
gate.py        HTTPS and the broker's line while the station runs:
               server.py admitting.py link.py hearing.py keys.py certificates.py codes.py mosquitto.py
"""
