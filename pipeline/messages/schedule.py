"""Sentences about programmes: what is wrong in schedules/*.yaml, and what a plan allows but somebody should read."""

from __future__ import annotations

from pipeline.messages.message import Message

_FIRST_VI, _FIRST_EN = "lần đầu {first}, {count} lần", "first {first}, {count} in all"

MESSAGES: dict[str, Message] = {
    # --- errors of a file ---------------------------------------------------------------------------------------------
    "until_before_from": Message(
        "ngày kết thúc {until} trước ngày bắt đầu {first}",
        "the last day {until} comes before the first {first}",
        "sửa until hoặc from; until là ngày cuối cùng còn phát",
        "correct until or from; until is the last day that still airs",
    ),
    "slot_doubled": Message(
        "mã khung giờ “{slot}” đã dùng ở dòng {first}",
        "the slot id “{slot}” is used on line {first} already",
        "đặt cho khung giờ này một mã khác",
        "give this slot another id",
    ),
    "areas_missing": Message(
        "khung giờ phát loa chưa ghi địa bàn",
        "a loudspeaker slot names no areas",
        "thêm dòng “areas: [mã địa bàn]”",
        "add a line “areas: [id of an area]”",
    ),
    "contacts_missing": Message(
        "khung giờ nhắn tin chưa ghi danh bạ",
        "an sms slot names no contact lists",
        "thêm dòng “contacts: [mã danh bạ]”; mã là tên đã đặt khi nhập bằng “loa contacts import --list”",
        "add a line “contacts: [id of a list]”; the id is the one given to “loa contacts import --list”",
    ),
    "contacts_for_loudspeaker": Message(
        "khung giờ phát loa không dùng “contacts”",
        "a loudspeaker slot has no “contacts”",
        "xóa dòng này; muốn nhắn tin thì viết thêm một khung giờ với “medium: sms”",
        "delete the line; for text messages write another slot with “medium: sms”",
    ),
    "length_for_sms": Message(
        "khung giờ nhắn tin không dùng “length”",
        "an sms slot has no “length”",
        "xóa dòng này; thời lượng chỉ dành cho loa",
        "delete the line; a length is for loudspeakers only",
    ),
    "repeat_for_sms": Message(
        "“repeat” không có tác dụng với tin nhắn: mỗi người chỉ nhận một lần",
        "“repeat” means nothing for sms: everybody gets it once",
        "xóa dòng này",
        "delete the line",
    ),
    "play_both": Message(
        "“play” có cả “bulletins” và “rotate”",
        "“play” has both “bulletins” and “rotate”",
        "chỉ giữ một: bulletins là thứ tự cố định, rotate là phát luân phiên",
        "keep one: bulletins is a fixed order, rotate takes turns",
    ),
    "play_nothing": Message(
        "“play” chưa ghi phát gì",
        "“play” does not say what to air",
        "thêm “bulletins: [mã bản tin]” hoặc “rotate:” với “topics: [all]” thụt vào bên dưới",
        "add “bulletins: [id of a bulletin]” or “rotate:” with an indented “topics: [all]” below it",
    ),
    "all_topics_not_alone": Message(
        "“all” đã gồm mọi chủ đề, không viết cùng mã khác",
        "“all” takes every topic and stands alone",
        "viết [all], hoặc chỉ các mã chủ đề",
        "write [all], or ids of topics only",
    ),
    "except_reversed": Message(
        "ngày đầu {first} sau ngày cuối {last}",
        "the first day {first} comes after the last {last}",
        "viết {last}..{first} nếu ý bạn là vậy",
        "write {last}..{first} if that is what you mean",
    ),
    "bad_season": Message(
        "“{value}” không phải là khoảng ngày trong năm",
        "“{value}” is not a stretch of the year",
        "viết tháng-ngày..tháng-ngày, ví dụ “12-01..12-31”",
        "write month-day..month-day, as in “12-01..12-31”",
    ),
    "extra_doubled": Message(
        "lượt phát thêm này của khung giờ “{slot}” đã có ở dòng {first}",
        "this one-off of the slot “{slot}” stands on line {first} already",
        "chỉ giữ lại một",
        "keep one of them",
    ),
    # --- warnings of a plan -------------------------------------------------------------------------------------------
    "bulletins_missing": Message(
        f"khung giờ “{{slot}}” sẽ thiếu bản tin: {{bulletins}} ({_FIRST_VI})",
        f"the slot “{{slot}}” will lack bulletins: {{bulletins}} ({_FIRST_EN})",
        "sửa mã trong “play”, hoặc sửa tệp của bản tin đó trong scripts_audio/",
        "correct the id in “play”, or the file of that bulletin in scripts_audio/",
    ),
    "bulletins_expired": Message(
        f"khung giờ “{{slot}}” không còn gì để phát: mọi bản tin đã hết hạn ({_FIRST_VI})",
        f"the slot “{{slot}}” has nothing left to air: all its bulletins have expired ({_FIRST_EN})",
        "thay bản tin trong “play”, gia hạn “expires” của bản tin, hoặc ghi “until” cho chương trình",
        "change the bulletins in “play”, extend their “expires”, or give the programme an “until”",
    ),
    "rotation_empty": Message(
        f"khung giờ “{{slot}}” không có bản tin nào để phát luân phiên ({_FIRST_VI})",
        f"the rotation of the slot “{{slot}}” finds no bulletin ({_FIRST_EN})",
        "xem lại topics và audience trong “rotate”, và ngày hết hạn của các bản tin",
        "look at topics and audience in “rotate”, and at the expiry of the bulletins",
    ),
    "rotation_out_of_step": Message(
        "khung giờ “{slot}” phát luân phiên, nhưng có địa bàn chỉ chung một phần giờ với các nơi khác nên có thể không bao giờ"
        " nghe một số bản tin: {areas}",
        "the slot “{slot}” rotates, but some areas share only part of the hours of the others and may never hear some"
        " bulletins: {areas}",
        "cho địa bàn đó các giờ khác hẳn, cùng số lượt như “at”, hoặc một khung giờ riêng",
        "give them hours that are all their own, as many as in “at”, or a slot of their own",
    ),
    "bulletins_without_sms": Message(
        f"khung giờ “{{slot}}” nhắn bản tin chưa có nội dung SMS: {{bulletins}} ({_FIRST_VI})",
        f"the slot “{{slot}}” texts bulletins that have no SMS text: {{bulletins}} ({_FIRST_EN})",
        "viết dòng “sms: …” trong tệp của bản tin",
        "write a line “sms: …” in the file of the bulletin",
    ),
    "own_hours_elsewhere": Message(
        "khung giờ “{slot}” đặt giờ riêng cho địa bàn không thuộc phạm vi của nó: {areas}",
        "the slot “{slot}” gives hours to areas it does not reach: {areas}",
        "thêm địa bàn đó vào “areas”, hoặc bỏ khỏi “at_by_area”",
        "add them to “areas”, or take them out of “at_by_area”",
    ),
    "slots_too_many": Message(
        "chương trình có {count} khung giờ, tối đa {limit}: chương trình này không phát cho đến khi sửa",
        "the programme has {count} slots, {limit} at most: it is off the air until this is mended",
        "gộp các khung giờ giống nhau (at, areas, at_by_area nhận danh sách), hoặc chia thành nhiều chương trình",
        "join slots that are alike (at, areas and at_by_area take lists), or part it into several programmes",
    ),
    "starts_too_many": Message(
        "chương trình có hơn {limit} lượt phát một ngày, tính đến khung giờ “{slot}”: khung giờ này và các khung giờ sau nó không phát",
        "the programme starts more than {limit} times a day, counted up to the slot “{slot}”: this slot and those after it are off the air",
        "bớt giờ trong “at” và “at_by_area”, hoặc chia thành nhiều chương trình",
        "take hours out of “at” and “at_by_area”, or part it into several programmes",
    ),
    "slot_never_starts": Message(
        "khung giờ “{slot}” không có lượt phát nào",
        "the slot “{slot}” never starts",
        "xem lại days, every, season, from, until và except",
        "look at days, every, season, from, until and except",
    ),
    "no_targets": Message(
        f"khung giờ “{{slot}}” không đến được cụm loa hay danh bạ nào ({_FIRST_VI})",
        f"the slot “{{slot}}” reaches no speaker cluster or contact list ({_FIRST_EN})",
        "xem lại areas và except_areas, các cụm loa và thời hạn của địa bàn trong config/areas.yaml",
        "look at areas and except_areas, and at the clusters and dates of areas in config/areas.yaml",
    ),
    "starts_outside_windows": Message(
        f"khung giờ “{{slot}}” bắt đầu ngoài giờ được phép ({_FIRST_VI}); quy định: {{rule}}",
        f"the slot “{{slot}}” starts outside the allowed hours ({_FIRST_EN}); rule: {{rule}}",
        "đổi giờ trong “at”, hoặc sửa windows trong config/station.yaml; ngoài giờ chỉ bản tin khẩn cấp được phát",
        "change “at”, or the windows in config/station.yaml; outside them only emergencies go out",
    ),
    "ends_outside_windows": Message(
        f"khung giờ “{{slot}}” dài quá giờ được phép: sẽ bị cắt trước {{closes}}, ở cuối bản tin cuối cùng còn kịp; bản tin đầu tiên cũng không kịp thì cả lượt không phát ({_FIRST_VI}); quy định: {{rule}}",
        f"the slot “{{slot}}” outlasts the allowed hours: it will be cut before {{closes}}, at the end of the last bulletin that fits; where not even the first one does, nothing of it airs ({_FIRST_EN}); rule: {{rule}}",
        "phát sớm hơn, giảm length hoặc số bản tin để không mất bản tin nào",
        "start earlier, or shorten the length or the list of bulletins, so that none is lost",
    ),
    "occurrences_collide": Message(
        f"khung giờ “{{slot}}” trùng lúc với “{{other}}” trên cụm loa {{cluster}} ({_FIRST_VI})",
        f"the slot “{{slot}}” sounds at the same time as “{{other}}” on the cluster {{cluster}} ({_FIRST_EN})",
        "dời giờ một trong hai, hoặc tách địa bàn",
        "move one of them, or part their areas",
    ),
    "airings_overheard": Message(
        f"khung giờ “{{slot}}” phát cùng lúc với “{{other}}” ở gần: cụm loa {{cluster}} chỉ cách cụm loa {{near}} {{metres}} m nên"
        f" người nghe bị lẫn tiếng ({_FIRST_VI})",
        f"the slot “{{slot}}” sounds at the same time as “{{other}}” close by: the cluster {{cluster}} is only {{metres}} m from"
        f" {{near}}, people hear both at once ({_FIRST_EN})",
        "dời giờ một trong hai; khoảng cách được xét là {distance} m, đặt ở limits.hearing_distance trong config/station.yaml",
        "move one of them; the distance looked at is {distance} m, limits.hearing_distance in config/station.yaml",
    ),
    "airtime_over_limit": Message(
        "khung giờ “{slot}” vượt thời lượng phát mỗi ngày trên cụm loa {cluster}: {minutes} phút, tối đa {limit} phút"
        " (lần đầu {first}, {count} lượt): {airings}; quy định: {rule}",
        "the slot “{slot}” exceeds the airtime of a day on the cluster {cluster}: {minutes} min, {limit} min at most"
        " (first {first}, {count} in all): {airings}; rule: {rule}",
        "giảm lượt phát hoặc thời lượng; mức tối đa là limits.airtime_per_day trong config/station.yaml",
        "air less or shorter; the ceiling is limits.airtime_per_day in config/station.yaml",
    ),
    "sms_over_limit": Message(
        f"khung giờ “{{slot}}” nhắn tin thứ {{sms}} trong ngày tới danh bạ “{{list}}”, tối đa {{limit}} ({_FIRST_VI}): {{airings}};"
        " quy định: {rule}",
        f"the slot “{{slot}}” makes {{sms}} SMS a day for the list “{{list}}”, {{limit}} at most ({_FIRST_EN}): {{airings}};"
        " rule: {rule}",
        "chuyển sang ngày khác hoặc gộp nội dung; mức tối đa: limits.sms_per_number_per_day trong config/station.yaml",
        "move it to another day or join the texts; the ceiling is limits.sms_per_number_per_day in config/station.yaml",
    ),
}
