"""Sentences of the receivers and of what a station says to them."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- documents and their signatures -------------------------------------------------------------------------------
    "document_unreadable": Message(
        "tài liệu {document} nhận được không đúng dạng ({why})",
        "the document {document} that arrived is not well formed ({why})",
        "không dùng gì của nó; nếu lặp lại, xem đài và máy thu có cùng phiên bản Loa không",
        "nothing of it is used; if it happens again, see whether station and receiver run the same version of Loa",
    ),
    "seal_unreadable": Message(
        "không đọc được phong bì chữ ký ({why})",
        "the signed envelope cannot be read ({why})",
        "tài liệu bị bỏ; nếu lặp lại, có thể ai đó đang gửi tài liệu giả",
        "it is dropped; if it happens again, somebody may be sending forged documents",
    ),
    "seal_kind": Message(
        "tài liệu đã ký không phải loại {kind}",
        "the signed document is not of the kind {kind}",
        "tài liệu bị bỏ: chữ ký của loại này không dùng được cho loại khác",
        "it is dropped: a signature for one kind is worth nothing for another",
    ),
    "seal_key_unknown": Message(
        "khóa ký {key} không có trong vòng khóa của đài",
        "the signing key {key} is not in the station's keyring",
        "nếu đài vừa thay khóa, đợi máy thu lấy vòng khóa mới; nếu không, tài liệu là giả",
        "if the station has just changed keys, wait until the receiver has the new keyring; if not, it is forged",
    ),
    "seal_key_revoked": Message(
        "khóa ký {key} đã bị thu hồi",
        "the signing key {key} has been revoked",
        "tài liệu bị bỏ; đài phải ký lại bằng khóa đang dùng",
        "it is dropped; the station has to sign anew with a key in force",
    ),
    "seal_key_over": Message(
        "khóa ký {key} không có hiệu lực vào lúc tài liệu được ký",
        "the signing key {key} was not in force when the document was signed",
        "xem đồng hồ của đài; đài phải ký lại bằng khóa đang dùng",
        "look at the station's clock; the station has to sign anew with a key in force",
    ),
    "seal_forged": Message(
        "chữ ký của tài liệu sai (khóa {key})",
        "the signature of a document is wrong (key {key})",
        "tài liệu bị bỏ và được ghi vào nhật ký: ai đó đã sửa nó hoặc làm giả",
        "it is dropped and noted in the journal: somebody altered or forged it",
    ),
    "keyring_foreign": Message(
        "vòng khóa là của đài khác",
        "the keyring is another station's",
        "nếu đài đã được dựng lại với khóa gốc mới, ghi danh lại máy thu",
        "if the station was set up anew with another root key, enrol the receiver again",
    ),
    "keyring_older": Message(
        "vòng khóa bản {version} cũ hơn bản {held} đang giữ",
        "keyring version {version} is older than version {held} that is held",
        "không phải làm gì: bản cũ bị bỏ",
        "nothing to do: the older one is dropped",
    ),
    "keyring_differs": Message(
        "có hai vòng khóa khác nhau cùng mang bản {version}",
        "two different keyrings both carry version {version}",
        "giữ bản cũ; báo người quản trị đài",
        "the one that is held stays; tell whoever looks after the station",
    ),
    "plan_for_another": Message(
        "kế hoạch là của máy thu khác ({receiver})",
        "the plan is another receiver's ({receiver})",
        "kế hoạch bị bỏ; xem máy chủ MQTT có cấp đúng quyền cho từng máy không",
        "it is dropped; see whether the broker keeps the receivers apart",
    ),
    "command_for_another": Message(
        "lệnh là của máy thu khác ({receiver})",
        "the command is another receiver's ({receiver})",
        "lệnh bị bỏ; xem máy chủ MQTT có cấp đúng quyền cho từng máy không",
        "it is dropped; see whether the broker keeps the receivers apart",
    ),
    "signing_key_unreadable": Message(
        "không đọc được khóa ký {file}",
        "the signing key {file} cannot be read",
        "phục hồi var/keys từ bản sao lưu khóa",
        "restore var/keys from the backup of the keys",
    ),
}
