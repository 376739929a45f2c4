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
    # --- the one-time code, enrolment, identity -----------------------------------------------------------------------
    "code_sign": Message(
        "mã ghi danh có ký hiệu “{sign}” ở nhóm thứ {group}, mà mã không bao giờ dùng ký hiệu ấy",
        "the enrolment code has the sign “{sign}” in group {group}, which no code uses",
        "mã chỉ có các chữ số 2–9 và các chữ cái không dấu, không có số 0, số 1, chữ O, chữ I; gõ lại nhóm ấy",
        "a code has the digits 2–9 and plain letters, no 0, no 1, no O, no I; type that group again",
    ),
    "code_length": Message(
        "mã ghi danh có {count} ký hiệu, phải có {expected}",
        "the enrolment code has {count} signs and should have {expected}",
        "mã gồm 8 nhóm, mỗi nhóm 5 ký hiệu; gõ đủ cả 8 nhóm",
        "a code is 8 groups of 5 signs; type all 8 of them",
    ),
    "code_mistyped": Message(
        "nhóm thứ {group} của mã ghi danh bị gõ sai",
        "group {group} of the enrolment code is mistyped",
        "so lại nhóm thứ {group} với mã mà đài đọc; chưa có gì được gửi đi, mã vẫn dùng được",
        "compare group {group} with the code the station read out; nothing was sent, the code is still good",
    ),
    "enrol_address": Message(
        "“{address}” không phải địa chỉ của đài",
        "“{address}” is no address of a station",
        "viết như https://loa.xa.example:8443, đúng như đài đã cho",
        "write it like https://loa.xa.example:8443, just as the station gave it",
    ),
    "enrol_no_code": Message(
        "chưa có mã ghi danh",
        "there is no enrolment code",
        "thêm --code, hoặc gõ mã khi được hỏi; người ở đài lấy mã bằng loa speakers enrol",
        "add --code, or type it when asked; somebody at the station gets one by loa speakers enrol",
    ),
    "enrol_already": Message(
        "máy này đã ghi danh với tên {receiver}",
        "this machine is enrolled already, as {receiver}",
        "không phải làm gì; nếu muốn ghi danh lại, hay chuyển sang đài hoặc cụm loa khác, thêm --again; mã vẫn dùng được",
        "nothing to do; to enrol it anew, or for another station or cluster, add --again; the code is still good",
    ),
    "enrol_not_the_station": Message(
        "máy ở {host} không phải là đài đã cấp mã này",
        "the machine at {host} is not the station that issued this code",
        "xem lại địa chỉ và mã; nếu cả hai đều đúng, có thể ai đó đứng giữa đường truyền: đừng tiếp tục, báo người quản trị đài; mã chưa bị lộ",
        "look at address and code again; if both are right, somebody may stand in between: do not go on, tell whoever looks after the station; the code was not given away",
    ),
    "enrol_answer_wrong": Message(
        "đài trả lời ghi danh không khớp với yêu cầu ({why})",
        "the station's answer does not fit what was asked ({why})",
        "chưa có gì được ghi; xem đài và máy thu có cùng phiên bản Loa không rồi thử lại",
        "nothing was written; see whether station and receiver run the same version of Loa, then try again",
    ),
    "receiver_unwritable": Message(
        "không ghi được vào thư mục {folder} của máy thu ({why})",
        "the receiver's folder {folder} cannot be written ({why})",
        "xem quyền và chỗ trống của ổ đĩa",
        "look at its rights and at the room on the disk",
    ),
    "machine_not_enrolled": Message(
        "máy này chưa ghi danh với đài nào",
        "this machine is enrolled with no station",
        "ở đài chạy loa speakers enrol để lấy mã, rồi ở đây chạy loa receiver enrol --station … --code …",
        "get a code at the station by loa speakers enrol, then run loa receiver enrol --station … --code … here",
    ),
    "identity_unreadable": Message(
        "không đọc được giấy tờ của máy thu ({file} trong var/identity)",
        "the receiver's identity cannot be read ({file} in var/identity)",
        "xin đài một mã mới và ghi danh lại với --again; lịch phát và nhật ký vẫn còn",
        "ask the station for a new code and enrol again with --again; plan and journal stay",
    ),
    "enrolled_as": Message(
        "Đã ghi danh: máy này là {receiver} của {station}.", "Enrolled: this machine is {receiver} of {station}."
    ),
    "enrolled_ways": Message("Đài ở {address}; máy chủ MQTT: {broker}.", "Station at {address}; broker: {broker}."),
    "enrolled_no_broker": Message("không dùng, máy thu hỏi đài mỗi phút", "none, it asks the station every minute"),
    "enrolled_until": Message(
        "Chứng thư có hiệu lực đến {until}; máy thu tự gia hạn trước đó 60 ngày.",
        "The certificate is good until {until}; the receiver renews it by itself 60 days before.",
    ),
    "enrolled_next": Message("Tiếp theo: loa receiver run --dir {folder}", "Next: loa receiver run --dir {folder}"),
    "enrol_ask_code": Message("Mã ghi danh (8 nhóm, đài đọc)", "Enrolment code (8 groups, read out by the station)"),
    "help_receiver_enrol": Message(
        "Ghi danh máy này làm máy thu của một đài, bằng mã dùng một lần.",
        "Make this machine a receiver of a station, with a one-time code.",
    ),
    "help_receiver_dir": Message(
        "Thư mục của máy thu; mặc định là thư mục hiện tại.", "The receiver's folder; the current one by default."
    ),
    "help_enrol_station": Message(
        "Địa chỉ của đài, ví dụ https://loa.xa.example:8443.",
        "The station's address, like https://loa.xa.example:8443.",
    ),
    "help_enrol_code": Message(
        "Mã mà đài cấp bằng `loa speakers enrol`; không có thì được hỏi.",
        "The code that `loa speakers enrol` gave at the station; without it you are asked.",
    ),
    "help_enrol_again": Message(
        "Ghi danh lại máy đã ghi danh, hay chuyển nó sang đài hoặc cụm loa khác.",
        "Enrol a machine again that is enrolled, or move it to another station or cluster.",
    ),
    # --- the lines to the station -------------------------------------------------------------------------------------
    "line_dns": Message(
        "không tìm được địa chỉ của {host}",
        "the address of {host} cannot be found",
        "xem mạng và DNS của máy thu; khi chạy, máy thu tự thử lại",
        "look at the receiver's network and name server; while it runs it tries again by itself",
    ),
    "line_refused": Message(
        "đài không nhận kết nối",
        "the station takes no connections",
        "xem loa run có đang chạy ở đài không, cổng và tường lửa có đúng không; khi chạy, máy thu tự thử lại",
        "see whether loa run runs at the station, and its port and firewall; while it runs it tries again by itself",
    ),
    "line_timeout": Message(
        "đài không trả lời kịp",
        "the station did not answer in time",
        "mạng chậm hoặc đứt giữa chừng; khi chạy, máy thu tự thử lại",
        "the network is slow or broke off; while it runs it tries again by itself",
    ),
    "line_unreachable": Message(
        "không có đường tới đài ({why})",
        "there is no way to the station ({why})",
        "xem mạng của máy thu; lịch đã nhận vẫn phát đúng giờ",
        "look at the receiver's network; what it has is played on time all the same",
    ),
    "line_cut": Message(
        "kết nối với đài bị ngắt giữa chừng",
        "the connection to the station broke off",
        "khi chạy, máy thu tự thử lại và giữ phần đã nhận",
        "while it runs it tries again by itself and keeps what arrived",
    ),
    "line_certificate": Message(
        "máy trả lời không chứng minh được mình là đài ({why})",
        "whoever answers cannot prove to be the station ({why})",
        "xem đồng hồ của máy thu; nếu đài đã dựng lại, ghi danh lại; nếu không, có thể ai đó đứng giữa đường truyền",
        "look at the receiver's clock; if the station was set up anew, enrol again; if not, somebody may stand in between",
    ),
    "line_credential_refused": Message(
        "đài không nhận chứng thư của máy thu này ({why})",
        "the station does not take this receiver's certificate ({why})",
        "có thể nó đã bị thu hồi hoặc hết hạn: xin đài một mã mới và ghi danh lại với --again",
        "it may be revoked or over: ask the station for a new code and enrol again with --again",
    ),
    "line_tls": Message(
        "không bắt tay TLS được với đài ({why})",
        "no TLS with the station ({why})",
        "xem địa chỉ và cổng; có thể ở đó là một chương trình khác",
        "look at address and port; another program may be there",
    ),
    "line_answer": Message(
        "đài trả lời không đúng dạng ({why})",
        "the station's answer is not well formed ({why})",
        "xem đài và máy thu có cùng phiên bản Loa không; khi chạy, máy thu tự thử lại",
        "see whether station and receiver run the same version of Loa; while it runs it tries again by itself",
    ),
    "line_answer_too_large": Message(
        "đài trả lời quá dài (hơn {most} byte)",
        "the station's answer is too long (more than {most} bytes)",
        "câu trả lời bị bỏ; báo người quản trị đài nếu lặp lại",
        "it is dropped; tell whoever looks after the station if it happens again",
    ),
    "line_refusal": Message(
        "đài từ chối yêu cầu ({status} {said})",
        "the station refused what was asked ({status} {said})",
        "khi chạy, máy thu tự thử lại; nếu kéo dài, xem nhật ký của đài",
        "while it runs it tries again by itself; if it goes on, look at the station's log",
    ),
    "line_redirected": Message(
        "đài chỉ sang nơi khác ({status}), máy thu không đi theo",
        "the station points elsewhere ({status}), which a receiver does not follow",
        "có thể mạng đang đòi đăng nhập (trang chào của Wi-Fi); xem mạng của máy thu",
        "the network may ask for a log-in (a portal page); look at the receiver's network",
    ),
    "line_sound_differs": Message(
        "tệp âm thanh nhận được không khớp với lịch ({why})",
        "the sound that arrived does not fit the plan ({why})",
        "phần đã nhận bị bỏ, máy tự lấy lại từ đầu",
        "what arrived is thrown away, it is fetched again from the beginning",
    ),
    "line_unsteady": Message(
        "máy chủ MQTT cứ ngắt kết nối ngay sau khi nối",
        "the broker breaks the connection off again and again",
        "có thể một máy khác dùng cùng chứng thư (thẻ nhớ đã được sao): tắt máy kia; nếu không biết máy nào, thu hồi bằng loa speakers revoke rồi ghi danh lại; máy vẫn hỏi đài qua HTTPS",
        "another machine may use the same certificate (a disk that was copied): switch that one off; if nobody knows which it is, revoke by loa speakers revoke and enrol again; it asks over HTTPS meanwhile",
    ),
    "log_broker_again": Message("đã nối lại được với máy chủ MQTT", "the MQTT broker is reached again"),
    "line_broker_away": Message(
        "không nối được máy chủ MQTT",
        "the broker cannot be reached",
        "ở đài xem systemctl status loa-broker, cổng MQTT và tường lửa; máy vẫn hỏi đài qua HTTPS, tin khẩn cấp chậm tối đa một phút",
        "at the station look at systemctl status loa-broker, its port and the firewall; it asks over HTTPS meanwhile, an emergency takes up to a minute",
    ),
    "line_broker_refused": Message(
        "máy chủ MQTT không nhận máy thu này",
        "the broker does not take this receiver",
        "ở đài chạy lại loa speakers broker và nạp lại mosquitto; máy vẫn hỏi đài qua HTTPS",
        "run loa speakers broker at the station again and reload mosquitto; it asks over HTTPS meanwhile",
    ),
}
