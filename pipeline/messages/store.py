"""Sentences of the codes of the database, and of what it writes down on its own."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    "store_url_unknown": Message(
        "không dùng được loại cơ sở dữ liệu “{scheme}”",
        "databases of the kind “{scheme}” are not supported",
        "đặt LOA_DATABASE_URL thành sqlite:///đường-dẫn hoặc postgresql+psycopg://…, hoặc bỏ hẳn biến này",
        "set LOA_DATABASE_URL to sqlite:///path or postgresql+psycopg://…, or do not set it at all",
    ),
    "store_url_malformed": Message(
        "địa chỉ cơ sở dữ liệu trong LOA_DATABASE_URL viết sai",
        "the database address in LOA_DATABASE_URL is malformed",
        "viết postgresql+psycopg://người-dùng:mật-khẩu@máy:5432/tên; cổng là một số, ký tự lạ trong mật khẩu viết dạng %40",
        "write postgresql+psycopg://user:password@host:5432/name; the port is a number, odd characters of a password as %40",
    ),
    "store_driver_missing": Message(
        "thiếu gói {package} để nối tới PostgreSQL",
        "the package {package} that speaks to PostgreSQL is missing",
        "cài Loa kèm phần postgres: pip install “loa[station,postgres]”",
        "install Loa with its postgres part: pip install “loa[station,postgres]”",
    ),
    "store_busy": Message(
        "cơ sở dữ liệu đang bận quá lâu",
        "the database has been busy for too long",
        "chờ một phút rồi làm lại; nếu vẫn bận, xem có chương trình nào khác đang mở tệp cơ sở dữ liệu",
        "wait a minute and try again; if it stays busy, see whether another program holds the database file open",
    ),
    "store_disk_full": Message(
        "ổ đĩa đã đầy, không ghi được vào cơ sở dữ liệu",
        "the disk is full, the database cannot be written",
        "xóa bớt tệp để có ít nhất 1 GB trống rồi làm lại; những gì đã ghi vẫn còn nguyên",
        "free at least 1 GB and try again; what was written is safe",
    ),
    "store_disk_failed": Message(
        "ổ đĩa báo lỗi khi đọc hoặc ghi cơ sở dữ liệu",
        "the disk failed while the database was read or written",
        "sao lưu ngay thư mục var, rồi kiểm tra hoặc thay ổ đĩa",
        "back up the folder var now, then check or replace the disk",
    ),
    "store_unwritable": Message(
        "không mở hoặc không ghi được cơ sở dữ liệu",
        "the database cannot be opened or written",
        "kiểm tra quyền ghi vào thư mục var và tệp cơ sở dữ liệu của người dùng đang chạy Loa",
        "check that the user who runs Loa may write the folder var and the database file",
    ),
    "store_damaged": Message(
        "cơ sở dữ liệu bị hỏng",
        "the database is damaged",
        "dừng Loa, giữ lại tệp hỏng, rồi khôi phục bản sao lưu gần nhất bằng “loa restore”",
        "stop Loa, keep the damaged file, and bring back the last backup with “loa restore”",
    ),
    "store_unreachable": Message(
        "không nối được tới máy chủ cơ sở dữ liệu",
        "the database server cannot be reached",
        "kiểm tra máy chủ PostgreSQL đang chạy, mạng, tên cơ sở dữ liệu và tài khoản trong LOA_DATABASE_URL",
        "check that PostgreSQL runs, the network, and the database name and account in LOA_DATABASE_URL",
    ),
    "store_not_migrated": Message(
        "cơ sở dữ liệu chưa có cấu trúc của bản Loa này",
        "the database does not have the structure this Loa needs",
        "chạy lại lệnh; nếu vẫn vậy, chạy “loa doctor” để biết phần nào thiếu",
        "run the command again; if it stays so, “loa doctor” names what is missing",
    ),
    "store_newer": Message(
        "cơ sở dữ liệu thuộc một bản Loa mới hơn (cấu trúc {found}, bản này biết đến {known})",
        "the database belongs to a newer Loa (structure {found}, this one knows up to {known})",
        "cài lại bản Loa mới hơn, hoặc khôi phục bản sao lưu làm trước khi nâng cấp; không có gì bị thay đổi",
        "install the newer Loa again, or restore the backup made before the upgrade; nothing was changed",
    ),
    "occurrence_doubled": Message(
        "khung giờ “{slot}” của chương trình “{programme}” có hai lượt phát cùng một lúc",
        "the slot “{slot}” of the programme “{programme}” has two occurrences at the same moment",
        "đây là lỗi của Loa: gửi tệp chương trình này cho người phát triển",
        "this is a fault of Loa: send this programme's file to its developers",
    ),
    "occurrence_unknown": Message(
        "không có lượt phát số {occurrence}",
        "there is no occurrence number {occurrence}",
        "chạy “loa plan” để xem các lượt phát đang có",
        "run “loa plan” to see the occurrences there are",
    ),
    "delivery_unknown": Message(
        "không có lượt gửi số {delivery}",
        "there is no delivery number {delivery}",
        "kết quả này có thể thuộc một cơ sở dữ liệu khác; kiểm tra xem có vừa khôi phục bản sao lưu cũ không",
        "the answer may belong to another database; see whether an old backup was restored",
    ),
    "no_such_transition": Message(
        "một lượt gửi không thể chuyển từ “{current}” sang “{following}”",
        "a delivery cannot go from “{current}” to “{following}”",
        "biên nhận đã được giữ lại, trạng thái không đổi; gửi nhật ký cho người phát triển",
        "the receipt was kept and the state left alone; send the log to the developers",
    ),
    "contacts_key_unset": Message(
        "chưa chỉ định nơi giữ khóa của danh bạ",
        "no place for the key of the contacts was given",
        "chạy lệnh trong thư mục của trạm, nơi có config, schedules và scripts_audio",
        "run the command in the station's folder, the one with config, schedules and scripts_audio",
    ),
    "contacts_key_missing": Message(
        "thiếu tệp khóa của danh bạ: {file}",
        "the key file of the contacts is missing: {file}",
        "chép lại tệp khóa từ bản sao lưu riêng của nó; không có khóa này thì không ai đọc được số điện thoại đã nhập",
        "copy the key back from its own backup; without it nobody can read the numbers imported so far",
    ),
    "contacts_key_wrong": Message(
        "tệp khóa của danh bạ không phải là khóa đã dùng để nhập số: {file}",
        "the key file of the contacts is not the one the numbers were encrypted with: {file}",
        "chép lại đúng tệp khóa từ bản sao lưu của trạm này",
        "copy the right key back from this station's backup",
    ),
    "contacts_key_unreadable": Message(
        "không đọc được tệp khóa của danh bạ: {file}",
        "the key file of the contacts cannot be read: {file}",
        "kiểm tra quyền đọc; nếu tệp bị sửa hoặc cụt, chép lại từ bản sao lưu của nó",
        "check the permission to read it; if it was changed or cut, copy it back from its backup",
    ),
    "contacts_key_unwritable": Message(
        "không tạo được tệp khóa của danh bạ: {file}",
        "the key file of the contacts cannot be made: {file}",
        "kiểm tra quyền ghi vào thư mục đó và chỗ trống trên ổ đĩa",
        "check the permission to write that folder and the free space on the disk",
    ),
    "contact_unreadable": Message(
        "một số trong danh bạ “{list}” không giải mã được: dữ liệu đã bị thay đổi",
        "a number of the list “{list}” cannot be decrypted: it was changed in the database",
        "khôi phục bản sao lưu gần nhất, hoặc nhập lại danh bạ này",
        "restore the last backup, or import this list again",
    ),
    "lease_lost": Message(
        "chương trình dừng giữa lúc gửi, không rõ đã gửi được chưa",
        "the program stopped while sending; nobody knows whether it went out",
        "chờ kênh trả lời; nếu vẫn không rõ, hỏi nơi nhận trước khi gửi lại",
        "wait for the channel's answer; if it stays unknown, ask the receiving end before sending again",
    ),
    "cluster_without_channel": Message(
        "cụm loa này chưa có kênh nào dùng được",
        "this cluster has no channel that works",
        "kiểm tra kênh của cụm loa trong config/areas.yaml và config/channels.yaml bằng “loa check”",
        "check the cluster's channel in config/areas.yaml and config/channels.yaml with “loa check”",
    ),
    "no_clusters": Message(
        "lượt phát này không có cụm loa nào",
        "this occurrence has no cluster to play on",
        "thêm cụm loa cho địa bàn trong config/areas.yaml, hoặc sửa “areas” của khung giờ",
        "add clusters to its areas in config/areas.yaml, or correct the slot's “areas”",
    ),
    "plan_changed": Message(
        "tệp chương trình đã đổi, nơi nhận này không còn trong lượt phát",
        "the programme's file was changed; this target is no longer part of the occurrence",
    ),
    "plan_removed": Message(
        "tệp chương trình không còn lượt phát này",
        "the programme's file no longer has this occurrence",
    ),
    "opted_out": Message(
        "người nhận đã từ chối nhận tin hoặc không còn trong danh bạ",
        "the recipient opted out or is no longer in the list",
    ),
}
