"""Sentences about lists of contacts, their rows, and the hand-over files of SMS. No sentence shows a whole number."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "handover_not_listed": Message(
        "tin chưa có trong tệp bàn giao nào, nên được gửi lại",
        "it stands in no hand-over file, so it is sent again",
        "không cần làm gì",
        "nothing has to be done",
    ),
    # why a row is not taken: the codes of FORMATS
    "empty": Message(
        "ô số điện thoại trống",
        "the cell of the phone number is empty",
        "điền số di động của người này hoặc xóa dòng",
        "fill in this person's mobile number or delete the row",
    ),
    "not_a_number": Message(
        "ô này không phải là số điện thoại",
        "this cell is not a phone number",
        "trong ô chỉ để số di động, ví dụ 0912 345 678; chuyển chữ sang cột ghi chú",
        "leave only the mobile number in the cell, as in 0912 345 678; move words to the note",
    ),
    "number_rounded": Message(
        "bảng tính đã làm tròn số này, các chữ số cuối bị mất",
        "the spreadsheet rounded this number, its last digits are lost",
        "lấy lại số từ danh sách gốc; định dạng cột là Văn bản (Text) trước khi dán số",
        "take the number from the original list again; format the column as Text before pasting",
    ),
    "two_numbers": Message(
        "một ô chứa hai số điện thoại",
        "one cell holds two phone numbers",
        "tách thành hai dòng, mỗi dòng một số",
        "make two rows of it, one number each",
    ),
    "invalid": Message(
        "số không hợp lệ: thiếu hoặc thừa chữ số, hoặc đầu số không có thật",
        "not a valid number: digits are missing or too many, or nobody has such a prefix",
        "hỏi lại rồi sửa; số di động có 10 chữ số, bắt đầu bằng 0",
        "ask again and correct it; a mobile number has 10 digits and begins with 0",
    ),
    "old_eleven_digits": Message(
        "số 11 chữ số đã ngừng dùng từ năm 2018",
        "11-digit numbers ended in 2018",
        "đầu số {old} đã đổi thành {new}: số mới có thể là {masked}; hỏi lại người này rồi sửa",
        "{old} became {new}: the number may now be {masked}; ask the person, then correct it",
    ),
    "old_eleven_digits_unknown": Message(
        "số 11 chữ số đã ngừng dùng từ năm 2018",
        "11-digit numbers ended in 2018",
        "không rõ đầu số {old} đã đổi thành gì; hỏi lại người này số mới",
        "it is not known what {old} became; ask the person for the new number",
    ),
    "landline": Message(
        "đây là số máy bàn, không nhận được tin nhắn",
        "this is a landline, which gets no SMS",
        "xin số di động của người này",
        "ask for a mobile number",
    ),
    "service_number": Message(
        "đây là số dịch vụ hoặc tổng đài, không nhận được tin nhắn",
        "this is a service number, which gets no SMS",
        "xóa dòng hoặc thay bằng số di động",
        "delete the row or put a mobile number",
    ),
    "foreign": Message(
        "đây là số nước ngoài",
        "this is a foreign number",
        "danh bạ chỉ nhận số di động Việt Nam; xin số trong nước",
        "the list takes Vietnamese mobile numbers only; ask for one",
    ),
    "forgotten": Message(
        "người này đã yêu cầu xóa số của mình",
        "this person had the number deleted",
        "bỏ dòng này khỏi tệp; người này muốn nhận lại thì chạy: loa contacts opt-in",
        "take the row out of the file; if the person wants to hear from you again: loa contacts opt-in",
    ),
    # what was mended in a row, and which rows say the same
    "repaired_zero_lost": Message(
        "bảng tính đã bỏ số 0 ở đầu, hệ thống thêm lại: {masked}",
        "the spreadsheet dropped the leading zero, it was put back: {masked}",
        "đối chiếu với danh sách gốc; sai thì sửa tệp rồi nhập lại",
        "compare it with the original list; if it is wrong, correct the file and import it again",
    ),
    "repaired_decimal_cut": Message(
        "bảng tính đã thêm phần thập phân “.0”, hệ thống bỏ đi: {masked}",
        "the spreadsheet added “.0”, it was cut off: {masked}",
        "đối chiếu với danh sách gốc; sai thì sửa tệp rồi nhập lại",
        "compare it with the original list; if it is wrong, correct the file and import it again",
    ),
    "repaired_powers_undone": Message(
        "bảng tính đã viết số theo lũy thừa của 10, hệ thống viết lại đủ chữ số: {masked}",
        "the spreadsheet wrote the number in powers of ten, its digits were written out: {masked}",
        "đối chiếu với danh sách gốc; sai thì sửa tệp rồi nhập lại",
        "compare it with the original list; if it is wrong, correct the file and import it again",
    ),
    "contact_doubled": Message(
        "số {masked} đã có ở dòng {first}, dòng này bị bỏ qua",
        "the number {masked} stands on line {first} already, this row was left out",
        "giữ dòng đúng, xóa dòng kia; nếu là hai người thì hỏi lại số",
        "keep the right row and delete the other; if they are two people, ask for the number again",
    ),
    # what to look at in a row that was taken
    "contact_area_unknown": Message(
        "không nhận ra địa bàn của dòng này, hoặc tên trùng với nơi khác; đã chép vào ghi chú",
        "the area of this row is unknown or its name is shared; it was copied to the note",
        "ghi mã địa bàn như trong config/areas.yaml; chưa có địa bàn thì chỉ nhận tin gửi cho cả danh bạ",
        "write the id as in config/areas.yaml; without an area only what goes to the whole list arrives",
    ),
    "contact_name_holds_number": Message(
        "ô họ tên chứa số điện thoại; Loa che số này và không dùng làm tên trong tin nhắn",
        "the name holds a telephone number; Loa masks it and addresses nobody by it",
        "xem ô họ tên và ô số có bị đổi chỗ không, sửa lại rồi nhập lại danh bạ",
        "see whether name and number have changed places, correct the row and import the list again",
    ),
    "contact_note_holds_number": Message(
        "ghi chú chứa số điện thoại; Loa không gửi tin tới số này và che số khi hiển thị",
        "the note holds a telephone number; Loa sends nothing to it and masks it wherever it is shown",
        "người đó cũng muốn nhận tin thì ghi thành một dòng riêng; nếu không thì xóa số khỏi ghi chú",
        "give it a row of its own where its owner wants to be told too, else take it out of the note",
    ),
    "contact_cells_beyond": Message(
        "dòng có ô nằm ngoài các cột của tiêu đề; đã chép vào ghi chú",
        "the row has cells beyond the columns of the header; they were copied to the note",
        "xem lại dòng này; nội dung có dấu phẩy hoặc chấm phẩy thì đặt trong dấu nháy kép",
        "look at this row; put double quotes around a text with a comma or semicolon",
    ),
    "contact_consent_refused": Message(
        "người này không đồng ý nhận tin",
        "this person does not consent",
        "bỏ dòng này khỏi danh bạ nếu không có căn cứ khác để gửi",
        "take the row out unless there is another basis for sending",
    ),
    "contact_consent_unclear": Message(
        "không hiểu ô đồng ý; đã chép vào ghi chú",
        "the consent cell is unclear; it was copied to the note",
        "ghi “có” hoặc “không”",
        "write “yes” or “no”",
    ),
    "contact_consent_date_unclear": Message(
        "không hiểu ngày đồng ý; đã chép vào ghi chú",
        "the date of consent is unclear; it was copied to the note",
        "ghi ngày/tháng/năm, ví dụ 23/11/2026",
        "write it as 2026-11-23",
    ),
    # the file
    "contacts_unreadable": Message(
        "không đọc được tệp {file}: {why}",
        "the file {file} cannot be read: {why}",
        "kiểm tra tên tệp và quyền đọc",
        "check the name and the permission to read it",
    ),
    "contacts_empty": Message(
        "tệp {file} trống",
        "the file {file} is empty",
        "chọn tệp có dòng tiêu đề và ít nhất một số điện thoại",
        "choose a file with a header and at least one phone number",
    ),
    "contacts_too_large": Message(
        "tệp {file} quá lớn ({size} byte; tối đa {limit})",
        "the file {file} is too large ({size} bytes; {limit} at most)",
        "chia danh bạ thành nhiều tệp rồi nhập lần lượt",
        "split the list into several files and import them in turn",
    ),
    "contacts_workbook_too_large": Message(
        "tệp {file} giải nén ra quá lớn (tối đa {limit} byte)",
        "the file {file} unpacks to too much ({limit} bytes at most)",
        "chỉ giữ lại trang có danh bạ, lưu thành CSV UTF-8 rồi nhập lại",
        "keep only the sheet with the list, save it as CSV UTF-8 and import that",
    ),
    "contacts_broken_workbook": Message(
        "tệp {file} hỏng hoặc không phải là bảng tính XLSX",
        "the file {file} is broken or not an XLSX workbook",
        "mở bằng Excel hoặc LibreOffice, lưu lại thành XLSX hoặc CSV UTF-8",
        "open it in Excel or LibreOffice and save it again as XLSX or CSV UTF-8",
    ),
    "contacts_old_workbook": Message(
        "tệp {file} là XLS kiểu cũ hoặc có đặt mật khẩu",
        "the file {file} is an old XLS or locked with a password",
        "mở tệp, bỏ mật khẩu nếu có, lưu lại thành XLSX",
        "open it, remove the password if there is one, and save it as XLSX",
    ),
    "contacts_not_utf8": Message(
        "tệp {file} không phải UTF-8 (dòng {line})",
        "the file {file} is not UTF-8 (line {line})",
        "trong Excel chọn Lưu dưới dạng “CSV UTF-8”",
        "in Excel choose Save As “CSV UTF-8”",
    ),
    "contacts_line_too_long": Message(
        "dòng {line} của tệp {file} quá dài (tối đa {limit} byte)",
        "line {line} of {file} is too long ({limit} bytes at most)",
        "kiểm tra tệp có đúng là danh bạ, mỗi người một dòng không",
        "check that the file is a list with one person a line",
    ),
    "contacts_bad_quotes": Message(
        "dấu nháy kép mở ở dòng {line} của tệp {file} không được đóng đúng chỗ",
        "a double quote that opens on line {line} of {file} is not closed where it should be",
        "mở tệp bằng Excel hoặc LibreOffice rồi lưu lại, hoặc xóa dấu nháy thừa ở dòng đó",
        "open and save the file in Excel or LibreOffice, or delete the stray quote on that line",
    ),
    "contacts_no_phone_column": Message(
        "tệp {file} không có cột số điện thoại",
        "the file {file} has no phone column",
        "đặt tên một cột là “phone” hoặc “Số điện thoại” ở dòng tiêu đề; các cột cách nhau bằng dấu , hoặc ;",
        "name a column “phone” in the header; columns are separated by , or ;",
    ),
    "contacts_column_doubled": Message(
        "hai cột “{first}” và “{again}” của tệp {file} cùng một nghĩa",
        "the columns “{first}” and “{again}” of {file} mean the same",
        "chỉ giữ một cột, hoặc đổi tên cột kia",
        "keep one of them or rename the other",
    ),
    "contacts_column_unused": Message(
        "cột “{column}” không dùng đến",
        "the column “{column}” is not used",
        "các cột được nhập: số điện thoại, họ tên, địa bàn, đồng ý, ngày đồng ý, ghi chú",
        "columns that are imported: phone, name, area, consent, consent_date, note",
    ),
    "contacts_not_regular": Message(
        "{file} không phải là tệp thường",
        "{file} is no regular file",
        "chép danh bạ ra một tệp CSV hoặc XLSX rồi nhập tệp đó",
        "copy the list into a CSV or XLSX file and import that",
    ),
    "contacts_lone_return": Message(
        "các dòng của tệp {file} ngắt bằng ký tự CR kiểu máy Mac cũ, nên cả danh bạ nằm trong dòng tiêu đề (dòng {line})",
        "the lines of {file} end in a lone carriage return, so the whole list stands in its header (line {line})",
        "mở tệp bằng Excel hoặc LibreOffice, lưu lại thành “CSV UTF-8” rồi nhập lại",
        "open it in Excel or LibreOffice, save it again as “CSV UTF-8” and import that",
    ),
    "contacts_no_rows": Message(
        "bên dưới dòng tiêu đề không có dòng nào, không nhập được số nào",
        "there is no row below the header, no number was imported",
        "kiểm tra tệp có đúng là danh bạ và mỗi người có một dòng riêng không",
        "check that the file is the list and that everybody has a line of their own",
    ),
    "list_holds_number": Message(
        "mã danh bạ có chứa số điện thoại",
        "the id of the list holds a telephone number",
        "đặt mã theo nhóm người nhận, ví dụ to-truong; mã danh bạ được lưu không mã hóa",
        "name it after its people, for example to-truong; ids of lists are kept in plain text",
    ),
    "basis_holds_number": Message(
        "căn cứ lưu giữ danh bạ có chứa số điện thoại",
        "the basis of the list holds a telephone number",
        "ghi căn cứ là văn bản nào, không ghi số điện thoại; căn cứ được lưu không mã hóa",
        "name the paper it rests on without telephone numbers; the basis is kept in plain text",
    ),
    "basis_not_text": Message(
        "căn cứ lưu giữ danh bạ có ký tự không phải UTF-8",
        "the basis of the list holds bytes that are not UTF-8",
        "gõ lại căn cứ bằng bàn phím tiếng Việt Unicode",
        "type the basis again in UTF-8",
    ),
    "list_fact_holds_number": Message(
        "mục đích, nguồn hoặc cách đồng ý của danh bạ có chứa số điện thoại",
        "the purpose, source or consent of the list holds a telephone number",
        "ghi tên cơ quan hoặc văn bản, không ghi số điện thoại; những mục này được lưu không mã hóa",
        "name an office or a paper without telephone numbers; these are kept in plain text",
    ),
    "list_fact_not_text": Message(
        "mục đích, nguồn hoặc cách đồng ý của danh bạ có ký tự không phải UTF-8",
        "the purpose, source or consent of the list holds bytes that are not UTF-8",
        "gõ lại bằng bàn phím tiếng Việt Unicode",
        "type it again in UTF-8",
    ),
    "list_channel_unknown": Message(
        "không có kênh tin nhắn “{channel}”",
        "there is no SMS channel “{channel}”",
        "các kênh tin nhắn trong config/channels.yaml: {known}",
        "SMS channels of config/channels.yaml: {known}",
    ),
    "list_without_purpose": Message(
        "danh bạ {list} chưa ghi mục đích sử dụng",
        "nobody has said what the list {list} is for",
        "Luật 91/2025/QH15 đòi hỏi mục đích; nhập lại với --purpose, ví dụ “cảnh báo lừa đảo cho tổ trưởng”",
        "Law 91/2025 asks for a purpose; import again with --purpose, for example “fraud warnings”",
    ),
    "list_without_retention": Message(
        "danh bạ {list} chưa có thời hạn lưu, các số sẽ nằm lại mãi",
        "the list {list} has no retention, its numbers stay for ever",
        "nhập lại với --retention SỐ_NGÀY; nhập lại danh bạ thì thời hạn tính lại từ đầu",
        "import again with --retention DAYS; every import begins the time anew for the numbers it names",
    ),
    "list_shares_numbers": Message(
        "{count} số của danh bạ {list} cũng có trong danh bạ {other}",
        "{count} numbers of the list {list} stand in the list {other} too",
        "không cần làm gì: gửi cho cả hai danh bạ thì mỗi số vẫn chỉ nhận một tin",
        "nothing has to be done: sent to both lists, each number still gets one message",
    ),
    "list_left_alone": Message(
        "{count} số của danh bạ {list} đã từ chối nhận tin, hệ thống không gửi",
        "{count} numbers of the list {list} want no messages, none is sent to them",
        "không cần làm gì; nên bỏ các dòng đó khỏi tệp gốc",
        "nothing has to be done; better take them out of the original file",
    ),
    # lists whose time is over
    "contacts_expiring": Message(
        "{count} số của danh bạ {list} sắp hết thời hạn lưu và sẽ bị xóa từ ngày {day}",
        "{count} numbers of the list {list} reach the end of their retention and are deleted from {day} on",
        "còn cần thì xác nhận lại với những người này rồi nhập lại danh bạ trước ngày đó",
        "if they are still needed, confirm them and import the list again before that day",
    ),
    "contacts_expired": Message(
        "{count} số của danh bạ {list} đã hết thời hạn lưu và đã bị xóa",
        "{count} numbers of the list {list} reached the end of their retention and were deleted",
        "không cần làm gì; còn cần thì nhập lại danh bạ đã được xác nhận",
        "nothing has to be done; if they are needed, import the confirmed list again",
    ),
    "wishes_unwritable": Message(
        "không đọc hoặc ghi được tệp {file} (những người không muốn nhận tin): {why}",
        "the file {file} (people who want no messages) cannot be read or written: {why}",
        "kiểm tra quyền và chỗ trống của thư mục var, rồi chạy lại lệnh",
        "check the permissions and the space of the folder var, then run the command again",
    ),
    "contact_left_in_file": Message(
        "số này vẫn còn trong {file}: ai đó đã sửa tệp, hoặc đĩa không cho ghi",
        "the number still stands in {file}: somebody has changed the file, or the disk refused",
        "xóa dòng có số này, hoặc xóa cả tệp CSV và tệp XLSX cùng tên",
        "delete its row, or the CSV file and the XLSX of the same name",
    ),
    "contacts_rows_above_header": Message(
        "đã bỏ qua {count} dòng phía trên dòng tiêu đề",
        "{count} rows above the header were left out",
        "nếu trong đó có số điện thoại thì chuyển xuống dưới dòng tiêu đề",
        "move them below the header if they hold phone numbers",
    ),
    "contacts_other_sheets": Message(
        "chỉ đọc trang “{sheet}”, bỏ qua {others} trang khác",
        "only the sheet “{sheet}” was read, not the {others} others",
        "lưu mỗi trang thành một tệp nếu trang khác cũng có danh bạ",
        "save each sheet as a file if others hold contacts too",
    ),
    # files of SMS handed over to an operator
    "handover_not_writable": Message(
        "không ghi được vào thư mục bàn giao của kênh “{channel}”: {why}",
        "the folder of the channel “{channel}” cannot be written: {why}",
        "kiểm tra quyền ghi và chỗ trống trên đĩa",
        "check the permission to write and the space on the disk",
    ),
    "handover_not_written": Message(
        "chưa ghi được tệp tin nhắn của kênh “{channel}”: {why}",
        "the SMS file of the channel “{channel}” could not be written: {why}",
        "dọn đĩa hoặc sửa quyền ghi; hệ thống sẽ thử lại khi còn trong hạn",
        "free the disk or correct the permission; it is tried again while it is still useful",
    ),
    "handover_no_phone": Message(
        "lượt gửi này không có số điện thoại di động",
        "this delivery has no mobile number",
        "xem lại liên hệ này trong danh bạ",
        "look at this contact in the list",
    ),
    "handover_no_text": Message(
        "lượt gửi này không có nội dung tin nhắn",
        "this delivery has no SMS text",
        "viết khóa “sms” cho bản tin",
        "write the key “sms” of the bulletin",
    ),
}
