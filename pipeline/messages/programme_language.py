"""Sentences about peaks, seasons, suspensions, closed days, and areas that join or leave each other."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- peaks
    "peak_reversed": Message(
        "đợt cao điểm kết thúc {until} trước khi bắt đầu {first}",
        "the peak ends on {until}, before it begins on {first}",
        "sửa from hoặc until; cả hai ngày đều thuộc đợt cao điểm",
        "correct from or until; both days belong to the peak",
    ),
    "peaks_overlap": Message(
        "đợt cao điểm này trùng ngày với đợt ở dòng {first}: từ {since} đến {until}",
        "this peak shares days with the one on line {first}: {since} to {until}",
        "mỗi ngày chỉ thuộc một đợt cao điểm: dời ngày, hoặc gộp hai đợt",
        "a day belongs to one peak at most: move their days, or join the two",
    ),
    "peaks_too_many": Message(
        "khung giờ có {count} đợt cao điểm, tối đa {limit}",
        "the slot has {count} peaks, {limit} at most",
        "bỏ những đợt đã qua; điều lặp lại hằng năm thì viết một khung giờ khác với “season”",
        "drop those that are over; for what comes back every year write another slot with a “season”",
    ),
    "peak_changes_nothing": Message(
        "đợt cao điểm này không nói có gì khác ngày thường",
        "this peak does not say what differs from other days",
        "thêm điều thay đổi: days, at, at_by_area, every, repeat, count hoặc length; nếu không có gì thì xóa đợt này",
        "add what changes: days, at, at_by_area, every, repeat, count or length; delete the peak if nothing does",
    ),
    "peak_never_airs": Message(
        "không ngày nào của đợt cao điểm này nằm trong thời gian phát của khung giờ",
        "no day of this peak lies within the days on which the slot is open",
        "xem lại from và until của đợt với from, until của chương trình, season và suspended",
        "compare its from and until with from and until of the programme, season and suspended",
    ),
    "peak_count_without_rotation": Message(
        "“count” chỉ dùng cho khung giờ phát luân phiên",
        "“count” is for slots that rotate only",
        "xóa “count”; muốn đọc nhiều lần hơn thì dùng “repeat”",
        "delete “count”; to have it read more often write “repeat”",
    ),
    "peak_length_for_sms": Message(
        "đợt cao điểm của khung giờ nhắn tin không dùng “{key}”",
        "the peak of an sms slot has no “{key}”",
        "xóa dòng này; nó chỉ dành cho loa",
        "delete the line; it is for loudspeakers only",
    ),
    "peak_own_hours_kept": Message(
        "trong đợt cao điểm, những địa bàn có giờ riêng vẫn giữ giờ của mình, ít lượt hơn nơi khác: {areas}",
        "in the peak, areas with hours of their own keep them and hear less than the others: {areas}",
        "muốn nơi đó cũng được tăng lượt thì ghi giờ cho nó trong “at_by_area” của đợt cao điểm",
        "to raise it there too, give these areas their hours in an “at_by_area” of the peak",
    ),
    # --- hours by season
    "bad_season_hours": Message(
        "“{value}” không phải là khoảng ngày trong năm",
        "“{value}” is not a stretch of the year",
        'viết "tháng-ngày..tháng-ngày" trong dấu nháy, ví dụ "{close}": "05:00"',
        'write "month-day..month-day" in quotes, as in "{close}": "05:00"',
    ),
    "seasons_overlap": Message(
        "“{value}” trùng ngày với “{other}” ở dòng {first}: ngày {day} thuộc cả hai",
        "“{value}” shares days with “{other}” on line {first}: {day} lies in both",
        "mỗi ngày trong năm chỉ thuộc một khoảng: cả ngày đầu và ngày cuối đều được tính, hãy sửa một trong hai",
        "a day of the year lies in one stretch at most, first and last day included: correct one of them",
    ),
    "season_hours_empty": Message(
        "khoảng “{value}” chưa ghi giờ",
        "the stretch “{value}” has no hours",
        'ghi giờ, ví dụ "{value}": "05:00", hoặc at và at_by_area thụt vào bên dưới',
        'write the hours, as in "{value}": "05:00", or at and at_by_area indented below it',
    ),
    # --- suspensions
    "suspension_reversed": Message(
        "ngày cuối tạm dừng {until} trước ngày đầu {first}",
        "the last day of the suspension, {until}, comes before the first, {first}",
        "sửa from hoặc until; until là ngày cuối cùng còn nghỉ, hôm sau phát lại",
        "correct from or until; until is the last day of rest, the day after it airs again",
    ),
    "slot_suspended": Message(
        "khung giờ “{slot}” tạm dừng từ {since} đến hết {until}, lý do: {reason}",
        "the slot “{slot}” is suspended from {since} to the end of {until}, reason: {reason}",
        "hôm sau lịch tự phát lại; muốn phát sớm hơn hoặc nghỉ lâu hơn thì sửa “until” trong “suspended”",
        "it airs again by itself the day after; change “until” of “suspended” to end it sooner or later",
    ),
    # --- closed days
    "notice_without_days": Message(
        "có số công văn nhưng chưa ghi ngày nào",
        "there is a notice but no days",
        'ghi ngày, ví dụ {{days: "2026-12-01..2026-12-02", notice: "{value}"}}',
        'write the days, as in {{days: "2026-12-01..2026-12-02", notice: "{value}"}}',
    ),
    "slot_rests_on_closed_day": Message(
        "khung giờ “{slot}” không phát vào ngày nghỉ chung “{why}” (lần đầu {first}, {count} lượt)",
        "the slot “{slot}” is silent on a day that is closed for the whole station, “{why}” (first {first}, {count} in all)",
        "ngày đó chỉ phát bản tin ưu tiên và khẩn cấp; các ngày này ghi ở “closed” trong config/calendar.yaml",
        "only PRIORITY and EMERGENCY are aired then; these days are named by “closed” in config/calendar.yaml",
    ),
    # --- areas that join or leave each other
    "parent_doubled": Message(
        "“{one}” và “{many}” không viết cùng nhau",
        "“{one}” and “{many}” do not stand together",
        "chỉ giữ “{many}”, mỗi nơi với from hoặc until của nó",
        "keep “{many}” only, each with its from or until",
    ),
    "belonging_reversed": Message(
        "ngày cuối {last} đứng trước ngày đầu {first}",
        "the last day {last} lies before the first, {first}",
        "sửa from hoặc until",
        "correct from or until",
    ),
    "belongings_overlap": Message(
        "ngày {day} thuộc cả “{value}” lẫn “{other}”",
        "{day} lies both in “{value}” and in “{other}”",
        "mỗi ngày chỉ thuộc một nơi: cho nơi trước một until, và nơi sau một from vào hôm sau",
        "a day belongs to one only: give the former an until, and the latter a from on the day after it",
    ),
    "belongings_gap": Message(
        "từ {since} đến {until} không ghi thuộc nơi nào: những ngày đó chỉ được gọi bằng chính mã của mình",
        "from {since} to {until} it belongs nowhere: on these days it is reached by its own id alone",
        "sửa from hoặc until cho liền nhau",
        "correct from or until so that they follow each other",
    ),
    "area_precedes_parent": Message(
        "địa bàn cấp trên “{parent}” chỉ bắt đầu từ {day}; trước đó “{area}” không được tính vào nơi nào",
        "the parent “{parent}” begins on {day} only; until then “{area}” lies in nothing",
        "dùng “parents” để ghi cấp trên cho đến hôm trước và từ ngày đó, hoặc thêm valid_from cho “{area}”",
        "write “parents” with the parent up to the day before and the one from then on, or give “{area}” a valid_from",
    ),
    "area_follows_heirs": Message(
        "địa bàn cấp trên “{parent}” chỉ có hiệu lực đến {day}; sau đó “{area}” được tính vào: {heirs}",
        "the parent “{parent}” ends on {day}; from then on “{area}” lies in: {heirs}",
        "nếu đúng vậy thì không cần làm gì; nếu không, ghi nơi mới trong “parents” với from",
        "nothing to do if that is right; else write the new one in “parents” with its from",
    ),
    "area_succeeded": Message(
        "khung giờ “{slot}” ghi địa bàn “{area}”, hết hiệu lực sau ngày {day}; nay phát cho nơi thay thế: {heirs}",
        "the slot “{slot}” names the area “{area}”, which ended on {day}; its successors are addressed instead: {heirs}",
        "thay “{area}” trong “areas” bằng: {heirs}; nếu không muốn phát rộng như vậy thì chỉ giữ những nơi cần",
        "write {heirs} in place of “{area}” in “areas”; if that is more than you mean, keep those you mean",
    ),
    "area_ended": Message(
        "khung giờ “{slot}” ghi địa bàn “{area}”, hết hiệu lực sau ngày {day} và không có nơi thay thế",
        "the slot “{slot}” names the area “{area}”, which ended on {day} and has no successor",
        "bỏ “{area}” khỏi “areas”, hoặc ghi nơi thay thế trong “becomes” của nó ở config/areas.yaml",
        "take “{area}” out of “areas”, or name its successors with “becomes” in config/areas.yaml",
    ),
    "excepted_area_ended": Message(
        "khung giờ “{slot}” trừ ra “{area}”, hết hiệu lực sau ngày {day}; nơi thay thế vẫn được phát: {heirs}",
        "the slot “{slot}” leaves out “{area}”, which ended on {day}; its successors are not left out: {heirs}",
        "bỏ “{area}” khỏi “except_areas”; muốn trừ cả nơi thay thế thì ghi mã của nơi đó",
        "take “{area}” out of “except_areas”; to leave its successors out, name them",
    ),
    "own_hours_ended": Message(
        "khung giờ “{slot}” đặt giờ riêng cho “{area}”, hết hiệu lực sau ngày {day}; nơi thay thế phát theo giờ chung: {heirs}",
        "the slot “{slot}” has hours for “{area}”, which ended on {day}; its successors keep the common hours: {heirs}",
        "bỏ “{area}” khỏi “at_by_area”; nơi thay thế cần giờ riêng thì ghi mã của nơi đó",
        "take “{area}” out of “at_by_area”; name its successors there if they need hours of their own",
    ),
}
