"""Words of `loa contacts` and of its lines in the audit log. No sentence shows a whole number."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "help_purpose": Message("Mục đích sử dụng danh bạ.", "What the list is used for."),
    "help_list_source": Message("Ai cung cấp danh bạ này.", "Who handed the list over."),
    "help_list_consent": Message(
        "Những người này đã đồng ý bằng cách nào, ví dụ phiếu đăng ký.", "How these people agreed, for example a form."
    ),
    "help_list_channel": Message(
        "Kênh tin nhắn của danh bạ này, theo config/channels.yaml.", "The SMS channel of this list."
    ),
    "help_retention": Message(
        "Số ngày được lưu kể từ lần nhập cuối có tên số đó; 0: bỏ thời hạn.",
        "Days a number is kept after the last import that names it; 0: no limit.",
    ),
    "help_contacts_lists": Message("Xem các danh bạ và căn cứ lưu giữ.", "Show the lists and why they are kept."),
    "help_contacts_list": Message("Xem một danh bạ, số được che bớt.", "Show one list, numbers masked."),
    "help_list_count": Message("Bao nhiêu dòng.", "How many entries."),
    "help_list_after": Message("Tiếp sau mã này.", "Go on behind this id."),
    "help_contacts_show": Message(
        "Xem mọi điều đang lưu về một số. Không ghi số trên dòng lệnh thì hệ thống hỏi, hoặc đọc từ đầu vào chuẩn.",
        "Show all that is kept of a number. Without one on the command line it is asked for, or read from stdin.",
    ),
    "help_contacts_export": Message(
        "Xuất mọi điều đang lưu về một số để trao cho chính người đó.",
        "Write all that is kept of a number, to be handed to its owner.",
    ),
    "help_export_out": Message(
        "Tệp mới ghi đủ chữ số (quyền 0600); không có thì in ra màn hình, số được che bớt.",
        "A new file (0600) with the number in full; without it, on the screen and masked.",
    ),
    "help_contacts_forget": Message(
        "Xóa một số khỏi mọi danh bạ, tin đang chờ và tệp bàn giao.",
        "Delete a number from every list, what waits for it, and hand-over files.",
    ),
    "help_without_mark": Message(
        "Không giữ cả dấu vết có khóa; danh bạ nhập sau này có thể đưa số trở lại.",
        "Keep not even the keyed mark; a list imported later may bring the number back.",
    ),
    "help_yes": Message("Không hỏi lại.", "Do not ask."),
    "help_contacts_opt_out": Message(
        "Không gửi gì nữa cho một số (hoặc các số trong tệp), ở mọi danh bạ, có hiệu lực ngay.",
        "Send nothing more to a number (or those of a file), in every list, from now on.",
    ),
    "help_numbers_file": Message(
        "Tệp CSV, XLSX, hoặc mỗi dòng một số.", "A CSV or XLSX list, or one number a line."
    ),
    "help_contacts_opt_in": Message(
        "Người này muốn nhận tin trở lại.", "Its owner wants to hear from the station again."
    ),
    "help_opt_in_basis": Message("Người này yêu cầu khi nào, bằng cách nào.", "When and how they asked for it."),
    "help_contacts_unblock": Message(
        "Thử gửi lại cho số từng bị nhà cung cấp báo là sai hoặc số cố định.",
        "Try a number again that a provider has called wrong or a landline.",
    ),
    "help_unblock_reason": Message(
        "Vì sao số này dùng được, ví dụ “đã gọi thử”.", "Why the number is good after all, for example “I rang it”."
    ),
    "reason_empty": Message(
        "chưa nêu lý do", "no reason was given", "viết lý do sau --reason", "write the reason behind --reason"
    ),
    "help_do_not_contact": Message("Danh sách không liên lạc.", "Numbers nobody may write to."),
    "help_do_not_contact_import": Message(
        "Nhập danh sách không liên lạc (ví dụ của 5656); thắng mọi danh bạ.",
        "Import a do-not-contact list (such as that of 5656); it wins over every list.",
    ),
    "number_prompt": Message("Số điện thoại", "Telephone number"),
    "number_missing": Message(
        "chưa có số điện thoại",
        "no telephone number was given",
        "gõ số sau lệnh, hoặc đưa qua đầu vào chuẩn với dấu -",
        "put it behind the command, or on standard input with -",
    ),
    "number_or_file": Message(
        "có cả số và tệp",
        "both a number and a file were given",
        "chọn một trong hai",
        "choose one of them",
    ),
    "contacts_list_unknown": Message(
        "không có danh bạ “{list}”",
        "there is no list “{list}”",
        "xem các danh bạ: loa contacts lists",
        "see the lists: loa contacts lists",
    ),
    "contacts_no_lists": Message("Chưa có danh bạ nào.", "There are no lists yet."),
    "contacts_list_line": Message(
        "{id}: {contacts} số, gửi được {reachable}; kênh {channel}; lưu {retention_days} ngày, xóa sớm nhất {first_deleted}",
        "{id}: {contacts} numbers, {reachable} may be sent to; channel {channel}; kept {retention_days} days, first deleted {first_deleted}",
    ),
    "contacts_list_why": Message(
        "    mục đích: {purpose}; căn cứ: {basis}; nguồn: {source}; đồng ý: {consent}; nhập {imported}",
        "    purpose: {purpose}; basis: {basis}; source: {source}; consent: {consent}; imported {imported}",
    ),
    "contacts_entry_line": Message(
        "{id}  {number}  {name}  {area}  đồng ý: {consent}  không gửi vì: {blocked}",
        "{id}  {number}  {name}  {area}  consent: {consent}  not sent to: {blocked}",
    ),
    "contacts_more": Message("Xem tiếp: --after {after}", "Go on with --after {after}"),
    "contacts_more_of_a_kind": Message(
        "… và {count} dòng nữa cùng loại: {what}", "… and {count} more rows of this kind: {what}"
    ),
    "contact_number_line": Message("{number}: có trong {lists} danh bạ", "{number}: in {lists} lists"),
    "contact_left_alone_line": Message(
        "Không gửi gì cho số này từ ngày {day}: {why}", "Nothing is sent to it since {day}: {why}"
    ),
    "contact_held_line": Message(
        "  danh bạ {list}, mã {id}: {name}; địa bàn {area}; đồng ý {consent} {consent_date}; ghi chú {note}; "
        "không gửi vì: {blocked}; có từ {since}, lần nhập cuối {last_import}",
        "  list {list}, id {id}: {name}; area {area}; consent {consent} {consent_date}; note {note}; "
        "not sent to: {blocked}; since {since}, last import {last_import}",
    ),
    "contact_message_line": Message("  {start}  {title}: {state}", "  {start}  {title}: {state}"),
    "contact_message_arrived": Message("đã đến máy", "arrived"),
    "contact_more_messages": Message("  … và {count} tin trước đó", "  … and {count} earlier messages"),
    "contact_exported": Message(
        "Đã ghi {file}, có đủ chữ số: trao cho chính người đó rồi xóa tệp.",
        "Wrote {file} with the number in full: hand it to its owner, then delete the file.",
    ),
    "forget_confirm": Message("Xóa hẳn số {number}?", "Delete the number {number} for good?"),
    "contact_forgotten": Message(
        "Đã xóa số {number}: {contacts} mục danh bạ, {called_off} tin đang chờ đã hủy.",
        "Deleted {number}: {contacts} entries of lists, {called_off} waiting messages called off.",
    ),
    "contact_marked": Message(
        "Còn giữ một dấu vết có khóa, không đọc ra số được, để danh bạ nhập sau không đưa số này trở lại; bỏ cả dấu vết: --without-mark.",
        "A keyed mark nobody can read a number from is kept, so that no later list brings it back; drop it too: --without-mark.",
    ),
    "contact_unmarked": Message(
        "Không giữ dấu vết nào; danh bạ nhập sau này có thể đưa số trở lại.",
        "No mark is kept; a list imported later may bring the number back.",
    ),
    "contact_forgetting": Message(
        "chờ xóa: còn tin chưa rõ đã đi hay chưa",
        "to be deleted: it is not known yet whether a message went out",
        "xem “loa sms status”; rõ rồi thì máy tự xóa, muộn nhất sau 30 ngày",
        "see “loa sms status”; it is deleted once that is known, after 30 days at the latest",
    ),
    "contact_forgets_later": Message(
        "CHÚ Ý: {count} tin chưa rõ đã đi hay chưa, nên số được giữ lại (đã khóa, không gửi gì nữa) để còn hỏi nhà cung cấp; rõ rồi máy tự xóa, muộn nhất sau 30 ngày.",
        "NOTE: of {count} messages nobody knows whether they went out, so the number is kept, blocked, to ask the provider; it is deleted once that is known, after 30 days at the latest.",
    ),
    "contact_in_copies": Message(
        "Bản sao lưu làm trước lúc này vẫn còn số (đã mã hóa) cho đến khi bản sao bị xóa.",
        "Backups made before now hold the number, encrypted, until they are deleted.",
    ),
    "contact_welcomed": Message("Số này lại được nhận tin.", "The number may be sent to again."),
    "contact_was_welcome": Message("Số này vốn không bị chặn.", "Nothing kept the number from being sent to."),
    "contact_unblocked": Message(
        "Đã bỏ dấu không gửi được ở {count} mục danh bạ; lượt sau gửi cho số này trở lại.",
        "The mark is taken off {count} entries of lists; the number is tried again next time.",
    ),
    "contact_not_blocked": Message(
        "Số này không bị đánh dấu là không gửi được.", "The number is not marked as never to be reached."
    ),
    "contact_still_left_alone": Message("Vẫn không gửi gì cho số này: {why}.", "Still nothing is sent to it: {why}."),
    "several_left_alone": Message(
        "dòng này có hai số, hoặc một số 11 chữ số cũ: đã ngừng gửi cho cả hai số, và cho cả số cũ lẫn số mới",
        "this line names two numbers, or an old one of 11 digits: nothing is sent to any of them, old or new",
        "không cần làm gì; nếu một trong hai số là của người khác thì chạy: loa contacts opt-in",
        "nothing has to be done; if one of them is somebody else's: loa contacts opt-in",
    ),
    "left_alone_summary": Message(
        "Không gửi gì nữa cho {added} số; {repeated} số đã có từ trước hoặc bị lặp; lấy khỏi tệp bàn giao {taken_out}; "
        "không hiểu {rejected} dòng.",
        "Nothing more is sent to {added} numbers; {repeated} stood there before or twice; {taken_out} taken out of "
        "hand-over files; {rejected} lines not understood.",
    ),
    "do_not_contact": Message(
        "có trong danh sách không liên lạc",
        "it stands in the do-not-contact list",
        "người này muốn nhận tin thì chạy: loa contacts opt-in",
        "if the person wants messages: loa contacts opt-in",
    ),
    # the audit log
    "audit_contacts_imported": Message(
        "{actor} nhập danh bạ {subject}: {rows} dòng, mới {imported}, cập nhật {updated}, từ chối {rejected}",
        "{actor} imported the list {subject}: {rows} rows, {imported} new, {updated} updated, {rejected} rejected",
    ),
    "audit_contacts_listed": Message("{actor} xem danh bạ {subject}", "{actor} looked at the list {subject}"),
    "audit_contact_shown": Message("{actor} xem thông tin của số {subject}", "{actor} looked at the number {subject}"),
    "audit_contact_exported": Message("{actor} xuất thông tin của số {subject}", "{actor} exported the number {subject}"),
    "audit_contact_forgotten": Message(
        "{actor} xóa số {subject} (giữ dấu vết: {mark})", "{actor} deleted the number {subject} (mark kept: {mark})"
    ),
    "audit_contact_opted_out": Message(
        "{actor} ngừng gửi cho số {subject}", "{actor} stopped messages to the number {subject}"
    ),
    "audit_opted_out_file": Message(
        "{actor} ngừng gửi cho {numbers} số trong một tệp", "{actor} stopped messages to {numbers} numbers of a file"
    ),
    "audit_do_not_contact_file": Message(
        "{actor} nhập danh sách không liên lạc: {numbers} số", "{actor} imported a do-not-contact list: {numbers} numbers"
    ),
    "audit_contact_welcomed": Message(
        "{actor} cho gửi lại số {subject}: {basis}", "{actor} allowed messages to {subject} again: {basis}"
    ),
    "audit_contact_unblocked": Message(
        "{actor} cho thử gửi lại số {subject}: {reason}", "{actor} let the number {subject} be tried again: {reason}"
    ),
    "audit_wishes_recalled": Message(
        "{actor} làm lại {count} yêu cầu (từ chối nhận tin, xóa số) mà bản sao cũ không biết",
        "{actor} did again {count} wishes (opt-outs, deletions) that an older copy did not know",
    ),
    "audit_contacts_expired": Message(
        "{actor} xóa {count} số hết thời hạn lưu ({days} ngày) của danh bạ {subject}",
        "{actor} deleted {count} numbers of the list {subject} after their retention ({days} days)",
    ),
}  # fmt: skip
