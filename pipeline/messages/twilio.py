"""Sentences of Twilio: what is wrong with an account, an order or a report."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "help_doctor_online": Message(
        "Hỏi thêm nhà cung cấp tin nhắn xem tài khoản có dùng được không; không gửi tin nào.",
        "Also ask the providers of SMS whether the account may be used; nothing is sent.",
    ),
    "channel_secret_missing": Message(
        "kênh “{channel}”: biến môi trường {variable} chưa có giá trị",
        "channel “{channel}”: the environment variable {variable} holds nothing",
        "ghi {variable}=… vào tệp môi trường của đài (/etc/loa.env) rồi khởi động lại đài",
        "write {variable}=… into the station's environment file (/etc/loa.env) and restart the station",
    ),
    "sms_no_phone": Message(
        "lượt gửi này không có số điện thoại dùng được",
        "this delivery has no number that can be sent to",
        "xem lại danh bạ và nhập lại",
        "look at the contact list and import it again",
    ),
    "sms_no_text": Message(
        "lượt gửi này không có nội dung tin nhắn",
        "this delivery has no text",
        "viết mục sms trong bản tin",
        "write the sms of the bulletin",
    ),
    "sms_region_closed": Message(
        "tài khoản Twilio chưa được phép gửi tới Việt Nam",
        "the Twilio account may not send to Viet Nam yet",
        "mở Việt Nam trong trang Twilio (Messaging, Geo permissions); tin còn hạn sẽ tự gửi tiếp",
        "allow Viet Nam on Twilio's page (Messaging, Geo permissions); what is still in time goes on by itself",
    ),
    "sms_account_closed": Message(
        "tài khoản Twilio đang bị khóa hoặc đã đóng",
        "the Twilio account is suspended or closed",
        "vào trang Twilio xem lý do; tin còn hạn sẽ tự gửi tiếp khi tài khoản mở lại",
        "see Twilio's page for the reason; what is still in time goes on by itself once the account is open again",
    ),
    "sms_trial_account": Message(
        "tài khoản Twilio dùng thử chỉ gửi được tới số đã xác minh",
        "a Twilio trial account sends to verified numbers only",
        "nâng cấp tài khoản, hoặc xác minh số này trong trang Twilio",
        "upgrade the account, or verify the number on Twilio's page",
    ),
    "sms_callback_refused": Message(
        "Twilio không nhận địa chỉ báo kết quả",
        "Twilio does not accept the address it should report to",
        "sửa hoặc bỏ status_callback của kênh này; tin còn hạn sẽ tự gửi tiếp",
        "correct or remove status_callback of this channel; what is still in time goes on by itself",
    ),
    "sms_daily_limit": Message(
        "tài khoản đã hết số tin được gửi trong ngày",
        "the account has used up what it may send a day",
        "xin nhà cung cấp nâng hạn mức; tin còn hạn sẽ tự gửi tiếp",
        "ask the provider for a higher limit; what is still in time goes on by itself",
    ),
    "callback_refused": Message(
        "báo kết quả tin nhắn {delivery} không phải của nhà cung cấp, đã bỏ qua: {why}",
        "a report on SMS {delivery} is not of the provider and was left out: {why}",
    ),
    "callback_unchecked": Message(
        "chưa kiểm được báo kết quả tin nhắn {delivery}: {why}",
        "a report on SMS {delivery} cannot be checked: {why}",
    ),
    "callback_unwritten": Message(
        "chưa ghi được báo kết quả tin nhắn {delivery}: {why}",
        "a report on SMS {delivery} is not written down: {why}",
    ),
    "url_not_public": Message(
        "địa chỉ báo kết quả phải là https và truy cập được từ Internet",
        "the address for reports must be https and be reachable from outside",
        "viết ví dụ https://loa.xa.gov.vn; đài nằm sau modem không mở cổng thì bỏ dòng này, đài tự đi hỏi kết quả",
        "write for example https://loa.xa.gov.vn; behind a router that opens no port remove it, the station asks by itself",
    ),
    "listen_to_all": Message(
        "cổng báo kết quả mở ra cả mạng, không có mã hóa",
        "the port for reports is open to the network, without encryption",
        "viết 127.0.0.1:8085 và để máy chủ web (có https) chuyển /loa/sms/ vào cổng này",
        "write 127.0.0.1:8085 and let a web server with https pass /loa/sms/ on to it",
    ),
    "listen_port_low": Message(
        "cổng {port} chỉ người quản trị máy mới mở được, loa run sẽ không nghe được",
        "only root may open port {port}, loa run will not hear anything",
        "chọn cổng từ 1024 trở lên, ví dụ 8085",
        "choose a port from 1024 on, such as 8085",
    ),
    "bad_listen": Message(
        "“{value}” không phải địa chỉ và cổng của máy",
        "“{value}” is not an address and a port of this machine",
        "viết ví dụ 127.0.0.1:8085",
        "write for example 127.0.0.1:8085",
    ),
    "callbacks_unheard": Message(
        "không mở được cổng {listen} để nhận báo kết quả tin nhắn ({why}); đài vẫn chạy và tự đi hỏi nhà cung cấp",
        "port {listen} for reports on SMS cannot be opened ({why}); the station runs on and asks the providers itself",
        "đổi callbacks.listen trong config/channels.yaml sang cổng khác",
        "choose another port for callbacks.listen in config/channels.yaml",
    ),
    "callback_forged": Message(
        "có nơi không phải nhà cung cấp gửi báo kết quả giả tới kênh “{channel}”",
        "somebody who is not the provider sent a report to channel “{channel}”",
        "nếu vừa đổi mật khẩu Twilio thì không phải làm gì; nếu lặp lại nhiều lần thì báo người phụ trách mạng",
        "nothing to do where Twilio's token was just changed; if it goes on, tell whoever looks after the network",
    ),
}
