"""A stand-in for Google's voice on loopback: it answers as it is told, once per request."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from pipeline.audio import ffmpeg, mp3

CHARACTERS_PER_S = 14


@cache
def tone() -> bytes:
    wave = np.sin(np.arange(12 * ffmpeg.RATE) * (2 * np.pi * 440 / ffmpeg.RATE)) * 0.3
    return ffmpeg.encode_mp3(wave.astype(np.float32))


def sound_for(text: str, share: float = 1.0) -> bytes:
    return tone()[: max(round(len(text) * share / CHARACTERS_PER_S / mp3.FRAME_S), 4) * mp3.SIZE]


def envelope(audio: bytes) -> bytes:
    inner = json.dumps([base64.b64encode(audio).decode()])
    line = json.dumps([["wrb.fr", "jQ1olc", inner, None, None, None, "generic"]], separators=(",", ":"))
    return f")]}}'\n\n{len(line)}\n{line}\n".encode()


class Visit(BaseHTTPRequestHandler):
    server: Google

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        text = json.loads(json.loads(urllib.parse.parse_qs(form)["f.req"][0])[0][0][1])[0]
        self.server.texts.append(text)
        plan = self.server.plan
        (plan.pop(0) if plan else speaks)(self, text)

    def answer(self, status: int, body: bytes = b"", length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Google(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.texts: list[str] = []
        self.plan: list[Reaction] = []
        self.closing = threading.Event()

    def with_certificate(self, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that hangs up is part of the play


@contextmanager
def serving(server: Google) -> Iterator[Google]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


Reaction = Callable[[Visit, str], None]


def speaks(visit: Visit, text: str) -> None:
    visit.answer(200, envelope(sound_for(text)))


def speaks_half(visit: Visit, text: str) -> None:
    visit.answer(200, envelope(sound_for(text, 0.45)))


def shows_a_page(visit: Visit, _: str) -> None:
    visit.answer(200, b"<html><body>Dang nhap mang</body></html>", Content_Type="text/html")


def says_nothing(visit: Visit, _: str) -> None:
    visit.answer(200)


def speaks_noise(visit: Visit, text: str) -> None:
    visit.answer(200, envelope(bytes(range(256)) * 40))


def has_no_sound(visit: Visit, _: str) -> None:
    visit.answer(200, envelope(b""))


def hangs_up(visit: Visit, text: str) -> None:
    body = envelope(sound_for(text))
    visit.answer(200, body[: len(body) // 2], length=len(body))


def drips(visit: Visit, text: str) -> None:
    visit.answer(200, b"", length=10_000)
    while not visit.server.closing.wait(0.05):
        visit.wfile.write(b" ")


def floods(visit: Visit, _: str) -> None:
    visit.answer(200, b"x" * 3_000_000)


def status(code: int, **headers: str) -> Reaction:
    return lambda visit, _: visit.answer(code, **headers)
