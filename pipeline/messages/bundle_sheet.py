"""Sentences on the paper that goes with a stick, and of the return sheet that comes back."""

from __future__ import annotations

from pipeline.messages.message import Message

SHEET: dict[str, Message] = {
    "sheet_missing": Message(
        "không có tệp “{file}”", "there is no file “{file}”", "kiểm tra lại tên và nơi để tệp", "look at name and place"
    ),
    "sheet_unreadable": Message(
        "không đọc được phiếu “{file}”",
        "the sheet “{file}” cannot be read",
        "mở bằng Excel rồi lưu lại dạng .xlsx",
        "open it in a spreadsheet and save it as .xlsx",
    ),
    "sheet_old_workbook": Message(
        "phiếu “{file}” là tệp Excel đời cũ (.xls) hoặc có mật khẩu",
        "the sheet “{file}” is an old workbook (.xls) or locked with a password",
        "mở bằng Excel rồi lưu lại dạng .xlsx, không đặt mật khẩu",
        "open it and save it as .xlsx, without a password",
    ),
    "sheet_too_large": Message(
        "phiếu “{file}” quá lớn (nhiều nhất {limit} dòng)",
        "the sheet “{file}” is too large (at most {limit} rows)",
        "dùng đúng phiếu đã giao kèm USB",
        "use the sheet that came with the stick",
    ),
    "sheet_no_header": Message(
        "“{file}” không phải phiếu trả về: không có cột “Mã” và “Đã phát lúc”",
        "“{file}” is no return sheet: it has no columns “Mã” and “Đã phát lúc”",
        "dùng đúng phiếu đã giao kèm USB, giữ nguyên dòng tiêu đề",
        "use the sheet that came with the stick, its header unchanged",
    ),
    "sheet_row_unknown": Message(
        "mã dòng “{value}” không có trong USB nào của trạm",
        "no stick of this station has a row “{value}”",
        "giữ nguyên cột Mã như lúc giao phiếu",
        "leave the column Mã as it came",
    ),
    "sheet_row_no_time": Message(
        "dòng {row} có ghi ngày, nơi phát hoặc ghi chú mà không ghi giờ đã phát",
        "row {row} has a day, a place or a remark, and no time",
        "ghi giờ đã phát, hoặc ghi “không phát” và lý do",
        "write when it was played, or “không phát” with the reason",
    ),
    "sheet_row_bad_time": Message(
        "dòng {row}: “{value}” không phải là giờ",
        "row {row}: “{value}” is no time",
        "ghi giờ và phút, ví dụ 17:02 hoặc 17h02; không phát thì ghi “không phát” và lý do",
        "write hours and minutes, as in 17:02; or “không phát” with the reason",
    ),
    "sheet_row_no_reason": Message(
        "dòng {row} ghi không phát mà không có lý do",
        "row {row} says that it was not played, and no reason",
        "ghi lý do vào cột Ghi chú, ví dụ: mất điện",
        "write the reason into the column Ghi chú",
    ),
    "sheet_row_other_day": Message(
        "dòng {row}: ngày không phải ngày của lượt phát ({day})",
        "row {row}: the day is not that of the airing ({day})",
        "giữ nguyên cột Ngày; phát vào ngày khác thì ghi vào một dòng phát lưu động",
        "leave the column Ngày as it came; what was played on another day belongs in a row of free airings",
    ),
    "sheet_row_future": Message(
        "dòng {row}: giờ phát chưa đến, hoặc chưa phát xong vào lúc này",
        "row {row}: that time has not come, or the airing could not have ended yet",
        "kiểm tra lại giờ trên phiếu và đồng hồ của máy",
        "look at the time on the sheet and at the machine's clock",
    ),
    "sheet_row_before_stick": Message(
        "dòng {row}: giờ phát có trước khi USB được ghi ({made})",
        "row {row}: it was played before the stick was made ({made})",
        "kiểm tra lại ngày giờ; nếu phát bằng USB khác thì ghi vào phiếu của USB đó",
        "look at day and time again; what was played from another stick belongs on its own sheet",
    ),
    "sheet_row_no_day": Message(
        "dòng {row} (phát lưu động) không có ngày, hoặc ngày không đọc được",
        "row {row} (a free airing) has no day that can be read",
        "ghi ngày dạng 24/11/2026",
        "write the day as in 24/11/2026",
    ),
    "sheet_row_outside_days": Message(
        "dòng {row}: ngày phát nằm ngoài những ngày của USB ({first} đến {last})",
        "row {row}: the day lies outside those of the stick ({first} to {last})",
        "kiểm tra lại ngày",
        "look at the day again",
    ),
    "sheet_row_place_unknown": Message(
        "dòng {row}: không có địa bàn nào tên “{value}”",
        "row {row}: there is no area named “{value}”",
        "ghi tên xã hoặc mã địa bàn như trong config/areas.yaml; nơi cụ thể ghi vào cột Ghi chú",
        "write the name or id of an area as in config/areas.yaml; the exact spot belongs in Ghi chú",
    ),
    "sheet_row_place_ambiguous": Message(
        "dòng {row}: “{value}” là tên của nhiều địa bàn ({areas})",
        "row {row}: “{value}” names several areas ({areas})",
        "ghi mã địa bàn thay cho tên",
        "write the area's id instead of its name",
    ),
    "sheet_row_otherwise": Message(
        "dòng {row} đã được nhập trước đây với nội dung khác; điều đã nhập được giữ nguyên",
        "row {row} was entered before and said something else; what was entered stays",
        "kiểm tra phiếu nào đúng; điều đã nhập không sửa được, ghi lời đính chính vào hồ sơ giấy",
        "find out which sheet is right; what was entered cannot be changed, note the correction on paper",
    ),
    "sheet_row_waiting": Message(
        "dòng {row}: trạm còn đang chờ tự phát lượt này",
        "row {row}: the station is still waiting to send this airing itself",
        "nhập lại phiếu sau khi qua giờ phát",
        "enter the sheet again once its time has passed",
    ),
    "sheet_row_beside": Message(
        "dòng {row}: lời người phát được lưu thành biên nhận; lượt gửi của trạm đã kết thúc trước đó và giữ nguyên trạng thái",
        "row {row}: what the person says is kept as a receipt; the station's delivery had ended before and keeps its state",
    ),
    "sheet_row_different": Message(
        "dòng {row}: bản tin trên USB khác với bản tin đài xếp cho lượt này; ghi nhận như phát ngoài lịch, lượt của đài giữ nguyên",
        "row {row}: the stick held other bulletins than the station has for this airing by now; kept as an airing outside the plan",
        "lịch đã đổi sau khi ghi USB: lần sau ghi USB lại khi đổi lịch",
        "the programme was changed after the stick was made: make it anew when that happens",
    ),
    "sheet_row_quiet_hours": Message(
        "dòng {row}: phát lúc {time}, ngoài giờ được phát",
        "row {row}: played at {time}, outside the hours of the station",
        "nhắc người phát giữ đúng khung giờ",
        "remind whoever played it of the hours",
    ),
}  # fmt: skip

