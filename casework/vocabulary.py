"""What a ticket's fields may hold: the lists of domain.md as data.

These are terms of the trade and a site's own lists rather than interface text, so each choice
brings its Chinese and its English word along. Codes are kept in SQL and never change.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One entry of a list."""

    code: str
    chinese: str
    english: str

    def label(self, language: str) -> str:
        """The word in ``language`` (``zh_CN``, or anything else for English)."""
        return self.chinese if language.startswith("zh") else self.english


def _list(*rows: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(*row) for row in rows)


SOURCES = _list(
    ("hotline", "热线", "hotline"),
    ("online", "网络平台", "online platform"),
    ("12345", "12345", "12345"),
    ("office", "实体平台", "office"),
    ("voicemail", "语音留言", "voicemail"),
)

RECORD_TYPES = _list(
    ("inquiry", "咨询", "inquiry"),
    ("help", "求助", "request for help"),
    ("complaint", "投诉", "complaint"),
    ("report", "举报", "report"),
    ("suggestion", "建议", "suggestion"),
    ("praise", "表扬", "praise"),
)

SERVICES = _list(
    ("advice", "法律咨询", "legal advice"),
    ("legal_aid", "法律援助", "legal aid"),
    ("legal_service", "法律服务", "legal service"),
    ("mediation", "纠纷调解", "mediation"),
    ("publicity", "法治宣传", "legal publicity"),
    ("service_complaint", "服务投诉", "complaint about a service"),
)

REFERRALS = _list(
    ("lawyer", "律师", "lawyer"),
    ("notary", "公证", "notary"),
    ("forensic", "司法鉴定", "forensic appraisal"),
    ("peoples_mediation", "人民调解", "people's mediation"),
    ("grassroots", "基层法律服务", "grassroots legal service"),
    ("arbitration", "仲裁", "arbitration"),
)

SPECIAL_GROUPS = _list(
    ("migrant_worker", "农民工", "migrant worker"),
    ("elderly", "老年人", "elderly"),
    ("minor", "未成年人", "minor"),
    ("woman", "妇女", "woman"),
    ("disabled", "残疾人", "disabled"),
    ("military", "军人军属", "military and family"),
)

URGENCIES = _list(
    ("normal", "一般", "normal"),
    ("urgent", "紧急", "urgent"),
    ("very_urgent", "特急", "very urgent"),
)

MATTER_GROUPS = _list(
    ("civil", "民事", "civil"),
    ("criminal", "刑事", "criminal"),
    ("administrative", "行政", "administrative"),
    ("other", "其他", "other"),
)

#: Level 2 by the code of level 1.
MATTERS: dict[str, tuple[Choice, ...]] = {
    "civil": _list(
        ("marriage", "婚姻家庭", "marriage and family"),
        ("inheritance", "继承", "inheritance"),
        ("labour_dispute", "劳动争议", "labour dispute"),
        ("wages", "劳动报酬", "wages"),
        ("work_injury", "工伤", "injury at work"),
        ("contract", "合同", "contract"),
        ("debt", "债权债务", "debt"),
        ("housing_land", "房屋土地", "housing and land"),
        ("expropriation", "征地拆迁", "expropriation"),
        ("traffic_accident", "交通事故", "traffic accident"),
        ("medical", "医疗", "medical"),
        ("tort", "侵权", "tort"),
        ("consumption", "消费", "consumption"),
        ("property_management", "物业", "property management"),
        ("neighbours", "邻里", "neighbours"),
        ("intellectual_property", "知识产权", "intellectual property"),
        ("civil_procedure", "诉讼程序", "procedure"),
    ),
    "criminal": _list(
        ("criminal_practice", "刑事实务", "criminal practice"),
        ("incidental_civil", "附带民事", "incidental civil action"),
        ("criminal_procedure", "刑事程序", "criminal procedure"),
    ),
    "administrative": _list(
        ("penalty", "行政处罚", "administrative penalty"),
        ("reconsideration", "行政复议", "administrative reconsideration"),
        ("state_compensation", "国家赔偿", "state compensation"),
        ("administrative_procedure", "行政诉讼程序", "administrative procedure"),
    ),
    "other": _list(("other", "其他", "other")),
}

MEDIATION_TYPES = _list(
    ("marriage", "婚姻家庭", "marriage and family"),
    ("neighbours", "邻里", "neighbours"),
    ("homestead", "房屋宅基地", "housing and homestead"),
    ("contract", "合同", "contract"),
    ("business", "生产经营", "production and business"),
    ("damages", "损害赔偿", "damages"),
    ("forest_land", "山林土地", "forest and land"),
    ("expropriation", "征地拆迁", "expropriation"),
    ("pollution", "环境污染", "pollution"),
    ("labour", "劳动争议", "labour dispute"),
    ("consumption", "消费", "consumption"),
    ("medical", "医疗", "medical"),
    ("traffic", "道路交通事故", "traffic accident"),
    ("property_management", "物业", "property management"),
    ("other", "其它", "other"),
)

#: Why an agent takes no calls.
PAUSE_REASONS = _list(
    ("rest", "小休", "short rest"),
    ("meal", "用餐", "meal"),
    ("meeting", "会议", "meeting"),
    ("training", "培训", "training"),
    ("paperwork", "整理工单", "paperwork"),
    ("other", "其他", "other"),
)


def codes(choices: Iterable[Choice]) -> frozenset[str]:
    """The codes of a list."""
    return frozenset(choice.code for choice in choices)


def label(choices: Iterable[Choice], code: str | None, language: str) -> str:
    """The word for ``code``; a code that a later list has dropped is shown as it is."""
    found = next((choice for choice in choices if choice.code == code), None)
    return found.label(language) if found else code or ""
