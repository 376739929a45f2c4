"""A USB stick for mobile loudspeakers and stations without a network, and the sheet that comes back from it.

    contents.py   what is on a stick: lines of its list, bulletins on their own, what was left out
    choosing.py   which airings and bulletins may go on one: the rules of the air
    naming.py     names that cheap players sort and show rightly
    page.py       the printed list, one HTML file for A4
    qr.py         a picture a telephone reads, a bulletin each
    sheet.py      the return sheet, an XLSX file
    manifest.py   what lies on a stick, with its hashes;  checking.py: whether it still does
    writing.py    the folder itself, whole or not at all;  sealing.py: the station's seal on it
    returned.py   a return sheet read strictly;  evidence.py: what it says, written down

Start with `choosing.choose`, then `writing.write`.
"""
