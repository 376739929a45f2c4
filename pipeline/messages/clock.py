"""Sentences of the clockwork: the clock, edits while the station runs, the running itself."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # the clock
    "clock_untrusted": Message(
        "không phát vì lúc đó chưa chắc giờ của máy có đúng không",
        "not aired because the machine's clock could not be trusted then",
        "xem “loa clock show”",
        "see “loa clock show”",
    ),
    "clock_stepped": Message(
        "giờ của máy vừa nhảy hơn 10 phút (đang là {now}); tạm dừng phát",
        "the machine's clock has jumped by more than 10 minutes (it says {now}); airing is on hold",
        "nối mạng để máy tự chỉnh giờ, hoặc chỉnh giờ cho đúng rồi chạy “loa clock trust”",
        "let the network set the clock, or set it right and run “loa clock trust”",
    ),
    "clock_behind": Message(
        "giờ của máy ({now}) lùi về trước lần cuối đài còn chạy; tạm dừng phát",
        "the machine's clock ({now}) lies before the last time the station ran; airing is on hold",
        "nối mạng để máy tự chỉnh giờ, hoặc chỉnh giờ cho đúng rồi chạy “loa clock trust”; xem lại pin của bo mạch",
        "let the network set the clock, or set it right and run “loa clock trust”; check the board's battery",
    ),
    "clock_before_release": Message(
        "giờ của máy ({now}) sớm hơn cả ngày phần mềm này ra đời; tạm dừng phát",
        "the machine's clock ({now}) lies before this software was made; airing is on hold",
        "nối mạng để máy tự chỉnh giờ, hoặc chỉnh giờ cho đúng rồi chạy “loa clock trust”; xem lại pin của bo mạch",
        "let the network set the clock, or set it right and run “loa clock trust”; check the board's battery",
    ),
    "clock_unset": Message(
        "máy không có đồng hồ riêng và chưa lấy được giờ qua mạng (đang là {now}); tạm dừng phát",
        "the machine has no clock of its own and the network has not set it yet (it says {now}); airing is on hold",
        "nối mạng, hoặc xem giờ có đúng không rồi chạy “loa clock trust”",
        "connect the network, or check the time and run “loa clock trust”",
    ),
    "clock_trusted": Message("Giờ của máy: {now}. Tin được.", "The machine's clock: {now}. Trusted."),
    "clock_vouched": Message(
        "Đã ghi nhận: giờ {now} là đúng. Đài phát lại trong vài giây.",
        "Noted: {now} is right. The station goes on within seconds.",
    ),
    "help_clock": Message("Giờ của máy có tin được không", "Whether the machine's clock is trusted"),
    "help_clock_show": Message("Xem giờ của máy có tin được không", "Say whether the clock is trusted"),
    "help_clock_trust": Message("Xác nhận giờ hiện tại của máy là đúng", "Vouch that the machine's clock is right now"),
    # edits
    "site_broken": Message(
        "tệp {file} dòng {line} có lỗi: {why}; đài vẫn chạy theo bản tốt gần nhất",
        "the file {file}, line {line}, holds an error: {why}; the station goes on with the last good files",
        "chạy “loa check”, sửa tệp rồi lưu lại; đài tự nhận",
        "run “loa check”, mend the file and save it; the station takes it over by itself",
    ),
    "site_broken_bare": Message(
        "tệp {file} dòng {line} có lỗi: {why}; chưa có bản tốt nào để dùng thay, nên những gì lỗi này chạm tới không phát",
        "the file {file}, line {line}, holds an error: {why}; no good version is kept, what it touches does not air",
        "chạy “loa check” và “loa plan” để biết lượt nào không phát, sửa tệp rồi lưu lại",
        "“loa check” and “loa plan” show what does not air; mend the file and save it",
    ),
    "last_good_missing": Message(
        "Các tệp đang có lỗi và chưa có bản tốt nào được giữ: những gì lỗi chạm tới không phát cho đến khi sửa xong.",
        "The files hold errors and no good ones are kept: what the errors touch does not air until they are mended.",
    ),
    "last_good_used": Message(
        "Các tệp đang có lỗi: đài chạy theo bản tốt gần nhất, giữ ở var/last-good.",
        "The files hold errors: the station runs by the last good ones, kept in var/last-good.",
    ),
    "edit_comes": Message(
        "{programme}/{slot}: thêm {count} lượt phát trong những ngày tới, đầu tiên lúc {start}",
        "{programme}/{slot}: {count} airings come in the next days, the first at {start}",
    ),
    "edit_goes": Message(
        "{programme}/{slot}: bỏ {count} lượt phát trong những ngày tới, đầu tiên lúc {start}",
        "{programme}/{slot}: {count} airings go in the next days, the first at {start}",
    ),
    "edit_moves": Message(
        "{programme}/{slot}: {count} lượt phát đổi giờ, đầu tiên {start} chuyển sang {to}",
        "{programme}/{slot}: {count} airings move, the first from {start} to {to}",
    ),
    "edit_changes_bulletins": Message(
        "{programme}/{slot}: {count} lượt phát đổi bản tin, đầu tiên {start}: {bulletins}",
        "{programme}/{slot}: {count} airings get other bulletins, the first at {start}: {bulletins}",
    ),
    "edit_changes_targets": Message(
        "{programme}/{slot}: {count} lượt phát đổi nơi nhận, đầu tiên {start}: {targets}",
        "{programme}/{slot}: {count} airings reach others, the first at {start}: {targets}",
    ),
    "edit_changes": Message(
        "{programme}/{slot}: {count} lượt phát đổi thời lượng, tên hoặc mức ưu tiên, đầu tiên {start}",
        "{programme}/{slot}: {count} airings change length, title or priority, the first at {start}",
    ),
    # running
    "station_running": Message(
        "đài của thư mục này đang chạy ở một chương trình khác",
        "another process is already running the station of this folder",
        "mỗi thư mục chỉ chạy một đài; dừng chương trình kia trước (systemctl stop loa)",
        "one station a folder: stop the other one first (systemctl stop loa)",
    ),
    "lane_failed": Message(
        "phần “{lane}” của đài gặp lỗi ({why}) và đang được thử lại",
        "the part “{lane}” of the station failed ({why}) and is tried again",
        "xem nhật ký bằng “journalctl -u loa”, rồi chạy “loa doctor”",
        "read “journalctl -u loa”, then run “loa doctor”",
    ),
    "help_service": Message(
        "Chạy đài tự động khi bật máy (systemd)", "Run the station when the machine starts (systemd)"
    ),
    "help_service_show": Message("In tệp dịch vụ systemd cho thư mục này", "Print the systemd unit of this folder"),
    "help_service_install": Message(
        "Ghi tệp dịch vụ và cho biết bước tiếp theo", "Write the unit and say what comes next"
    ),
    "help_service_user": Message("Người dùng chạy đài", "The user who runs the station"),
    "help_service_to": Message("Thư mục ghi tệp dịch vụ", "The folder the unit is written to"),
    "service_installed": Message(
        "Đã ghi {file}. Tiếp theo: sudo systemctl daemon-reload && sudo systemctl enable --now loa",
        "Wrote {file}. Next: sudo systemctl daemon-reload && sudo systemctl enable --now loa",
    ),
    "service_path_unsafe": Message(
        "tên “{path}” có ký tự mà systemd không nhận",
        "“{path}” holds a character that systemd does not take",
        "đặt thư mục của đài ở một đường dẫn không có dấu nháy, gạch chéo ngược hay dấu đô la",
        "keep the station in a path without quotes, backslashes or dollar signs",
    ),
    "service_unwritable": Message(
        "không ghi được {file}",
        "{file} cannot be written",
        "chạy lại bằng sudo, hoặc “loa service show” rồi tự chép",
        "run it with sudo, or copy what “loa service show” prints",
    ),
}
