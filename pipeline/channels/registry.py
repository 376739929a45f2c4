"""Which `type` of config/channels.yaml is which plug-in. A plug-in is imported when a station uses it, not before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.channels import Channel
from pipeline.domain import Clock
from pipeline.errors import Outcome, SendError

if TYPE_CHECKING:
    from pipeline.config.channels import ChannelSettings


def build_channel(settings: ChannelSettings, root: Path, clock: Clock) -> Channel:
    """The channel that settings describe; `root` is the site. SendError(NOT_SENT) for a type nobody registered."""
    builder = REGISTRY.get(settings.type)
    if builder is None:
        known = ", ".join(REGISTRY)
        raise SendError("channel_type_unknown", Outcome.NOT_SENT, channel=settings.id, type=settings.type, known=known)
    return builder(settings, root, clock)


def _folder(settings: ChannelSettings, root: Path, clock: Clock) -> Channel:
    from pipeline.channels.folder import build

    return build(settings, root, clock)


def _sound_card(settings: ChannelSettings, root: Path, clock: Clock) -> Channel:
    from pipeline.channels.sound_card import build

    return build(settings, root, clock)


def _sms_file(settings: ChannelSettings, root: Path, clock: Clock) -> Channel:
    from pipeline.channels.sms_file import build

    return build(settings, root, clock)


def _http_sms(settings: ChannelSettings, root: Path, clock: Clock) -> Channel:
    from pipeline.channels.http_sms import build

    return build(settings, root, clock)


def _twilio(settings: ChannelSettings, root: Path, clock: Clock) -> Channel:
    from pipeline.channels.twilio import build

    return build(settings, root, clock)


def _receiver(settings: ChannelSettings, root: Path, clock: Clock) -> Channel:
    from pipeline.channels.receiver import build

    return build(settings, root, clock)


REGISTRY: dict[str, Callable[[ChannelSettings, Path, Clock], Channel]] = {
    "folder": _folder,
    "http_sms": _http_sms,
    "receiver": _receiver,
    "sms_file": _sms_file,
    "sound_card": _sound_card,
    "twilio": _twilio,
}
