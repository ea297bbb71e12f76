"""The fifteen ways in which replies to citizens have gone wrong, for authors to look up; pure."""

TRAPS: dict[str, tuple[str, str]] = {
    "T01": ("轻蔑驱赶", "看不起来说事的人，叫人走开、另找地方。"),
    "T02": ("辱骂贴标签", "骂人，或者说对方是刁民、有病、收了钱。"),
    "T03": ("轻佻抖机灵", "拿别人的难处开玩笑、玩梗、抖包袱。"),
    "T04": ("读反话当真", "没听懂挖苦和梗，把反话当成表扬来答。"),
    "T05": ("八股空转", "收悉、高度重视、尽快处理，一件实事也没有。"),
    "T06": ("推诿踢球", "一句不归我管，不接、不转、不说该找谁。"),
    "T07": ("张冠李戴", "答的是另一件事、另一个人，多半是复制粘贴出的错。"),
    "T08": ("自动回复失控", "交给自动回复或者代管公司，发出去的话没有人看过。"),
    "T09": ("甩锅", "出了错推给临时工、第三方、系统，自己不认。"),
    "T10": ("泄密泄私", "把来信人的姓名、电话、病情或者内部的话说了出去。"),
    "T11": ("压声删评", "劝人删帖、禁言拉黑，拿后果吓唬说话的人。"),
    "T12": ("抢跑定性", "没核实就下结论、给数字，或者答应了办不到的事。"),
    "T13": ("居高说教", "反问、训话、要群众体谅，像是在教育人。"),
    "T14": ("造势注水", "用小号、水军、强制点赞或者刷出来的满意率撑场面。"),
    "T15": ("道歉变狡辩", "说如果造成误解、被过度解读，道歉里没有认错。"),
}
"""The fifteen traps that a question or scenario may be about, with what each is in plain words."""


def trap_name(key: str) -> str:
    """A trap as trainers read it: T06 推诿踢球. What is no trap stays as it is."""
    return f"{key} {TRAPS[key][0]}" if key in TRAPS else key
