"""Sentences of approval: people, what they decide, and the log of it."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # why a bulletin may not air
    "not_approved": Message(
        "bản tin chưa được phê duyệt",
        "the bulletin has not been approved",
        "người duyệt xem rồi duyệt bằng “loa bulletin approve MÃ --by NGƯỜI”",
        "an approver reads it and accepts it with “loa bulletin approve ID --by PERSON”",
    ),
    "approval_void": Message(
        "bản tin đã đổi sau khi được phê duyệt nên phải duyệt lại",
        "the bulletin was changed after it was approved and has to be approved again",
        "xem lại bằng “loa bulletin show MÃ” rồi duyệt bằng “loa bulletin approve MÃ --by NGƯỜI”",
        "read it with “loa bulletin show ID”, then accept it with “loa bulletin approve ID --by PERSON”",
    ),
    "second_approval_missing": Message(
        "bản tin khẩn cấp cần hai người duyệt, mới có một",
        "an emergency needs two persons to approve it; so far there is one",
        "một người khác duyệt bằng “loa bulletin approve MÃ --by NGƯỜI”",
        "another person accepts it with “loa bulletin approve ID --by PERSON”",
    ),
    "bulletin_withdrawn": Message(
        "bản tin đã bị rút, không phát nữa",
        "the bulletin was withdrawn and is kept off the air",
        "nếu muốn phát lại, duyệt lại bằng “loa bulletin approve MÃ --by NGƯỜI”",
        "to air it again, approve it again with “loa bulletin approve ID --by PERSON”",
    ),
    # why it cannot be approved
    "tokens_unread": Message(
        "bản tin “{bulletin}” có chỗ máy chưa biết đọc: {tokens}",
        "the bulletin “{bulletin}” holds what has no reading yet: {tokens}",
        "ghi cách đọc vào config/lexicon.yaml hoặc viết lại chỗ đó bằng chữ, rồi duyệt",
        "write the reading into config/lexicon.yaml or spell it out in the text, then approve",
    ),
    "recorded_voice_unreadable": Message(
        "không đọc được tệp ghi âm {file} của bản tin “{bulletin}”",
        "the recorded voice {file} of the bulletin “{bulletin}” cannot be read",
        "chép lại tệp ghi âm vào đúng chỗ và kiểm tra quyền đọc",
        "put the recording back in its place and check that it may be read",
    ),
    "content_changed": Message(
        "bản tin “{bulletin}” vừa đổi trong lúc đang xem nên chưa được duyệt",
        "the bulletin “{bulletin}” changed while it was being read, so it was not approved",
        "xem lại nội dung mới rồi duyệt",
        "read what it says now, then approve",
    ),
    "bulletin_broken": Message(
        "bản tin “{id}” đang có lỗi nên chưa dùng được",
        "the bulletin “{id}” has errors and cannot be used yet",
        "chạy “loa check” và sửa các lỗi của tệp này trước",
        "run “loa check” and mend this file first",
    ),
    # people
    "person_unknown": Message(
        "không có người nào mang mã “{person}”",
        "there is no person “{person}”",
        "mã gần giống nhất: {close}; xem danh sách bằng “loa person list”",
        "the closest is: {close}; “loa person list” names everybody",
    ),
    "person_exists": Message(
        "đã có người mang mã “{person}”",
        "there is already a person “{person}”",
        "chọn mã khác; muốn đổi mật khẩu thì dùng “loa person passphrase {person}”",
        "choose another id; to change the passphrase use “loa person passphrase {person}”",
    ),
    "person_disabled": Message(
        "người mang mã “{person}” đã ngừng hoạt động",
        "the person “{person}” is disabled",
        "nhờ người khác, hoặc mở lại bằng “loa person enable {person}”",
        "ask somebody else, or bring them back with “loa person enable {person}”",
    ),
    "person_name_unusable": Message(
        "họ tên phải có từ 1 đến {limit} ký tự, viết trên một dòng",
        "a name has 1 to {limit} characters on one line",
        'viết như --name "Nguyễn Thị Lan"',
        'write it like --name "Nguyễn Thị Lan"',
    ),
    "role_may_not_approve": Message(
        "người mang mã “{person}” là người soạn, không được phê duyệt",
        "“{person}” is an editor and may not approve",
        "nhờ người có vai trò duyệt (approver); nếu quy chế của đài cho phép thì đặt approval: {{editor_may_approve: true}} trong config/station.yaml",
        "ask an approver; where the station's rules allow it, set approval: {{editor_may_approve: true}} in config/station.yaml",
    ),
    "role_may_not_withdraw": Message(
        "người mang mã “{person}” không được rút bản tin",
        "“{person}” may not withdraw bulletins",
        "nhờ người có vai trò duyệt (approver)",
        "ask an approver",
    ),
    # passphrases
    "passphrase_wrong": Message(
        "sai mã người dùng hoặc mật khẩu",
        "the person or the passphrase is wrong",
        "gõ lại; quên thì đặt lại bằng “loa person passphrase MÃ”",
        "type it again; if it is forgotten, set a new one with “loa person passphrase ID”",
    ),
    "person_locked": Message(
        "gõ sai quá nhiều lần; tạm khóa {minutes} phút",
        "too many wrong passphrases; nothing is accepted for {minutes} minutes",
        "chờ {minutes} phút rồi gõ lại; nếu không phải anh chị gõ, xem “loa audit list”",
        "wait {minutes} minutes and try again; if it was not you, look at “loa audit list”",
    ),
    "passphrase_length": Message(
        "mật khẩu phải có từ {least} đến {most} ký tự",
        "a passphrase has {least} to {most} characters",
        "dùng một câu ngắn dễ nhớ, ví dụ bốn từ không liên quan nhau",
        "use a short phrase that is easy to remember, such as four unrelated words",
    ),
    "passphrase_weak": Message(
        "mật khẩu này dễ đoán",
        "this passphrase is easy to guess",
        "nên đổi sang một câu dài hơn, không có tên mình, không chỉ toàn chữ số",
        "better choose a longer phrase without your name and not of digits alone",
    ),
    "passphrase_missing": Message(
        "chưa có mật khẩu",
        "no passphrase was given",
        "viết mật khẩu vào một tệp rồi thêm --passphrase-file TỆP, hoặc “-” để đọc từ đầu vào chuẩn",
        "write it into a file and add --passphrase-file FILE, or “-” to read standard input",
    ),
    "passphrase_file_unreadable": Message(
        "không đọc được tệp mật khẩu {file}",
        "the passphrase file {file} cannot be read",
        "kiểm tra đường dẫn, quyền đọc, và lưu tệp với bảng mã UTF-8",
        "check its path, that it may be read, and that it is UTF-8",
    ),
    "passphrase_without_person": Message(
        "có mật khẩu mà không biết của ai",
        "a passphrase was given and nobody it belongs to",
        "thêm --by MÃ-NGƯỜI, hoặc bỏ --passphrase-file",
        "add --by PERSON, or leave --passphrase-file out",
    ),
    "passphrase_several_lines": Message(
        "mật khẩu phải nằm trên một dòng",
        "a passphrase stands on one line",
        "chỉ để mật khẩu trong tệp, không thêm dòng nào khác",
        "leave nothing but the passphrase in the file",
    ),
    # commands
    "help_person": Message("Những người soạn, duyệt và quản trị.", "The people who write, approve and administrate."),
    "help_person_add": Message(
        "Thêm một người. Không có --passphrase-file thì máy hỏi mật khẩu hai lần.",
        "Add a person. Without --passphrase-file the terminal asks for a passphrase twice.",
    ),
    "help_person_list": Message("Liệt kê mọi người.", "List everybody."),
    "help_person_disable": Message(
        "Ngừng quyền của một người; những gì đã duyệt vẫn có hiệu lực.",
        "Take a person's rights away; what they approved stays approved.",
    ),
    "help_person_enable": Message("Mở lại quyền của một người.", "Give a disabled person their rights back."),
    "help_person_passphrase": Message("Đặt mật khẩu mới cho một người.", "Give a person a new passphrase."),
    "help_person_name": Message("Họ tên.", "Full name."),
    "help_person_role": Message(
        "Vai trò: editor (soạn), approver (duyệt), administrator (quản trị).",
        "Role: editor, approver or administrator.",
    ),
    "help_passphrase_file": Message(
        "Tệp chứa mật khẩu; “-” là đầu vào chuẩn; không ghi thì máy hỏi.",
        "File with the passphrase; “-” is standard input; without it the terminal asks.",
    ),
    "help_bulletin_approve": Message(
        "Phê duyệt bản tin đúng như nội dung hiện tại.", "Approve bulletins exactly as they stand."
    ),
    "help_bulletin_withdraw": Message(
        "Rút một bản tin khỏi mọi lượt phát sắp tới.", "Keep a bulletin off every airing to come."
    ),
    "help_by": Message("Mã của người quyết định.", "Id of the person who decides."),
    "help_reason": Message("Lý do, ghi vào nhật ký.", "The reason, for the log."),
    "help_audit": Message("Nhật ký ai đã làm gì.", "The log of who did what."),
    "help_audit_list": Message("Xem những dòng mới nhất.", "Show the newest entries."),
    "help_audit_verify": Message(
        "Kiểm tra nhật ký có bị sửa, xóa hay chèn thêm không.", "Find entries that were changed, removed or put in."
    ),
    "help_last": Message("Số dòng mới nhất.", "How many of the newest entries."),
    "passphrase_prompt": Message("Mật khẩu của {person}", "Passphrase of {person}"),
    "passphrase_again": Message("Gõ lại mật khẩu", "The same again"),
    "approval_declaration": Message(
        "Gõ mật khẩu là xác nhận: đã xem lời đọc và tin nhắn trên, nội dung đúng, không có bí mật nhà nước.",
        "Typing the passphrase confirms: the words and the SMS above were read, are right, and hold no state secret.",
    ),
    # results
    "role_editor": Message("soạn", "editor"),
    "role_approver": Message("duyệt", "approver"),
    "role_administrator": Message("quản trị", "administrator"),
    "person_line": Message("{id}  {role}  {name}", "{id}  {role}  {name}"),
    "person_line_disabled": Message("{id}  {role}  {name} (đã ngừng)", "{id}  {role}  {name} (disabled)"),
    "persons_none": Message(
        "Chưa có ai. Thêm người đầu tiên bằng “loa person add MÃ --name HỌ-TÊN --role approver”.",
        "Nobody yet. Add the first person with “loa person add ID --name NAME --role approver”.",
    ),
    "person_done_added": Message("Đã thêm {person} (vai trò: {role}).", "Added {person} ({role})."),
    "person_done_disabled": Message("Đã ngừng quyền của {person}.", "{person} is disabled."),
    "person_done_enabled": Message("Đã mở lại quyền của {person}.", "{person} may decide again."),
    "person_done_passphrase": Message("Đã đặt mật khẩu mới cho {person}.", "{person} has a new passphrase."),
    "nobody_approves": Message(
        "không còn ai được phép duyệt: sẽ không có bản tin mới nào được phát",
        "nobody is left who may approve: no new bulletin will air",
        "thêm người duyệt bằng “loa person add MÃ --name HỌ-TÊN --role approver”",
        "add an approver with “loa person add ID --name NAME --role approver”",
    ),
    "bulletin_done_approved": Message("Đã duyệt “{title}” ({id}).", "Approved “{title}” ({id})."),
    "bulletin_done_half": Message(
        "Đã ghi nhận “{title}” ({id}); bản tin khẩn cấp còn cần thêm một người duyệt.",
        "Noted for “{title}” ({id}); an emergency needs one more person.",
    ),
    "bulletin_done_withdrawn": Message(
        "Đã rút “{id}”: mọi lượt phát sắp tới sẽ không có bản tin này. Đang phát dở thì dừng bằng “loa stop”.",
        "Withdrew “{id}”: no airing to come will hold it. To silence one that is sounding, use “loa stop”.",
    ),
    "standing_approved": Message("đã duyệt: {persons}", "approved by {persons}"),
    "standing_not_approved": Message("chưa duyệt", "not approved"),
    "standing_approval_void": Message("đã đổi, cần duyệt lại", "changed, to be approved again"),
    "standing_second_approval_missing": Message(
        "{persons} đã duyệt, còn thiếu người thứ hai", "approved by {persons}, a second person is missing"
    ),
    "standing_bulletin_withdrawn": Message("đã rút", "withdrawn"),
    "sms_title": Message("Tin nhắn:", "SMS:"),
    "no_sms": Message("(không có tin nhắn)", "(no SMS)"),
    "standing_title": Message("Phê duyệt: {standing}", "Approval: {standing}"),
    "digest_line": Message("Mã nội dung: {digest}", "Content: {digest}"),
    # the log
    "audit_line": Message("{id}  {at}  {text}", "{id}  {at}  {text}"),
    "audit_person_added": Message("{actor} thêm người {subject} (vai trò {role})", "{actor} added {subject} ({role})"),
    "audit_person_disabled": Message("{actor} ngừng quyền của {subject}", "{actor} disabled {subject}"),
    "audit_person_enabled": Message("{actor} mở lại quyền của {subject}", "{actor} enabled {subject}"),
    "audit_person_passphrase_set": Message(
        "{actor} đặt mật khẩu mới cho {subject}", "{actor} gave {subject} a new passphrase"
    ),
    "audit_passphrase_wrong": Message("{actor}: gõ sai mật khẩu", "{actor}: wrong passphrase"),
    "audit_action_refused": Message(
        "{actor} bị từ chối: vai trò {role} không được làm việc này ({wanted})",
        "{actor} was refused: the role {role} may not do this ({wanted})",
    ),
    "audit_bulletin_approved": Message("{actor} duyệt bản tin {subject}", "{actor} approved {subject}"),
    "audit_bulletin_self_approved": Message(
        "{actor} (người soạn) tự duyệt bản tin {subject}", "{actor} (an editor) approved {subject}"
    ),
    "audit_bulletin_withdrawn": Message(
        "{actor} rút bản tin {subject}. Lý do: {reason}", "{actor} withdrew {subject}. Reason: {reason}"
    ),
    "audit_bulletin_withdrawn_unproved": Message(
        "{actor} (không kiểm tra mật khẩu) rút bản tin {subject}. Lý do: {reason}",
        "{actor} (no passphrase was asked) withdrew {subject}. Reason: {reason}",
    ),
    "audit_send": Message("{actor} phát ngoài lịch {subject}", "{actor} sent {subject} out of turn"),
    "audit_stop": Message("{actor} dừng phát tại: {subject}", "{actor} stopped what sounded in: {subject}"),
    "audit_emergency_outside_window": Message(
        "Bản tin khẩn cấp phát ngoài khung giờ: {subject}", "An emergency aired outside the allowed hours: {subject}"
    ),
    "audit_notices_pruned": Message(
        "Đã xóa {count} thông báo cũ đã xử lý xong", "{count} old notices that were settled were removed"
    ),
    "audit_database_restored": Message(
        "Cơ sở dữ liệu hỏng, đã khôi phục từ bản sao lưu {subject}",
        "The damaged database was restored from the backup {subject}",
    ),
    "audit_database_fresh": Message(
        "Cơ sở dữ liệu hỏng và không có bản sao lưu: bắt đầu cơ sở dữ liệu mới",
        "The database was damaged and there was no backup: a new one was begun",
    ),
    "audit_whole": Message(
        "Nhật ký còn nguyên đến dòng {entry}. Mã của dòng ấy, nên chép giữ ở nơi khác: {head}",
        "The log is whole up to entry {entry}. Its hash, worth keeping elsewhere: {head}",
    ),
    "audit_empty": Message("Nhật ký chưa có dòng nào.", "The log is empty."),
    "audit_changed": Message(
        "dòng {entry} của nhật ký đã bị sửa",
        "entry {entry} of the log was changed",
        "giữ nguyên máy, báo người phụ trách, so với bản sao lưu gần nhất",
        "leave the machine as it is, tell who is in charge, compare with the last backup",
    ),
    "audit_broken": Message(
        "nhật ký bị xóa bớt hoặc chèn thêm ngay trước dòng {entry}",
        "entries were removed or put in right before entry {entry} of the log",
        "giữ nguyên máy, báo người phụ trách, so với bản sao lưu gần nhất",
        "leave the machine as it is, tell who is in charge, compare with the last backup",
    ),
    "audit_cut": Message(
        "dòng {entry} đã được ghi nhận mà không còn trong nhật ký: phần cuối bị cắt hoặc bị viết lại",
        "entry {entry} was noted and is not in the log any more: its end was cut off or written anew",
        "nếu vừa khôi phục bản sao lưu: chạy “loa run” hoặc “loa tick” một lần để việc khôi phục được ghi vào nhật ký; nếu không, báo người phụ trách",
        "after restoring a backup: run “loa run” or “loa tick” once, which enters the restoring in the log; otherwise tell who is in charge",
    ),
    "audit_beyond_head": Message(
        "có dòng mới hơn dòng được ghi nhận cuối cùng, đến dòng {entry}",
        "there are entries newer than the last one noted, up to entry {entry}",
        "xem các dòng cuối bằng “loa audit list”; sau khi mất điện có thể thừa đúng một dòng, lần ghi sau sẽ khớp lại",
        "look at the last ones with “loa audit list”; after a power cut one more is possible, the next entry mends it",
    ),
    "audit_head_missing": Message(
        "mất tệp var/audit-head nên không biết nhật ký có bị cắt cuối không",
        "the file var/audit-head is gone, so nobody can tell whether the end of the log was cut off",
        "so dòng cuối ({entry}) với bản sao lưu hoặc với mã đã chép giữ ở nơi khác",
        "compare the last entry ({entry}) with a backup or with the hash you kept elsewhere",
    ),
}
