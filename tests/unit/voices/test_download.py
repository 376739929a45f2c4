from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.errors import LoaError
from pipeline.voices import bringing, download
from pipeline.voices.download import Download, beside, refuse_address, shown_address
from pipeline.voices.installed import installed
from pipeline.voices.installing import install
from pipeline.voices.piper import sha256_of
from tests.unit.voices.shelf import MODEL, NOW, brought, description
from tests.unit.voices.test_packed import VOICE, zipped

CONTENT = bytes(range(256)) * 4000


class Depot(ThreadingHTTPServer):
    """Hands out `files`; what stands in `plan` happens first, once per request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.files: dict[str, bytes] = {"/a.onnx": CONTENT}
        self.plan: list[Callable[[Visit], None]] = []
        self.asked: list[tuple[str, str]] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None: ...


class Visit(BaseHTTPRequestHandler):
    server: Depot

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range", "")))
        if self.server.plan:
            self.server.plan.pop(0)(self)
            return
        gives(self)

    def answer(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


Reaction = Callable[[Visit], None]


def gives(visit: Visit) -> None:
    content = visit.server.files.get(visit.path.partition("?")[0])
    wanted = visit.headers.get("Range", "")
    if content is None:
        visit.answer(404)
        return
    start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted else 0
    if wanted and start >= len(content):
        visit.answer(416, Content_Range=f"bytes */{len(content)}")
    elif wanted:
        visit.answer(206, content[start:], Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}")
    else:
        visit.answer(200, content)


def breaks_off(visit: Visit) -> None:
    visit.answer(200, CONTENT[:400_000], length=len(CONTENT))


def knows_no_ranges(visit: Visit) -> None:
    visit.answer(200, CONTENT)


def lies_about_the_range(visit: Visit) -> None:
    visit.answer(206, CONTENT, Content_Range=f"bytes 0-{len(CONTENT) - 1}/{len(CONTENT)}")


def status(code: int, **headers: str) -> Reaction:
    return lambda visit: visit.answer(code, **headers)


@pytest.fixture
def depot(monkeypatch: pytest.MonkeyPatch) -> Iterator[Depot]:
    monkeypatch.setenv("NO_PROXY", "*")
    depot = Depot()
    thread = threading.Thread(target=depot.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield depot
    depot.shutdown()
    depot.server_close()
    thread.join()


def fetch(depot: Depot, out: Path, path: str = "/a.onnx", limit: int = 10_000_000) -> list[float]:
    slept: list[float] = []
    Download(f"{depot.base}{path}", out, limit, sleep=slept.append, timeout_s=(2.0, 2.0)).run()
    return slept


def failure(depot: Depot, out: Path, path: str = "/a.onnx", limit: int = 10_000_000) -> LoaError:
    with pytest.raises(LoaError) as caught:
        fetch(depot, out, path, limit)
    return caught.value


def test_a_file_comes_whole_and_says_how_far_it_is(depot: Depot, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    Download(f"{depot.base}/a.onnx", tmp_path / "a", 10_000_000, lambda *each: seen.append(each)).run()
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))


def test_a_line_that_breaks_goes_on_from_there(depot: Depot, tmp_path: Path) -> None:
    depot.plan = [breaks_off]
    assert len(fetch(depot, tmp_path / "a")) == 1
    assert (tmp_path / "a").read_bytes() == CONTENT
    (_, first), (_, second) = depot.asked
    assert first == ""
    assert int(second.removeprefix("bytes=").removesuffix("-")) > 100_000


@pytest.mark.parametrize("server", [knows_no_ranges, lies_about_the_range])
def test_one_that_cannot_go_on_begins_anew(depot: Depot, tmp_path: Path, server: Reaction) -> None:
    depot.plan = [breaks_off, server]
    fetch(depot, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_later_run_goes_on_from_what_has_come(depot: Depot, tmp_path: Path) -> None:
    depot.plan = [breaks_off, *[status(503)] * 20]
    assert failure(depot, tmp_path / "a").code == "voice_download_broken"
    depot.plan = []
    fetch(depot, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT
    assert depot.asked[-1][1] != ""


def test_what_is_whole_already_is_not_loaded_again(depot: Depot, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(CONTENT)
    assert fetch(depot, tmp_path / "a") == []
    assert (tmp_path / "a").read_bytes() == CONTENT


def test_what_is_longer_than_the_file_is_another_file(depot: Depot, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(CONTENT + b"more")
    fetch(depot, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT


@pytest.mark.parametrize("passing", [status(500), status(503), status(429), status(502)])
def test_what_passes_is_waited_for(depot: Depot, tmp_path: Path, passing: Reaction) -> None:
    depot.plan = [passing, passing]
    assert fetch(depot, tmp_path / "a") == [4.0, 8.0]


def test_what_does_not_pass_is_given_up(depot: Depot, tmp_path: Path) -> None:
    depot.plan = [status(503)] * 50
    assert failure(depot, tmp_path / "a").code == "voice_download_broken"
    assert len(depot.asked) == download.TRIES


def test_nobody_there(depot: Depot, tmp_path: Path) -> None:
    base = depot.base
    depot.shutdown()
    depot.server_close()
    with pytest.raises(LoaError, match="voice_download_broken"):
        Download(f"{base}/a.onnx", tmp_path / "a", 1000, sleep=lambda _: None).run()


@pytest.mark.parametrize("code", [400, 401, 403, 404, 410])
def test_a_refusal_is_final(depot: Depot, tmp_path: Path, code: int) -> None:
    depot.plan = [status(code)]
    error = failure(depot, tmp_path / "a")
    assert (error.code, error.params) == ("voice_download_refused", {"status": str(code)})
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("honest", [True, False])
def test_size_is_bounded_whatever_is_promised(depot: Depot, tmp_path: Path, honest: bool) -> None:
    def endless(visit: Visit) -> None:
        visit.send_response(200)
        if honest:
            visit.send_header("Content-Length", str(len(CONTENT)))
        visit.end_headers()
        visit.wfile.write(CONTENT)

    depot.plan = [endless]
    assert failure(depot, tmp_path / "a", limit=500_000).code == "voice_download_too_large"
    assert not (tmp_path / "a").exists()


def test_redirects_are_followed_a_few_times(depot: Depot, tmp_path: Path) -> None:
    depot.plan = [status(302, Location="/b"), status(307, Location=f"{depot.base}/a.onnx")]
    fetch(depot, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == CONTENT


@pytest.mark.parametrize(
    "location", ["http://example.invalid/a", "file:///etc/passwd", "ftp://127.0.0.1/a", "//192.0.2.1/a"]
)
def test_a_redirect_to_somewhere_less_trusted_is_refused(depot: Depot, tmp_path: Path, location: str) -> None:
    depot.plan = [status(302, Location=location)]
    assert failure(depot, tmp_path / "a").code == "voice_address_refused"
    assert len(depot.asked) == 1


def test_redirects_end(depot: Depot, tmp_path: Path) -> None:
    depot.plan = [status(302, Location="/a.onnx")] * 50
    assert failure(depot, tmp_path / "a").code == "voice_address_refused"
    assert len(depot.asked) == download.REDIRECTS + 1


def test_from_https_nothing_leads_back_to_http(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import requests

    def redirect(_: object, address: str, **__: object) -> requests.Response:
        response = requests.Response()
        response.status_code = 302
        response.headers["Location"] = "http://127.0.0.1/a"
        response.raw = io.BytesIO()
        return response

    monkeypatch.setattr(requests.Session, "get", redirect)
    with pytest.raises(LoaError, match="voice_address_refused"):
        Download("https://example.invalid/a", tmp_path / "a", 1000).run()


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.onnx",
        "http://192.168.1.2/a.onnx",
        "http://127.0.0.1.example.org/a",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "https://",
        "https:///a",
        "https://user:secret@example.org/a",
        "https://example.org:99999/a",
        "https://[::1/a",
        "https://example.org/a b",
        "https://example.org/\na",
        "//example.org/a",
    ],
)
def test_an_address_is_https_or_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(LoaError) as caught:
        refuse_address(address)
    assert (caught.value.code, caught.value.params) == ("voice_address_refused", {})


@pytest.mark.parametrize(
    "address", ["https://example.org/a?x=1", "http://127.0.0.1:8000/a", "http://[::1]/a", "http://localhost/a"]
)
def test_https_and_this_machine_are_trusted(address: str) -> None:
    refuse_address(address)


def test_what_is_shown_of_an_address_holds_no_secret() -> None:
    assert shown_address("https://example.org/a.onnx?token=secret#x") == "https://example.org/a.onnx"
    assert beside("https://example.org/a.onnx?download=true", ".json") == (
        "https://example.org/a.onnx.json?download=true"
    )


def test_a_voice_comes_from_an_address(depot: Depot, tmp_path: Path) -> None:
    depot.files = {"/vi/a.onnx": MODEL, "/vi/a.onnx.json": description()}
    shelf, address = tmp_path / "voices", f"{depot.base}/vi/a.onnx?download=true"
    with pytest.raises(LoaError) as caught:
        install(shelf, address, sha256=None, now=NOW)
    assert caught.value.code == "voice_hash_missing"
    assert installed(shelf) == []
    install(shelf, address, sha256=caught.value.params["sha256"], now=NOW)
    (voice,) = installed(shelf)
    assert voice.facts is not None
    assert voice.facts.source == f"{depot.base}/vi/a.onnx"
    assert depot.asked[-1][1] == f"bytes={len(MODEL)}-", "what was loaded to show its hash is not loaded again"
    assert sorted(path.name for path in shelf.iterdir()) == [".lock", "a"]


def test_an_archive_comes_from_an_address(depot: Depot, tmp_path: Path) -> None:
    depot.files = {"/voice.zip": zipped(VOICE)}
    digest = sha256_of(brought(tmp_path / "brought"))
    assert install(tmp_path / "voices", f"{depot.base}/voice.zip", sha256=digest, now=NOW).voice.name == "a"


def test_a_file_that_was_exchanged_is_not_kept_for_the_next_run(depot: Depot, tmp_path: Path) -> None:
    digest = sha256_of(brought(tmp_path / "brought"))
    depot.files = {"/a.onnx": MODEL + b"exchanged", "/a.onnx.json": description()}
    with pytest.raises(LoaError, match="voice_hash_differs"):
        install(tmp_path / "voices", f"{depot.base}/a.onnx", sha256=digest, now=NOW)
    depot.files["/a.onnx"] = MODEL
    assert install(tmp_path / "voices", f"{depot.base}/a.onnx", sha256=digest, now=NOW).fresh


def test_a_log_in_page_is_taken_for_no_voice_and_not_kept(depot: Depot, tmp_path: Path) -> None:
    page = b"<html>Dang nhap</html>" * 200
    depot.files = {"/a.onnx": page, "/a.onnx.json": page}
    with pytest.raises(LoaError, match="voice_config_unreadable"):
        install(tmp_path / "voices", f"{depot.base}/a.onnx", sha256="0" * 64, now=NOW)
    depot.files["/a.onnx.json"] = description()
    with pytest.raises(LoaError, match="voice_not_a_model"):
        install(tmp_path / "voices", f"{depot.base}/a.onnx", sha256="0" * 64, now=NOW)
    assert [path.name for path in (tmp_path / "voices").iterdir()] == [".lock"]


def test_a_description_is_looked_at_before_the_long_download(depot: Depot, tmp_path: Path) -> None:
    depot.files = {"/a.onnx": MODEL, "/a.onnx.json": b"{}"}
    with pytest.raises(LoaError, match="voice_config_bad"):
        install(tmp_path / "voices", f"{depot.base}/a.onnx", sha256="0" * 64, now=NOW)
    assert [path for path, _ in depot.asked] == ["/a.onnx.json"]


def test_a_model_without_its_description_is_refused(depot: Depot, tmp_path: Path) -> None:
    with pytest.raises(LoaError, match="voice_download_refused"):
        install(tmp_path / "voices", f"{depot.base}/a.onnx", sha256="0" * 64, now=NOW)


def test_an_archive_that_is_too_large_is_refused(depot: Depot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_ARCHIVE", 300)
    depot.files = {"/voice.zip": zipped({**VOICE, "filler": bytes(range(256)) * 10})}
    with pytest.raises(LoaError, match="voice_download_too_large"):
        install(tmp_path / "voices", f"{depot.base}/voice.zip", sha256="0" * 64, now=NOW)