PAPER: dict[str, Message] = {
    "bundle_qr_source": Message("Nguồn: {source}", "Source: {source}"),
    "bundle_qr_report": Message("Phản ánh, trình báo: {places}", "Where to report: {places}"),
    "bundle_qr_id": Message("Mã bản tin: {bulletin} ({bundle})", "Bulletin: {bulletin} ({bundle})"),
    "bundle_list_title": Message("Danh sách phát từ {first} đến {last}", "What to play from {first} to {last}"),
    "bundle_list_facts": Message(
        "Mã USB: {bundle} · lập lúc {made} · chỉ dùng đến hết ngày {last}",
        "Stick {bundle} · made {made} · for use to {last} only",
    ),
    "bundle_how_play": Message(
        "Phát đúng giờ, đúng tệp ghi ở cột “Nội dung”. Không phát tệp nào khác trên USB.",
        "Play the file named under “Nội dung” at its time, and no other file of the stick.",
    ),
    "bundle_how_time": Message(
        "Phát hết tệp rồi mới ghi giờ bắt đầu vào cột “Đã phát lúc” (ví dụ 17:02) và ký tên người phát.",
        "Once the whole file was played write down when it began (as in 17:02) and who played it.",
    ),
    "bundle_how_not": Message(
        "Không phát, hoặc phát dở: ghi “không phát” và ghi lý do vào cột “Ghi chú”.",
        "Not played, or not to its end: write “không phát” and the reason under “Ghi chú”.",
    ),
    "bundle_how_return": Message(
        "Hết đợt, ghi lại vào phiếu phieu-tra-loi.xlsx rồi gửi cả hai về trạm.",
        "At the end copy it into phieu-tra-loi.xlsx and send both back to the station.",
    ),
    "bundle_list_left_out": Message("Không có trên USB này:", "Not on this stick:"),
    "bundle_alone_title": Message("Phát lưu động, ngoài lịch", "Outside the programmes"),
    "bundle_alone_how": Message(
        "Mỗi lần phát một dòng: ghi ngày, giờ bắt đầu, xã nơi phát. Không phát sau ngày ghi ở cột “Phát đến hết”.",
        "A line for each airing: day, time, commune. Not to be played after the day under “Phát đến hết”.",
    ),
    "bundle_cards_title": Message("Bản tin và mã QR", "Bulletins and QR codes"),
    "bundle_cards_how": Message(
        "Mã QR chỉ chứa chữ, không phải đường dẫn. Lời văn đầy đủ ở tệp .txt bên cạnh mỗi tệp âm thanh.",
        "The codes hold words and no links. The full text is in the .txt beside each sound.",
    ),
    "bundle_column_id": Message("Mã", "Id"),
    "bundle_column_code": Message("Mã", "No."),
    "bundle_column_day": Message("Ngày", "Day"),
    "bundle_column_time": Message("Giờ", "Time"),
    "bundle_column_cluster": Message("Nơi phát", "Place"),
    "bundle_column_place": Message("Nơi phát", "Place"),
    "bundle_column_content": Message("Nội dung", "Content"),
    "bundle_column_length": Message("Dài", "Length"),
    "bundle_column_until": Message("Phát đến hết", "To be played to"),
    "bundle_column_played": Message("Đã phát lúc", "Played at"),
    "bundle_column_person": Message("Người phát", "Played by"),
    "bundle_column_remark": Message("Ghi chú", "Remarks"),
    "bundle_sheet_title": Message(
        "PHIẾU TRẢ VỀ – {station} – USB {bundle}", "RETURN SHEET – {station} – stick {bundle}"
    ),
    "bundle_sheet_how": Message(
        "Chỉ ghi vào các ô màu vàng. Đã phát hết: ghi giờ bắt đầu, ví dụ 17:02. Không phát hoặc phát dở: ghi “không phát” "
        "và lý do ở cột Ghi chú. Dòng nào không rõ thì để trống. Phát lưu động nhiều lần: chép thêm dòng, giữ nguyên mã.",
        "Write into the yellow cells only. Played to its end: when it began, as in 17:02. Not played: “không phát” with "
        "the reason under Ghi chú. Leave blank what nobody knows. Several free airings: copy the row, with its id.",
    ),
    "bundle_readme_1": Message("{station} – USB phát thanh {bundle}", "{station} – stick {bundle}"),
    "bundle_readme_2": Message(
        "Chỉ dùng từ {first} đến hết {last}. Sau ngày đó không phát nữa.", "For use from {first} to {last} only."
    ),
    "bundle_readme_3": Message(
        "1. Mở {list} bằng trình duyệt bất kỳ (không cần mạng), in khổ A4 nằm ngang.",
        "1. Open {list} in any browser (no network needed) and print it on A4, landscape.",
    ),
    "bundle_readme_4": Message(
        "2. Mỗi xã một thư mục, trong đó mỗi ngày một thư mục; tên tệp bắt đầu bằng thứ tự và giờ phát.",
        "2. A folder for each commune, in it one for each day; names begin with order and time.",
    ),
    "bundle_readme_5": Message(
        "3. Thư mục luu-dong: từng bản tin riêng, để phát ở chợ, nhà văn hóa, xe lưu động.",
        "3. The folder luu-dong: single bulletins for markets, meetings and loudspeaker vans.",
    ),
    "bundle_readme_6": Message(
        "4. Tệp .txt bên cạnh tệp âm thanh là lời văn; thư mục qr là mã QR để dán hoặc chiếu.",
        "4. The .txt beside a sound is its text; the folder qr holds QR codes to be shown.",
    ),
    "bundle_readme_7": Message(
        "5. Ghi giờ đã phát vào bản in, hết đợt ghi lại vào {sheet} rồi gửi về trạm.",
        "5. Write down on the print when you played what, then fill in {sheet} and send it back.",
    ),
    "bundle_readme_8": Message(
        "6. Không phát thì ghi “không phát” và lý do. Chỉ ghi đã phát khi đã phát hết tệp.",
        "6. What was not played: “không phát” with the reason. Played means played to its end.",
    ),
    "bundle_readme_9": Message(
        "7. Không chép thêm, không sửa, không đổi tên tệp. Thấy tệp lạ: không mở, báo trạm.",
        "7. Add, change and rename nothing. A file nobody knows: do not open it, tell the station.",
    ),
    "bundle_readme_10": Message(
        "8. Giữ nguyên manifest.json: nhờ nó trạm kiểm tra được USB còn nguyên vẹn.",
        "8. Leave manifest.json alone: by it the station checks that the stick is whole.",
    ),
}  # fmt: skip

MESSAGES: dict[str, Message] = {**SHEET, **PAPER}
