"""What each language must keep to, whatever text it is in."""

import re
from collections.abc import Iterator

from content.words import ISOLATE, RELEASE

HALF = re.compile(r"\w·\w")
"""A midpoint inside a word."""

ARABIC_DIGITS = re.compile("[\u0660-\u0669\u06f0-\u06f9]")

_TO_A_MAN = """
اكتب اختر اضغط اتصل انتظر أرسل ارسل اطلب اقرأ اذهب احتفظ ابحث اسأل ادفع وقع افتح احذف امسح جرب حاول تأكد تذكر قل قم استخدم أضف اضف انقر راجع
احضر أحضر اتبع اطلع خذ ضع كن تعال سجل أخبر اخبر استمر واصل تحقق احذر
تريد تستطيع تحتاج تكتب تختار ترسل تضغط تتصل تنتظر تبحث تسكن تعيش تنام تدفع تجد تعرف تفهم تقدر تود ترغب تحب تشعر تملك تعمل تدرس تحضر تأتي تذهب
تقول تسأل تطلب تستخدم تقرأ مستعد متأكد مضطر
"""
_TO_A_WOMAN = "اكتبي اختاري اضغطي اتصلي انتظري أرسلي اطلبي اقرئي اذهبي ابحثي اسألي ادفعي حاولي قولي تعالي خذي مستعدة متأكدة مضطرة"
GENDERED = re.compile(rf"\b[وف]?(?:{'|'.join([*_TO_A_MAN.split(), *_TO_A_WOMAN.split()])})\b|\bت(?!كوين|أمين|خزين|حسين)\w{{2,}}ين\b")
"""Arabic verbs and adjectives that say whether a man or a woman is spoken to."""


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, without its addresses; a line is at least one."""
    for line in re.sub(r"https?://\S+", "", text).split("\n"):
        yield from (part for part in re.split(r"(?<=[.!?:…])\s+", line.strip("• ")) if re.search(r"\w", part))


def figures_stand_apart(text: str) -> bool:
    """Every figure outside addresses is inside an isolate, and every isolate ends."""
    said = re.sub(r"https?://\S+|[\w.+-]+@[\w.-]+", "", text)
    bare = re.sub(rf"{ISOLATE}[^{ISOLATE}{RELEASE}\n]*{RELEASE}", "", said)
    return not re.search(rf"[0-9{ISOLATE}{RELEASE}]", bare)
