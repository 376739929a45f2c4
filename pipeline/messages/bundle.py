"""Sentences of `loa bundle`: sticks for loudspeakers without a network."""

from __future__ import annotations

from pipeline.messages.message import Message

COMMANDS: dict[str, Message] = {
    "help_bundle": Message(
        "Ghi USB cho loa lưu động và trạm không có mạng: âm thanh, lời văn, mã QR, danh sách in, phiếu trả về.",
        "Make a USB stick for mobile loudspeakers and stations without a network: audio, texts, QR, a list, a return sheet.",
    ),
    "help_bundle_check": Message(
        "Kiểm tra USB: còn đủ tệp, không bị sửa, còn hạn dùng.",
        "Whether a stick is whole, unaltered and not expired.",
    ),
    "help_bundle_returned": Message(
        "Nhập phiếu trả về: ai đã phát, lúc nào; lượt nào không phát và vì sao.",
        "Enter a return sheet: who played what and when, what was not played and why.",
    ),
    "help_bundle_list": Message(
        "Các USB đã ghi: phiếu nào chưa về, dòng nào chưa ai nói tới, đã phát gì ngoài lịch.",
        "Sticks that were made: whose sheets are missing, which lines nobody spoke of, what was aired beside the plan.",
    ),
    "help_bundle_list_missing": Message(
        "Chỉ USB đã hết ngày mà phiếu chưa về đủ; mã thoát 1 khi có.",
        "Only sticks whose days are over and whose sheets are missing; exit code 1 where there are any.",
    ),
    "bundle_list_none": Message("Không có USB nào.", "There are no sticks."),
    "bundle_list_line": Message(
        "{bundle}  {first} – {last}  {state}; đã nhập {told}/{lines} dòng theo lịch",
        "{bundle}  {first} – {last}  {state}; {told} of {lines} planned lines entered",
    ),
    "bundle_state_returned": Message("phiếu đã về", "returned"),
    "bundle_state_out": Message("CHƯA CÓ PHIẾU", "SHEET MISSING"),
    "bundle_state_under_way": Message("đang dùng", "in use"),
    "bundle_list_outside": Message(
        "{count} lượt phát ngoài lịch; xem: loa bundle list {bundle}",
        "{count} airings beside the plan; see: loa bundle list {bundle}",
    ),
    "bundle_list_untold": Message("chưa ai nói tới: {code}, {start}, {place}", "nobody spoke of {code}, {start}, {place}"),
    "bundle_list_aired": Message(
        "phát ngoài lịch: {start}, {area}: {bulletins} ({person})", "beside the plan: {start}, {area}: {bulletins} ({person})"
    ),
    "bundle_unknown": Message(
        "đài chưa ghi USB nào mã {bundle}", "this station never made a stick {bundle}",
        "xem mã bằng: loa bundle list", "see the ids with: loa bundle list",
    ),
    "bundle_unheard_of": Message(
        "USB {bundle} để phát lưu động hết ngày dùng từ {last} mà chưa có phiếu nào",
        "the days of the stick {bundle}, made to be played freely, were over on {last} and no sheet came back",
        "hỏi người đã nhận USB rồi nhập phiếu: loa bundle returned PHIẾU --by MÃ_NGƯỜI",
        "ask who was given it and enter the sheet: loa bundle returned FILE --by PERSON",
    ),
    "bundle_not_returned": Message(
        "USB {bundle} hết ngày dùng từ {last} mà phiếu chưa về đủ: còn {missing}/{lines} dòng chưa biết đã phát hay chưa",
        "the days of the stick {bundle} were over on {last} and its sheet is missing: of {missing} of {lines} lines nobody knows",
        "hỏi người đã nhận USB rồi nhập phiếu: loa bundle returned PHIẾU --by MÃ_NGƯỜI; xem từng dòng: loa bundle list {bundle}",
        "ask who was given it and enter the sheet: loa bundle returned FILE --by PERSON; line by line: loa bundle list {bundle}",
    ),
    "audit_bundle_made": Message("Đã ghi USB {subject}, {rows} dòng", "The stick {subject} was made, {rows} lines"),
    "audit_bundle_returned": Message(
        "{actor} nhập phiếu của USB {subject}; {refused} dòng không nhận",
        "{actor} entered a sheet of the stick {subject}; {refused} rows were refused",
    ),
    "help_bundle_out": Message(
        "Thư mục mới hoặc còn trống, thường là USB vừa cắm.", "A folder that is new or empty, mostly a stick."
    ),
    "help_bundle_days": Message("Số ngày (1 đến 60).", "Number of days (1 to 60)."),
    "help_bundle_areas": Message(
        "Chỉ các địa bàn này, cách nhau bằng dấu phẩy.", "Only these areas, with commas between them."
    ),
    "help_bundle_bulletins": Message(
        "Chỉ các bản tin này, mỗi bản tin một tệp để phát lưu động; không kèm lịch phát.",
        "Only these bulletins, a file each for mobile loudspeakers; without planned airings.",
    ),
    "progress_bundle": Message("Đang tạo âm thanh", "Rendering"),
    "bundle_done": Message(
        "Đã ghi {bundle} vào {folder}: {airings} lượt phát theo lịch ({rows} dòng trong danh sách), "
        "{singles} bản tin để phát lưu động, {files} tệp, {size}.",
        "Wrote {bundle} to {folder}: {airings} planned airings ({rows} lines of the list), "
        "{singles} bulletins on their own, {files} files, {size}.",
    ),
    "bundle_done_next": Message(
        "In {list}, giao kèm USB; khi nhận lại phiếu: loa bundle returned PHIẾU --by MÃ_NGƯỜI.",
        "Print {list} and hand it out with the stick; when the sheet comes back: loa bundle returned FILE --by PERSON.",
    ),
    "bundle_signed": Message("Danh mục tệp có chữ ký của trạm.", "The manifest is signed by the station."),
    "bundle_unsigned": Message(
        "Danh mục tệp chưa có chữ ký: trạm chưa có khóa ký.", "The manifest is not signed: the station has no key."
    ),
    "bundle_left_out_line": Message(
        "không đưa vào USB: {name}: {reason}", "left out: {name}: {reason}"
    ),
    "bundle_left_out_times": Message(
        "không đưa vào USB: {name} ({count} lượt, từ {first}): {reason}",
        "left out: {name} ({count} airings, from {first}): {reason}",
    ),
    "bundle_by_themselves": Message(
        "Không làm USB cho các cụm loa có kênh tự báo đã phát: {clusters}.",
        "No stick is made for clusters whose channel reports by itself: {clusters}.",
    ),
    "bundle_whole": Message(
        "USB {bundle} còn nguyên: {files} tệp, dùng từ {first} đến hết {last}.",
        "Stick {bundle} is whole: {files} files, for use from {first} to {last}.",
    ),
    "bundle_not_whole": Message("USB {bundle} không dùng được như thế này.", "Stick {bundle} cannot be used as it is."),
    "bundle_proven": Message("Đúng là USB của trạm này.", "It is one of this station's."),
    "sheet_summary": Message("{rows} dòng có ghi: {parts}", "{rows} rows said something: {parts}"),
    "sheet_summary_none": Message("Phiếu chưa ghi gì.", "Nothing was written into the sheet."),
    "sheet_count_confirmed": Message("{count} đã phát, xác nhận theo lời người phát", "{count} confirmed"),
    "sheet_count_not_played": Message("{count} không phát", "{count} not played"),
    "sheet_count_beside": Message("{count} lưu bên cạnh điều đài đã ghi", "{count} noted beside what the station knows"),
    "sheet_count_outside": Message("{count} phát ngoài lịch", "{count} outside the plan"),
    "sheet_count_different": Message("{count} phát nội dung khác lịch", "{count} of other bulletins than planned"),
    "sheet_count_noted": Message("{count} không phát, đài cũng không có lượt ấy", "{count} noted as not played"),
    "sheet_count_known": Message("{count} đã nhập từ trước", "{count} known before"),
    "sheet_count_refused": Message("{count} không nhận", "{count} refused"),
    "sheet_count_blank": Message("{count} dòng để trống", "{count} rows left blank"),
}  # fmt: skip

