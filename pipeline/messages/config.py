"""Sentences about config/, scripts_audio/ and the folders of a site."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # --- the folders of a site
    "site_missing": Message(
        "không có thư mục {folder}",
        "there is no folder {folder}",
        "chạy lệnh trong thư mục của đơn vị, hoặc chỉ ra nó bằng --site",
        "run the command in the station's folder, or name it with --site",
    ),
    "site_without_config": Message(
        "thư mục {folder} không có thư mục con config/",
        "the folder {folder} has no config/ in it",
        "chạy lệnh trong thư mục chứa config/, schedules/ và scripts_audio/, hoặc chỉ ra nó bằng --site",
        "run the command in the folder that holds config/, schedules/ and scripts_audio/, or name it with --site",
    ),
    "folder_missing": Message(
        "chưa có thư mục {folder}/",
        "there is no folder {folder}/",
        "tạo thư mục {folder}/; chưa có nó thì chưa có gì để phát",
        "create {folder}/; without it nothing can be aired",
    ),
    "link_outside": Message(
        "liên kết này dẫn ra ngoài thư mục của đơn vị hoặc không dẫn tới đâu",
        "this link leads out of the station's folder, or nowhere",
        "chép tệp thật vào đây thay cho liên kết",
        "copy the file itself here in place of the link",
    ),
    "link_to_folder": Message(
        "liên kết tới thư mục không được đọc",
        "a link to a folder is not read",
        "chép thư mục thật vào đây thay cho liên kết",
        "copy the folder itself here in place of the link",
    ),
    "config_file_missing": Message(
        "thiếu tệp config/{name}",
        "the file config/{name} is missing",
        "tạo tệp config/{name}; xem tệp mẫu đi kèm Loa",
        "create config/{name}; a sample comes with Loa",
    ),
    "config_file_unknown": Message(
        "Loa không đọc tệp này",
        "Loa does not read this file",
        "đặt lại tên cho đúng, hoặc xóa nó; các tệp được đọc: {known}",
        "give it the right name or remove it; files that are read: {known}",
    ),
    "config_file_unknown_close": Message(
        "Loa không đọc tệp này",
        "Loa does not read this file",
        "có phải ý bạn là {close}? Đổi tên tệp cho đúng",
        "did you mean {close}? Rename it",
    ),
    "schedule_in_subfolder": Message(
        "chương trình trong thư mục con không được đọc",
        "a programme in a subfolder is not read",
        "chuyển tệp ra ngay dưới schedules/",
        "move it directly into schedules/",
    ),
    "schedule_wrong_suffix": Message(
        "chương trình này không được đọc vì đuôi tệp không phải .yaml",
        "this programme is not read, since its name does not end in .yaml",
        "đổi đuôi tệp thành .yaml",
        "make the name end in .yaml",
    ),
    "schedule_not_read": Message(
        "tệp này không phải chương trình nên không được đọc",
        "this file is no programme and is not read",
        "mỗi chương trình là một tệp .yaml; chuyển tệp khác đi chỗ khác",
        "a programme is a .yaml file; keep other files elsewhere",
    ),
    "private_number": Message(
        "không được viết số điện thoại vào chương trình; cả chương trình chưa được dùng",
        "a telephone number must not stand in a programme; none of it is used",
        "đưa số vào danh bạ bằng loa contacts import, rồi viết mã danh bạ ở đây",
        "bring numbers into a list with loa contacts import and write the id of the list here",
    ),
    "programme_doubled": Message(
        "mã chương trình “{value}” đã có trong {other}",
        "the programme id “{value}” already stands in {other}",
        "đặt mã khác cho một trong hai chương trình; tệp này chưa được dùng",
        "give one of the two another id; this file is not used",
    ),
    "programme_held_back": Message(
        "“{key}” của chương trình “{programme}” có chỗ không đọc được nên cả chương trình không phát cho đến khi sửa xong",
        "something in “{key}” of the programme “{programme}” cannot be read: the whole programme is off the air until then",
        "sửa lỗi nêu ở “{key}” này hoặc ở config/calendar.yaml; đài đã giữ bản tốt gần nhất thì vẫn phát theo bản đó",
        "correct the error named for this “{key}” or for config/calendar.yaml; a station that keeps a last good version airs by it",
    ),
    "slot_held_back": Message(
        "khung giờ “{slot}” tạm dừng vì địa bàn cần trừ ra không rõ",
        "the slot “{slot}” is held back: an area it must leave out is not known",
        "sửa except_areas của khung giờ này hoặc config/areas.yaml",
        "correct its except_areas or config/areas.yaml",
    ),
    "slot_without_sms_channel": Message(
        "khung giờ “{slot}” gửi tin nhắn nhưng chưa có kênh tin nhắn mặc định",
        "the slot “{slot}” sends SMS, yet there is no default way out",
        "thêm “sms: {{channel: …}}” vào config/channels.yaml",
        "add “sms: {{channel: …}}” to config/channels.yaml",
    ),
    # --- things with an id
    "id_doubled": Message(
        "mã “{value}” đã dùng ở dòng {first}",
        "the id “{value}” is taken on line {first}",
        "đặt mã khác cho một trong hai",
        "give one of the two another id",
    ),
    # --- station.yaml
    "bad_timezone": Message(
        "không có múi giờ “{value}”",
        "there is no time zone “{value}”",
        "ở Việt Nam viết {close}",
        "in Vietnam write {close}",
    ),
    "bad_hours": Message(
        "“{value}” không phải là khung giờ",
        "“{value}” is not a window of hours",
        'viết "giờ:phút-giờ:phút" trong dấu nháy, ví dụ "05:00-06:30"',
        'write "hour:minute-hour:minute" in quotes, as in "05:00-06:30"',
    ),
    "hours_reversed": Message(
        "khung giờ “{value}” kết thúc trước khi bắt đầu",
        "the window “{value}” ends before it begins",
        'viết giờ sớm trước; nếu qua nửa đêm thì tách làm hai, ví dụ "22:00-24:00" và "00:00-05:00"',
        'write the earlier hour first; split one across midnight, as in "22:00-24:00" and "00:00-05:00"',
    ),
    "hours_overlap": Message(
        "khung giờ “{value}” chồng lên “{other}”",
        "the window “{value}” overlaps “{other}”",
        "gộp hai khung giờ, hoặc sửa giờ hay các thứ trong tuần",
        "join the two, or change the hours or days",
    ),
    "windows_empty": Message(
        "chưa có khung giờ nào ở đây",
        "there is no window of hours here",
        'viết ít nhất một dòng như "05:00-06:30": daily; muốn không giới hạn thì xóa cả mục này',
        'write at least one line like "05:00-06:30": daily; delete the whole block for no restriction',
    ),
    # --- areas.yaml
    "area_dates_reversed": Message(
        "ngày hết hiệu lực {last} đứng trước ngày bắt đầu {first}",
        "the last day {last} lies before the first, {first}",
        "sửa valid_from hoặc valid_until",
        "correct valid_from or valid_until",
    ),
    "area_becomes_itself": Message(
        "địa bàn “{value}” không thể thay thế chính nó",
        "the area “{value}” cannot succeed itself",
        "viết mã của địa bàn mới, hoặc xóa becomes",
        "write the id of the new area, or delete becomes",
    ),
    "area_cycle": Message(
        "các địa bàn nằm trong nhau thành vòng: {areas}",
        "areas lie within each other in a circle: {areas}",
        "sửa parent của một địa bàn trong vòng",
        "correct the parent of one of them",
    ),
    "area_succession_cycle": Message(
        "các địa bàn thay thế lẫn nhau thành vòng: {areas}",
        "areas succeed each other in a circle: {areas}",
        "sửa becomes của một địa bàn trong vòng; đơn vị cũ trở lại thì đặt mã mới",
        "correct becomes of one of them; a unit that comes back gets a new id",
    ),
    "area_outlives_parent": Message(
        "địa bàn cấp trên “{parent}” chỉ có hiệu lực đến {day}; sau đó “{area}” không được tính vào nó mà vào cấp trên của nó",
        "the parent “{parent}” ends on {day}; from then on “{area}” is reached not through it but through what is above it",
        "đổi parent, ghi parents với from và until, thêm valid_until cho “{area}”, hoặc becomes cho “{parent}”",
        "change the parent, write parents with from and until, give “{area}” a valid_until, or “{parent}” a becomes",
    ),
    "cluster_in_former_area": Message(
        "địa bàn “{area}” chỉ có hiệu lực đến {day}; sau đó cụm loa này không được phát",
        "the area “{area}” ends on {day}; from then on nothing is aired on this cluster",
        "đổi sang địa bàn mới: {heirs}; chưa đến ngày thì thay area bằng"
        " “areas: [{{area: {area}, until: {day}}}, {{area: nơi mới, from: hôm sau}}]”",
        "name the area of today: {heirs}; before that day write"
        " “areas: [{{area: {area}, until: {day}}}, {{area: the new one, from: the day after}}]” in place of area",
    ),
    "position_not_two": Message(
        "vị trí phải gồm đúng hai số",
        "a position has exactly two numbers",
        "viết [vĩ độ, kinh độ], ví dụ [20.81, 106.53]",
        "write [latitude, longitude], as in [20.81, 106.53]",
    ),
    "position_swapped": Message(
        "vĩ độ phải trong khoảng -90 đến 90",
        "a latitude lies between -90 and 90",
        "vĩ độ viết trước, kinh độ viết sau: [20.81, 106.53]",
        "latitude first, then longitude: [20.81, 106.53]",
    ),
    "channel_not_loudspeaker": Message(
        "kênh “{channel}” không phải kênh loa",
        "the channel “{channel}” is not one of loudspeakers",
        "chọn kênh loại folder hoặc sound_card",
        "choose a channel of type folder or sound_card",
    ),
    "address_doubled": Message(
        "cụm loa “{other}” đã có địa chỉ này trong kênh “{channel}”",
        "the cluster “{other}” already has this address in the channel “{channel}”",
        "mỗi cụm loa một địa chỉ riêng; chữ hoa và chữ thường coi như một",
        "give each cluster an address of its own; upper and lower case count as the same",
    ),
    "folder_reserved": Message(
        "thư mục “{value}” dành cho Loa",
        "the folder “{value}” is kept for Loa",
        "đặt tên thư mục khác cho cụm loa",
        "give the cluster another folder",
    ),
    # --- channels.yaml
    "channel_not_sms": Message(
        "kênh “{channel}” không phải kênh tin nhắn",
        "the channel “{channel}” is not one of SMS",
        "chọn kênh loại sms_file, http_sms hoặc twilio",
        "choose a channel of type sms_file, http_sms or twilio",
    ),
    "secret_in_file": Message(
        "không được viết mật khẩu hay mã bí mật vào tệp",
        "a secret must not be written into a file",
        "viết env:TÊN_BIẾN rồi đặt giá trị trong biến môi trường đó; nếu tệp đã gửi cho ai thì đổi mã",
        "write env:NAME and keep the value in that environment variable; change the secret if the file was shared",
    ),
    "path_outside": Message(
        "đường dẫn “{value}” không nằm trong thư mục của đơn vị",
        "the path “{value}” does not lie in the station's folder",
        "viết đường dẫn ngắn, không có / ở đầu, không có .. và \\, ví dụ var/playout",
        "write a relative path without .. and \\, as in var/playout",
    ),
    "path_taken": Message(
        "thư mục {folder}/ là nơi viết nội dung, Loa không ghi vào đó",
        "{folder}/ is written by people; Loa keeps out of it",
        "chọn thư mục trong var/, ví dụ var/playout",
        "choose a folder in var/, as in var/playout",
    ),
    "path_own": Message(
        "Loa giữ đồ của mình ở “{value}”",
        "Loa keeps things of its own in “{value}”",
        "chọn thư mục khác trong var/, ví dụ var/playout",
        "choose another folder in var/, as in var/playout",
    ),
    "path_too_long": Message(
        "đường dẫn quá dài (tối đa {limit} byte mỗi tên thư mục)",
        "the path is too long ({limit} bytes a folder name at most)",
        "viết tên ngắn, ví dụ var/playout",
        "write short names, as in var/playout",
    ),
    "path_nested": Message(
        "thư mục “{value}” và thư mục “{folder}” của kênh “{other}” nằm trong nhau",
        "the folder “{value}” and the folder “{folder}” of the channel “{other}” lie within each other",
        "đặt hai thư mục cạnh nhau: kênh này không được đưa ra tệp của kênh kia",
        "put them beside each other: one channel must not hand out the files of the other",
    ),
    "path_not_beneath": Message(
        "thư mục “{value}” phải nằm trong {folder}/ vì tệp chứa số điện thoại",
        "“{value}” must lie in {folder}/, since its files hold telephone numbers",
        "viết ví dụ {folder}/handover",
        "write for example {folder}/handover",
    ),
    "path_shared": Message(
        "kênh “{other}” đã dùng thư mục “{value}”",
        "the channel “{other}” already uses the folder “{value}”",
        "mỗi kênh một thư mục riêng",
        "give each channel a folder of its own",
    ),
    "bad_url": Message(
        "địa chỉ này không dùng được",
        "this address cannot be used",
        "viết ví dụ https://api.twilio.com, không kèm tên đăng nhập, ? hoặc #",
        "write for example https://api.twilio.com, without a user name, ? or #",
    ),
    "url_not_https": Message(
        "địa chỉ http chỉ được dùng trong máy này (127.0.0.1)",
        "http is for this machine only (127.0.0.1)",
        "viết https://…",
        "write https://…",
    ),
    "bad_rate": Message(
        "“{value}” không phải là tốc độ gửi",
        "“{value}” is not a rate",
        "viết số tin mỗi giây, ví dụ 10/s",
        "write messages a second, as in 10/s",
    ),
    "sender_missing": Message(
        "kênh này chưa có người gửi",
        "this channel has no sender",
        "thêm sender (tên đã đăng ký với nhà mạng) hoặc messaging_service",
        "add a sender (the registered name) or a messaging_service",
    ),
    # --- voices
    "voices_may_be_silent": Message(
        "danh sách giọng [{chain}] không có giọng nào luôn có sẵn: bản tin không có tệp ghi âm có thể không phát ra tiếng",
        "no voice of [{chain}] is always there: a bulletin without a recording may stay silent",
        "thêm espeak-ng vào cuối chain, giọng có sẵn trong bộ cài và không cần mạng",
        "add espeak-ng at the end of chain: it comes with Loa and needs no network",
    ),
    # --- topics.yaml, calendar.yaml, lexicon.yaml
    "topic_id_reserved": Message(
        "mã “{value}” có nghĩa riêng: mọi chủ đề",
        "the id “{value}” has a meaning of its own: every topic",
        "đặt mã khác cho chủ đề này",
        "give the topic another id",
    ),
    "bad_month_day": Message(
        "“{value}” không phải là ngày trong năm",
        "“{value}” is not a day of the year",
        'viết tháng-ngày, ví dụ "03-10" hoặc "12-28..01-05"',
        'write month-day, as in "03-10" or "12-28..01-05"',
    ),
    "bad_days": Message(
        "“{value}” không phải là ngày hoặc khoảng ngày",
        "“{value}” is not a day or range of days",
        'viết 2026-12-01, 2026-12-01..2026-12-02, {{lunar: "12-28..01-05"}} hoặc {{yearly: "09-02"}}',
        'write 2026-12-01, 2026-12-01..2026-12-02, {{lunar: "12-28..01-05"}} or {{yearly: "09-02"}}',
    ),
    "days_reversed": Message(
        "khoảng ngày “{value}” kết thúc trước khi bắt đầu",
        "the range “{value}” ends before it begins",
        "viết ngày đầu trước, ngày cuối sau",
        "write the first day first",
    ),
    "days_one_calendar": Message(
        "chỗ này phải có đúng một trong ba khóa lunar, yearly, days",
        "exactly one of lunar, yearly and days belongs here",
        'viết {{lunar: "12-28..01-05"}}, {{yearly: "09-02"}} hoặc {{days: 2026-12-01}}, mỗi mục một khóa',
        'write {{lunar: "12-28..01-05"}}, {{yearly: "09-02"}} or {{days: 2026-12-01}}, one key an entry',
    ),
    "reading_of_negation": Message(
        "“{value}” là chữ phủ định, nay mọi bản tin sẽ đọc thành “{read}”: nghĩa câu có thể bị đảo ngược",
        "“{value}” negates, and every bulletin would now say “{read}” instead: a sentence may mean the opposite",
        "xóa dòng này; nếu cần đổi lời thì sửa ngay trong bản tin",
        "take this line out; where other words are meant, change them in the bulletin",
    ),
    "reading_of_figures": Message(
        "“{value}” là con số, nay mọi bản tin sẽ đọc thành “{read}”, kể cả khi là số điện thoại hay số tiền",
        "“{value}” is a number, and every bulletin would now say “{read}”, be it a telephone number or money",
        "xóa dòng này; cách đọc của nơi trình báo thì ghi ở read trong config/report_channels.yaml",
        "take this line out; how a report channel is read belongs to read in config/report_channels.yaml",
    ),
    "reading_doubled": Message(
        "“{value}” đã có cách đọc ở dòng {first}",
        "“{value}” already has a reading on line {first}",
        "giữ lại một, hoặc thêm after để phân biệt",
        "keep one of them, or tell them apart with after",
    ),
    # --- scripts_audio/
    "bad_file_name": Message(
        "tên tệp “{value}” không dùng làm mã bản tin được",
        "the file name “{value}” cannot be the id of a bulletin",
        "đặt tên bằng chữ thường không dấu, chữ số và gạch nối, ví dụ {close}.md",
        "use lower-case letters without accents, digits and hyphens, for example {close}.md",
    ),
    "script_id_doubled": Message(
        "bản tin “{value}” đã có ở {other}",
        "the bulletin “{value}” already stands in {other}",
        "đổi tên một trong hai tệp; tệp này chưa được dùng",
        "rename one of the two; this one is not used",
    ),
    "script_not_read": Message(
        "tệp này không phải bản tin (.md) cũng không phải tệp ghi âm nên không được đọc",
        "this file is neither a bulletin (.md) nor a recording and is not read",
        "lưu bản tin thành tệp .md, hoặc chuyển tệp đi chỗ khác",
        "save a bulletin as .md, or keep the file elsewhere",
    ),
    "recording_unused": Message(
        "không bản tin nào dùng tệp ghi âm này",
        "no bulletin uses this recording",
        "thêm dòng “audio: …” vào bản tin, hoặc xóa tệp",
        "add a line “audio: …” to its bulletin, or remove it",
    ),
    "front_matter_missing": Message(
        "bản tin chưa có phần đầu",
        "the bulletin has no front matter",
        "dòng đầu tiên viết ---, tiếp theo là title, topic, category, source, rồi một dòng --- nữa",
        "begin with a line ---, then title, topic, category, source, and another line ---",
    ),
    "front_matter_open": Message(
        "phần đầu của bản tin không được đóng",
        "the front matter is never closed",
        "thêm một dòng --- trước lời đọc",
        "add a line --- before the text",
    ),
    "front_matter_empty": Message(
        "phần đầu của bản tin trống",
        "the front matter is empty",
        "viết title, topic, category và source giữa hai dòng ---",
        "write title, topic, category and source between the two lines ---",
    ),
    "script_text_empty": Message(
        "bản tin chưa có lời đọc",
        "the bulletin has no text",
        "viết lời đọc sau dòng --- thứ hai",
        "write the text after the second line ---",
    ),
    "script_audio_outside": Message(
        "tệp ghi âm “{value}” không nằm cạnh bản tin",
        "the recording “{value}” does not lie beside the script",
        "chép tệp vào cùng thư mục với bản tin rồi chỉ viết tên tệp",
        "copy it into the script's folder and write its name only",
    ),
    "script_audio_kind": Message(
        "“{value}” không phải tệp ghi âm",
        "“{value}” is not a recording",
        "dùng tệp có đuôi {known}",
        "use a file that ends in {known}",
    ),
    "script_audio_missing": Message(
        "không có tệp ghi âm “{value}” cạnh bản tin",
        "there is no recording “{value}” beside the script",
        "chép tệp vào cùng thư mục, hoặc sửa tên (phân biệt chữ hoa, chữ thường)",
        "copy it there, or correct the name (upper and lower case differ)",
    ),
    "script_audio_empty": Message(
        "tệp ghi âm “{value}” trống",
        "the recording “{value}” is empty",
        "chép lại tệp từ nguồn",
        "copy it again from where it came",
    ),
    "expires_before_source": Message(
        "hạn phát {expires} trước cả ngày của nguồn tin {date}",
        "it expires on {expires}, before the date of its source, {date}",
        "sửa expires hoặc source.date",
        "correct expires or source.date",
    ),
    "emergency_for_trick": Message(
        "cảnh báo thủ đoạn lừa đảo thường không phải là tin khẩn cấp",
        "a warning of a fraud is not an emergency by itself",
        "dùng priority: priority; chỉ giữ emergency khi có nguy hiểm tức thời, vì tin này phát cả ngoài giờ",
        "use priority: priority; keep emergency for immediate danger only, since it is aired at any hour",
    ),
    "sms_many_parts": Message(
        "tin nhắn dài {parts} phần, nên không quá {limit}",
        "the SMS takes {parts} parts; no more than {limit} are wise",
        "viết ngắn lại, hoặc viết không dấu để giảm số phần",
        "shorten it, or write it without accents",
    ),
}
