"""Sentences of what people are told, of the doctor, the status and backups."""

from __future__ import annotations

from pipeline.messages.message import Message

MESSAGES: dict[str, Message] = {
    # what is told
    "tell_title": Message("{station}: {count} việc cần xem", "{station}: {count} things to look at"),
    "tell_title_good": Message("{station}: mọi thứ bình thường", "{station}: all is well"),
    "tell_opening": Message("Loa tại {station} báo:", "Loa at {station} reports:"),
    "tell_more": Message(
        "• và {count} việc nữa cùng loại; xem bằng “loa status”", "• and {count} more of the same; see “loa status”"
    ),
    "tell_test_title": Message("{station}: tin thử của Loa", "{station}: a test of Loa"),
    "tell_test_body": Message(
        "Đây là tin thử. Nhận được tin này nghĩa là đài {station} báo được cho anh chị khi có trục trặc.",
        "This is a test. It shows that {station} can reach you when something goes wrong.",
    ),
    "airing_missed": Message(
        "Lỡ lượt {start} “{title}” ({medium}, {count} nơi nhận): {why}",
        "Missed: {start} “{title}” ({medium}, {count} targets): {why}",
    ),
    "airing_failed": Message(
        "Hỏng lượt {start} “{title}” ({medium}, {count} nơi nhận): {why}",
        "Failed: {start} “{title}” ({medium}, {count} targets): {why}",
    ),
    "airing_interrupted": Message(
        "Lượt {start} “{title}” ({medium}, {count} nơi nhận) bị ngắt giữa chừng: {why}",
        "Interrupted: {start} “{title}” ({medium}, {count} targets): {why}",
    ),
    "airing_interrupted_after": Message(
        "Lượt {start} “{title}” ({medium}, {count} nơi nhận) bị ngắt giữa chừng: {why}; đã phát trọn: {bulletins}",
        "Interrupted: {start} “{title}” ({medium}, {count} targets): {why}; played whole: {bulletins}",
    ),
    "airing_interrupted_before": Message(
        "Lượt {start} “{title}” ({medium}, {count} nơi nhận) bị ngắt giữa chừng: {why}; chưa bản tin nào phát được trọn",
        "Interrupted: {start} “{title}” ({medium}, {count} targets): {why}; not one bulletin was played whole",
    ),
    "airing_unknown": Message(
        "Không rõ lượt {start} “{title}” ({medium}, {count} nơi nhận) đã phát hay chưa: {why}",
        "Nobody knows whether it went out: {start} “{title}” ({medium}, {count} targets): {why}",
    ),
    "reason_unknown": Message("không rõ lý do", "no reason was given"),
    "afternoon_ready": Message(
        "Đã kiểm tra mọi thứ cho ngày mai: {count} lượt phát, không có việc gì phải làm",
        "Everything for tomorrow was checked: {count} occurrences, nothing has to be done",
    ),
    "telling_failed": Message(
        "Không báo tin được qua {address}",
        "Nobody could be told by {address}",
        "chạy “loa tell test” và kiểm tra mạng, địa chỉ trong biến đó",
        "run “loa tell test”, check the network and the address in that variable",
    ),
    "ping_failed": Message(
        "Không gọi được địa chỉ “còn sống” {address}: {why}",
        "The dead man's ping to {address} fails: {why}",
        "nơi đó sẽ tưởng đài đã chết; kiểm tra mạng và địa chỉ bằng “loa tell test”",
        "they will take the station for dead; check network and address with “loa tell test”",
    ),
    "telling_env_missing": Message(
        "biến môi trường chưa có giá trị",
        "the environment variable is not set",
        "đặt biến đó trong tệp môi trường của dịch vụ rồi khởi động lại",
        "set it in the service's environment file and start again",
    ),
    "telling_url_bad": Message(
        "địa chỉ báo tin viết sai dạng",
        "the address is not one that apprise knows",
        "viết như mailtos://tên:mậtkhẩu@máychủ?to=người@nhận hoặc tgram://mã/nhóm",
        "write it like mailtos://user:password@host?to=somebody@host or tgram://token/chat",
    ),
    "telling_unverified": Message(
        "địa chỉ báo tin tắt việc kiểm tra chứng chỉ (verify=no)",
        "the address switches off certificate checks (verify=no)",
        "bỏ verify=no",
        "remove verify=no",
    ),
    "telling_refused": Message(
        "nơi nhận từ chối hoặc không nối được",
        "the far end refused, or could not be reached",
        "kiểm tra mạng, tên, mật khẩu trong địa chỉ",
        "check network, name and password of the address",
    ),
    "telling_timeout": Message("nơi nhận không trả lời kịp", "the far end did not answer in time"),
    "ping_url_bad": Message(
        "địa chỉ “còn sống” phải là https (http chỉ được trên chính máy này)",
        "the ping address must be https (http only on this machine)",
        "sửa giá trị của biến môi trường",
        "correct the value of the variable",
    ),
    "ping_refused": Message("nơi đó trả lời bằng mã lỗi", "it answered with an error"),
    "ping_unreachable": Message("không nối được tới nơi đó", "it cannot be reached"),
    "telling_unset": Message(
        "chưa khai báo báo tin cho ai: khi trục trặc sẽ không ai biết",
        "nobody is named to be told: trouble will go unnoticed",
        "thêm “telling: {{to: [env:LOA_TELL_URL]}}” vào config/station.yaml, rồi chạy “loa tell test”",
        "add “telling: {{to: [env:LOA_TELL_URL]}}” to config/station.yaml, then run “loa tell test”",
    ),
    "ping_unset": Message(
        "chưa có địa chỉ “còn sống”: nếu cả máy tắt sẽ không ai biết",
        "no outside address is pinged: if the whole machine goes down nobody will know",
        "thêm “ping: env:LOA_PING_URL” vào mục telling",
        "add “ping: env:LOA_PING_URL” under telling",
    ),
    "told_by": Message("{address}: đã nhận", "{address}: accepted"),
    "not_told_by": Message("{address}: KHÔNG gửi được: {why}", "{address}: NOT sent: {why}"),
    "help_tell": Message("Báo tin cho người trực.", "Telling the people on duty."),
    "help_tell_test": Message("Gửi một tin thử tới mọi địa chỉ báo tin.", "Send a test to every address that is told."),
    # backup and restore
    "help_backup": Message(
        "Sao lưu: cấu hình, lịch, bản tin, cơ sở dữ liệu; khóa để riêng.",
        "Back up: settings, programmes, scripts, database; the keys apart.",
    ),
    "help_backup_to": Message(
        "Thư mục để bản sao lưu (mặc định var/backup).", "Folder of the backup (default var/backup)."
    ),
    "help_backup_keep": Message("Chỉ giữ bấy nhiêu bản mới nhất.", "Keep only this many of the newest."),
    "help_restore": Message("Khôi phục từ bản sao lưu.", "Bring a station back from a backup."),
    "help_restore_keys": Message("Tệp khóa đi kèm bản sao lưu.", "The keys that belong to the backup."),
    "backup_done": Message(
        "Đã sao lưu {files} tệp vào {file} và đọc lại để kiểm tra.",
        "Backed up {files} files into {file} and read them back.",
    ),
    "backup_keys_done": Message(
        "Khóa của danh bạ ở tệp riêng: {file}. Chép nó vào USB, cất trong tủ khóa, tách khỏi bản sao lưu: "
        "ai có cả hai sẽ đọc được số điện thoại; mất khóa thì không ai đọc được nữa.",
        "The contacts' key lies in a file of its own: {file}. Copy it to a USB stick in a locked drawer, away from the backup: "
        "who has both can read the numbers; without the key nobody can.",
    ),
    "backup_removed": Message("Đã xóa {count} bản cũ.", "Removed {count} older ones."),
    "backup_without_database": Message(
        "Cơ sở dữ liệu PostgreSQL không nằm trong bản này: sao lưu nó bằng pg_dump.",
        "The PostgreSQL database is not in it: back it up with pg_dump.",
    ),
    "backup_not_sqlite": Message(
        "cơ sở dữ liệu này không phải một tệp SQLite",
        "this database is not an SQLite file",
        "sao lưu PostgreSQL bằng pg_dump",
        "back PostgreSQL up with pg_dump",
    ),
    "backup_failed": Message(
        "không chép được cơ sở dữ liệu ({why})",
        "the database could not be copied ({why})",
        "chạy “loa doctor” rồi làm lại",
        "run “loa doctor” and try again",
    ),
    "backup_unwritable": Message(
        "không ghi được {file}: {why}",
        "{file} cannot be written: {why}",
        "kiểm tra chỗ trống và quyền ghi của thư mục đó",
        "check free space and the permission to write that folder",
    ),
    "backup_missing_file": Message(
        "không có tệp {file}",
        "there is no file {file}",
        "xem các bản sao lưu trong var/backup",
        "look into var/backup",
    ),
    "backup_unreadable": Message(
        "{file} không phải bản sao lưu của Loa, hoặc đã bị cắt cụt",
        "{file} is no backup of Loa, or it was cut",
        "chọn một bản khác; không có gì bị thay đổi",
        "choose another; nothing was changed",
    ),
    "backup_altered": Message(
        "{file} không còn như lúc sao lưu: mã kiểm tra không khớp",
        "{file} is not as it was written: its hashes do not match",
        "chọn một bản khác; không có gì bị thay đổi",
        "choose another; nothing was changed",
    ),
    "backup_newer": Message(
        "{file} do một bản Loa mới hơn tạo ra",
        "{file} was made by a newer Loa",
        "cài bản Loa mới hơn rồi khôi phục",
        "install the newer Loa and restore with it",
    ),
    "backup_is_keys": Message(
        "{file} chỉ chứa khóa",
        "{file} holds only keys",
        "chạy “loa restore BẢN-SAO-LƯU --keys {file}”",
        "run “loa restore BACKUP --keys {file}”",
    ),
    "restore_unwritable": Message(
        "không đặt được tệp vào chỗ của nó: {why}; mọi thứ đã trở về như cũ",
        "the files could not be put in place: {why}; everything is back as it was",
        "kiểm tra quyền ghi và chỗ trống rồi làm lại",
        "check permissions and free space, then try again",
    ),
    "restore_done": Message(
        "Đã khôi phục {files} tệp, theo bản làm lúc {made}.", "Restored {files} files, as they were at {made}."
    ),
    "restore_aside": Message("Những gì có trước đó nằm ở {folder}.", "What was there before lies in {folder}."),
    "restore_since": Message(
        "Điều gì xảy ra sau lúc đó không còn trong sổ: nhập lại người từ chối nhận tin, phê duyệt lại những gì mới; "
        "lượt phát đã bắt đầu trước bây giờ không phát lại.",
        "What happened after that is gone: enter again who opted out, approve again what is new; "
        "airings that began before now are not repeated.",
    ),
    "restore_without_database": Message(
        "Không khôi phục cơ sở dữ liệu: nó không nằm trong bản này hoặc đài dùng PostgreSQL.",
        "The database was not restored: it is not in this backup, or the station uses PostgreSQL.",
    ),
    "database_restored": Message(
        "Cơ sở dữ liệu đã được khôi phục từ {copy}, làm lúc {made}; lượt nào có thể đã phát thì không phát lại",
        "The database was restored from {copy}, made at {made}; what may have been aired is not repeated",
        "nhập lại những gì ghi sau lúc đó: danh bạ, người từ chối nhận tin, phê duyệt",
        "enter again what was written after that: contacts, those who opted out, approvals",
    ),
    "database_fresh": Message(
        "Cơ sở dữ liệu bị hỏng và không có bản sao nào dùng được: đài bắt đầu với sổ trống",
        "The database was damaged and no copy could be used: the station begins with an empty one",
        "nhập lại danh bạ, người dùng và phê duyệt; bản hỏng còn trong var/damaged-…",
        "import contacts, persons and approvals again; the damaged one lies in var/damaged-…",
    ),
    # the doctor
    "help_doctor": Message(
        "Khám: mọi thứ ngày mai cần đã có chưa, thiếu gì thì làm gì.",
        "Check everything that tomorrow needs, and say what to do.",
    ),
    "doctor_fine": Message("Không có việc gì phải làm.", "Nothing has to be done."),
    "doctor_summary": Message("{problems} việc phải làm.", "{problems} things have to be done."),
    "check_site_files": Message("Các tệp của đài", "Files of the site"),
    "check_database": Message("Cơ sở dữ liệu", "Database"),
    "check_disk": Message("Chỗ trống trên ổ đĩa", "Room on the disk"),
    "check_folders": Message("Quyền ghi vào thư mục", "Folders that can be written"),
    "check_clock": Message("Đồng hồ", "Clock"),
    "check_station_runs": Message("Đài đang chạy", "The station runs"),
    "check_tomorrow": Message("Tệp phát thanh của những lượt sắp tới", "Recordings of what comes"),
    "check_approvals": Message("Phê duyệt", "Approvals"),
    "check_hours": Message("Khung giờ và giới hạn", "Hours and limits"),
    "check_channels": Message("Các kênh", "Channels"),
    "check_voices": Message("Giọng đọc", "Voices"),
    "check_contact_lists": Message("Danh bạ", "Contact lists"),
    "check_receivers": Message("Máy thu ở các xã", "Receivers at the communes"),
    "check_sticks": Message("Phiếu của các USB", "Sheets of the USB sticks"),
    "check_keys": Message("Khóa của danh bạ", "Key of the contacts"),
    "check_copies": Message("Bản sao lưu", "Backups"),
    "check_people": Message("Báo tin cho người trực", "Telling people"),
    "check_packages": Message("Các gói phần mềm", "Packages"),
    "disk_low": Message(
        "Ổ đĩa chỉ còn {free} GB trống ({percent} %)",
        "Only {free} GB are free on the disk ({percent} %)",
        "xóa bớt tệp; khi đầy, đài không ghi được gì và sẽ im lặng",
        "delete something; a full disk silences the station",
    ),
    "inodes_low": Message(
        "Ổ đĩa sắp hết chỗ cho tệp mới (còn {percent} % số mục)",
        "The disk can hold few more files ({percent} % of its inodes are free)",
        "xóa các thư mục có rất nhiều tệp nhỏ",
        "delete folders with very many small files",
    ),
    "folder_unwritable": Message(
        "Không ghi được vào {folder}: {why}",
        "{folder} cannot be written: {why}",
        "cho người dùng chạy Loa quyền ghi, và xem ổ đĩa có bị khóa ghi không",
        "let the user who runs Loa write it, and see whether the disk is read-only",
    ),
    "clock_unwatched": Message(
        "Không thấy gì giữ cho đồng hồ đúng (NTP)",
        "Nothing seems to keep the clock right (NTP)",
        "bật đồng bộ giờ: timedatectl set-ntp true",
        "switch it on: timedatectl set-ntp true",
    ),
    "station_not_running": Message(
        "Đài chưa chạy: không gì được phát",
        "The station is not running: nothing will air",
        "chạy “loa run”, hoặc cài dịch vụ bằng “loa service install”",
        "start “loa run”, or install the service with “loa service install”",
    ),
    "airing_without_bulletins": Message(
        "Lượt {start} “{title}” không còn bản tin nào",
        "{start} “{title}” has no bulletin left",
        "thêm bản tin còn hạn vào chương trình {programme}",
        "add bulletins that have not expired to {programme}",
    ),
    "airing_not_produced": Message(
        "Lượt {start} “{title}” chưa có tệp phát thanh",
        "{start} “{title}” has no recording yet",
        "chạy “loa produce” và xem lỗi nó báo",
        "run “loa produce” and see what it reports",
    ),
    "airing_incomplete": Message(
        "Lượt {start} “{title}” thiếu bản tin: {bulletins}",
        "{start} “{title}” lacks bulletins: {bulletins}",
        "chạy “loa produce” để xem vì sao chưa dựng được",
        "“loa produce” says why they could not be rendered",
    ),
    "airing_by_fallback": Message(
        "Lượt {start} “{title}” dùng giọng dự phòng {voice}",
        "{start} “{title}” is spoken by the fallback voice {voice}",
        "xem giọng chính bằng “loa doctor”, mục Giọng đọc",
        "see under Voices in “loa doctor” what ails the better one",
    ),
    "airing_as_before": Message(
        "Lượt {start} “{title}” còn dùng bản ghi cũ của đúng những lời ấy ({voice}): bản theo cài đặt bây giờ chưa có",
        "{start} “{title}” still airs as these very words were made before ({voice}): by today's settings it is not made yet",
        "không phải làm gì nếu đài đang đọc lại; nếu còn mãi, chạy “loa produce” để xem giọng nào không đọc được",
        "nothing to do while the station renders anew; if it stays, run “loa produce” to see which voice fails",
    ),
    "airing_not_admitted": Message(
        "Bản tin “{bulletin}” của lượt {start} chưa được phép phát: {why}",
        "The bulletin “{bulletin}” of {start} may not air: {why}",
        "phê duyệt bằng “loa bulletin approve {bulletin} --by …”",
        "approve it with “loa bulletin approve {bulletin} --by …”",
    ),
    "airing_outside_window": Message(
        "Lượt {start} “{title}” nằm ngoài khung giờ được phép nên sẽ không phát",
        "{start} “{title}” lies outside the allowed hours and will not air",
        "đổi giờ trong chương trình {programme} hoặc khung giờ trong config/station.yaml",
        "change its hour in {programme} or the hours in config/station.yaml",
    ),
    "channel_unready": Message("Kênh {channel} chưa dùng được: {why}", "The channel {channel} is not ready: {why}"),
    "voice_unready": Message("Giọng {voice} chưa dùng được: {why}", "The voice {voice} is not ready: {why}"),
    "voices_unready": Message(
        "Không giọng nào đọc được ({voices}): không dựng được tệp phát thanh mới",
        "No voice speaks ({voices}): nothing new can be rendered",
        "cài lại Loa; giọng espeak-ng luôn phải có",
        "install Loa again; espeak-ng must always be there",
    ),
    "key_open": Message(
        "Người khác đọc được tệp khóa {file}",
        "Others can read the key {file}",
        "chạy: chmod 600 {file}",
        "run: chmod 600 {file}",
    ),
    "copies_missing": Message(
        "Chưa có bản sao lưu nào",
        "There is no backup yet",
        "đài tự chép cơ sở dữ liệu mỗi ngày khi chạy; chạy “loa backup --to USB” để có bản cất ngoài máy",
        "a running station copies its database every day; “loa backup --to USB” makes one to keep elsewhere",
    ),
    "copies_old": Message(
        "Bản sao lưu mới nhất làm từ {made}",
        "The newest backup is of {made}",
        "chạy “loa backup”, và xem vì sao đài không tự chép",
        "run “loa backup”, and see why the station made none",
    ),
    "address_unset": Message(
        "Biến {address} chưa có giá trị: không báo tin được qua đó",
        "The variable {address} is not set: nobody can be told by it",
        "đặt biến đó trong tệp môi trường của dịch vụ rồi khởi động lại đài",
        "set it in the service's environment file and start the station again",
    ),
    "address_bad": Message("Địa chỉ “còn sống” {address}: {why}", "The ping address {address}: {why}"),
    "package_missing": Message(
        "Thiếu gói phần mềm {package}",
        "The package {package} is missing",
        "cài lại Loa bằng “make setup”",
        "install Loa again with “make setup”",
    ),
    # the status
    "help_status": Message("Đang phát gì, sắp phát gì, có gì trục trặc.", "Now, next, last, problems."),
    "status_title": Message("{station}, {at}: {running}", "{station}, {at}: {running}"),
    "status_running": Message("đài đang chạy", "running"),
    "status_stopped": Message("ĐÀI KHÔNG CHẠY", "NOT RUNNING"),
    "status_now": Message("bây giờ", "now"),
    "status_next": Message("sắp tới", "next"),
    "status_last": Message("vừa rồi", "last"),
    "status_nothing": Message("không có", "nothing"),
    "status_problems": Message("Trục trặc: {count}", "Problems: {count}"),
    "status_problems_more": Message(
        "Trục trặc: {count}, gấp nhất trước; xem hết kèm cách làm: loa status --all",
        "Problems: {count}, the soonest first; all of them and what to do: loa status --all",
    ),
    "status_more_of_kind": Message("(và {count} trường hợp như vậy nữa)", "(and {count} more like it)"),
    "help_status_all": Message(
        "Kể hết mọi trục trặc, gấp nhất trước, kèm cách làm.", "Every problem, the soonest first, and what to do."
    ),
    "status_nobody_watches": Message(
        "Không phát gì, không ai trông trục trặc cho tới khi chạy “loa run”.",
        "Nothing airs and nobody watches for trouble until “loa run” runs.",
    ),
    "status_no_problems": Message("Không có trục trặc.", "No problems."),
}
