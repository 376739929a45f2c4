"""Receivers and what stands around them in tests: a station's authority, peers that misbehave, a real broker."""
