"""Sentences of why an SMS did not arrive, whichever provider says so: shared by every way out of SMS."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "sms_bad_number": Message(
        "số điện thoại không tồn tại hoặc không nhận được tin",
        "the number does not exist or cannot be sent to",
        "Loa không gửi số này nữa; hỏi lại số đúng của người nhận rồi nhập lại danh bạ",
        "Loa sends nothing more to it; ask the person for the right number and import the list again",
    ),
    "sms_landline": Message(
        "số cố định, không nhận được SMS",
        "a landline, which gets no SMS",
        "Loa không gửi số này nữa; xin số di động của người nhận rồi nhập lại danh bạ",
        "Loa sends nothing more to it; ask for a mobile number and import the list again",
    ),
    "sms_opted_out": Message(
        "người nhận đã từ chối nhận tin",
        "the person has opted out",
        "Loa không gửi số này nữa, ở mọi danh bạ; không tự thêm lại khi chưa được người đó đồng ý",
        "Loa sends nothing more to it, in any list; do not bring it back before the person agrees",
    ),
    "sms_blocked": Message(
        "nhà mạng hoặc nhà cung cấp đang chặn tin tới số này",
        "the network or the provider blocks messages to this number",
        "hỏi nhà cung cấp vì sao chặn; nếu người nhận tự chặn thì dùng cách khác để báo cho họ",
        "ask the provider why; if the person blocks you, reach them in another way",
    ),
    "sms_unreachable": Message(
        "máy tắt, ngoài vùng phủ sóng hoặc không liên lạc được",
        "the telephone is off, out of reach or does not answer the network",
        "không phải làm gì: lần sau Loa vẫn gửi; nếu lặp lại nhiều lần thì hỏi lại số",
        "nothing to do: Loa tries again next time; if it happens again and again, ask for another number",
    ),
    "sms_text_refused": Message(
        "nhà mạng hoặc nhà cung cấp không nhận nội dung này",
        "the network or the provider refuses this text",
        "so nội dung với mẫu tin đã đăng ký; bỏ đường dẫn rút gọn và ký tự lạ, rồi phê duyệt lại",
        "compare it with the registered template; remove short links and odd characters, then approve it again",
    ),
    "sms_sender_refused": Message(
        "tên người gửi chưa được đăng ký với nhà mạng của số này",
        "the sender's name is not registered with the network of this number",
        "đăng ký tên người gửi với nhà cung cấp, hoặc sửa sender trong config/channels.yaml",
        "register the name with the provider, or correct sender in config/channels.yaml",
    ),
    "sms_no_credit": Message(
        "tài khoản gửi tin hết tiền",
        "the account has no money left",
        "nạp tiền vào tài khoản; tin còn hạn sẽ tự gửi tiếp",
        "top it up; what is still in time goes on by itself",
    ),
    "sms_credentials": Message(
        "nhà cung cấp không nhận tài khoản hoặc mật khẩu",
        "the provider does not accept the account or its password",
        "kiểm tra các biến môi trường nêu trong config/channels.yaml; tin còn hạn sẽ tự gửi tiếp",
        "check the environment variables named in config/channels.yaml; what is still in time goes on by itself",
    ),
    "sms_too_fast": Message(
        "nhà cung cấp bảo gửi chậm lại",
        "the provider asks to be sent to more slowly",
        "không phải làm gì: Loa chờ rồi gửi tiếp; nếu hay gặp thì giảm rate trong config/channels.yaml",
        "nothing to do: Loa waits and goes on; if it happens often, lower rate in config/channels.yaml",
    ),
    "sms_expired": Message(
        "tin quá hạn trước khi tới được máy",
        "the message expired before it reached the telephone",
        "không phải làm gì: bản tin sau vẫn gửi bình thường",
        "nothing to do: the next bulletin is sent as usual",
    ),
    "sms_refused": Message(
        "nhà cung cấp từ chối tin này mà không nói rõ vì sao",
        "the provider refused this message without a reason that Loa knows",
        "xem mã trả lời trong trang của nhà cung cấp; có thể ghi thêm mã đó vào config/channels.yaml",
        "look the answer up on the provider's page; its code may be added to config/channels.yaml",
    ),
}
