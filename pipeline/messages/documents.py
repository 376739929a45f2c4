"""Sentences about the files people write, whatever they hold."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "file_unreadable": Message(
        "không đọc được tệp: {why}",
        "the file cannot be read: {why}",
        "kiểm tra tên tệp và quyền đọc",
        "check the name and the permission to read it",
    ),
    "file_missing": Message(
        "không có tệp này",
        "there is no such file",
        "tạo tệp này, hoặc sửa lại tên tệp",
        "create it, or correct its name",
    ),
    "file_forbidden": Message(
        "không có quyền đọc",
        "no permission to read it",
        "cho tài khoản chạy Loa quyền đọc tệp hoặc thư mục này",
        "let the account that runs Loa read this file or folder",
    ),
    "file_not_regular": Message(
        "đây không phải là một tệp thường",
        "this is not a regular file",
        "thay bằng một tệp thường, hoặc xóa nó đi",
        "put a regular file here, or remove it",
    ),
    "file_too_large": Message(
        "tệp quá lớn ({size} byte; tối đa {limit})",
        "the file is too large ({size} bytes; {limit} at most)",
        "chia tệp thành nhiều tệp nhỏ hơn",
        "split it into smaller files",
    ),
    "not_utf8": Message(
        "tệp không phải UTF-8",
        "the file is not UTF-8",
        "lưu lại tệp với bảng mã UTF-8",
        "save the file again as UTF-8",
    ),
    "control_character": Message(
        "có ký tự điều khiển {character} trong tệp",
        "the file holds the control character {character}",
        "xóa ký tự đó rồi gõ lại chỗ này",
        "delete it and type this place again",
    ),
    "marks_piled": Message(
        "có hơn {limit} dấu chồng lên một chữ, phần lớn không nhìn thấy được",
        "more than {limit} marks are piled on one letter, most of them invisible",
        "xóa chữ đó rồi gõ lại chỗ này",
        "delete that letter and type this place again",
    ),
    "empty_file": Message("tệp trống", "the file is empty", "viết nội dung hoặc xóa tệp", "write into it or delete it"),
    "yaml_syntax": Message(
        "sai cú pháp YAML: {why}",
        "wrong YAML: {why}",
        "xem lại thụt đầu dòng (dùng dấu cách, không dùng Tab), dấu hai chấm và dấu nháy ở dòng này và dòng trước",
        "look at the indentation (spaces, not tabs), colons and quotes of this line and the one before",
    ),
    "yaml_colon": Message(
        "dấu hai chấm ở đây làm hỏng dòng",
        "a colon breaks this line",
        "nếu dấu hai chấm thuộc về chữ thì đặt cả chữ trong dấu nháy kép; nếu không, thụt dòng này thẳng với dòng trên",
        "put quotes around a text that holds a colon; otherwise indent this line like the one above",
    ),
    "yaml_quote_open": Message(
        "dấu nháy mở ở đây không được đóng",
        "the quote that opens here is never closed",
        "thêm dấu nháy đóng ở cuối chữ",
        "close it at the end of the text",
    ),
    "yaml_bracket_open": Message(
        "danh sách trong ngoặc mở ở đây bị sai hoặc không đóng",
        "the brackets that open here are wrong or never closed",
        "kiểm tra dấu phẩy giữa các mục và dấu đóng ngoặc",
        "look for the commas between entries and the closing bracket",
    ),
    "yaml_no_colon": Message(
        "dòng này thiếu dấu hai chấm",
        "this line has no colon",
        "viết “khóa: giá trị”, có dấu cách sau dấu hai chấm",
        "write “key: value” with a blank after the colon",
    ),
    "yaml_indent": Message(
        "dòng này không khớp với các dòng trên",
        "this line does not fit the ones above",
        "thụt đầu dòng thẳng với các dòng cùng mức; mục của danh sách bắt đầu bằng “- ”",
        "indent it like the lines of its level; entries of a list begin with “- ”",
    ),
    "yaml_character": Message(
        "chữ không được bắt đầu bằng ký tự này",
        "a text cannot begin with this character",
        "đặt cả chữ trong dấu nháy kép",
        "put quotes around the text",
    ),
    "yaml_escape": Message(
        "dấu \\ không dùng được trong dấu nháy kép ở đây",
        "this backslash cannot stand in double quotes",
        "đổi sang dấu nháy đơn '…', hoặc viết \\\\",
        "use single quotes '…', or write \\\\",
    ),
    "yaml_tab": Message(
        "có phím Tab ở đầu dòng", "a tab indents this line", "thay Tab bằng dấu cách", "use spaces instead of the tab"
    ),
    "yaml_anchor": Message(
        "không dùng neo hoặc bí danh YAML (& *)",
        "YAML anchors and aliases (& *) are not allowed",
        "viết lại nội dung đầy đủ; nếu & hoặc * là một phần của chữ thì đặt chữ trong dấu nháy",
        "write it out in full; put quotes around a text that begins with & or *",
    ),
    "yaml_tag": Message(
        "không dùng thẻ YAML (!)",
        "YAML tags (!) are not allowed",
        "bỏ thẻ; nếu ! là một phần của chữ thì đặt chữ trong dấu nháy",
        "remove the tag; put quotes around a text that begins with !",
    ),
    "yaml_many_documents": Message(
        "tệp chứa nhiều hơn một tài liệu YAML (---)",
        "the file holds more than one YAML document (---)",
        "mỗi tệp một tài liệu",
        "one document a file",
    ),
    "yaml_too_deep": Message(
        "các mục lồng nhau quá sâu (tối đa {limit} mức)",
        "nested too deeply ({limit} levels at most)",
        "viết phẳng hơn",
        "write it flatter",
    ),
    "key_not_text": Message(
        "khóa phải là một chữ đơn",
        "a key must be a plain text",
        "viết tên khóa trước dấu hai chấm",
        "write a name before the colon",
    ),
    "key_doubled": Message(
        "khóa “{key}” viết hai lần (lần đầu ở dòng {first})",
        "the key “{key}” stands twice (first on line {first})",
        "chỉ giữ lại một",
        "keep one of them",
    ),
    "key_unknown": Message(
        "không có khóa “{key}” ở đây",
        "there is no key “{key}” here",
        "các khóa dùng được: {known}",
        "known keys: {known}",
    ),
    "key_unknown_close": Message(
        "không có khóa “{key}” ở đây",
        "there is no key “{key}” here",
        "có phải ý bạn là “{close}”?",
        "did you mean “{close}”?",
    ),
    "key_missing": Message(
        "thiếu khóa “{key}”", "the key “{key}” is missing", "thêm dòng “{key}: …”", "add a line “{key}: …”"
    ),
    "value_missing": Message(
        "khóa “{key}” chưa có giá trị",
        "the key “{key}” has no value",
        "viết giá trị sau dấu hai chấm hoặc xóa dòng này",
        "write a value after the colon or delete the line",
    ),
    "expected_text": Message(
        "chỗ này phải là một giá trị đơn",
        "a single value belongs here",
        "viết một giá trị trên cùng dòng, không viết danh sách hay các khóa con",
        "write one value on the same line, no list and no keys",
    ),
    "expected_list": Message(
        "chỗ này phải là một danh sách",
        "a list belongs here",
        "viết dạng [a, b] hoặc mỗi dòng một “- a”",
        "write [a, b] or a “- a” a line",
    ),
    "expected_table": Message(
        "chỗ này phải là các cặp “khóa: giá trị”",
        "“key: value” lines belong here",
        "viết mỗi dòng một cặp “khóa: giá trị”, thụt vào trong",
        "write one indented “key: value” a line",
    ),
    "list_empty": Message("danh sách trống", "the list is empty", "viết ít nhất một mục", "write at least one entry"),
    "list_doubled": Message(
        "“{value}” có hai lần trong danh sách", "“{value}” stands twice in the list", "chỉ giữ lại một", "keep one"
    ),
    "text_empty": Message("giá trị trống", "the value is empty", "viết giá trị", "write a value"),
    "text_too_long": Message(
        "dài {length} ký tự, tối đa {limit}",
        "{length} characters long, {limit} at most",
        "viết ngắn lại",
        "make it shorter",
    ),
    "text_many_lines": Message(
        "chỗ này chỉ viết một dòng",
        "this must be a single line",
        "viết trên một dòng, không dùng | hoặc dòng trống",
        "write it on one line, without | or blank lines",
    ),
    "day_not_in_list": Message(
        "tên thứ “{value}” phải nằm trong danh sách",
        "the day “{value}” belongs in a list",
        "viết [{value}]",
        "write [{value}]",
    ),
    "day_word_in_list": Message(
        "“{value}” phải đứng một mình, không nằm trong danh sách",
        "“{value}” stands alone, not in a list",
        "viết {value} không có ngoặc, hoặc liệt kê các thứ: [mon, wed]",
        "write {value} without brackets, or list the days: [mon, wed]",
    ),
    "bad_identifier": Message(
        "“{value}” không dùng làm mã được",
        "“{value}” cannot be an id",
        "chỉ dùng chữ thường không dấu, chữ số và gạch nối, ví dụ “{close}”",
        "use lower-case letters without accents, digits and hyphens only, for example “{close}”",
    ),
    "bad_date": Message(
        "“{value}” không phải là ngày",
        "“{value}” is not a date",
        "viết năm-tháng-ngày, ví dụ 2026-11-23",
        "write year-month-day, as in 2026-11-23",
    ),
    "bad_time": Message(
        "“{value}” không phải là giờ trong ngày",
        "“{value}” is not a time of day",
        "viết giờ:phút từ 00:00 đến 23:59, ví dụ 17:00",
        "write hour:minute from 00:00 to 23:59, as in 17:00",
    ),
    "day_in_vietnamese": Message(
        "“{value}” viết bằng tiếng Việt",
        "“{value}” is the Vietnamese name of a day",
        "ở đây viết là {day} (thứ hai đến chủ nhật: mon, tue, wed, thu, fri, sat, sun)",
        "write {day} here (mon, tue, wed, thu, fri, sat, sun)",
    ),
    "bad_duration": Message(
        "“{value}” không phải là độ dài thời gian",
        "“{value}” is not a length of time",
        "viết ví dụ 90s, 10m hoặc 1h30m",
        "write for example 90s, 10m or 1h30m",
    ),
    "bad_short_duration": Message(
        "“{value}” không phải là độ dài thời gian",
        "“{value}” is not a length of time",
        "viết ví dụ 350ms (mili giây) hoặc 2s",
        "write for example 350ms (milliseconds) or 2s",
    ),
    "duration_out_of_range": Message(
        "“{value}” ngoài khoảng cho phép ({low} đến {high})",
        "“{value}” is out of range ({low} to {high})",
        "chọn giá trị trong khoảng đó",
        "choose within it",
    ),
    "bad_whole_number": Message(
        "“{value}” không phải là số nguyên",
        "“{value}” is not a whole number",
        "viết chữ số, ví dụ 2",
        "write digits, as in 2",
    ),
    "bad_number": Message(
        "“{value}” không phải là số", "“{value}” is not a number", "viết ví dụ 1.0", "write for example 1.0"
    ),
    "number_out_of_range": Message(
        "{value} ngoài khoảng cho phép ({low} đến {high})",
        "{value} is out of range ({low} to {high})",
        "chọn số trong khoảng đó",
        "choose within it",
    ),
    "bad_choice": Message(
        "“{value}” không dùng được ở đây",
        "“{value}” cannot stand here",
        "chọn một trong: {known}",
        "choose one of: {known}",
    ),
    "bad_choice_close": Message(
        "“{value}” không dùng được ở đây",
        "“{value}” cannot stand here",
        "có phải ý bạn là “{close}”?",
        "did you mean “{close}”?",
    ),
    "bad_flag": Message(
        "“{value}” phải là true hoặc false",
        "“{value}” must be true or false",
        "viết true hoặc false",
        "write true or false",
    ),
    "bad_format": Message(
        "“{value}” không đúng dạng", "“{value}” has the wrong form", "viết như {example}", "write it like {example}"
    ),
    "reference_unknown": Message(
        "không có {kind} “{value}”",
        "there is no {kind} “{value}”",
        "khai báo nó, hoặc sửa lại mã ở đây",
        "declare it, or correct the id here",
    ),
    "reference_unknown_close": Message(
        "không có {kind} “{value}”",
        "there is no {kind} “{value}”",
        "có phải ý bạn là “{close}”?",
        "did you mean “{close}”?",
    ),
    "kind_area": Message("địa bàn", "area"),
    "kind_cluster": Message("cụm loa", "speaker cluster"),
    "kind_bulletin": Message("bản tin", "bulletin"),
    "kind_topic": Message("chủ đề", "topic"),
    "kind_audience": Message("đối tượng nghe", "audience"),
    "kind_channel": Message("kênh", "channel"),
    "kind_slot": Message("khung giờ", "slot"),
    "kind_calendar": Message("tập ngày trong config/calendar.yaml", "set of days in config/calendar.yaml"),
    "kind_report_channel": Message("kênh phản ánh", "report channel"),
}
