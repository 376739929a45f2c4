"""Sentences of the proofreader about facts: days, hours, numbers to call, money, and what SMS and speech forbid."""

from __future__ import annotations

from pipeline.messages.message import Message

_ACCEPT_VI = "nếu đúng ý thì chép y nguyên chỗ đó vào accept của bản tin"
_ACCEPT_EN = "if it is meant so, copy it exactly into accept of the bulletin"

MESSAGES: dict[str, Message] = {
    "marks_missing": Message(
        "“{written}” viết không dấu, không giọng nào đọc đúng được",
        "“{written}” is written without diacritics: no voice can read it",
        f"gõ lại lời đọc cho đủ dấu; chỉ tin nhắn (sms) mới được viết không dấu; {_ACCEPT_VI}",
        f"type it with its marks; only the SMS may do without; {_ACCEPT_EN}",
    ),
    "script_text_too_long": Message(
        "lời đọc dài {characters} ký tự (nhiều nhất {limit}, chừng hai giờ phát)",
        "the text has {characters} characters ({limit} at most, some two hours on the air)",
        "kiểm tra xem có dán nhầm không; nếu đúng thì chia thành nhiều bản tin",
        "see whether something was pasted by mistake; if not, make several bulletins of it",
    ),
    "blank_before_stop": Message(
        "“{written}” thừa dấu cách trước dấu câu",
        "“{written}” has a blank before the stop",
        "viết liền: “{apart}”",
        "write “{apart}”",
    ),
    "pairs_open": Message(
        "dấu {written} không có dấu đi kèm trong cùng đoạn, và {more} chỗ nữa như vậy",
        "the {written} has no counterpart in its paragraph, and so have {more} more",
        "thêm dấu còn thiếu hoặc bỏ dấu thừa",
        "add the missing ones or take these out",
    ),
    "note_dropped": Message(
        "dấu chú thích “{written}” không được đọc lên",
        "the mark of a note “{written}” is not spoken",
        f"viết điều cần nói thành lời, hoặc xóa dấu này; {_ACCEPT_VI}",
        f"say in words what the note says, or take the mark out; {_ACCEPT_EN}",
    ),
    "weekday_wrong": Message(
        "“{written}”: ngày {date} là {right}",
        "“{written}”: {date} is {right}",
        f"xem lịch rồi sửa thứ hoặc sửa ngày; {_ACCEPT_VI}",
        f"look at a calendar, mend the weekday or the date; {_ACCEPT_EN}",
    ),
    "time_impossible": Message(
        "không có giờ “{written}”",
        "there is no such time as “{written}”",
        f"giờ từ 0 đến 24, phút từ 0 đến 59; {_ACCEPT_VI}",
        f"hours go from 0 to 24, minutes from 0 to 59; {_ACCEPT_EN}",
    ),
    "range_backwards": Message(
        "“{written}” kết thúc trước khi bắt đầu",
        "“{written}” ends before it begins",
        f"đổi lại cho đúng thứ tự, hoặc ghi rõ “hôm sau”, “chiều”; {_ACCEPT_VI}",
        f"put it in order, or say “the next day”; {_ACCEPT_EN}",
    ),
    "hotline_unknown": Message(
        "bảo dân gọi “{written}”, số này không có trong các kênh đã biết (gần giống: {close})",
        "people are told to call “{written}”, none of the numbers we know (close to it: {close})",
        f"gọi thử; nếu đúng thì ghi vào config/report_channels.yaml; {_ACCEPT_VI}",
        f"try it; if it is right, list it in config/report_channels.yaml; {_ACCEPT_EN}",
    ),
    "landline_length": Message(
        "số máy bàn “{written}” có {digits} chữ số (phải là 11)",
        "the landline “{written}” has {digits} digits (11 are right)",
        f"xem lại số; {_ACCEPT_VI}",
        f"look at the number again; {_ACCEPT_EN}",
    ),
    "landline_grouping": Message(
        "“{written}” chia nhóm sai: mã vùng là {area}",
        "“{written}” is grouped wrongly: the code of the area is {area}",
        f"viết “{{right}}” để người nghe ghi đúng; {_ACCEPT_VI}",
        f"write “{{right}}”, so that it is noted down rightly; {_ACCEPT_EN}",
    ),
    "service_number_wrong": Message(
        "“{written}” không phải số của việc này; đúng ra là {right}",
        "“{written}” is not the number for this; {right} is",
        f"113 là công an, 114 là chữa cháy, cứu nạn, 115 là cấp cứu; {_ACCEPT_VI}",
        f"113 is the police, 114 fire and rescue, 115 the ambulance; {_ACCEPT_EN}",
    ),
    "money_words_differ": Message(
        "“{written}”: số tiền bằng số và bằng chữ không bằng nhau",
        "“{written}”: the amount in figures and the one in words differ",
        f"xem lại văn bản gốc rồi sửa; {_ACCEPT_VI}",
        f"look at the original; {_ACCEPT_EN}",
    ),
    "sms_money_differs": Message(
        "tin nhắn nêu số tiền “{written}”, lời đọc nêu số tiền khác",
        "the SMS names the amount “{written}”, the spoken text another one",
        f"sửa cho hai bên giống nhau; {_ACCEPT_VI}",
        f"make both say the same; {_ACCEPT_EN}",
    ),
    "sms_negation_lost": Message(
        "tin nhắn bảo “{written}” mà lời đọc bảo KHÔNG làm việc đó",
        "the SMS says “{written}” where the spoken text says NOT to",
        f"thêm chữ “không” vào tin nhắn; {_ACCEPT_VI}",
        f"put the “không” back into the SMS; {_ACCEPT_EN}",
    ),
    "sms_negation_added": Message(
        "tin nhắn bảo “{written}” mà lời đọc bảo làm việc đó",
        "the SMS says “{written}” where the spoken text says to do it",
        f"xem bên nào đúng rồi sửa; {_ACCEPT_VI}",
        f"see which of them is right; {_ACCEPT_EN}",
    ),
}
