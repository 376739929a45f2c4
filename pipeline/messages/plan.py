"""Sentences of the calendar: what it costs, what differs from another one, what it is written to."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- config/station.yaml, limits ----------------------------------------------------------------------------------
    "bad_distance": Message(
        "“{value}” không phải là khoảng cách",
        "“{value}” is not a distance",
        "viết số kèm đơn vị m hoặc km, ví dụ 400m hoặc 1.5km",
        "write a number with m or km, as in 400m or 1.5km",
    ),
    "distance_out_of_range": Message(
        "khoảng cách “{value}” quá xa",
        "the distance “{value}” is too far",
        "nhiều nhất là {high}; 0m là không xét",
        "{high} at most; 0m looks at none",
    ),
    # --- warnings of a plan -------------------------------------------------------------------------------------------
    "airings_not_produced": Message(
        "{count} lượt phát đã đến hạn mà chưa có tệp phát thanh, lượt đầu tiên {first} ({programme}/{slot})",
        "{count} airings should have a recording by now and have none, the first at {first} ({programme}/{slot})",
        "chạy “loa produce” và xem lỗi nó báo",
        "run “loa produce” and see what it reports",
    ),
    "airing_over_length": Message(
        "khung giờ “{slot}” không đủ chỗ ({needs} trong {length}) nên sẽ bớt bản tin: {bulletins}"
        " (lần đầu {first}, {count} lần)",
        "the slot “{slot}” has no room ({needs} in {length}) and will leave out: {bulletins} (first {first}, {count} in all)",
        "tăng length, giảm repeat hoặc số bản tin; không bao giờ cắt giữa một bản tin",
        "raise its length, or lower repeat or the number of bulletins; nothing is ever cut within a bulletin",
    ),
    "bulletins_rest": Message(
        "khung giờ “{slot}” vào ngày nghỉ chung “{why}” không phát bản tin thông thường: {bulletins} (lần đầu {first}, {count} lần)",
        "the slot “{slot}” leaves out what is routine on a day closed for the whole station, “{why}”: {bulletins} (first {first}, {count} in all)",
        "không cần làm gì: ngày đó chỉ phát bản tin ưu tiên và khẩn cấp; các ngày này ghi ở “closed” trong config/calendar.yaml",
        "nothing to do: only PRIORITY and EMERGENCY are aired then; these days are named by “closed” in config/calendar.yaml",
    ),
    "plan_silent_day": Message(
        "không phát {slots}: ngày nghỉ của chương trình ({why})",
        "{slots} does not air: a day off of the programme ({why})",
    ),
    "airing_outlasts_length": Message(
        "khung giờ “{slot}” cho {length}, nhưng riêng bản tin đầu tiên đã cần {needs}: bản tin “{bulletin}” vẫn phát trọn, dài quá mức cho phép"
        " (lần đầu {first}, {count} lần)",
        "the slot “{slot}” allows {length}, and its first bulletin alone takes {needs}: “{bulletin}” airs whole, longer than allowed"
        " (first {first}, {count} in all)",
        "tăng length (tính cả nhạc hiệu, lời mở đầu và lời kết), hoặc viết bản tin ngắn hơn",
        "raise its length (signal, opening and closing words included), or write a shorter bulletin",
    ),
    "left_out_title": Message("{title} (hết chỗ, không phát)", "{title} (no room, not aired)"),
    "bulletins_drop_out": Message(
        "khung giờ “{slot}” phát thiếu bản tin đã hết hạn: {bulletins} (lần đầu {first}, {count} lần)",
        "the slot “{slot}” airs without bulletins that have expired: {bulletins} (first {first}, {count} in all)",
        "thay bản tin trong “play”, hoặc gia hạn “expires” của bản tin",
        "change the bulletins in “play”, or extend their “expires”",
    ),
    "contact_list_empty": Message(
        "danh bạ “{list}” không còn số nào nhận được tin ({count} lượt nhắn tin, đầu tiên {first})",
        "the contact list “{list}” holds no number that may be sent to ({count} SMS airings, the first at {first})",
        "nhập bằng “loa contacts import TỆP --list {list} --basis …”",
        "fill it with “loa contacts import FILE --list {list} --basis …”",
    ),
    "bulletins_held_back": Message(
        "{count} bản tin sẽ không được phát, đầu tiên lúc {first}: {reason}: {bulletins}",
        "{count} bulletins will not air, the first at {first}: {reason}: {bulletins}",
        "xem từng bản tin bằng “loa bulletin list”, phê duyệt bằng “loa bulletin approve MÃ… --by NGƯỜI”",
        "“loa bulletin list” shows each, “loa bulletin approve ID… --by PERSON” accepts them",
    ),
    "report_channels_run_out": Message(
        "nơi phản ánh “{channel}” chỉ được bảo đảm đến {until}; sau ngày đó {count} bản tin bị giữ lại: {bulletins}",
        "the report channel “{channel}” is vouched for until {until} only; after that {count} bulletins are held back:"
        " {bulletins}",
        "kiểm tra lại nơi ấy rồi sửa “checked” trong config/report_channels.yaml",
        "make sure of it, then correct “checked” in config/report_channels.yaml",
    ),
    # --- loa plan -----------------------------------------------------------------------------------------------------
    "plan_not_in_force": Message(
        "CHÚ Ý: tệp đang có lỗi (xem cuối trang). Đài chưa theo các tệp này mà phát theo bản tốt gần nhất; lịch dưới đây là của các tệp đang có lỗi.",
        "NOTE: the files hold errors (named below). The station does not go by them but by the last good version; what follows is what the broken files make.",
    ),
    "plan_in_part": Message(
        "CHÚ Ý: tệp đang có lỗi (xem cuối trang) và chưa có bản tốt nào được giữ: chỉ phát những gì còn trong lịch dưới đây.",
        "NOTE: the files hold errors (named below) and no good version is kept: only what still stands below airs.",
    ),
    "plan_silent_file": Message(
        "KHÔNG PHÁT: chương trình trong {file}, cho đến khi sửa lỗi ở dòng {line}.",
        "OFF THE AIR: the programme in {file}, until the error on line {line} is mended.",
    ),
    "diff_of_kept": Message(
        "Tệp đang có lỗi nên đài chưa theo: so sánh này là của bản tốt gần nhất mà đài đang phát. Sửa lỗi rồi so lại để biết điều gì sẽ đổi.",
        "The files hold errors, so the station does not go by them: compared is the last good version, by which it airs. Mend them and compare again to see what will change.",
    ),
    "plan_empty": Message("Không có lượt phát nào trong những ngày này.", "Nothing airs on these days."),
    "help_sums": Message(
        "Thêm các bảng cộng thời lượng theo khung giờ và theo xã từng ngày.",
        "Add the sums of airtime by slot, and by commune and day.",
    ),
    "sum_most": Message("nhiều nhất {most} ở cụm loa {cluster}", "{most} at most, on the cluster {cluster}"),
    "sum_of": Message(", tối đa {limit} phút", ", of {limit} min"),
    "hours_any": Message("{medium}: không giới hạn giờ", "{medium}: at any hour"),
    "hours_none": Message("không giờ nào, trừ khẩn cấp", "none, but for emergencies"),
    "hours_allowed": Message(
        "{medium}: được phép {hours}. Quy định: {rule}", "{medium}: allowed {hours}. Rule: {rule}"
    ),
    "limits_of_a_day": Message("Tối đa mỗi ngày: {limits}. Quy định: {rule}", "At most a day: {limits}. Rule: {rule}"),
    "limit_airtime": Message("{limit} phút trên mỗi cụm loa", "{limit} min on each cluster"),
    "limit_sms": Message("{limit} tin nhắn tới mỗi số", "{limit} SMS to each number"),
    "signs_of_lengths": Message(
        "{reckoned}: ước theo lời văn vì chưa dựng tệp; {allowed}: tính theo length của khung giờ chưa dựng tệp",
        "{reckoned}: reckoned from the words, not produced yet; {allowed}: by the length of a slot that is not produced yet",
    ),
    "airings_to_produce": Message(
        "{count} lượt phát chưa dựng tệp, lượt đầu tiên {first}: đài đang chạy tự dựng trước một ngày, hoặc chạy “loa produce --days {days}”",
        "{count} airings are not produced yet, the first at {first}: a running station renders a day ahead, or run “loa produce --days {days}”",
    ),
    "days_daily": Message("hằng ngày", "daily"),
    "days_weekdays": Message("thứ hai đến thứ sáu", "weekdays"),
    "days_weekend": Message("thứ bảy, chủ nhật", "weekend"),
    "sums_by_slot": Message("Cộng theo khung giờ:", "By slot:"),
    "sums_by_commune": Message(
        "Theo xã và ngày, ở cụm loa nghe nhiều nhất:", "By commune and day, on the cluster that hears most:"
    ),
    "slot_loudspeaker": Message("{count} lượt loa", "{count} airings"),
    "slot_sms": Message("{count} lượt nhắn tin", "{count} SMS"),
    # --- loa plan --diff ----------------------------------------------------------------------------------------------
    "help_diff": Message(
        "Nói bằng lời lịch này khác gì với lịch đài đang chạy (hoặc với --against).",
        "Say in words what differs from the running plan (or from --against).",
    ),
    "help_against": Message(
        "So với: last-week (tuần trước), running (lịch đài đang chạy) hoặc tệp JSON của một lần “loa plan --json”.",
        "Hold it against last-week, running (the plan of the station), or a file of `loa plan --json`.",
    ),
    "diff_last_week": Message(
        "Lịch {since}–{until} khác gì với tuần trước ({source}):", "{since}–{until} against the week before ({source}):"
    ),
    "diff_by_rows": Message("theo lịch đài đã lưu", "as the station kept it"),
    "diff_by_files": Message("theo các tệp hiện nay", "as the files of today make it"),
    "diff_running": Message(
        "Lịch của các tệp, {since}–{until}, khác gì với lịch đài đang chạy:",
        "The files, {since}–{until}, against the plan the station runs by:",
    ),
    "diff_kept": Message("Lịch {since}–{until} khác gì với {file}:", "{since}–{until} against {file}:"),
    "diff_nothing": Message("Không có gì khác.", "Nothing differs."),
    "diff_more": Message("và {count} lượt nữa", "and {count} more"),
    "diff_comes": Message("thêm lượt phát: {bulletins}", "comes: {bulletins}"),
    "diff_goes": Message("không còn phát: {bulletins}", "goes: {bulletins}"),
    "diff_stays": Message(
        "đã giao cho kênh nên vẫn phát như cũ: {bulletins}; muốn bỏ thì “loa stop” trước giờ ấy",
        "handed over already, so it airs as it was: {bulletins}; “loa stop” before then takes it back",
    ),
    "diff_moves": Message("chuyển sang {to}", "moves to {to}"),
    "diff_order": Message("đổi thứ tự: {come}", "in another order: {come}"),
    "diff_bulletins_replaced": Message("thay {gone} bằng {come}", "{come} in place of {gone}"),
    "diff_bulletins_added": Message("thêm {come}", "{come} added"),
    "diff_bulletins_dropped": Message("bỏ {gone}", "{gone} dropped"),
    "diff_targets_replaced": Message("thôi phát ở {gone}, phát ở {come}", "reaches {come}, no longer {gone}"),
    "diff_targets_added": Message("phát thêm ở {come}", "reaches {come} too"),
    "diff_targets_dropped": Message("thôi phát ở {gone}", "no longer reaches {gone}"),
    "diff_count": Message("số nơi nhận từ {gone} thành {come}", "{come} targets instead of {gone}"),
    "diff_setting": Message("{name} từ {gone} thành {come}", "{name} {come} instead of {gone}"),
    "setting_title": Message("tên chương trình", "title"),
    "setting_length": Message("thời lượng tối đa", "length"),
    "setting_repeat": Message("số lần đọc", "repeat"),
    "setting_late_by": Message("mức được trễ", "lateness"),
    "setting_medium": Message("cách gửi", "medium"),
    "setting_priority": Message("mức ưu tiên", "priority"),
    "running_plan_missing": Message(
        "đài chưa lập lịch lần nào nên không có gì để so",
        "the station has made no plan yet, so there is nothing to compare with",
        "cho đài chạy bằng “loa run” (hoặc “loa tick”), hoặc so với tuần trước: --against last-week",
        "start it with “loa run” (or “loa tick”), or compare with the week before: --against last-week",
    ),
    "running_plan_elsewhere": Message(
        "lịch đài đang chạy chỉ có từ {first} đến {last}",
        "the running plan reaches from {first} to {last} only",
        "chọn --from và --days trong khoảng đó",
        "choose --from and --days within it",
    ),
    "kept_plan_unreadable": Message(
        "không đọc được {file}",
        "{file} cannot be read",
        "ghi tên tệp JSON do “loa plan --json” tạo ra, hoặc last-week, running",
        "name a JSON file made by “loa plan --json”, or last-week, running",
    ),
    "kept_plan_too_large": Message(
        "{file} quá lớn để so (tối đa {limit} MB)",
        "{file} is too large to compare with ({limit} MB at most)",
        "giữ lịch của ít ngày hơn: “loa plan --days 28 --json > lich.json”",
        "keep a plan of fewer days: “loa plan --days 28 --json > plan.json”",
    ),
    "kept_plan_foreign": Message(
        "{file} không phải là lịch do “loa plan --json” tạo ra",
        "{file} is no plan made by “loa plan --json”",
        "tạo lại bằng “loa plan --json > lich.json”",
        "make one with “loa plan --json > plan.json”",
    ),
    # --- loa plan --ics -----------------------------------------------------------------------------------------------
    "help_ics": Message(
        "Ghi lịch vào tệp .ics để mở bằng điện thoại hay lịch văn phòng.",
        "Write the calendar into an .ics file for telephones and office calendars.",
    ),
    "ics_written": Message("Đã ghi {count} lượt phát vào {file}", "{count} airings written to {file}"),
    "event_length": Message("Thời lượng: {length}", "Length: {length}"),
}
