"""Sentences of the proofreader: what a text should not say, or not like this."""

from __future__ import annotations

from pipeline.messages.message import Message

_ACCEPT_VI = "nếu đúng ý thì chép y nguyên chỗ đó vào accept của bản tin"
_ACCEPT_EN = "if it is meant so, copy it exactly into accept of the bulletin"

MESSAGES: dict[str, Message] = {
    # left by a template, a scanner or a hasty hand
    "template_left": Message(
        "“{written}” là chỗ trống của văn bản mẫu chưa điền",
        "“{written}” is a field of a template that nobody filled in",
        "điền nội dung thật vào, hoặc bỏ cả câu; chỗ trống thì accept không bỏ qua được",
        "put the real words there, or leave the sentence out; accept does not lift a gap",
    ),
    "blank_left": Message(
        "“{written}” còn thiếu ngày, tháng hoặc số hiệu",
        "“{written}” lacks a day, a month or a number",
        "điền cho đủ hoặc bỏ cả dòng; chỗ trống thì accept không bỏ qua được",
        "fill it in or leave the line out; accept does not lift a gap",
    ),
    "words_glued": Message(
        "“{written}” bị dính chữ",
        "“{written}” is several words glued together",
        f"viết rời ra: “{{apart}}”; {_ACCEPT_VI}",
        f"part them: “{{apart}}”; {_ACCEPT_EN}",
    ),
    "blank_missing": Message(
        "“{written}” thiếu dấu cách sau dấu câu",
        "“{written}” lacks a blank after the stop",
        "viết: “{apart}”",
        "write: “{apart}”",
    ),
    "words_doubled": Message(
        "“{written}” bị lặp chữ",
        "“{written}” says the same twice",
        f"viết một lần: “{{once}}”; {_ACCEPT_VI}",
        f"once is enough: “{{once}}”; {_ACCEPT_EN}",
    ),
    "misspelled": Message(
        "“{written}” có lẽ sai chính tả",
        "“{written}” looks misspelled",
        f"có lẽ là “{{right}}”; {_ACCEPT_VI}",
        f"perhaps “{{right}}” is meant; {_ACCEPT_EN}",
    ),
    "syllable_impossible": Message(
        "tiếng Việt không có chữ “{written}”",
        "“{written}” cannot be a Vietnamese word",
        f"xem lại dấu và chữ; {_ACCEPT_VI}",
        f"look at its letters and its tone; {_ACCEPT_EN}",
    ),
    "figures_with_letters": Message(
        "số “{written}” có lẫn chữ cái",
        "the number “{written}” holds letters",
        f"có lẽ là “{{meant}}”: gõ lại bằng chữ số; {_ACCEPT_VI}",
        f"perhaps “{{meant}}” is meant: type it in figures; {_ACCEPT_EN}",
    ),
    "letters_mixed": Message(
        "“{written}” lẫn chữ cái của tiếng khác, nhìn giống mà máy không đọc được",
        "“{written}” mixes in letters of another alphabet: they look alike and cannot be read",
        "gõ lại cả chữ bằng bàn phím tiếng Việt",
        "type the whole word again",
    ),
    "ligature": Message(
        "“{written}” là chữ ghép do sao chép từ tệp PDF",
        "“{written}” is a joined letter out of a PDF file",
        "gõ lại: “{meant}”",
        "type “{meant}” instead",
    ),
    "pair_open": Message(
        "dấu {written} không có dấu đi kèm trong cùng đoạn",
        "the {written} has no counterpart in its paragraph",
        "thêm dấu còn thiếu hoặc bỏ dấu thừa",
        "add the missing one or take this one out",
    ),
    # days
    "date_impossible": Message(
        "không có ngày “{written}”",
        "there is no such day as “{written}”",
        f"xem lại lịch rồi sửa; {_ACCEPT_VI}",
        f"look at a calendar; {_ACCEPT_EN}",
    ),
    "data_after_date": Message(
        "“{written}” muộn hơn ngày {date} của văn bản hoặc của nguồn",
        "“{written}” is later than {date}, the date of the text or of its source",
        f"một trong hai ngày bị sai, xem lại số liệu; {_ACCEPT_VI}",
        f"one of the two is wrong, look at the data; {_ACCEPT_EN}",
    ),
    "text_expired": Message(
        "bản tin đã hết hạn từ sau ngày {day}, không còn được phát",
        "the bulletin expired after {day} and airs no more",
        "nếu nội dung còn đúng thì gia hạn expires và duyệt lại; nếu không thì xóa tệp",
        "if it still holds, extend expires and approve it again; if not, delete the file",
    ),
    "report_channel_unchecked": Message(
        "“{written}” đã quá hạn kiểm tra từ sau ngày {until}",
        "nobody has checked “{written}” since its limit, {until}",
        "gọi thử hoặc mở thử rồi ghi ngày mới vào checked trong config/report_channels.yaml",
        "try it, then write the new day into checked in config/report_channels.yaml",
    ),
    # where it comes from, where it leads to
    "source_unreferenced": Message(
        "nguồn “{written}” chưa có số văn bản (ref) và ngày (date)",
        "the source “{written}” has neither a paper (ref) nor a day (date)",
        "ghi thêm để sau này còn tra lại được",
        "write them down so that it can be found again",
    ),
    "link_shortened": Message(
        "“{written}” là đường dẫn rút gọn, không ai biết dẫn đi đâu",
        "“{written}” is a shortened link: nobody can tell where it leads",
        f"ghi địa chỉ đầy đủ của cơ quan; {_ACCEPT_VI}",
        f"give the full address; {_ACCEPT_EN}",
    ),
    "link_by_number": Message(
        "“{written}” là địa chỉ bằng số, giống cách kẻ gian dùng",
        "“{written}” is an address in figures, as frauds use them",
        f"ghi tên miền của cơ quan; {_ACCEPT_VI}",
        f"give the name of the site; {_ACCEPT_EN}",
    ),
    "site_look_alike": Message(
        "“{written}” giống địa chỉ của cơ quan, ngân hàng nhưng không phải",
        "“{written}” looks like the address of an office or a bank and is not",
        "xem lại từng chữ; nếu bản tin cảnh báo chính địa chỉ này thì chép nó vào accept",
        "look at every letter; if the bulletin warns of this very address, copy it into accept",
    ),
    "site_not_official": Message(
        "“{written}” không nằm trong các địa chỉ chính thức đã biết",
        "“{written}” is none of the official sites we know",
        f"hỏi lại rồi ghi vào config/report_channels.yaml; {_ACCEPT_VI}",
        f"ask, then list it in config/report_channels.yaml; {_ACCEPT_EN}",
    ),
    # private people
    "phone_private": Message(
        "“{written}” là số di động, không phải kênh phản ánh của trạm",
        "“{written}” is a mobile number and no report channel of the station",
        f"bỏ số này, hoặc ghi vào config/report_channels.yaml nếu là số công vụ; {_ACCEPT_VI}",
        f"take it out, or list it in config/report_channels.yaml if it is an office's; {_ACCEPT_EN}",
    ),
    "station_phone_private": Message(
        "lời của trạm đọc “{written}”, số di động không phải kênh phản ánh của trạm",
        "the station's own words say “{written}”, a mobile number and no report channel of the station",
        "bỏ số này khỏi mục assembly, hoặc ghi vào config/report_channels.yaml nếu là số công vụ",
        "take it out of assembly, or list it in config/report_channels.yaml if it is an office's",
    ),
    "identity_number": Message(
        "“{written}” là số giấy tờ tùy thân",
        "“{written}” is the number of an identity paper",
        f"bỏ khỏi bản tin; {_ACCEPT_VI}",
        f"take it out; {_ACCEPT_EN}",
    ),
    "account_number": Message(
        "“{written}” là số tài khoản hoặc số thẻ",
        "“{written}” is the number of an account or a card",
        f"bỏ khỏi bản tin; {_ACCEPT_VI}",
        f"take it out; {_ACCEPT_EN}",
    ),
    "email_private": Message(
        "“{written}” là hộp thư của cá nhân",
        "“{written}” is a private mail box",
        f"dùng hộp thư công vụ; {_ACCEPT_VI}",
        f"use the office's mail box; {_ACCEPT_EN}",
    ),
    "person_identified": Message(
        "nêu tên ({written}), tuổi và nơi ở: người nghe biết ngay là ai",
        "a name ({written}) with age and place: everybody will know who is meant",
        f"chỉ nói “một người dân ở xã ta”, không nêu tên; {_ACCEPT_VI}",
        f"say “somebody of our commune”, without the name; {_ACCEPT_EN}",
    ),
    # for the ear
    "sentence_long": Message(
        "câu “{written}…” dài {words} chữ khi đọc, khó nghe (nên dưới {limit})",
        "the sentence “{written}…” has {words} spoken words, hard to follow (better under {limit})",
        "tách thành hai câu, mỗi câu một ý",
        "make it two sentences with one idea each",
    ),
    "sentence_too_long": Message(
        "câu “{written}…” dài {words} chữ khi đọc, nghe hết câu thì quên đầu câu (nhiều nhất {limit})",
        "the sentence “{written}…” has {words} spoken words: its end loses its beginning (at most {limit})",
        "tách thành nhiều câu ngắn, mỗi câu một ý",
        "make it several short sentences with one idea each",
    ),
    "sentence_many_numbers": Message(
        "câu “{written}…” có {numbers} con số, tai không nhớ nổi (nên từ {limit} trở xuống)",
        "the sentence “{written}…” has {numbers} numbers, more than an ear keeps (better {limit} or fewer)",
        "giữ con số quan trọng nhất, bỏ bớt hoặc chia câu",
        "keep the one that matters, drop or part the others",
    ),
    "brackets_heard": Message(
        "“{written}”: dấu ngoặc không nghe thấy được",
        "“{written}”: nobody hears brackets",
        "viết thành lời, hoặc bỏ phần trong ngoặc",
        "say it in words or leave it out",
    ),
    "list_heard": Message(
        "danh sách {count} dòng từ “{written}” khó theo dõi khi nghe",
        "the list of {count} lines from “{written}” is hard to follow by ear",
        "viết thành câu: thứ nhất…, thứ hai…",
        "make sentences of it: first …, second …",
    ),
    "text_beyond_slot": Message(
        "bản tin dài chừng {seconds} giây, khung “{slot}” chỉ có {length} giây",
        "the bulletin takes some {seconds} s, the slot “{slot}” has {length} s",
        "viết ngắn lại, hoặc tăng length của khung giờ",
        "shorten it, or give the slot more length",
    ),
    "bulletins_beyond_slot": Message(
        "khung “{slot}” chỉ có {length} giây: không còn chỗ cho {bulletins}",
        "the slot “{slot}” has {length} s: nothing is left for {bulletins}",
        "tăng length, bớt bản tin, hoặc dùng rotate để phát luân phiên",
        "give it more length, take bulletins out, or let them take turns with rotate",
    ),
    # SMS and speech
    "sms_hotline_differs": Message(
        "tin nhắn bảo gọi “{written}”, lời đọc lại nêu số khác",
        "the SMS says to call “{written}”, the spoken text names another number",
        f"sửa cho hai bên giống nhau; {_ACCEPT_VI}",
        f"make both say the same; {_ACCEPT_EN}",
    ),
    "sms_site_differs": Message(
        "tin nhắn nêu địa chỉ “{written}”, lời đọc lại nêu địa chỉ khác",
        "the SMS names the site “{written}”, the spoken text another one",
        f"sửa cho hai bên giống nhau; {_ACCEPT_VI}",
        f"make both say the same; {_ACCEPT_EN}",
    ),
    "sms_fact_missing": Message(
        "tin nhắn có “{written}” mà lời đọc không có",
        "the SMS says “{written}” and the spoken text does not",
        f"kiểm tra bên nào đúng rồi sửa; {_ACCEPT_VI}",
        f"see which of them is right; {_ACCEPT_EN}",
    ),
    # what was accepted, and what cannot be approved
    "accept_unused": Message(
        "accept có “{written}” nhưng không chỗ nào của bản tin cần đến",
        "accept holds “{written}”, and nothing in the bulletin needs it",
        "xóa dòng này, hoặc chép lại y như trong lời đọc, tin nhắn",
        "take it out, or copy it again exactly as the text or the SMS has it",
    ),
    "text_blocked": Message(
        "bản tin “{bulletin}” còn chỗ phải xem lại: {places}",
        "the bulletin “{bulletin}” holds what has to be looked at first: {places}",
        "xem từng chỗ bằng “loa bulletin show {bulletin}”; sửa, hoặc chép chỗ đúng ý vào accept, rồi duyệt",
        "see each with “loa bulletin show {bulletin}”; mend it, or copy what is meant so into accept, then approve",
    ),
    # loa bulletin show
    "findings_title": Message("Những chỗ nên xem lại:", "Worth another look:"),
    "finding_line": Message("{sign} {place}  {message}. Gợi ý: {hint}.", "{sign} {place}  {message}. Hint: {hint}."),
    "finding_line_accepted": Message("✓ {place}  {message} (đã chấp nhận)", "✓ {place}  {message} (accepted)"),
    "findings_none": Message("Không có chỗ nào phải xem lại.", "Nothing to look at again."),
    "reading_number": Message("số", "number"),
    "reading_date": Message("ngày tháng", "date"),
    "reading_date_without_year": Message("ngày không có năm", "date without a year"),
    "reading_no_such_date": Message("ngày không có thật", "no such date"),
    "reading_time": Message("giờ", "time"),
    "reading_money": Message("tiền", "money"),
    "reading_measure": Message("số đo, phần trăm", "measure"),
    "reading_hotline": Message("số điện thoại", "telephone number"),
    "reading_account": Message("số tài khoản, giấy tờ, mã", "account, paper or code number"),
    "reading_code": Message("mã, ký hiệu", "code"),
    "reading_roman": Message("số La Mã", "Roman numeral"),
    "reading_paper": Message("số hiệu văn bản", "number of a document"),
    "reading_address": Message("địa chỉ trên mạng", "address of the net"),
    "reading_abbreviation": Message("chữ viết tắt", "abbreviation"),
    "reading_ambiguous": Message("viết tắt nhiều nghĩa", "abbreviation of several meanings"),
    "reading_guess": Message("đọc theo phỏng đoán", "read by a guess"),
    "reading_foreign": Message("tiếng nước ngoài", "foreign word"),
    "reading_own": Message("cách đọc của trạm", "the station's reading"),
    "reading_sign": Message("ký hiệu", "sign"),
    "reading_unknown": Message("chưa biết đọc", "unknown"),
    "reading_accepted": Message("đã chấp nhận", "accepted"),
    "sms_parts_line": Message("({encoding}, {parts} phần)", "({encoding}, parts: {parts})"),
    "airtime_line": Message("Đọc hết chừng {length}.", "It takes about {length} to read."),
}
