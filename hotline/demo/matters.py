"""What demo callers are called and what they ask. Invented; nobody is meant."""

NAMES = ("张伟", "王秀英", "李强", "刘洋", "陈桂兰", "杨帆", "赵敏", "金哲", "孙丽", "")

#: Fields of a ticket, as the agent would fill them in.
MATTERS: tuple[dict[str, str], ...] = (
    {
        "record_type": "inquiry",
        "what_happened": "在工地干了三个月，老板一直拖着不发工资。",
        "demand": "想知道去哪里投诉，要准备什么材料。",
    },
    {
        "record_type": "inquiry",
        "what_happened": "和丈夫分居两年，想离婚，孩子五岁。",
        "demand": "咨询抚养权怎么判，是否可以申请法律援助。",
    },
    {
        "record_type": "help",
        "what_happened": "老人把房子过户给小儿子，其他子女不同意。",
        "demand": "希望人民调解员介入。",
    },
    {
        "record_type": "inquiry",
        "what_happened": "朋友借钱到期不还，只有微信聊天记录。",
        "demand": "咨询聊天记录能不能作为证据，诉讼时效还有多久。",
    },
    {
        "record_type": "help",
        "what_happened": "上班路上被车撞伤，单位不给报工伤。",
        "demand": "想自己申请工伤认定，问需要什么材料。",
    },
)
