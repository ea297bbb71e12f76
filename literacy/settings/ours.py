"""The settings of the ground. Packages add theirs to the registry when they plug in."""

from typing import Any

from literacy.settings.kinds import Group, Kind, Setting

GROUPS = {
    "school": Group("学校", "名字和标志出现在每一页上面和登录页上。", 10),
    "learning": Group("学习", "新测验的及格线，学时怎么算。", 20),
    "authoring": Group("编写和发布", "谁写的、谁看过，才能发布。", 30),
    "security": Group("登录和密码", "密码多长，输错几次锁定，多久要重新登录。", 40),
    "mail": Group("邮件", "消息除了在平台里看，还可以发到邮箱。不填服务器，就不发邮件。", 50),
    "languages": Group("语言", "页面用什么文字。", 60),
    "retention": Group("保存多久", "到期自动删除，不用人动手。", 70),
}

SETTINGS = (
    Setting(
        "school_name",
        "school",
        "名称",
        "写在每一页上面、浏览器标签和登录页上，例如“青禾县委党校”。",
        Kind.LINE,
        "善答",
        1,
        30,
    ),
    Setting("school_logo", "school", "标志", "放在名称前面。上传后重新生成，去掉照片里的拍摄信息。", Kind.PICTURE),
    Setting(
        "site_address",
        "school",
        "平台的网址",
        "邮件里的链接和二维码用它，例如 https://peixun.example.gov.cn。没有填，邮件里就没有链接。",
        Kind.SITE,
        env="LITERACY_SITE_ADDRESS",
    ),
    Setting(
        "password_length",
        "security",
        "密码至少几个字符",
        "下次修改密码时起作用，现在的密码照用。",
        Kind.NUMBER,
        10,
        8,
        64,
        "个字符",
    ),
    Setting(
        "lock_after",
        "security",
        "连续输错几次就锁定",
        "防别人一个一个地试密码。",
        Kind.NUMBER,
        5,
        3,
        20,
        "次",
    ),
    Setting(
        "lock_minutes", "security", "锁定多久", "到时自动解开，管理员也可以提前解除。", Kind.NUMBER, 15, 1, 1440, "分钟"
    ),
    Setting(
        "session_idle_minutes",
        "security",
        "多久没有操作要重新登录",
        "人离开了，别人不能接着用。没交的内容不会丢。",
        Kind.NUMBER,
        120,
        5,
        1440,
        "分钟",
        env="LITERACY_SESSION_IDLE_MINUTES",
    ),
    Setting(
        "session_max_minutes",
        "security",
        "一次登录最长多久",
        "一直在操作，到时也要重新登录。",
        Kind.NUMBER,
        720,
        30,
        10080,
        "分钟",
        env="LITERACY_SESSION_MAX_MINUTES",
    ),
    Setting(
        "smtp_host",
        "mail",
        "发信服务器（SMTP）",
        "问单位管邮箱的人。空着就不发邮件。",
        Kind.HOST,
        most=253,
        env="LITERACY_SMTP_HOST",
    ),
    Setting(
        "smtp_port",
        "mail",
        "端口",
        "STARTTLS 一般是 587，SSL 一般是 465。",
        Kind.NUMBER,
        587,
        1,
        65535,
        env="LITERACY_SMTP_PORT",
    ),
    Setting(
        "smtp_security",
        "mail",
        "加密",
        "不加密时，信和密码在路上谁都看得到，只用于本机的邮件服务。",
        Kind.CHOICE,
        "starttls",
        choices=(("starttls", "STARTTLS"), ("ssl", "SSL/TLS"), ("none", "不加密")),
        env="LITERACY_SMTP_SECURITY",
    ),
    Setting(
        "smtp_any_certificate",
        "mail",
        "接受自签的证书",
        "只用于内网里自己签发证书的服务器：不再核对对方是不是真的那台服务器。",
        Kind.YES_NO,
        False,
        env="LITERACY_SMTP_ANY_CERTIFICATE",
    ),
    Setting("smtp_user", "mail", "登录账号", "服务器不要求登录的，空着。", Kind.LINE, env="LITERACY_SMTP_USER"),
    Setting(
        "smtp_password",
        "mail",
        "登录密码",
        "加密存放，存了以后谁也看不到，只能换新的。",
        Kind.SECRET,
        env="LITERACY_SMTP_PASSWORD",
    ),
    Setting(
        "smtp_sender",
        "mail",
        "发件地址",
        "收信人看到的地址，一般就是登录账号的邮箱。",
        Kind.EMAIL,
        env="LITERACY_SMTP_SENDER",
    ),
    Setting(
        "languages",
        "languages",
        "提供的文字",
        "现在只有简体中文。繁体和英文还没有译本，译好以后在这里选。",
        Kind.CHOICES,
        ["zh-Hans"],
        1,
        choices=(("zh-Hans", "简体中文"),),
    ),
    Setting(
        "keep_audit_months",
        "retention",
        "操作记录",
        "法律要求网络日志至少留六个月。",
        Kind.NUMBER,
        36,
        6,
        240,
        "个月",
    ),
    Setting(
        "keep_drafts_days", "retention", "还没保存的草稿", "写到一半、再没有打开过的。", Kind.NUMBER, 90, 7, 3650, "天"
    ),
    Setting("keep_messages_days", "retention", "读过的消息", "没读的一直留着。", Kind.NUMBER, 180, 7, 3650, "天"),
    Setting(
        "keep_mails_days", "retention", "发出的邮件的记录", "发给谁、什么时候、成没成。", Kind.NUMBER, 90, 7, 3650, "天"
    ),
)


def sessions_fit(values: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong with the lengths of sessions taken together, as (key, sentence)."""
    if values["session_idle_minutes"] > values["session_max_minutes"]:
        return "session_idle_minutes", "不能比“一次登录最长多久”还长。"
    return None


def mail_fits(values: dict[str, Any]) -> tuple[str, str] | None:
    """What is wrong with the mail server's settings taken together, as (key, sentence)."""
    if not values["smtp_host"]:
        return None
    if not values["smtp_sender"]:
        return "smtp_sender", "填了服务器，就要填发件地址。"
    if values["smtp_user"] and values["smtp_security"] == "none" and values["smtp_host"] not in _HERE:
        return "smtp_security", "要登录的服务器请选 STARTTLS 或 SSL/TLS，否则密码在路上谁都看得到。"
    return None


_HERE = ("localhost", "127.0.0.1", "::1")
RULES = (sessions_fit, mail_fits)
