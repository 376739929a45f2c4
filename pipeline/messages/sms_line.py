"""Sentences of the line to an SMS provider: why there was no answer, and what Loa does about it."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- nothing went out ---------------------------------------------------------------------------------------------
    "sms_name_unknown": Message(
        "không tìm thấy máy chủ của nhà cung cấp",
        "the provider's server cannot be found",
        "kiểm tra đường Internet của đài và base_url trong config/channels.yaml; tin còn hạn sẽ tự gửi lại",
        "check the station's Internet line and base_url in config/channels.yaml; what is in time is sent again by itself",
    ),
    "sms_no_connection": Message(
        "không nối được tới nhà cung cấp",
        "the provider cannot be reached",
        "kiểm tra đường Internet của đài; tin còn hạn sẽ tự gửi lại",
        "check the station's Internet line; what is in time is sent again by itself",
    ),
    "sms_line_untrusted": Message(
        "máy trả lời không chứng minh được là nhà cung cấp (chứng chỉ sai)",
        "who answered could not prove to be the provider (wrong certificate)",
        "xem đồng hồ của máy, và có phần mềm nào chen vào đường Internet không; Loa không gửi tin qua đường như vậy",
        "check the machine's clock, and whether something sits in the Internet line; Loa sends nothing over such a line",
    ),
    "sms_not_begun": Message(
        "hết giờ chờ trước khi kịp gửi tin này",
        "the time was over before this one could be sent",
        "không phải làm gì: tin còn hạn sẽ tự gửi lại",
        "nothing to do: what is in time is sent again by itself",
    ),
    # --- nobody knows -------------------------------------------------------------------------------------------------
    "sms_no_answer": Message(
        "nhà cung cấp không trả lời kịp: chưa biết tin đã đi hay chưa",
        "the provider did not answer in time: it may or may not have gone out",
        "Loa sẽ hỏi lại nhà cung cấp, không gửi mù lần nữa",
        "Loa asks the provider, and sends nothing a second time blindly",
    ),
    "sms_answer_lost": Message(
        "mất câu trả lời của nhà cung cấp: chưa biết tin đã đi hay chưa",
        "the provider's answer was lost: it may or may not have gone out",
        "Loa sẽ hỏi lại nhà cung cấp, không gửi mù lần nữa",
        "Loa asks the provider, and sends nothing a second time blindly",
    ),
    "sms_answer_unreadable": Message(
        "không đọc được câu trả lời của nhà cung cấp: chưa biết tin đã đi hay chưa",
        "the provider's answer cannot be read: it may or may not have gone out",
        "Loa sẽ hỏi lại nhà cung cấp; nếu lặp lại thì kiểm tra base_url trong config/channels.yaml",
        "Loa asks the provider; if it happens again, check base_url in config/channels.yaml",
    ),
    "sms_provider_failing": Message(
        "máy chủ của nhà cung cấp gặp lỗi: chưa biết tin đã đi hay chưa",
        "the provider's server failed: it may or may not have gone out",
        "Loa sẽ hỏi lại nhà cung cấp, không gửi mù lần nữa",
        "Loa asks the provider, and sends nothing a second time blindly",
    ),
    # --- what asking showed -------------------------------------------------------------------------------------------
    "sms_not_listed": Message(
        "nhà cung cấp không có tin này trong sổ: tin chưa đi",
        "the provider does not list it: it did not go out",
        "không phải làm gì: tin còn hạn sẽ tự gửi lại",
        "nothing to do: what is in time is sent again by itself",
    ),
    "sms_emergency_again": Message(
        "không hỏi được nhà cung cấp tin khẩn cấp này đã đi chưa nên Loa gửi thêm một lần",
        "nobody could say whether this emergency had gone out, so it goes once more",
        "người nhận có thể nhận hai lần; không phải làm gì",
        "some may get it twice; nothing to do",
    ),
    "sms_place_unknown": Message(
        "địa chỉ hoặc tài khoản không có ở nhà cung cấp",
        "the provider knows no such address or account",
        "sửa base_url hoặc mã tài khoản của kênh này; tin còn hạn sẽ tự gửi lại",
        "correct base_url or the account of this channel; what is in time is sent again by itself",
    ),
    "channel_secret_unsound": Message(
        "kênh “{channel}”: biến môi trường {variable} chứa dấu cách, dấu tiếng Việt hoặc ký tự lạ",
        "channel “{channel}”: the environment variable {variable} holds blanks, accents or strange characters",
        "chép lại nguyên văn từ trang của nhà cung cấp vào tệp môi trường của đài (/etc/loa.env) rồi khởi động lại đài",
        "copy it anew from the provider's page into the station's environment file (/etc/loa.env) and restart the station",
    ),
}
