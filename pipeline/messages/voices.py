"""Sentences of the codes of voices and audio."""

from __future__ import annotations

from pipeline.messages.message import Message

_FFMPEG_VI, _FFMPEG_EN = "cài lại Loa bằng “make setup”", "install Loa again with “make setup”"
_AGAIN_VI, _AGAIN_EN = "tạo lại bản thu", "produce the recording again"
_RECORD_VI, _RECORD_EN = "thu âm lại hoặc chép lại tệp gốc", "record again or copy the original file once more"
_NETWORK_VI = "kiểm tra đường mạng của máy; trong lúc chờ, giọng kế tiếp trong danh sách sẽ đọc"
_NETWORK_EN = "look at this machine's network; meanwhile the next voice of the chain speaks"
_NEXT_VI = (
    "giọng kế tiếp trong danh sách sẽ đọc; nếu lỗi lặp lại, bỏ giọng này khỏi voices.chain trong config/station.yaml"
)
_NEXT_EN = "the next voice of the chain speaks; if it goes on, take this one out of voices.chain in config/station.yaml"

MESSAGES: dict[str, Message] = {
    # files of sound
    "ffmpeg_missing": Message(
        "không có ffmpeg, chương trình đọc và nén âm thanh",
        "ffmpeg, the program that reads and compresses sound, is missing",
        _FFMPEG_VI,
        _FFMPEG_EN,
    ),
    "audio_missing": Message(
        "không thấy tệp âm thanh “{file}”", "the sound file “{file}” is not there", _AGAIN_VI, _AGAIN_EN
    ),
    "audio_too_large": Message(
        "tệp âm thanh “{file}” quá lớn (tối đa {limit} MB)",
        "the sound file “{file}” is too large ({limit} MB at most)",
        "chia thành nhiều bản tin ngắn hơn",
        "split it into shorter bulletins",
    ),
    "audio_too_long": Message(
        "đoạn âm thanh “{file}” quá dài (tối đa {limit} giây)",
        "the sound “{file}” is too long ({limit} seconds at most)",
        "chia thành nhiều bản tin ngắn hơn",
        "split it into shorter bulletins",
    ),
    "audio_format_refused": Message(
        "không nhận âm thanh dạng “{format}”",
        "sound of the kind “{format}” is not accepted",
        "dùng wav, mp3, ogg, flac hoặc m4a",
        "use wav, mp3, ogg, flac or m4a",
    ),
    "audio_undecodable": Message(
        "không giải mã được tệp âm thanh “{file}”", "the sound file “{file}” cannot be decoded", _AGAIN_VI, _AGAIN_EN
    ),
    "audio_timed_out": Message(
        "giải mã tệp âm thanh “{file}” quá lâu nên đã dừng",
        "decoding the sound file “{file}” took too long and was stopped",
        "thử lại khi máy rảnh; nếu vẫn vậy, tệp đã hỏng",
        "try again when the machine is idle; if it stays so, the file is damaged",
    ),
    "audio_not_encoded": Message(
        "không nén được âm thanh thành MP3", "the MP3 could not be made", _FFMPEG_VI, _FFMPEG_EN
    ),
    "audio_silent": Message(
        "bản thu không có tiếng",
        "the recording is silent",
        "nghe lại bản thu; giọng kế tiếp trong danh sách sẽ được thử",
        "listen to it; the next voice of the chain is tried",
    ),
    "audio_clipped": Message(
        "tiếng bị vỡ ({share} số mẫu chạm mức cao nhất)",
        "the sound is distorted ({share} of it stands at full scale)",
        "thu lại với mức âm lượng nhỏ hơn",
        "record again at a lower level",
    ),
    "speech_too_short": Message(
        "bản đọc dài {seconds} giây, quá ngắn cho {characters} chữ: có đoạn bị mất",
        "the speech lasts {seconds} s, too short for {characters} characters: something is missing",
        _NEXT_VI,
        _NEXT_EN,
    ),
    "speech_too_long": Message(
        "bản đọc dài {seconds} giây, quá dài cho {characters} chữ: có chỗ đọc sai hoặc lặp lại",
        "the speech lasts {seconds} s, too long for {characters} characters: something is misread or repeated",
        "nghe lại bản thu và xem “loa speech” để tìm chỗ đọc sai",
        "listen to it, and look at “loa speech” for what is misread",
    ),
    "loudness_not_reached": Message(
        "không đưa được độ to về {target} LUFS (được {lufs} LUFS, đỉnh {dbtp} dBTP)",
        "a loudness of {target} LUFS was not reached ({lufs} LUFS, peak {dbtp} dBTP)",
        "nghe lại bản thu: thường do tiếng quá ngắn, hoặc có tiếng động mạnh lẫn vào",
        "listen to it: mostly it is too short, or has loud knocks in it",
    ),
    "mp3_not_uniform": Message(
        "đoạn MP3 không cùng kiểu nên không ghép được (khung {frame})",
        "an MP3 is not of the house's kind and cannot be joined (frame {frame})",
        _AGAIN_VI,
        _AGAIN_EN,
    ),
    "mp3_empty": Message(
        "không có đoạn nào để ghép",
        "there is nothing to join",
        "thêm bản tin vào khung giờ",
        "put bulletins in the slot",
    ),
    # voices
    "nothing_to_speak": Message(
        "không có chữ nào để đọc", "there is nothing to speak", "viết lời đọc cho bản tin", "write the bulletin's text"
    ),
    "all_voices_failed": Message(
        "không giọng nào đọc được ({reasons})",
        "no voice could speak it ({reasons})",
        "chạy “loa doctor” để xem từng giọng vướng ở đâu",
        "run “loa doctor” to see what each voice lacks",
    ),
    "voice_unknown": Message(
        "không có giọng đọc “{name}”", "there is no voice “{name}”", "chọn một trong: {known}", "choose one of: {known}"
    ),
    "voice_not_installed": Message(
        "chưa cài giọng đọc {voice}",
        "the voice {voice} is not installed",
        "cài bằng “loa voice install”, hoặc bỏ giọng này khỏi voices.chain trong config/station.yaml",
        "install it with “loa voice install”, or take it out of voices.chain in config/station.yaml",
    ),
    "voice_altered": Message(
        "tệp giọng đọc {voice} không còn đúng như lúc cài",
        "the voice file {voice} is not what was installed",
        "cài lại giọng bằng “loa voice install”",
        "install it again with “loa voice install”",
    ),
    "fallback_withheld": Message(
        "bản tin thông thường chỉ có giọng dự phòng đọc, mà trạm không phát giọng ấy",
        "spoken by a fallback voice only, with which this station does not air routine bulletins",
        "sửa giọng chính (loa voice check) rồi chạy “loa produce”, hoặc ghi “air_fallback: always” trong config/station.yaml",
        "mend the better voice (loa voice check) and run “loa produce”, or write “air_fallback: always” in config/station.yaml",
    ),
    "voice_offline": Message(
        "giọng {voice} cần mạng, mà lượt này không dùng mạng",
        "the voice {voice} needs the network, which is not used here",
        "không cần làm gì; muốn nghe giọng này khi chạy thử thì thêm “--online”",
        "nothing to do; to hear it in a rehearsal add “--online”",
    ),
    "voice_timed_out": Message(
        "{voice} chưa đọc xong sau {seconds} giây nên đã dừng",
        "{voice} was not done after {seconds} seconds and was stopped",
        _NEXT_VI,
        _NEXT_EN,
    ),
    "voice_not_written": Message(
        "không ghi được tệp giọng đọc: {why}",
        "the voice's file cannot be written: {why}",
        "kiểm tra chỗ trống trên đĩa và quyền ghi vào thư mục var/",
        "look at the free space of the disk and the permission to write to var/",
    ),
    "voice_crashed": Message("giọng {voice} bị lỗi giữa chừng", "the voice {voice} broke off", _NEXT_VI, _NEXT_EN),
    "voice_silent": Message("giọng {voice} không phát ra tiếng", "the voice {voice} gave no sound", _NEXT_VI, _NEXT_EN),
    "voice_endless": Message(
        "giọng {voice} đọc mãi không hết", "the voice {voice} did not come to an end", _NEXT_VI, _NEXT_EN
    ),
    "voice_not_decodable": Message(
        "không giải mã được âm thanh của giọng đọc",
        "the sound of the voice cannot be decoded",
        "thử lại; nếu là tệp ghi âm thì xuất lại thành WAV hoặc MP3",
        "try again; if it is a recorded file, export it anew as WAV or MP3",
    ),
    # installed voices
    "piper_missing": Message(
        "chưa có chương trình Piper (“{program}”)",
        "the program Piper (“{program}”) is not there",
        "cài bằng “.venv/bin/pip install piper-tts”, hoặc ghi chỗ của nó ở voices.piper_program trong config/station.yaml",
        "install it with “.venv/bin/pip install piper-tts”, or name its place at voices.piper_program in config/station.yaml",
    ),
    "piper_foreign": Message(
        "“{program}” là một chương trình khác trùng tên, không phải Piper đọc tiếng nói",
        "“{program}” is another program of that name, not the Piper that speaks",
        "ghi đúng chỗ của Piper ở voices.piper_program trong config/station.yaml",
        "name the place of Piper at voices.piper_program in config/station.yaml",
    ),
    "voice_not_chosen": Message(
        "đã cài nhiều giọng Piper nhưng chưa chọn giọng nào",
        "several Piper voices are installed and none is chosen",
        "ghi tên một giọng ở voices.piper trong config/station.yaml: {known}",
        "name one at voices.piper in config/station.yaml: {known}",
    ),
    "voice_damaged": Message(
        "giọng “{voice}” đã cài nhưng thiếu tệp hoặc hỏng tệp",
        "the installed voice “{voice}” lacks files or has damaged ones",
        "gỡ bằng “loa voice remove” rồi cài lại",
        "take it away with “loa voice remove” and install it again",
    ),
    "voice_ready": Message("sẵn sàng", "ready"),
    "voice_source_missing": Message(
        "không thấy tệp “{file}”",
        "the file “{file}” is not there",
        "ghi đường dẫn tới tệp .onnx, .zip hoặc .tar.gz, hoặc một địa chỉ https",
        "name a .onnx, .zip or .tar.gz file, or an https address",
    ),
    "voice_config_missing": Message(
        "thiếu tệp mô tả giọng “{file}”",
        "the description “{file}” of the voice is missing",
        "tải cả hai tệp .onnx và .onnx.json, đặt cạnh nhau",
        "fetch both the .onnx and the .onnx.json and put them side by side",
    ),
    "voice_config_unreadable": Message(
        "tệp mô tả giọng (.onnx.json) không đọc được",
        "the description of the voice (.onnx.json) cannot be read",
        "tải lại tệp từ nơi phát hành; trang đăng nhập mạng cũng hay lưu nhầm thành tệp này",
        "fetch it again from its publisher; a log-in page of the network is often saved in its place",
    ),
    "voice_config_bad": Message(
        "tệp mô tả giọng sai ở khóa “{key}”",
        "the description of the voice is wrong at “{key}”",
        "dùng tệp .onnx.json đi kèm đúng giọng này, từ nơi phát hành",
        "use the .onnx.json that belongs to this voice, from its publisher",
    ),
    "voice_not_a_model": Message(
        "tệp này không phải là giọng Piper (.onnx)",
        "this is not a Piper voice (.onnx)",
        "tải lại tệp; mở trình duyệt xem mạng có trang đăng nhập không",
        "fetch it again; see in a browser whether the network has a log-in page",
    ),
    "voice_hash_missing": Message(
        "chưa cài: cần mã sha256 để biết đúng là giọng này. Tệp .onnx có mã {sha256}, tệp .onnx.json có mã {config_sha256}",
        "not installed: its sha256 is needed to know that it is this voice. The .onnx has {sha256}, the .onnx.json {config_sha256}",
        "so với mã do nơi phát hành công bố; nếu giống nhau, chạy lại với “--sha256 {sha256} --config-sha256 {config_sha256}”",
        "compare them with what the publisher says; where they agree, run again with “--sha256 {sha256} --config-sha256 {config_sha256}”",
    ),
    "voice_hash_bad": Message(
        "mã sha256 phải có 64 chữ số và chữ cái từ a đến f",
        "a sha256 has 64 figures and letters from a to f",
        "chép lại mã từ nơi phát hành giọng",
        "copy it again from the voice's publisher",
    ),
    "voice_hash_differs": Message(
        "không cài: mã sha256 của tệp {file} tải về không khớp (tệp có {found})",
        "not installed: the sha256 of the fetched {file} differs (it has {found})",
        "chạy lại lệnh để tải lại từ đầu; nếu vẫn khác thì tệp đã bị thay, đừng dùng. Mã chờ đợi: {expected}",
        "run the command again: it fetches anew; if it still differs the file was exchanged: do not use it. Expected: {expected}",
    ),
    "voice_file_hash_differs": Message(
        "không cài: mã sha256 của tệp {file} trên máy này không khớp (tệp có {found})",
        "not installed: the sha256 of the {file} on this machine differs (it has {found})",
        "chép lại tệp từ nơi đã tải về, hoặc tải lại từ nơi phát hành; nếu vẫn khác thì đừng dùng. Mã chờ đợi: {expected}",
        "copy the file again from where it was fetched, or fetch it anew from its publisher; if it still differs do not use it. Expected: {expected}",
    ),
    "voice_name_bad": Message(
        "tên giọng “{name}” không dùng được",
        "the voice cannot be named “{name}”",
        "đặt tên bằng chữ không dấu, số, gạch nối, ví dụ “--name vais1000”",
        "use plain letters, figures and hyphens, for example “--name vais1000”",
    ),
    "voice_name_taken": Message(
        "đã có giọng khác tên “{name}”",
        "another voice goes by the name “{name}”",
        "gỡ giọng cũ bằng “loa voice remove {name}”, hoặc chọn tên khác với “--name”",
        "take the old one away with “loa voice remove {name}”, or choose another name with “--name”",
    ),
    "voice_archive_broken": Message(
        "tệp nén bị hỏng hoặc thuộc loại không đọc được",
        "the archive is damaged, or of a kind that is not read",
        "tải lại; nhận .zip và .tar.gz",
        "fetch it again; .zip and .tar.gz are read",
    ),
    "voice_archive_hostile": Message(
        "tệp nén có đường dẫn hoặc mục không an toàn nên bị từ chối",
        "the archive holds unsafe paths or entries and is refused",
        "đừng dùng tệp này; tải giọng từ nơi phát hành chính thức",
        "do not use it; fetch the voice from its own publisher",
    ),
    "voice_archive_too_large": Message(
        "tệp nén bung ra quá lớn nên bị từ chối",
        "the archive unpacks to too much and is refused",
        "đừng dùng tệp này; tải giọng từ nơi phát hành chính thức",
        "do not use it; fetch the voice from its own publisher",
    ),
    "voice_archive_contents": Message(
        "tệp nén phải có đúng một tệp .onnx và tệp .onnx.json cùng tên",
        "the archive must hold exactly one .onnx and the .onnx.json of the same name",
        "giải nén bằng tay rồi cài từ tệp .onnx",
        "unpack it by hand and install from the .onnx file",
    ),
    "voice_address_refused": Message(
        "không tải từ địa chỉ này: chỉ nhận https, không kèm mật khẩu, không chuyển sang nơi kém an toàn",
        "nothing is fetched from this address: only https, without passwords, never redirected to anything less",
        "tải tệp về máy bằng trình duyệt rồi cài từ tệp",
        "fetch the file with a browser and install from the file",
    ),
    "voice_download_refused": Message(
        "máy chủ không cho tải giọng (mã {status})",
        "the server does not give the voice (status {status})",
        "xem lại địa chỉ; tệp .onnx.json phải nằm cạnh tệp .onnx",
        "look at the address again; the .onnx.json must lie beside the .onnx",
    ),
    "voice_download_too_large": Message(
        "tệp giọng quá lớn (tối đa {limit} MB)",
        "the voice's file is too large ({limit} MB at most)",
        "dùng giọng cỡ medium hoặc low",
        "use a voice of the size medium or low",
    ),
    "voice_download_broken": Message(
        "mạng tới {host} đứt giữa chừng nhiều lần",
        "the line to {host} broke several times",
        "chạy lại lệnh: phần đã tải được giữ lại và tải tiếp",
        "run the command again: what has come is kept and goes on from there",
    ),
    "voice_download_untrusted": Message(
        "máy chủ {host} không chứng minh được danh tính (TLS)",
        "the server {host} did not prove who it is (TLS)",
        "xem lại ngày giờ của máy, tường lửa và trang đăng nhập mạng",
        "look at the machine's date, the firewall, and a log-in page of the network",
    ),
    "voice_install_under_way": Message(
        "một lệnh cài giọng khác đang chạy",
        "another installation of a voice is under way",
        "chờ lệnh kia xong rồi chạy lại",
        "wait until it is done and run again",
    ),
    "voice_not_vietnamese": Message(
        "giọng này không ghi là tiếng Việt",
        "this voice does not say that it is Vietnamese",
        "nghe thử bằng “loa voice check” trước khi dùng",
        "listen to it with “loa voice check” before it is used",
    ),
    "voice_many_speakers": Message(
        "giọng này có nhiều người nói; Loa dùng người thứ nhất",
        "this voice has several speakers; Loa uses the first",
        "nghe thử bằng “loa voice check” trước khi dùng",
        "listen to it with “loa voice check” before it is used",
    ),
    # the command
    "help_voice": Message("Giọng đọc: xem, cài, thử, gỡ.", "Voices: list, install, check, remove."),
    "help_voice_list": Message(
        "Các giọng theo thứ tự thử, và các giọng Piper đã cài.",
        "The voices in their order, and Piper's installed ones.",
    ),
    "help_voice_install": Message(
        "Cài một giọng Piper từ tệp .onnx (có .onnx.json bên cạnh), .zip, .tar.gz hoặc địa chỉ https.",
        "Install a Piper voice from a .onnx file (its .onnx.json beside it), a .zip, a .tar.gz, or an https address.",
    ),
    "help_voice_sha256": Message(
        "mã sha256 của tệp .onnx do nơi phát hành công bố; thiếu thì lệnh chỉ in ra mã tìm thấy",
        "sha256 of the .onnx as its publisher gives it; without it the one found is only shown",
    ),
    "help_voice_config_sha256": Message(
        "mã sha256 của tệp mô tả .onnx.json, nếu nơi phát hành có công bố",
        "sha256 of the description .onnx.json, where its publisher gives one",
    ),
    "help_voice_name": Message(
        "tên gọi của giọng; mặc định theo tên tệp", "what it is called; after its file by default"
    ),
    "help_voice_check": Message(
        "Cho từng giọng đọc thử một câu, qua đủ các bước như bản tin thật.",
        "Let each voice speak a sentence through every step of a real bulletin.",
    ),
    "help_voice_out": Message("thư mục giữ lại câu đọc thử để nghe", "folder that keeps what was spoken, to listen to"),
    "help_voice_remove": Message("Gỡ một giọng Piper đã cài.", "Take an installed Piper voice away."),
    "progress_voice": Message("Tải giọng (MB)", "Fetching the voice (MB)"),
    "voice_chain": Message("Thứ tự thử: {chain}", "In this order: {chain}"),
    "voice_line": Message(
        "– {name}  {language}  {sample_rate} Hz  {state}  (cài {installed_at}, từ {source})",
        "– {name}  {language}  {sample_rate} Hz  {state}  (installed {installed_at} from {source})",
    ),
    "voice_line_speaks": Message(
        "→ {name}  {language}  {sample_rate} Hz  {state}  (cài {installed_at}, từ {source})",
        "→ {name}  {language}  {sample_rate} Hz  {state}  (installed {installed_at} from {source})",
    ),
    "voices_none": Message(
        "Chưa cài giọng Piper nào. Cài bằng: loa voice install TỆP|ĐỊA-CHỈ --sha256 MÃ",
        "No Piper voice is installed. To install one: loa voice install FILE|URL --sha256 HEX",
    ),
    "voice_installed": Message("Đã cài giọng {name}.", "The voice {name} is installed."),
    "voice_installed_before": Message(
        "Giọng {name} đã có sẵn, đúng tệp này.", "The voice {name} was there already, this very file."
    ),
    "voice_next_chain": Message(
        "Để dùng: ghi  chain: [{chain}]  ở mục voices trong config/station.yaml",
        "To use it: write  chain: [{chain}]  under voices in config/station.yaml",
    ),
    "voice_next_name": Message(
        "Để dùng: ghi  piper: {name}  ở mục voices trong config/station.yaml",
        "To use it: write  piper: {name}  under voices in config/station.yaml",
    ),
    "voice_next_check": Message(
        "Rồi nghe thử: loa voice check --out nghe-thu", "Then hear it: loa voice check --out heard"
    ),
    "voice_heard": Message(
        "✓ {name}: đọc được ({seconds} giây, {characters_per_s} chữ mỗi giây)",
        "✓ {name} speaks ({seconds} s, {characters_per_s} characters a second)",
    ),
    "voice_heard_kept": Message(
        "✓ {name}: đọc được ({seconds} giây, {characters_per_s} chữ mỗi giây), nghe ở {file}",
        "✓ {name} speaks ({seconds} s, {characters_per_s} characters a second), to be heard in {file}",
    ),
    "voice_unheard": Message("✗ {name}: {why}: {hint}", "✗ {name}: {why}: {hint}"),
    "voice_removed": Message("Đã gỡ giọng {name}.", "The voice {name} is gone."),
    "voice_removed_named": Message(
        "config/station.yaml còn ghi “piper: {name}”: bỏ dòng ấy hoặc ghi tên giọng khác.",
        "config/station.yaml still says “piper: {name}”: take that line out or name another voice.",
    ),
    "produce_spoken_by": Message("  {count} tệp do {voice} đọc", "  {count} spoken by {voice}"),
    # recorded files
    "voice_file_missing": Message(
        "không thấy tệp ghi âm “{file}”",
        "the recorded file “{file}” is not there",
        "đặt tệp cạnh bản tin, hoặc sửa tên ở khóa “audio”",
        "put it beside the script, or correct the name at “audio”",
    ),
    "recording_too_large": Message(
        "tệp ghi âm “{file}” quá lớn (tối đa {limit} MB)",
        "the recorded file “{file}” is too large ({limit} MB at most)",
        "xuất lại thành MP3",
        "export it as MP3",
    ),
    "recording_format": Message(
        "“{file}” không phải là tệp âm thanh dùng được",
        "“{file}” is not a sound file that can be used",
        "xuất bản ghi âm thành WAV hoặc MP3 (nhận {known})",
        "export the recording as WAV or MP3 ({known} are accepted)",
    ),
    "recording_too_long": Message(
        "bản ghi âm “{file}” quá dài (tối đa {limit} phút)",
        "the recording “{file}” is too long ({limit} minutes at most)",
        "chia thành nhiều bản tin",
        "split it into several bulletins",
    ),
    "recording_cut_off": Message(
        "bản ghi âm “{file}” bị cụt: chỉ còn {seconds} trong {announced} giây",
        "the recording “{file}” is cut off: {seconds} of {announced} seconds are there",
        _RECORD_VI,
        _RECORD_EN,
    ),
    "recording_silent": Message(
        "bản ghi âm “{file}” không có tiếng", "the recording “{file}” is silent", _RECORD_VI, _RECORD_EN
    ),
    # Google's voice
    "gtts_host_refused": Message(
        "không dùng tên miền “{tld}” cho giọng Google",
        "“{tld}” is not used for Google's voice",
        "dùng “com” hoặc “com.vn”",
        "use “com” or “com.vn”",
    ),
    "gtts_unreachable": Message(
        "không kết nối được tới giọng Google", "Google's voice cannot be reached", _NETWORK_VI, _NETWORK_EN
    ),
    "gtts_untrusted": Message(
        "máy chủ giọng Google không chứng minh được danh tính (TLS)",
        "the server of Google's voice did not prove who it is (TLS)",
        "xem lại ngày giờ của máy, tường lửa và trang đăng nhập mạng",
        "look at the machine's date, the firewall, and a log-in page of the network",
    ),
    "gtts_redirected": Message(
        "mạng chuyển hướng yêu cầu tới giọng Google đi nơi khác",
        "the network redirects requests to Google's voice elsewhere",
        "đăng nhập vào mạng (nếu có trang đăng nhập), hoặc hỏi người quản trị mạng",
        "log in to the network (if it has a log-in page), or ask its administrator",
    ),
    "gtts_throttled": Message(
        "giọng Google đang bận và yêu cầu chờ",
        "Google's voice is busy and asks to wait",
        "tạo bản thu sớm hơn hoặc rải ra nhiều giờ; giọng kế tiếp sẽ đọc trong lúc chờ",
        "produce earlier or over several hours; the next voice speaks meanwhile",
    ),
    "gtts_failing": Message(
        "máy chủ giọng Google bị lỗi (mã {status})",
        "the server of Google's voice fails (status {status})",
        _NETWORK_VI,
        _NETWORK_EN,
    ),
    "gtts_refused": Message(
        "giọng Google từ chối yêu cầu (mã {status})",
        "Google's voice refused the request (status {status})",
        _NEXT_VI,
        _NEXT_EN,
    ),
    "gtts_no_audio": Message(
        "giọng Google trả lời nhưng không có âm thanh",
        "Google's voice answered without sound",
        "mở trình duyệt xem mạng có trang đăng nhập không; giọng kế tiếp sẽ đọc",
        "see in a browser whether the network has a log-in page; the next voice speaks",
    ),
    "gtts_incomplete": Message(
        "giọng Google chỉ trả {seconds} giây cho {characters} chữ: thiếu tiếng",
        "Google's voice gave {seconds} s for {characters} characters: part of it is missing",
        _NETWORK_VI,
        _NETWORK_EN,
    ),
}
