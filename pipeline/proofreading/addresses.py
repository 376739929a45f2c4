"""Addresses of the net that a bulletin sends people to: official, unknown, and those that hide where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from pipeline.proofreading.draft import Draft
from pipeline.proofreading.findings import Finding
from pipeline.speech.web import EMAIL, URL

DOMAINS = Path(__file__).with_name("domains.tsv")
SCHEME = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)
HOST = re.compile(r"[^/?#:\s]+")
TRAILING = ".,;:!?…'’\"”)"
IP = re.compile(r"(?<![\w./])(?:[1-9]\d{0,2}|0)(?:\.(?:[1-9]\d{0,2}|0)){3}(?![\w.]\d)(?::\d{1,5})?(?:/\S{0,200})?")
LED_TO = re.compile(r"(?:truy cập|địa chỉ|trang|web|website|link|liên kết|đường dẫn|ip)(?: \w{1,8}){0,3}[ :“\"]*$")
# letters of no keyboard of ours in the name of a site, or marks on them: vịetcombank.com
MARKED = re.compile(
    r"(?<![\w@.])[\w-]{2,63}(?:\.[\w-]{2,63}){0,3}\.(?:com|vn|net|org|info|xyz|top|online|site)(?![\w-])"
)
GOVERNMENT = re.compile(r"(?:^|[.-])gov(?:[.-]|$)|gov-?vn")
LOOKS_LIKE = str.maketrans("0135", "oles")


def find_doubtful_addresses(draft: Draft) -> Iterator[Finding]:
    """Shortened, hidden and unknown addresses; report channels of the station and official domains pass."""
    own = {each.lower() for each in draft.site.report_channels}
    for passage in draft.passages:
        if "." not in passage.text:
            continue
        for start, written in _sites(passage.text).items():
            host = host_of(written)
            if host not in own and (code := _doubt(host)):
                yield passage.finding(code, start, start + len(written), host=host)
        for found in IP.finditer(passage.text):
            if _is_host_number(found[0], passage.text[max(0, found.start() - 40) : found.start()].lower()):
                yield passage.finding("link_by_number", *found.span())
        for found in MARKED.finditer(passage.text) if not passage.text.isascii() else ():
            if not found[0].isascii():
                yield passage.finding("site_look_alike", *found.span(), host=found[0])


def _sites(text: str) -> dict[int, str]:
    """The addresses of a text by where they stand, those of mail left out."""
    mails = {position for found in EMAIL.finditer(text) for position in range(*found.span())} if "@" in text else set()
    found = [*_rare().finditer(text), *URL.finditer(text)]
    return {each.start(): each[0].rstrip(TRAILING) for each in found if each.start() not in mails}


def host_of(address: str) -> str:
    """The host of a written address in lower case, without scheme, `www.` and path."""
    found = HOST.match(SCHEME.sub("", address, count=1))
    return found[0].lower().rstrip(".") if found else ""


def is_listed(host: str, *kinds: str) -> bool:
    """Whether a host, or a domain it belongs to, stands in domains.tsv under one of these kinds."""
    labels = host.split(".")
    found = _domains()
    return any(found.get(".".join(labels[start:]), "") in kinds for start in range(len(labels)))


def _doubt(host: str) -> str:
    if is_listed(host, "shortener"):
        return "link_shortened"
    if is_listed(host, "official", "known"):
        return ""
    if re.fullmatch(r"[\d.]+", host):
        return "link_by_number"
    return "site_look_alike" if looks_alike(host) else "site_not_official"


def looks_alike(host: str) -> bool:
    """Whether a host that is nobody's we know wears the name of one that people trust."""
    if "xn--" in host or not host.isascii() or GOVERNMENT.search(host):
        return True
    name = host.rpartition(".")[0].replace("-", "").replace(".", "")
    likes = {name, name.translate(LOOKS_LIKE), name.replace("rn", "m"), name.replace("vv", "w")}
    return any(each in like for each in _protected() for like in likes)


def _is_host_number(written: str, lead: str) -> bool:
    parts = re.findall(r"\d+", written)[:4]
    in_range = all(int(part) <= 255 for part in parts)
    return in_range and ("/" in written or LED_TO.search(lead) is not None)


@cache
def _rare() -> re.Pattern[str]:
    """Shorteners with a path, and endings that are cheap to have and that speech does not take for addresses."""
    names = "|".join(re.escape(name) for kind, name in _lines() if kind == "shortener")
    return re.compile(
        rf"(?<![\w@.-])(?:(?:{names})/[\w-]{{2,40}}|[a-z0-9-]{{2,63}}(?:\.[a-z0-9-]{{2,63}}){{0,3}}\."
        r"(?:tk|ml|cf|ga|gq|pw|cyou|sbs|buzz|fun|cfd|ru|kh|ws)(?![\w-]|\.\w))",
        re.IGNORECASE,
    )


@cache
def _lines() -> tuple[tuple[str, str], ...]:
    lines = DOMAINS.read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple((kind, name) for kind, name in cells)


@cache
def _domains() -> Mapping[str, str]:
    """Domain → kind; gmail.com is both a mail box and a site, the former counts in e-mail addresses alone."""
    return {name: kind for kind, name in _lines() if kind not in ("mail", "protected")}


@cache
def mail_domains() -> frozenset[str]:
    """Domains where anybody has a mail box."""
    return frozenset(name for kind, name in _lines() if kind == "mail")


@cache
def _protected() -> tuple[str, ...]:
    return tuple(name for kind, name in _lines() if kind == "protected")
