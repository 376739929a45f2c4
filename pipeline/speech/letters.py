"""Letters by their Vietnamese names, and what counts as a Vietnamese syllable."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# As people spell codes aloud: VN vê nờ, NĐ-CP nờ đê xê pê, QĐ quy đê.
NAMES = {
    "A": "a", "Ă": "á", "Â": "ớ", "B": "bê", "C": "xê", "D": "đê", "Đ": "đê", "E": "e", "Ê": "ê", "F": "ép", "G": "giê",
    "H": "hát", "I": "i", "J": "gi", "K": "ca", "L": "lờ", "M": "em", "N": "nờ", "O": "ô", "Ô": "ô", "Ơ": "ơ",
    "P": "pê", "Q": "quy", "R": "rờ", "S": "ét", "T": "tê", "U": "u", "Ư": "ư", "V": "vê", "W": "vê kép", "X": "ích",
    "Y": "y", "Z": "dét",
}  # fmt: skip
LOAN_TONES = "\u0300\u0301\u0303\u0309\u0323"
LOAN_PART = re.compile(r"[bcdđghklmnprstvx]{0,2}[aăâeêioôơuưy][cmnptlgrs]?")
TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))

# any capital a Vietnamese word begins with, as a class of a pattern
CAPITAL = "[A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]"
SMALL = CAPITAL.replace("A-Z", "a-z").lower()
ONSET = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnprstvx]"
RHYMES = sorted(
    """
a ac ach ai ak am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu y yêm yên yêng yêt yêu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oem oen oeo oet oi om on ong ooc oong op
ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych uyên uyêt uyn uynh uyp
uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu ưp
êng oăp oeng uau oec uyc
""".split(),  # noqa: SIM905
    key=len,
    reverse=True,
)
SYLLABLE = re.compile(f"(?:{ONSET})?(?:{'|'.join(RHYMES)})|g(?:i|iêng|iêt|in|iêm|ic)")
# NGUYEN, luong: as names stand on bank accounts and in addresses of the net
UNMARKED = re.compile(SYLLABLE.pattern.translate(str.maketrans("ăâđêôơư", "aadeoou")))


def unmarked(text: str) -> str:
    """The text without any of its marks, as addresses of the net are written: đăng ký → dang ky."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in parts if not unicodedata.combining(char))


@lru_cache(maxsize=5_000)
def spell(letters: str) -> str:
    """Letters by name, one after another; what has no name is passed over."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFD", letters.upper()).translate(TONES))
    return " ".join(NAMES[letter] for letter in plain if letter in NAMES)


@lru_cache(maxsize=5_000)
def is_marked_loan(word: str) -> bool:
    """garô, côngtenơ: small letters with Vietnamese marks, two to four syllables. Any voice can say it."""
    tones = [char for char in unicodedata.normalize("NFD", word) if char in LOAN_TONES]
    if not word.islower() or word.isascii() or len(word) > 16 or tones not in ([], ["\u0301"]):
        return False  # two tones are two words that were glued
    ends = {0: 0}
    for end in range(1, len(word) + 1):
        counts = [
            ends[start] + 1 for start in range(max(0, end - 7), end) if start in ends and is_part(word[start:end])
        ]
        if counts:
            ends[end] = min(counts)
    return 2 <= ends.get(len(word), 0) <= 4


def is_part(word: str) -> bool:
    """A syllable, or one as loans have it: ka, rơ, pê."""
    return is_syllable(word) or LOAN_PART.fullmatch(word) is not None


@lru_cache(maxsize=20_000)
def is_syllable(word: str) -> bool:
    """Whether a word, in any case, can be one Vietnamese syllable (by its letters; the tone is not judged)."""
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFD", word.lower()).translate(TONES))
    if SYLLABLE.fullmatch(lowered):
        return True
    return len(word) >= 4 and word.isascii() and UNMARKED.fullmatch(lowered) is not None
