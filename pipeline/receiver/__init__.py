"""The program beside the amplifier: it holds a signed plan and its sounds, plays with no network, and proves it.

ports.py      what it needs of the world outside: a line to the station, a broker
"""
