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
    "receiver_keys_unreadable": Message(
        "không đọc được khóa của đài trong {folder} ({why}); kế hoạch mới không đến được máy thu",
        "the station's keys in {folder} cannot be read ({why}); receivers get no new plans",
        "xem quyền đọc của thư mục; nếu khóa hỏng, phục hồi var/keys từ bản sao lưu khóa",
        "see whether the folder can be read; if a key is damaged restore var/keys from the backup of the keys",
    ),
    "receivers_more_unwell": Message(
        "và {count} điều nữa ở các máy thu",
        "and {count} things more at receivers",
        "xem tất cả bằng “loa speakers --problems --json”",
        "see them all with “loa speakers --problems --json”",
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
    "keyring_outgrown": Message(
        "máy thu {receiver} nộp vòng khóa mới hơn của đài, có chữ ký khóa gốc (khóa của đài vừa được phục hồi từ bản sao lưu cũ): đài dùng lại vòng khóa đó",
        "receiver {receiver} handed in a newer keyring, signed by the root key (the station's keys were restored from an older backup): the station goes by it again",
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
        "cổng máy thu từ chối {who}: {why}",
        "the gate for receivers refused {who}: {why}",
    ),
    "gate_refused_again": Message(
        "cổng máy thu từ chối {who}: {why} (và {more} lần nữa từ lần báo trước)",
        "the gate for receivers refused {who}: {why} (and {more} times more since it was last said)",
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
    "journal_too_much": Message(
        "nhật ký nộp về quá nhiều; đài nhận tiếp sau",
        "its journal is too much at once; the station takes more of it later",
    ),
    "receiver_floods": Message(
        "máy thu {receiver} nộp nhật ký nhiều bất thường, đài tạm ngừng nhận",
        "the receiver {receiver} hands in far more journal than it can have; the station takes no more for now",
        "máy có thể hỏng hoặc bị lấy mất: đến xem; nếu mất thì “loa speakers revoke {receiver}”",
        "it may be broken or stolen: go and look; if it is gone, “loa speakers revoke {receiver}”",
    ),
    "keys_forbidden": Message(
        "đài không có quyền đọc hoặc ghi thư mục ấy", "the station may not read or write that folder"
    ),
    "keys_missing": Message("thiếu tệp hoặc thư mục", "a file or folder is missing"),
    "keys_no_room": Message("đĩa đã đầy", "the disk is full"),
    "keys_disk_failed": Message("đĩa báo lỗi khi đọc hoặc ghi", "the disk failed while it was read or written"),
    "keys_do_not_fit": Message(
        "khóa hoặc chứng thư bị hỏng, hoặc không khớp nhau",
        "a key or certificate is damaged, or they do not belong together",
    ),
    "broker_reached": Message("đã nối với máy chủ MQTT {broker}", "the MQTT broker {broker} is reached"),
    "broker_left": Message("mất kết nối với máy chủ MQTT {broker}", "the MQTT broker {broker} is gone"),
    "broker_away": Message(
        "chưa nối được máy chủ MQTT {broker}; đài thử lại mãi, trong lúc chờ máy thu tự hỏi đài mỗi phút",
        "the MQTT broker {broker} is not reached; it is tried again and again, meanwhile receivers ask every minute",
        "xem mosquitto có chạy không (“systemctl status loa-broker”)",
        "see whether mosquitto runs (“systemctl status loa-broker”)",
    ),
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
    # --- the audit log ------------------------------------------------------------------------------------------------
    "audit_receiver_code_issued": Message(
        "{actor} cấp mã ghi danh cho máy thu {subject}, đến {until}",
        "{actor} issued an enrolment code to the receiver {subject}, until {until}",
    ),
    "audit_receiver_revoked": Message(
        "{actor} thu hồi máy thu {subject} ({certificates} chứng thư)",
        "{actor} revoked the receiver {subject} ({certificates} certificates)",
    ),
    "audit_signing_key_rotated": Message(
        "{actor} thay khóa ký, nay là {subject}", "{actor} turned the signing key over to {subject}"
    ),
    "audit_signing_key_revoked": Message(
        "{actor} thu hồi khóa ký {subject}, nay là {now}", "{actor} revoked the signing key {subject}; now {now} signs"
    ),
    # --- what people do -----------------------------------------------------------------------------------------------
    "no_receiver_channel": Message(
        "config/channels.yaml chưa có kênh nào loại receiver (máy thu của Loa)",
        "config/channels.yaml has no channel of type receiver",
        'thêm kênh, ví dụ: may-thu: {{type: receiver, listen: "0.0.0.0:8443", address: "https://ten-may:8443"}}, rồi cho cụm loa dùng kênh đó',
        'add one, as in may-thu: {{type: receiver, listen: "0.0.0.0:8443", address: "https://host:8443"}}, and let clusters use it',
    ),
    "receiver_no_cluster": Message(
        "không có cụm loa nào tên “{receiver}” trong config/areas.yaml",
        "config/areas.yaml has no cluster called “{receiver}”",
        "gần nhất là: {close}; mỗi máy thu mang tên của một cụm loa",
        "the closest is: {close}; each receiver bears the name of one cluster",
    ),
    "receiver_other_channel": Message(
        "cụm loa “{receiver}” dùng kênh “{channel}”, không phải kênh máy thu",
        "the cluster “{receiver}” uses the channel “{channel}”, which is none for receivers",
        "trong config/areas.yaml, đổi “channel” của cụm này thành kênh loại receiver",
        "in config/areas.yaml change the “channel” of this cluster to one of type receiver",
    ),
    "speaker_not_enrolled": Message(
        "chưa có máy nào ghi danh với tên “{receiver}”",
        "no machine is enrolled as “{receiver}”",
        "xem các máy thu bằng “loa speakers”",
        "see the receivers with “loa speakers”",
    ),
    "broker_not_named": Message(
        "kênh máy thu trong config/channels.yaml chưa có “broker”",
        "the receivers' channel in config/channels.yaml names no “broker”",
        'thêm vào kênh, ví dụ: broker: "mqtts://127.0.0.1:8883" nếu mosquitto chạy ngay trên máy này',
        'add it to the channel, as in broker: "mqtts://127.0.0.1:8883" where mosquitto runs on this machine',
    ),
    "help_speakers": Message("Cụm loa và máy thu ở các xã.", "The loudspeakers of the communes and their receivers."),
    "help_speakers_enrol": Message(
        "Cấp mã ghi danh một lần cho máy thu của cụm loa ID.",
        "Issue a one-time code for the receiver of the cluster ID.",
    ),
    "help_speakers_valid": Message(
        "Mã dùng được trong bao lâu: 30m, 2h (mặc định), tối đa 7d.",
        "How long the code is good: 30m, 2h (the default), at most 7d.",
    ),
    "help_speakers_revoke": Message(
        "Thu hồi máy thu ID ngay: chứng thư và mã của nó hết giá trị.",
        "Revoke the receiver ID at once: its certificates and codes count no more.",
    ),
    "help_speakers_keys": Message("Khóa ký kế hoạch và lệnh của đài.", "The keys plans and commands are signed with."),
    "help_speakers_keys_show": Message("Xem các khóa ký.", "Show the signing keys."),
    "help_speakers_keys_rotate": Message(
        "Từ nay ký bằng khóa mới; khóa cũ còn giá trị thêm vài ngày.",
        "Sign with a new key from now on; the old one counts for some days more.",
    ),
    "help_speakers_keys_days": Message(
        "Khóa cũ còn giá trị bao nhiêu ngày (mặc định 14).", "For how many days the old key counts (14 by default)."
    ),
    "help_speakers_keys_revoke": Message(
        "Thu hồi khóa KEY ngay, khi nghi khóa bị lộ; mọi kế hoạch được ký lại.",
        "Revoke the key KEY at once, where it may be known to others; all plans are signed anew.",
    ),
    "help_speakers_broker": Message(
        "Ghi các tệp để mosquitto làm máy chủ MQTT cho máy thu.",
        "Write the files with which mosquitto is the receivers' MQTT broker.",
    ),
    "help_broker_out": Message("Thư mục để ghi các tệp.", "The folder to write into."),
    "speakers_valid_wrong": Message(
        "thời hạn “{value}” không đúng",
        "“{value}” is no length of time",
        "viết 30m, 2h hoặc 1d; ít nhất 1 phút, nhiều nhất 7 ngày",
        "write 30m, 2h or 1d; at least a minute, at most 7 days",
    ),
    "speakers_code": Message(
        "mã trên chỉ hiện một lần, dùng một lần, đến {until}; tại máy thu của {receiver} gõ:",
        "this code is shown once and good once, until {until}; at the receiver of {receiver} type:",
    ),
    "speakers_code_replaces": Message(
        "lưu ý: đã có một máy ghi danh với tên {receiver}; máy dùng mã này sẽ thay nó, máy cũ bị từ chối từ lúc đó",
        "mind: a machine is enrolled as {receiver} already; the one that uses this code replaces it, and the old one is refused from then on",
    ),
    "speakers_revoke_ask": Message(
        "Thu hồi máy thu {receiver}? Máy sẽ không nhận được gì nữa cho đến khi ghi danh lại.",
        "Revoke the receiver {receiver}? It gets nothing more until it is enrolled again.",
    ),
    "speakers_revoked": Message(
        "đã thu hồi máy thu {receiver} ({count} chứng thư); những gì máy đã nhận trước đó vẫn phát đến hết hạn kế hoạch nếu máy không bị tắt",
        "the receiver {receiver} was revoked ({count} certificates); what it has got before it plays until its plan is over unless it is switched off",
    ),
    "speakers_revoked_before": Message(
        "máy thu {receiver} không còn chứng thư nào có giá trị (đã thu hồi trước đây hoặc chưa từng ghi danh)",
        "the receiver {receiver} holds no certificate that counts (it was revoked before, or never enrolled)",
    ),
    "speakers_broker_untold": Message(
        "chưa báo được cho mosquitto: nếu nó chạy ở máy khác, chép lại thư mục của nó rồi chạy “systemctl reload loa-broker”",
        "mosquitto could not be told: where it runs on another machine copy its folder again and run “systemctl reload loa-broker”",
    ),
    "speakers_keyring": Message(
        "đài {station}, vòng khóa bản {version}", "station {station}, keyring version {version}"
    ),
    "speakers_key_current": Message("{id}  đang ký", "{id}  signs now"),
    "speakers_key_still": Message("{id}  còn giá trị đến {until}", "{id}  counts until {until}"),
    "speakers_key_over": Message("{id}  hết hạn {until}", "{id}  over since {until}"),
    "speakers_key_revoked": Message("{id}  đã thu hồi", "{id}  revoked"),
    "speakers_key_rotated": Message(
        "từ nay ký bằng {key}; khóa cũ còn giá trị {days} ngày. Sao lưu khóa: “loa backup”",
        "{key} signs from now on; the old ones count for {days} days. Back up the keys: “loa backup”",
    ),
    "speakers_key_revoke_ask": Message(
        "Thu hồi khóa {key}? Máy thu bỏ mọi kế hoạch ký bằng khóa này cho đến khi nhận được kế hoạch mới.",
        "Revoke the key {key}? Receivers drop every plan it signed until they get a new one.",
    ),
    "speakers_key_withdrawn": Message(
        "đã thu hồi {key}; khóa đang ký là {current}; đài đang chạy sẽ ký lại mọi kế hoạch ngay",
        "{key} was revoked; {current} signs now; a running station signs all plans anew at once",
    ),
    "speakers_broker_written": Message(
        "đã ghi tệp của máy chủ MQTT vào {folder}", "the broker's files are in {folder}"
    ),
    "speakers_broker_install": Message(
        "máy này chưa có mosquitto: sudo apt install mosquitto && sudo systemctl disable --now mosquitto",
        "mosquitto is not installed: sudo apt install mosquitto && sudo systemctl disable --now mosquitto",
    ),
    "speakers_broker_start": Message(
        "khởi động, và để tự chạy mỗi khi bật máy:\n"
        "  sudo cp {folder}/loa-broker.service /etc/systemd/system/\n"
        "  sudo systemctl daemon-reload\n"
        "  sudo systemctl enable --now loa-broker\n"
        "mở cổng {port} cho máy thu ở tường lửa. Chạy thử ngay tại đây: /usr/sbin/mosquitto -c {folder}/mosquitto.conf",
        "start it, now and with every start of the machine:\n"
        "  sudo cp {folder}/loa-broker.service /etc/systemd/system/\n"
        "  sudo systemctl daemon-reload\n"
        "  sudo systemctl enable --now loa-broker\n"
        "let receivers through the firewall on port {port}. To try it here: /usr/sbin/mosquitto -c {folder}/mosquitto.conf",
    ),
    "audit_entries_pruned": Message(
        "Các dòng nhật ký máy thu gửi về trước {before} đã đủ {days} ngày lưu và bị xóa; biên nhận vẫn giữ",
        "Entries of receivers' journals taken in before {before} were kept for {days} days and are deleted; the "
        "receipts stay",
    ),
}
