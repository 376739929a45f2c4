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
