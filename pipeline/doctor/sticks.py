"""What the doctor says of USB sticks: sheets that have not come back."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.bundle.outstanding import overdue
from pipeline.doctor.patient import Finding, Patient, advice


def sticks(patient: Patient) -> Iterator[Finding]:
    """Without its sheet nobody knows what of a stick was aired."""
    if patient.store is None:
        return
    today = patient.now.astimezone(patient.site.station.timezone).date()
    for each in overdue(patient.store, today):
        facts = {"bundle": each.kept.id, "last": f"{each.kept.last:%d/%m/%Y}"}
        if each.lines:
            yield advice("bundle_not_returned", each.kept.id, missing=each.missing, lines=each.lines, **facts)
        else:
            yield advice("bundle_unheard_of", each.kept.id, **facts)