REFUSALS: dict[str, Message] = {
    "person_not_played": Message(
        "người phát ghi trên phiếu là không phát",
        "whoever was to play it wrote on the sheet that it was not played",
        "xem lý do ở cột ghi chú của phiếu trả về",
        "see the reason in the remarks of the return sheet",
    ),
    "bundle_from_past": Message(
        "không làm USB cho ngày đã qua ({first})",
        "no stick is made for days that are over ({first})",
        "chọn --from từ hôm nay ({today}) trở đi",
        "choose --from {today} or later",
    ),
    "bundle_empty": Message(
        "không có gì được phép đưa vào USB",
        "nothing may go on the stick",
        "xem các dòng phía trên; loa plan cho biết lịch, loa bulletin list cho biết bản tin nào chưa được phê duyệt",
        "see the lines above; loa plan shows the calendar, loa bulletin list what nobody has approved yet",
    ),
    "bundle_nothing_planned": Message(
        "không có lượt phát nào từ {first} đến {last} cho các cụm loa đã chọn",
        "nothing is planned from {first} to {last} for these loudspeakers",
        "xem lịch bằng loa plan; để phát lưu động, nêu bản tin bằng --bulletins",
        "see loa plan; for mobile loudspeakers name bulletins with --bulletins",
    ),
    "bundle_out_no_folder": Message(
        "{folder} không phải là thư mục",
        "{folder} is no folder",
        "chọn thư mục mới, hoặc chính ổ USB",
        "name a new folder, or the stick itself",
    ),
    "bundle_out_not_empty": Message(
        "thư mục {folder} đã có tệp (“{found}”)",
        "the folder {folder} is not empty (“{found}”)",
        "chép những gì cần giữ sang nơi khác rồi xóa, hoặc chọn thư mục mới trên USB",
        "copy what is needed elsewhere and delete it, or name a new folder on the stick",
    ),
    "bundle_too_large": Message(
        "quá nhiều tệp cho một USB: {count}, nhiều nhất {limit}",
        "too many files for one stick: {count}, at most {limit}",
        "chia theo địa bàn bằng --areas, hoặc bớt số ngày",
        "split it by --areas, or take fewer days",
    ),
    "bundle_no_room": Message(
        "USB không đủ chỗ: cần {need}, còn trống {free}",
        "the stick has no room: {need} needed, {free} free",
        "dùng USB lớn hơn, chia theo --areas hoặc bớt số ngày",
        "take a larger one, split it by --areas or take fewer days",
    ),
    "bundle_disk_full": Message(
        "ổ đĩa đầy khi đang ghi {folder}; những gì ghi dở đã được xóa",
        "the disk is full while writing {folder}; what was half written is removed",
        "dùng USB khác hoặc giải phóng chỗ trống",
        "take another stick or free some space",
    ),
    "bundle_disk_failed": Message(
        "không ghi được vào {folder} ({why})",
        "{folder} cannot be written ({why})",
        "cắm lại USB (không rút khi đang ghi), thử USB khác; USB ghi dở không có manifest.json, không dùng",
        "plug it in again, or try another stick; one that was written half has no manifest.json and is not to be used",
    ),
    "bundle_read_back": Message(
        "USB trả lại nội dung khác với nội dung đã ghi ({file})",
        "the stick gives back other bytes than were written ({file})",
        "USB hỏng hoặc là hàng giả dung lượng: dùng USB khác",
        "it is broken, or smaller than it says: take another one",
    ),
    "bundle_none": Message(
        "{folder} không chứa gói phát nào của Loa (không có manifest.json)",
        "{folder} holds no bundle of Loa (there is no manifest.json)",
        "chọn đúng thư mục đã ghi bằng loa bundle; nếu USB ghi dở thì ghi lại",
        "name the folder that loa bundle wrote; one that was written half has to be made anew",
    ),
    "bundle_manifest_broken": Message(
        "không đọc được danh mục tệp manifest.json",
        "manifest.json cannot be read",
        "USB đã bị sửa hoặc hỏng: không phát, ghi lại USB",
        "the stick was altered or is broken: play nothing from it, make it anew",
    ),
    "bundle_file_missing": Message(
        "thiếu tệp này", "this file is missing", "ghi lại USB", "make the stick anew"
    ),
    "bundle_file_altered": Message(
        "tệp này không còn như lúc ghi",
        "this file is not what was written",
        "không phát tệp này; ghi lại USB",
        "do not play it; make the stick anew",
    ),
    "bundle_file_extra": Message(
        "tệp này không phải do Loa ghi",
        "this file was not written by Loa",
        "không phát, không mở; xóa nó đi rồi kiểm tra lại",
        "do not play or open it; delete it and check again",
    ),
    "bundle_file_link": Message(
        "đây là liên kết hoặc tệp đặc biệt, không phải do Loa ghi",
        "this is a link or a special file, not written by Loa",
        "xóa nó đi rồi kiểm tra lại",
        "delete it and check again",
    ),
    "bundle_file_unreadable": Message(
        "không đọc được tệp này", "this file cannot be read", "USB có thể đã hỏng: ghi lại vào USB khác",
        "the stick may be broken: make another one",
    ),
    "bundle_sheet_filled_in": Message(
        "phiếu trả về đã được ghi",
        "the return sheet has been written into",
        "nhập vào hệ thống bằng loa bundle returned",
        "enter it with loa bundle returned",
    ),
    "bundle_over": Message(
        "USB đã hết hạn dùng (đến hết {last})",
        "the stick is out of date (it was for use to {last})",
        "không phát nữa; ghi USB mới",
        "play nothing more from it; make a new one",
    ),
    "bundle_not_yet": Message(
        "USB chỉ dùng từ {first}",
        "the stick is for use from {first} on",
        "chờ đến ngày đó",
        "wait until then",
    ),
    "bundle_bulletin_over": Message(
        "bản tin “{bulletin}” chỉ được phát đến hết {until}",
        "the bulletin “{bulletin}” may be played to {until} only",
        "không phát bản tin này nữa",
        "do not play it any more",
    ),
    "bundle_unproven": Message(
        "không đối chiếu được USB này do trạm nào làm: không có chữ ký, cũng không có trong sổ của trạm này",
        "nobody here can tell who made this stick: it has no seal, and this station has not noted it",
        "các tệp khớp với danh mục đi kèm; chưa chắc thì hỏi trạm đã giao USB",
        "the files fit the manifest beside them; if in doubt ask the station it came from",
    ),
    "bundle_manifest_other": Message(
        "danh mục tệp khác với danh mục trạm đã ghi sổ cho USB này",
        "the manifest is another one than this station noted for the stick",
        "USB đã bị sửa: không phát, ghi lại USB",
        "it was altered: play nothing from it, make it anew",
    ),
    "bundle_seal_wrong": Message(
        "chữ ký không phải của trạm này, hoặc danh mục đã bị sửa",
        "the seal is not this station's, or the manifest was altered",
        "không phát; hỏi trạm đã giao USB",
        "do not play it; ask the station it came from",
    ),
}  # fmt: skip

MESSAGES: dict[str, Message] = {**COMMANDS, **REFUSALS}
