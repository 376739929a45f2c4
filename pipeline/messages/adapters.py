"""Sentences of devices that speak a format of their maker."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "adapter_unknown": Message(
        "không có bộ chuyển “{value}” cho thiết bị; hiện có: {known}",
        "there is no adapter “{value}” for devices; there are: {known}",
        "sửa adapter trong address của cụm loa; máy thu của Loa và thiết bị theo giao thức của Loa thì bỏ dòng này",
        "mend adapter in the address of the cluster; leave it out for receivers of Loa and devices that follow its protocol",
    ),
    "adapter_without_broker": Message(
        "thiết bị qua bộ chuyển “{value}” chỉ nối bằng MQTT, mà kênh “{channel}” chưa có broker",
        "a device behind the adapter “{value}” is reached by MQTT only, and the channel “{channel}” has no broker",
        "khai broker của kênh trong channels.yaml, ví dụ mqtts://127.0.0.1:8883, rồi chạy “loa speakers broker --out THƯ-MỤC”",
        "name the broker of the channel in channels.yaml, as in mqtts://127.0.0.1:8883, then run “loa speakers broker --out FOLDER”",
    ),
    "adapter_refused": Message(
        "thiết bị ở {receiver} không nhận được lịch phát của đài qua bộ chuyển “{adapter}” ({why})",
        "the device at {receiver} cannot take the station's plan through the adapter “{adapter}” ({why})",
        "giờ phát của cụm loa này phải do người lo; báo người phụ trách bộ chuyển, hoặc đặt máy thu của Loa ở đó",
        "somebody has to see to what is aired there; tell who looks after the adapter, or put a receiver of Loa there",
    ),
    "adapter_cannot": Message(
        "bộ chuyển “{adapter}” không diễn đạt được lệnh này cho thiết bị ({why})",
        "the adapter “{adapter}” cannot put this into the device's format ({why})",
    ),
    "adapter_journal_held_back": Message(
        "chưa ghi được nhật ký thiết bị {receiver} báo về; đài sẽ thử lại",
        "what the device {receiver} reported is not written down yet; the station tries again",
    ),
}
