"""Sentences of the station's receivers: keys, one-time codes, the gate, the broker, what they hand in."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- keys ---------------------------------------------------------------------------------------------------------
    "receiver_keys_lost": Message(
        "đã có máy thu ghi danh nhưng không thấy khóa của đài trong {folder}",
        "receivers are enrolled but the station's keys are not in {folder}",
        "phục hồi var/keys từ bản sao lưu khóa (“loa restore … --keys …”); nếu khóa đã mất hẳn, thu hồi rồi ghi danh lại từng máy thu",
        "restore var/keys from the backup of the keys (“loa restore … --keys …”); if they are lost for good, revoke and enrol every receiver again",
    ),
    "root_key_away": Message(
        "không thấy khóa gốc {file}",
        "the root key {file} is not there",
        "nếu khóa gốc được cất ở nơi khác, chép nó vào đó rồi chạy lại lệnh; nếu mất, phục hồi từ bản sao lưu khóa",
        "if it is kept elsewhere, put it there and run the command again; if it is lost, restore the backup of the keys",
    ),
    "signing_key_unknown": Message(
        "không có khóa ký {key}",
        "there is no signing key {key}",
        "xem tên các khóa bằng “loa speakers keys show”",
        "see the names of the keys with “loa speakers keys show”",
    ),
    "authority_unreadable": Message(
        "không đọc được khóa hoặc chứng thư của đài trong {folder}",
        "the key or certificate of the station's authority in {folder} cannot be read",
        "phục hồi var/keys từ bản sao lưu khóa",
        "restore var/keys from the backup of the keys",
    ),
    # --- enrolling ----------------------------------------------------------------------------------------------------
    "code_wrong": Message(
        "mã ghi danh không đúng",
        "the enrolment code is wrong",
        "gõ lại mã; nếu vẫn sai, xin mã mới bằng “loa speakers enrol” ở đài",
        "type it again; if it is still wrong, ask for a new one with “loa speakers enrol” at the station",
    ),
    "code_over": Message(
        "mã ghi danh đã hết hạn, hoặc đã bị thử sai quá nhiều lần",
        "the enrolment code is over, or was tried wrongly too often",
        "xin mã mới bằng “loa speakers enrol” ở đài",
        "ask for a new one with “loa speakers enrol” at the station",
    ),
    "code_used": Message(
        "mã ghi danh đã được một máy khác dùng",
        "the enrolment code was used by another machine",
        "xin mã mới bằng “loa speakers enrol” ở đài; nếu không ai khác biết mã này, thu hồi máy thu ngay bằng “loa speakers revoke”",
        "ask for a new one with “loa speakers enrol”; if nobody else should have known it, revoke the receiver at once with “loa speakers revoke”",
    ),
    "csr_unusable": Message(
        "đài không dùng được yêu cầu cấp chứng thư của máy thu",
        "the station cannot use the receiver's certificate request",
        "xem máy thu và đài có cùng phiên bản Loa không, rồi ghi danh lại",
        "see whether receiver and station run the same version of Loa, then enrol again",
    ),
    "certificate_missing": Message(
        "máy hỏi đài không trình chứng thư",
        "whoever asked the station showed no certificate",
        "ghi danh máy thu bằng mã của đài; nếu không phải máy của mình, không cần làm gì",
        "enrol the receiver with a code of the station; if it is none of yours there is nothing to do",
    ),
    "certificate_refused": Message(
        "chứng thư không do đài cấp hoặc đã hết hạn",
        "the certificate is not the station's, or is over",
        "nếu đó là máy thu của mình, ghi danh lại; nếu không, không cần làm gì: kết nối đã bị cắt",
        "if it is a receiver of yours enrol it again; if not there is nothing to do: the connection was cut",
    ),
    "receiver_revoked": Message(
        "máy thu đã bị thu hồi",
        "the receiver has been revoked",
        "nếu máy này vẫn được dùng, ghi danh lại bằng mã mới của đài",
        "if this machine is to be used, enrol it again with a new code of the station",
    ),
    "plan_none": Message("đài chưa có kế hoạch cho máy thu này", "the station has no plan for this receiver yet"),
    "sound_none": Message(
        "tệp âm thanh này không thuộc kế hoạch của máy thu",
        "this sound does not belong to the receiver's plan",
    ),
    "no_such_path": Message("đài không có địa chỉ này", "the station has no such address"),
    "station_busy": Message(
        "đài chưa trả lời được lúc này",
        "the station cannot answer right now",
        "máy thu tự hỏi lại sau",
        "the receiver asks again by itself",
    ),
    # --- the gate -----------------------------------------------------------------------------------------------------
    "gate_open": Message("cổng máy thu mở tại {listen}", "the gate for receivers is open at {listen}"),
    "gate_enrolled": Message(
        "đã cấp chứng thư cho máy thu {receiver}", "a certificate was issued to the receiver {receiver}"
    ),
    "gate_refused": Message(
        "cổng máy thu từ chối {who}: {code} (thêm {more} lần)",
        "the gate for receivers refused {who}: {code} ({more} times more)",
    ),
    "gate_port_taken": Message(
        "không mở được cổng máy thu tại {listen} ({why}); máy thu chưa lấy được kế hoạch",
        "the gate for receivers cannot be opened at {listen} ({why}); receivers get no plans",
        "xem chương trình nào đang dùng cổng đó, hoặc đổi “listen” của kênh máy thu trong config/channels.yaml; đài tự thử lại",
        "see which program uses that port, or change “listen” of the receivers' channel in config/channels.yaml; it is tried again",
    ),
    "gate_keys_unusable": Message(
        "không dùng được khóa và chứng thư trong {folder} ({why}); máy thu chưa lấy được kế hoạch",
        "the keys and certificates in {folder} cannot be used ({why}); receivers get no plans",
        "xem quyền ghi và chỗ trống của thư mục; nếu khóa hỏng, phục hồi var/keys từ bản sao lưu khóa",
        "see whether the folder can be written and has room; if a key is damaged restore var/keys from the backup of the keys",
    ),
    "broker_reached": Message("đã nối với máy chủ MQTT {broker}", "the MQTT broker {broker} is reached"),
    "broker_left": Message("mất kết nối với máy chủ MQTT {broker}", "the MQTT broker {broker} is gone"),
    "broker_lost": Message(
        "không nối được máy chủ MQTT {broker} đã {minutes} phút; khẩn cấp và lệnh dừng đến máy thu chậm tới một phút",
        "the MQTT broker {broker} has been away for {minutes} minutes; EMERGENCY and stop reach receivers up to a minute late",
        "xem mosquitto có chạy không (“systemctl status loa-broker”); chưa dựng thì chạy “loa speakers broker --out THƯ-MỤC”",
        "see whether mosquitto runs (“systemctl status loa-broker”); if there is none yet run “loa speakers broker --out FOLDER”",
    ),
    "broker_refused": Message(
        "máy chủ MQTT {broker} không nhận đài ({why})",
        "the MQTT broker {broker} refuses the station ({why})",
        "dựng lại tệp của máy chủ bằng “loa speakers broker --out THƯ-MỤC” rồi khởi động lại mosquitto",
        "write the broker's files again with “loa speakers broker --out FOLDER” and start mosquitto anew",
    ),
}
