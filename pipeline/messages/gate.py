"""Sentences of the quality gate: what is wrong with a sound, since which second, and what can be done."""

from __future__ import annotations

from pipeline.messages.message import Message

_AGAIN_VI = "nghe lại chỗ đó; nếu đúng vậy, thu lại hoặc xin lại tệp gốc (giọng máy: giọng kế tiếp đọc thay, nếu có)"
_AGAIN_EN = (
    "listen there; if it is so, record again or ask for the original (of a voice: the next one speaks, if there is one)"
)
_TRIM_VI = "cắt bớt khoảng lặng bằng phần mềm thu âm rồi lưu lại"
_TRIM_EN = "cut the silence away in a sound editor and save again"

MESSAGES: dict[str, Message] = {
    "aired_in_doubt": Message(
        "không giọng nào qua được kiểm tra; lời đọc đủ nên vẫn phát bằng giọng {voice}",
        "no voice passed the gate; its words are all there, so {voice} airs it all the same",
        "nghe thử tệp phát thanh trước giờ phát; nếu nghe không rõ, thu lời bằng người đọc hoặc đổi giọng trong config/station.yaml",
        "listen to the recording before it airs; if it cannot be understood, record a person or change the voice in config/station.yaml",
    ),
    "audio_too_quiet": Message(
        "tiếng quá nhỏ ({level} dB, cần từ {limit} dB)",
        "the sound is far too quiet ({level} dB, at least {limit} dB is needed)",
        "thu lại gần micrô hơn hoặc tăng mức thu; khuếch đại tệp này sẽ làm tiếng ồn to theo",
        "record again nearer to the microphone or at a higher level; raising this file raises its noise",
    ),
    "silence_before_long": Message(
        "im lặng {seconds} giây trước khi có tiếng (tối đa {limit} giây)",
        "{seconds} s of silence before the first sound ({limit} s at most)",
        _TRIM_VI,
        _TRIM_EN,
    ),
    "silence_after_long": Message(
        "im lặng {seconds} giây ở cuối, từ giây {at} (tối đa {limit} giây)",
        "{seconds} s of silence at the end, from second {at} ({limit} s at most)",
        _TRIM_VI,
        _TRIM_EN,
    ),
    "silence_within_long": Message(
        "ngừng {seconds} giây giữa bài, từ giây {at} (tối đa {limit} giây)",
        "a pause of {seconds} s within it, from second {at} ({limit} s at most)",
        "nghe lại chỗ đó: có thể mất một đoạn",
        "listen there: a part may be missing",
    ),
    "speech_hole": Message(
        "mất tiếng đột ngột {count} chỗ, chỗ đầu ở giây {at} (cộng {ms} phần nghìn giây)",
        "the sound drops out in {count} places, first at second {at} ({ms} ms in all)",
        _AGAIN_VI,
        _AGAIN_EN,
    ),
    "speech_repeated": Message(
        "tiếng bị lặp như đĩa vấp ở {count} chỗ, chỗ đầu ở giây {at} ({ms} phần nghìn giây)",
        "the sound stutters in {count} places, first at second {at} ({ms} ms)",
        _AGAIN_VI,
        _AGAIN_EN,
    ),
    "audio_clicks": Message(
        "có {count} tiếng lách cách, tiếng đầu ở giây {at}",
        "{count} clicks, the first at second {at}",
        "kiểm tra dây và giắc micrô, rồi thu lại; tiếng lách cách còn là dấu vết của chỗ cắt ghép vội",
        "look at the microphone's cable and plug and record again; hasty cuts click as well",
    ),
    "speech_begins_cut": Message(
        "mở đầu bị cụt: tệp bắt đầu giữa tiếng nói ({share}, cho phép {limit})",
        "the beginning is cut off: the file starts in full voice ({share}, {limit} is allowed)",
        _AGAIN_VI,
        _AGAIN_EN,
    ),
    "speech_ends_cut": Message(
        "cuối bị cụt: tệp dừng giữa tiếng nói ở giây {at} ({share}, cho phép {limit})",
        "the end is cut off: the file stops in full voice at second {at} ({share}, {limit} is allowed)",
        _AGAIN_VI,
        _AGAIN_EN,
    ),
    "audio_dc_offset": Message(
        "sóng âm bị lệch khỏi mức không {share} (tối đa {limit})",
        "the wave stands {share} off zero ({limit} at most)",
        "card âm thanh hoặc dây nguồn có lỗi; trong phần mềm thu âm có thể chọn “Remove DC offset”",
        "a sound card or supply is faulty; sound editors have “Remove DC offset”",
    ),
    "level_jump": Message(
        "độ to đổi hẳn {change} dB ở giây {at} (cho phép {limit} dB)",
        "the level changes by {change} dB at second {at} ({limit} dB is allowed)",
        "chỉnh các đoạn cho đều nhau rồi lưu lại",
        "bring the parts to one level and save again",
    ),
    "pitch_not_of_speech": Message(
        "giọng {hz} Hz, ngoài khoảng {lowest}–{highest} Hz của giọng nói: tệp chạy quá nhanh hoặc quá chậm",
        "a voice of {hz} Hz, outside the {lowest}–{highest} Hz of speech: it is played too fast or too slow",
        "tần số lấy mẫu của tệp bị ghi sai; xuất lại từ bản gốc",
        "the file names a wrong sample rate; export it again from the original",
    ),
    "sound_is_tone": Message(
        "chỉ có một âm kéo dài (khoảng {hz} Hz), không có tiếng nói",
        "there is one steady tone (about {hz} Hz) and no speech",
        "nghe lại tệp: có thể là tín hiệu thử, hoặc chọn nhầm tệp",
        "listen to it: it may be a test signal, or the wrong file",
    ),
    "sound_is_noise": Message(
        "chỉ có tiếng ồn ({share}), không có tiếng nói",
        "there is noise ({share}) and no speech",
        "tệp hỏng hoặc sai định dạng; xuất lại thành WAV hoặc MP3 từ bản gốc",
        "the file is damaged or of another format; export it again as WAV or MP3",
    ),
    "audio_hum": Message(
        "có tiếng ù của điện lưới ({level} dB so với tiếng nói, cho phép {limit} dB)",
        "the mains hum in it ({level} dB against the speech, {limit} dB is allowed)",
        "đặt micrô và dây xa nguồn điện, nối đất bàn trộn, rồi thu lại",
        "keep microphone and cable away from power supplies, earth the mixer, and record again",
    ),
    "audio_narrow": Message(
        "tiếng chỉ có dải hẹp như điện thoại (không có gì trên 4000 Hz)",
        "the sound has the narrow band of a telephone (nothing above 4,000 Hz)",
        "vẫn phát được nhưng khó nghe ngoài trời; xin bản gốc nếu có",
        "it can air but is hard to understand outdoors; ask for the original",
    ),
    "audio_noisy": Message(
        "tiếng nói chỉ to hơn tiếng ồn {over} dB (nên từ {limit} dB)",
        "the speech stands only {over} dB above the noise ({limit} dB is advised)",
        "thu lại ở chỗ yên hơn, miệng gần micrô hơn",
        "record again in a quieter place, nearer to the microphone",
    ),
    "channels_cancel": Message(
        "kênh trái và phải ngược nhau ({likeness}): trộn lại một kênh thì mất tiếng",
        "left and right are opposed ({likeness}): mixed into one they cancel",
        "đảo pha một kênh, hoặc chỉ lấy một kênh, rồi lưu lại",
        "invert one channel, or keep only one, and save again",
    ),
    "channel_dead": Message(
        "chỉ một trong hai kênh có tiếng",
        "only one of the two channels has sound",
        "vẫn phát được; lần sau thu một kênh (mono)",
        "it can air; next time record in mono",
    ),
    "length_not_as_promised": Message(
        "tệp dài {seconds} giây, không phải {promised} giây như đã báo",
        "the file lasts {seconds} s and not {promised} s as was promised",
        "xin gửi lại tệp: có thể bị cụt khi chép",
        "ask for the file again: it may have been cut off while copying",
    ),
    "hash_not_as_promised": Message(
        "tệp không đúng với mã sha256 đã báo",
        "the file is not the one whose sha256 was given",
        "xin gửi lại tệp: đã bị thay đổi hoặc chép hỏng",
        "ask for the file again: it was changed or damaged while copying",
    ),
    "longer_than_slot": Message(
        "dài {seconds} giây, quá khung {limit} giây",
        "it lasts {seconds} s, longer than the {limit} s there are",
        "cắt bớt hoặc chọn khung giờ dài hơn",
        "shorten it or choose a longer slot",
    ),
    "segments_uneven": Message(
        "đoạn “{segment}” to {lufs} LUFS, các đoạn khác {others} LUFS (lệch tối đa {limit})",
        "the part “{segment}” has {lufs} LUFS, the others {others} LUFS ({limit} apart at most)",
        "dựng lại tệp phát thanh; nếu vẫn vậy, nghe lại đoạn đó",
        "produce the recording again; if it stays so, listen to that part",
    ),
    # the picture
    "picture_loudness": Message("Độ to (LUFS)", "Loudness (LUFS)"),
    "picture_about": Message(
        "Dạng sóng và độ to theo thời gian: {figures}. Mức đích {target} LUFS, đỉnh cho phép {limit} dBTP.",
        "Wave and loudness over time: {figures}. Target {target} LUFS, true peak allowed {limit} dBTP.",
    ),
    # the command
    "help_audio": Message("Kiểm tra tệp âm thanh được gửi đến.", "Examine sound files that were received."),
    "help_audio_check": Message(
        "Nghe máy một hay nhiều tệp: nói rõ lỗi gì, ở giây nào; có lỗi nặng thì mã thoát là 1.",
        "Hear files by machine: which faults, at which second; exit code 1 where one is refused.",
    ),
    "help_audio_text": Message(
        "Tệp lời đọc (UTF-8), để xem bản thu có đủ lời không.", "The words (UTF-8), to see whether all of them are there."
    ),
    "help_audio_sha256": Message("Mã sha256 mà nơi gửi đã báo.", "The sha256 that the sender gave."),
    "help_audio_length": Message(
        "Độ dài mà nơi gửi đã báo, ví dụ 2m30s.", "The length that the sender gave, as in 2m30s."
    ),
    "help_audio_slot": Message("Thời lượng của khung giờ, ví dụ 10m.", "The airtime there is, as in 10m."),
    "help_audio_plot": Message("Vẽ tệp ra hình SVG hoặc PNG.", "Draw the file as SVG or PNG."),
    "help_plots": Message(
        "Vẽ mỗi tệp phát thanh một hình SVG, để trong plots/.", "Draw each recording as an SVG, into plots/."
    ),
    "audio_check_line": Message(
        "{file}: {seconds} giây, {lufs} LUFS, đỉnh {dbtp} dBTP: {verdict}",
        "{file}: {seconds} s, {lufs} LUFS, peak {dbtp} dBTP: {verdict}",
    ),
    "audio_check_good": Message("đạt", "good"),
    "audio_check_told": Message("phát được, có điều cần biết", "can air, with remarks"),
    "audio_check_refused": Message("không phát được", "cannot air"),
    "audio_length_wrong": Message(
        "“{value}” không phải là một độ dài", "“{value}” is no length", "viết như 90s, 10m hoặc 1h30m", "write 90s, 10m or 1h30m"
    ),
    "audio_plot_one": Message(
        "“--plot” chỉ vẽ được một tệp mỗi lần",
        "“--plot” draws one file at a time",
        "gọi lại lệnh cho từng tệp",
        "call the command once for each file",
    ),
}  # fmt: skip
