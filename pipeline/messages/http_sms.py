"""Sentences of described SMS providers: their settings, and what becomes of a request."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "provider_place_unknown": Message(
        "chỗ điền “{value}” không có",
        "there is no place “{value}”",
        "dùng một trong: {known}; muốn gửi số hay đúng/sai thì viết {{number:2}}, {{true}}, {{false}}",
        "use one of: {known}; a number or truth value is written {{number:2}}, {{true}}, {{false}}",
    ),
    "provider_number_written": Message(
        "mục {key} có một số điện thoại viết thẳng trong tệp",
        "{key} holds a telephone number, written into the file",
        "số người nhận thì thay bằng {{phone}}; tên đăng nhập là số điện thoại thì đặt vào biến môi trường: {{secret:TÊN_BIẾN}}",
        "write {{phone}} for that of the contact; a user name that is a number belongs into {{secret:NAME}}",
    ),
    "provider_place_missing": Message(
        "phần mô tả nhà cung cấp thiếu chỗ điền {value}",
        "the description of the provider lacks the place {value}",
        "thêm một trường có {value}; số điện thoại có thể viết {{phone}}, {{phone_local}} hoặc {{phone_plus}}",
        "add a field with {value}; a number may be written {{phone}}, {{phone_local}} or {{phone_plus}}",
    ),
    "provider_place_only_asking": Message(
        "{value} chỉ có khi hỏi lại, chưa có khi gửi",
        "{value} is known when asking, not when sending",
        "chuyển {value} sang phần ask, hoặc dùng {{key}}",
        "move {value} to ask, or use {{key}}",
    ),
    "provider_place_only_sending": Message(
        "khi hỏi lại không được dùng {value}",
        "{value} may not be used when asking",
        "hỏi bằng {{key}} hoặc {{ref}}",
        "ask by {{key}} or {{ref}}",
    ),
    "provider_place_in_header": Message(
        "không được đặt {value} trong headers",
        "{value} may not stand in a header",
        "đặt vào fields: tiêu đề thường bị ghi vào nhật ký của máy trung gian",
        "put it into fields: machines on the way write headers into their logs",
    ),
    "provider_place_in_address": Message(
        "địa chỉ “{value}” có chỗ điền không dùng được ở đây",
        "the address “{value}” has a place that may not stand here",
        "trong địa chỉ chỉ dùng {{key}} hoặc {{ref}}, và chỉ sau tên máy; thứ khác đặt vào fields",
        "only {{key}} or {{ref}} may stand in an address, behind the host; put the rest into fields",
    ),
    "provider_secret_written": Message(
        "“{key}” có vẻ là mật khẩu hoặc mã bí mật viết thẳng trong tệp",
        "“{key}” looks like a secret that is written in the file",
        "đặt giá trị vào một biến môi trường rồi viết {{secret:TÊN_BIẾN}}; đổi mã đã lộ",
        "put it into an environment variable and write {{secret:NAME}}; change the one that stood here",
    ),
    "provider_fields_too_deep": Message(
        "các trường lồng nhau quá {limit} tầng",
        "the fields are nested more than {limit} deep",
        "viết gọn lại",
        "write them flatter",
    ),
    "provider_header_bad": Message(
        "tiêu đề “{value}” không đặt được",
        "the header “{value}” cannot be set",
        "tên tiêu đề gồm chữ, số, gạch nối; những tiêu đề của chính kết nối (Host, Content-Length …) do Loa tự viết",
        "names are letters, digits and hyphens; those of the connection itself (Host, Content-Length …) are Loa's",
    ),
    "provider_where_bad": Message(
        "“{value}” không chỉ được chỗ nào trong câu trả lời",
        "“{value}” names no place in an answer",
        "viết đường dẫn JSON như data.0.id, hoặc “regex: mã=(\\w+)” với đúng một ngoặc và nhiều nhất hai dấu lặp",
        "write a JSON path such as data.0.id, or “regex: id=(\\w+)” with one bracket and at most two repeats",
    ),
    "provider_code_twice": Message(
        "mã “{value}” vừa nằm ở {other} vừa nằm ở đây",
        "the code “{value}” stands under {other} and here",
        "mỗi mã chỉ có một nghĩa: bỏ bớt một chỗ",
        "a code has one meaning: remove one of them",
    ),
    "sms_request_bad": Message(
        "yêu cầu gửi có ký tự không đặt được vào địa chỉ hoặc tiêu đề",
        "a request has characters that fit neither an address nor a header",
        "kiểm tra url, headers và các biến môi trường bí mật của kênh",
        "check the channel's url, headers and secret environment variables",
    ),
    "sms_redirected": Message(
        "nhà cung cấp chuyển sang địa chỉ khác, Loa không đi theo",
        "the provider points to another address, and Loa does not follow",
        "hỏi nhà cung cấp địa chỉ đúng rồi sửa url; xem trang của họ để biết tin đã đi chưa",
        "ask the provider for the right address and correct url; their page says whether it went out",
    ),
    "sms_repeated": Message(
        "nhà cung cấp đã nhận tin này từ lần gửi trước; không ai nhận hai lần",
        "the provider took it the first time; nobody gets it twice",
    ),
    "sms_repeat_by_key": Message(
        "lần gửi trước không rõ kết quả; gửi lại bằng đúng khóa cũ nên không ai nhận hai lần",
        "the first try was not answered; it is repeated with the same key, so nobody gets it twice",
        "nếu sau đó quá hạn thì tin có thể đã tới từ lần đầu: xem trang của nhà cung cấp",
        "if it is too late by then it may have arrived the first time: the provider's page says so",
    ),
    "sms_key_forgotten": Message(
        "nhà cung cấp không còn nhớ khóa của tin này; gửi lại có thể thành hai lần",
        "the provider no longer knows the key of this message; a repeat might arrive twice",
        "xem trang của nhà cung cấp rồi dùng “loa sms resolve”",
        "look at the provider's page and use “loa sms resolve”",
    ),
}
