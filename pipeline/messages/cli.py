"""Words of the commands, their help and their tables."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # help
    "help_loa": Message(
        "Loa: biến lời cảnh báo thành bản tin truyền thanh và tin nhắn, tự phát theo lịch hằng tuần.",
        "Loa: written warnings become spoken bulletins and SMS, dispatched on weekly programmes.",
    ),
    "help_commands": Message("Các lệnh", "Commands"),
    "help_site": Message(
        "Thư mục của đài, chứa config/ schedules/ scripts_audio/ (mặc định: thư mục hiện tại).",
        "Folder that holds config/ schedules/ scripts_audio/ (default: the current one).",
    ),
    "help_json": Message("In một tài liệu JSON cho máy đọc.", "Print one JSON document for machines."),
    "help_check": Message("Kiểm tra mọi tệp, báo mọi lỗi cùng lúc.", "Check every file; all problems at once."),
    "help_plan": Message("Xem lịch phát theo ngày giờ.", "Show the dated calendar of what will air."),
    "help_produce": Message("Dựng trước tệp phát thanh.", "Render recordings ahead of time."),
    "help_rehearse": Message(
        "Chạy thử những ngày tới: mọi thứ ra thư mục, không gì rời máy.",
        "Rehearse the coming days into a folder; nothing leaves the machine.",
    ),
    "help_run": Message("Chạy đài theo đồng hồ cho đến khi dừng.", "Run the station on the clock until stopped."),
    "help_tick": Message("Chạy đúng một lượt rồi thôi.", "Run one pass and end."),
    "help_speech": Message(
        "Chữ viết thành lời đọc, mỗi dòng một câu.", "Written text to words as spoken, line by line."
    ),
    "help_sms": Message(
        "Tin nhắn: đo trước khi gửi, xem kết quả sau khi gửi.", "SMS: measured before, followed after."
    ),
    "help_say": Message("Đọc một câu ra tệp MP3.", "Speak one sentence into an MP3."),
    "help_contacts": Message("Danh bạ nhận tin nhắn.", "Contact lists for SMS."),
    "help_contacts_import": Message(
        "Nhập danh bạ từ tệp CSV hoặc XLSX; số điện thoại được mã hóa trong cơ sở dữ liệu.",
        "Import a CSV or XLSX list; numbers are stored encrypted in the database.",
    ),
    "help_bulletin": Message("Xem các bản tin.", "Look at bulletins."),
    "help_bulletin_list": Message("Liệt kê bản tin.", "List bulletins."),
    "help_bulletin_show": Message("Xem bản tin sẽ được đọc thế nào.", "Show how a bulletin will be read."),
    "help_from": Message(
        "Từ ngày này (mặc định: hôm nay), dạng 2026-11-23.", "From this day (default: today), 2026-11-23."
    ),
    "help_rehearse_from": Message(
        "Từ ngày giờ này (mặc định: 0 giờ hôm nay), dạng 2026-11-23T00:00.",
        "From this local time (default: midnight today), as in 2026-11-23T00:00.",
    ),
    "help_days": Message("Số ngày.", "Number of days."),
    "help_produce_days": Message("Dựng cho bấy nhiêu ngày tới.", "Render for this many days ahead."),
    "help_out": Message("Thư mục để kết quả chạy thử.", "Folder for what the rehearsal makes."),
    "help_online": Message("Cho phép dùng giọng đọc trực tuyến.", "Allow online voices."),
    "help_now": Message(
        "Coi như bây giờ là giờ địa phương này, dạng 2026-11-23T09:00:05.",
        "Take this local time as now, as in 2026-11-23T09:00:05.",
    ),
    "help_jsonl": Message(
        "Mỗi dòng vào một chuỗi JSON, mỗi dòng ra một đối tượng.", "A JSON string a line in, an object a line out."
    ),
    "help_say_out": Message("Tệp MP3 để ghi.", "The MP3 to write."),
    "help_plot": Message(
        "Vẽ thêm dạng sóng và độ to ra tệp SVG hoặc PNG.", "Also draw wave and loudness into this SVG or PNG."
    ),
    "help_list": Message("Mã danh bạ, ví dụ to-truong.", "Id of the list, for example to-truong."),
    "help_basis": Message("Căn cứ lưu giữ các số này.", "Legal basis for keeping these numbers."),
    # arguments
    "command_unknown": Message("không có lệnh “{command}”", "there is no command “{command}”"),
    "command_unknown_close": Message(
        "không có lệnh “{command}”; có phải ý bạn là “{close}”?",
        "there is no command “{command}”; did you mean “{close}”?",
    ),
    "station_not_installed": Message(
        "lệnh này cần phần của đài, còn thiếu gói “{package}”: cài bằng pip install 'loa[station]' hoặc make setup",
        "this command needs the station's packages, “{package}” is missing: pip install 'loa[station]' or make setup",
    ),
    "usage_help": Message("Xem cách dùng: {command} --help", "For help: {command} --help"),
    "option_unknown": Message("không có tùy chọn “{option}”", "there is no option “{option}”"),
    "option_unknown_close": Message(
        "không có tùy chọn “{option}”; có phải ý bạn là “{close}”?",
        "there is no option “{option}”; did you mean “{close}”?",
    ),
    "yes_missing": Message(
        "việc này không làm lại được, và ở đây không có ai để hỏi",
        "this cannot be undone, and there is nobody here to ask",
        "chắc chắn thì thêm --yes",
        "add --yes if you are sure",
    ),
    "option_missing": Message("thiếu “{option}”", "“{option}” is missing"),
    "option_out_of_range": Message(
        "“{option}” phải là số nguyên từ {low} đến {high}", "“{option}” must be a whole number from {low} to {high}"
    ),
    "option_bad_choice": Message("“{option}” phải là một trong: {known}", "“{option}” must be one of: {known}"),
    "option_bad_path": Message("“{option}” không dùng được: {why}", "“{option}” cannot be used: {why}"),
    "option_needs_value": Message("sau “{option}” còn thiếu giá trị", "“{option}” needs a value behind it"),
    "option_takes_no_value": Message("“{option}” đứng một mình, không có giá trị", "“{option}” takes no value"),
    "argument_extra": Message("thừa: “{value}”", "too much: “{value}”"),
    "command_missing": Message("chưa ghi lệnh con", "the subcommand is missing"),
    "path_is_folder": Message("“{path}” là một thư mục, cần một tệp", "“{path}” is a folder, a file is needed"),
    "path_is_file": Message("“{path}” là một tệp, cần một thư mục", "“{path}” is a file, a folder is needed"),
    "path_missing": Message("không có “{path}”", "there is no “{path}”"),
    "path_forbidden": Message("không có quyền dùng “{path}”", "“{path}” may not be used with your rights"),
    "date_argument_far": Message(
        "“{value}” ở ngoài những ngày Loa tính được, từ {first} đến {last}",
        "“{value}” lies outside the days Loa reckons with, {first} to {last}",
    ),
    "bad_date_argument": Message(
        "“{value}” không phải là ngày; viết như 2026-11-23", "“{value}” is not a date; write it like 2026-11-23"
    ),
    "bad_time_argument": Message(
        "“{value}” không phải là ngày giờ; viết như 2026-11-23T17:00 (giờ địa phương)",
        "“{value}” is not a local time; write it like 2026-11-23T17:00",
    ),
    "say_needs_mp3": Message(
        "“{file}” không có đuôi .mp3",
        "“{file}” does not end in .mp3",
        "đặt tên tệp ra dạng ten.mp3",
        "name the output like name.mp3",
    ),
    "plot_suffix": Message(
        "“--plot” không vẽ được tệp {file}",
        "“--plot” cannot draw {file}",
        "đặt tên tệp kết thúc bằng .svg hoặc .png",
        "give a name that ends in .svg or .png",
    ),
    "say_text_empty": Message(
        "không có chữ nào để đọc",
        "there is nothing to speak",
        'viết lời cần đọc trong dấu nháy: loa say "Xin chào bà con" -o thu.mp3',
        'write the words in quotes: loa say "Xin chào bà con" -o thu.mp3',
    ),
    "output_folder_missing": Message(
        "không có thư mục {folder} để ghi vào",
        "there is no folder {folder} to write into",
        "tạo thư mục đó trước, hoặc chọn nơi khác",
        "make that folder first, or choose another place",
    ),
    "output_exists": Message(
        "đã có tệp {file}, Loa không ghi đè",
        "there is a file {file} already, and Loa writes over none",
        "chọn tên khác, hoặc tự xóa tệp cũ nếu không còn cần",
        "choose another name, or delete the old file yourself if nobody needs it",
    ),
    "output_unwritable": Message(
        "không ghi được {file}: {why}",
        "{file} cannot be written: {why}",
        "chọn một nơi bạn có quyền ghi và còn chỗ trống",
        "choose a place where you may write and that has room",
    ),
    "not_a_json_string": Message(
        "dòng {line} không phải một chuỗi JSON",
        "line {line} is not a JSON string",
        'mỗi dòng viết một chuỗi trong dấu nháy kép, ví dụ "Xin chào"',
        'write one string in double quotes a line, for example "Hello"',
    ),
    "line_not_utf8": Message(
        "dòng {line} không phải UTF-8",
        "line {line} is not UTF-8",
        "lưu tệp với bảng mã UTF-8",
        "save the file as UTF-8",
    ),
    "basis_empty": Message(
        "chưa ghi căn cứ lưu giữ danh bạ",
        "the basis of the list is empty",
        'viết --basis "Quyết định số …"',
        'write --basis "Decision no. …"',
    ),
    "bulletin_unknown": Message(
        "không có bản tin “{id}”",
        "there is no bulletin “{id}”",
        "bản tin gần giống nhất: {close}; xem mọi mã bằng “loa bulletin list”",
        "the closest is: {close}; “loa bulletin list” names them all",
    ),
    # tables
    "weekday_0": Message("Thứ hai", "Mon"),
    "weekday_1": Message("Thứ ba", "Tue"),
    "weekday_2": Message("Thứ tư", "Wed"),
    "weekday_3": Message("Thứ năm", "Thu"),
    "weekday_4": Message("Thứ sáu", "Fri"),
    "weekday_5": Message("Thứ bảy", "Sat"),
    "weekday_6": Message("Chủ nhật", "Sun"),
    "medium_loudspeaker": Message("Loa", "Speakers"),
    "medium_sms": Message("Tin nhắn", "SMS"),
    "column_day": Message("Ngày", "Day"),
    "column_time": Message("Giờ", "Time"),
    "column_medium": Message("Qua", "By"),
    "column_programme": Message("Chương trình", "Programme"),
    "column_bulletins": Message("Bản tin", "Bulletins"),
    "column_targets": Message("Nơi nhận", "Targets"),
    "column_length": Message("Dài", "Length"),
    "column_file": Message("Tệp", "File"),
    "column_recipients": Message("Số người nhận", "Recipients"),
    "column_parts": Message("Phần mỗi tin", "Parts each"),
    "column_encoding": Message("Mã hóa", "Encoding"),
    "targets_loudspeaker": Message("{count} cụm loa", "{count} clusters"),
    "areas_count": Message("{count} địa bàn", "{count} areas"),
    "targets_sms": Message("{count} danh bạ", "{count} lists"),
    "no_bulletins": Message("(không còn bản tin nào)", "(no bulletin left)"),
    "plan_title": Message("Lịch phát – {station}", "Calendar – {station}"),
    "rehearsal_title": Message("Chạy thử – {station}", "Rehearsal – {station}"),
    "batches_title": Message("Các tệp tin nhắn", "SMS files"),
    # progress and summaries
    "progress_produce": Message("Dựng bản tin", "Rendering bulletins"),
    "progress_contacts": Message("Nhập danh bạ", "Importing contacts"),
    "check_summary": Message(
        "{errors} lỗi, {warnings} cảnh báo ({bulletins} bản tin, {programmes} chương trình, {clusters} cụm loa). "
        "Giờ phát, nơi nhận, danh bạ: xem “loa plan”.",
        "{errors} errors, {warnings} warnings ({bulletins} bulletins, {programmes} programmes, {clusters} clusters). "
        "For hours, targets and lists see “loa plan”.",
    ),
    "produce_summary": Message(
        "Đã đọc mới {rendered} đoạn; có {recordings} tệp phát thanh trong {folder}.",
        "{rendered} passages newly spoken; {recordings} recordings in {folder}.",
    ),
    "rehearsal_summary": Message(
        "Loa thử đã phát trọn {confirmed} trong {planned} lượt gửi, tổng thời lượng trên các cụm loa {airtime}.",
        "Virtual speakers played {confirmed} of {planned} deliveries to the end, {airtime} of airtime over all clusters.",
    ),
    "rehearsal_where": Message(
        "Kết quả nằm trong {out}: audio/ tệp phát thanh, mỗi cụm loa một thư mục lịch phát từng ngày, sms/ tin nhắn, as-run.csv nhật ký phát.",
        "Everything is in {out}: audio/ recordings, a folder per cluster with a list a day, sms/ batches, as-run.csv the log.",
    ),
    "rehearsal_next": Message("Chạy thật: {command}", "To run the station for real: {command}"),
    "say_done": Message("Đã ghi {file} ({seconds} giây, giọng {voice}).", "Wrote {file} ({seconds} s, voice {voice})."),
    "contacts_summary": Message(
        "Danh bạ {list}: {rows} dòng, nhập mới {imported} (sửa được {repaired}), cập nhật {updated}, "
        "trùng {duplicates}, từ chối {rejected}.",
        "List {list}: {rows} rows, {imported} imported ({repaired} repaired), {updated} updated, "
        "{duplicates} duplicates, {rejected} rejected.",
    ),
    "sms_line": Message(
        "{number}: {encoding}, {segments} phần; ký tự buộc dùng UCS-2: {forced}; không dấu: {folded_segments} phần: {folded}",
        "{number}: {encoding}, {segments} parts; forced to UCS-2 by: {forced}; without accents {folded_segments} parts: {folded}",
    ),
    "readings_title": Message("Những chỗ không đọc như viết:", "Not read as written:"),
    "unread": Message("CHƯA CÓ CÁCH ĐỌC", "NO READING YET"),
    "run_started": Message("{station} đang chạy. Dừng bằng Ctrl+C.", "{station} is running. Stop it with Ctrl+C."),
    "run_stopped": Message("Đã dừng.", "Stopped."),
    "trouble": Message(
        "{start} {programme}/{slot}, {count} lượt gửi: {message}",
        "{start} {programme}/{slot}, {count} deliveries: {message}",
    ),
    "more_of_the_kind": Message(
        "… và {count} cảnh báo cùng loại (xem đủ bằng --json)", "… and {count} more of the kind (--json shows all)"
    ),
    "aired_without": Message(
        "lượt phát không có bản tin “{bulletin}”: {reason}", "aired without the bulletin “{bulletin}”: {reason}"
    ),
    "tick_done": Message(
        "Xong một lượt. Các lượt gửi của hôm nay, tính đến lúc này: {states}.",
        "One pass done. Deliveries of today so far: {states}.",
    ),
    "tally_none": Message("không có", "none"),
    "tally_planned": Message("{count} đang chờ đến giờ", "{count} waiting for their time"),
    "tally_sending": Message("{count} đang gửi", "{count} being sent"),
    "tally_accepted": Message("{count} đã giao (nơi nhận không báo lại)", "{count} handed over (nobody reports back)"),
    "tally_confirmed": Message("{count} đã phát xong", "{count} played to the end"),
    "tally_retry": Message("{count} sẽ thử lại", "{count} to be tried again"),
    "tally_unknown": Message("{count} không rõ đã đi hay chưa", "{count} of which nobody knows"),
    "tally_interrupted": Message("{count} bị ngắt giữa chừng", "{count} cut off"),
    "tally_failed": Message("{count} hỏng", "{count} failed"),
    "tally_missed": Message("{count} lỡ giờ", "{count} missed"),
    "tally_cancelled": Message("{count} đã hủy", "{count} called off"),
}
