"""Ordinary sentences of a desk, none of which wants a look: written before the rules were tried on them."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.domain import Source
from tests.unit.proofreading.desk import found, told

SENTENCES = """
Thưa bà con, sáng thứ hai ngày 23/11/2026, xã tổ chức tiêm phòng cho trẻ em tại trạm y tế.
Trạm y tế mở cửa từ 7h30 đến 11h30, chiều từ 13h30 đến 17h.
Đội trực đêm làm việc từ 22h đến 5h sáng hôm sau.
Khi thấy cháy, bà con hô hoán cho mọi người biết rồi gọi ngay 114.
Người bị điện giật phải được đưa đi cấp cứu, gọi 115.
Gặp kẻ gian, hãy bình tĩnh, ghi nhớ đặc điểm và gọi 113.
Cuộc gọi rác xin phản ánh tới số 156.
Mực nước sông Văn Úc lên mức 2,5 mét, trên báo động một 0,3 mét.
Bão số 10 giật cấp 12, đi vào vịnh Bắc Bộ trong đêm nay.
Bà con chằng chống nhà cửa, chặt tỉa cành cây gần đường điện.
Tàu thuyền phải về nơi tránh trú trước 17 giờ ngày 25 tháng 11.
Các hộ ở ngoài đê sơ tán đến nhà văn hóa thôn Cẩm Văn.
Không ai ra khơi, không ai ở lại trên lồng bè.
Điện lực cắt điện từ 8 giờ đến 10 giờ sáng thứ tư để sửa đường dây.
Nước sạch tạm ngừng cấp trong 48 giờ vì vỡ ống ở đầu làng.
Hợp tác xã lấy nước đổ ải từ ngày 10/1 đến ngày 25/1/2027.
Lúa xuân gieo sau tiết lập xuân, bà con chớ gieo sớm khi rét đậm.
Phun thuốc trừ sâu cuốn lá khi sâu tuổi một, tuổi hai.
Mỗi sào bón 8 kg đạm, 15 kg lân, 4 kg ka li.
Dịch tả lợn châu Phi đã xuất hiện ở xã bên, bà con không mua lợn không rõ nguồn gốc.
Rắc vôi bột quanh chuồng trại, lối đi lối lại.
Chó nuôi phải được tiêm phòng dại, ra đường có người dắt và đeo rọ mõm.
Hội người cao tuổi mừng thọ các cụ tròn 70, 75, 80 tuổi vào mùng bốn Tết.
Quỹ khuyến học nhận được 25 triệu đồng của con em xa quê.
Thu thuế đất phi nông nghiệp tại nhà văn hóa, từ thứ hai đến thứ sáu.
Hạn nộp hồ sơ là ngày 30/11/2026.
Công dân đủ 18 tuổi đến nhận giấy gọi khám tuyển nghĩa vụ quân sự.
Trong quý I/2027, xã mở ba lớp dạy nghề cho lao động nữ.
Kế hoạch năm 2027 của xã là trồng 2.000 cây bóng mát.
Đường liên thôn được đổ bê tông dài 1,2 km, rộng 5 m.
Xe tải trên 3,5 tấn không đi qua cầu Khuể từ 6h đến 8h.
Bà con đội mũ bảo hiểm khi đi xe máy, xe đạp điện.
Đã uống rượu bia thì không lái xe.
Cấm đốt rơm rạ ven đường, khói che khuất tầm nhìn.
Rác thải để đúng nơi, đúng giờ, xe thu gom vào chiều thứ ba và thứ sáu.
Ngân hàng không bao giờ hỏi mật khẩu hay mã OTP của khách hàng.
Bà con không bấm vào đường dẫn lạ gửi qua tin nhắn.
Kẻ gian thường giả danh công an, viện kiểm sát, tòa án để dọa nạt.
Người lạ hứa việc nhẹ lương cao đều đáng ngờ.
Hãy gọi lại cho chính người thân trước khi chuyển tiền.
Chuyển nhầm tiền thì ra ngân hàng làm thủ tục, không tự trả lại cho người lạ.
Ai đã trót đọc mã thì gọi ngay tổng đài ngân hàng để khóa thẻ.
Ứng dụng VNeID chỉ tải từ kho ứng dụng của máy.
Cán bộ thuế không đến nhà thu tiền mặt.
Bảo hiểm xã hội chi trả lương hưu từ ngày 2 đến ngày 10 hằng tháng.
Thẻ bảo hiểm y tế học sinh có giá trị đến hết ngày 31/12/2026.
Chợ phiên họp các ngày 3, 8, 13, 18, 23, 28 âm lịch.
Lễ hội đình làng diễn ra vào rằm tháng Giêng.
Đoàn thanh niên ra quân dọn kênh mương lúc 6 giờ 30 phút sáng chủ nhật.
Giải bóng đá thiếu niên kết thúc với tỷ số 3/1.
Đội văn nghệ thôn Đông tập vào tối thứ năm hằng tuần.
Nhà trường họp phụ huynh lúc 8h ngày 29/11, mời các bác đi đông đủ.
Học sinh nghỉ Tết từ ngày 1/2/2027 đến ngày 14/2/2027.
Cháu Minh, 6 tuổi, đi lạc gần chợ, mặc áo xanh quần đen.
Ai nhặt được ví đen có giấy tờ thì đem đến công an xã.
Người người trồng cây, nhà nhà trồng cây.
Từ từ rồi khoai sẽ nhừ, các cụ cứ thong thả.
Thỉnh thoảng trời mưa nho nhỏ, đường làng trơn trơn.
Dần dần bà con quen với việc phân loại rác.
Xin cảm ơn bà con đã lắng nghe, kính chúc các cụ luôn luôn mạnh khỏe.
""".strip().split("\n")


def test_there_are_sixty_of_them() -> None:
    assert len(SENTENCES) == len(set(SENTENCES)) == 60


@pytest.mark.parametrize("sentence", SENTENCES)
def test_an_ordinary_sentence_raises_nothing(sentence: str) -> None:
    source = Source("Ủy ban nhân dân xã", "15/TB", date(2026, 11, 20))
    assert told(sentence, on=date(2026, 11, 22), source=source) == []


def test_of_what_is_found_again_and_again_only_the_first_are_listed() -> None:
    text = "Mở cửa 11h30–8h. " * 50 + "Tiền tiền. " * 3
    codes = [code for code, _ in told(text)]
    assert (codes.count("range_backwards"), codes.count("words_doubled")) == (10, 3)


def test_brackets_without_an_end_are_one_problem_that_counts_them() -> None:
    (only,) = (each for each in found("[" * 1000) if each.code.startswith("pair"))
    assert (only.code, only.params["more"]) == ("pairs_open", "999")
