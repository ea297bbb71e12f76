"""The personal data that the ground itself keeps, and the rules that clear it away."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update

from literacy.activation.models import ActivationCode
from literacy.audit import keeping
from literacy.audit.models import AuditCheck
from literacy.db import db
from literacy.editing.models import EditDraft
from literacy.jobs.models import Job
from literacy.mail.models import Mail, MailChoice
from literacy.messages.models import Message
from literacy.models import AuditEntry, HandledForm, Role, RoleGrant, Unit, User
from literacy.privacy import leaving
from literacy.privacy.models import Correction
from literacy.privacy.parts import DUTY, RIGHTS, SECURITY, Part
from literacy.privacy.rules import Rule, deleting

AUTHORSHIP = "谁编写、审核的内容：职务工作的署名，内容属于单位；人员匿名后显示为“已匿名人员”"
ACT = "谁办的：管理员的职务行为，操作记录里有"
IMPERSONAL = {
    "pictures.uploader_id": AUTHORSHIP,
    "corrections.answered_by_id": "谁答复的更正申请：管理员的职务行为，操作记录里有",
    "activation_codes.issued_by_id": ACT,
    "people_imports.owner_id": "谁导入的人员名单：管理员的职务行为，操作记录里有；名单本身到期删去",
    "settings.changed_by_id": ACT,
    "leavers.user_id": "谁的账号已经匿名：只剩编号",
}
"""References to users that are nobody's own data, and why."""


def _forget_drafts(user: User) -> int:
    return db.session.execute(delete(EditDraft).where(EditDraft.user_id == user.id)).rowcount  # type: ignore[attr-defined]


def _forget_messages(user: User) -> int:
    # The row stays, so that nothing is said twice; what it said goes.
    blank = update(Message).where(Message.user_id == user.id).values(title="", body="", url="", deleted=True)
    db.session.execute(delete(MailChoice).where(MailChoice.user_id == user.id))
    return db.session.execute(blank).rowcount  # type: ignore[attr-defined]


def _forget_mails(user: User) -> int:
    return db.session.execute(delete(Mail).where(Mail.user_id == user.id)).rowcount  # type: ignore[attr-defined]


def _forget_codes(user: User) -> int:
    return db.session.execute(delete(ActivationCode).where(ActivationCode.user_id == user.id)).rowcount  # type: ignore[attr-defined]


def _forget_corrections(user: User) -> int:
    blank = update(Correction).where(Correction.user_id == user.id).values(text="", answer="")
    return db.session.execute(blank).rowcount  # type: ignore[attr-defined]


def _forget_jobs(user: User) -> int:
    return db.session.execute(delete(Job).where(Job.owner_id == user.id, Job.finished_at.is_not(None))).rowcount  # type: ignore[attr-defined]


PARTS = (
    Part(
        "account", "账号",
        "姓名、账号、单位、职务、职级、角色，账号建立的时间，是否在用；单位填了的话，还有电话和邮箱。不收身份证号、照片和人脸。",
        "分清谁在学、成绩归谁，把学习情况报给所在单位。", DUTY, "在用期间一直保留；离开后由管理员匿名。",
        ("role_grants.user_id",), ("姓名", "账号", "单位", "职务", "职级", "电话", "邮箱", "建立时间", "是否在用"),
        lambda user: select(
            User.name, User.account, Unit.name, User.post, User.rank, User.phone, User.email, User.created_at,
            User.active,
        )
        .outerjoin(Unit, Unit.id == User.unit_id).where(User.id == user.id),
        remains="编号和所在单位，姓名换成“已匿名人员”",
    ),
    Part(
        "roles", "角色", "您在平台上能做什么：学员、培训师、管理员。", "决定能打开哪些页面。", DUTY, "和账号一样。",
        (), ("角色",), lambda user: select(RoleGrant.role).where(RoleGrant.user_id == user.id), remains="保留",
        words={role.value: role.label for role in Role},
    ),
    Part(
        "records", "操作和登录记录",
        "您登录、退出，和以管理员、培训师身份办的事：时间、内容、来源地址；别人对您账号办的事。",
        "查清谁在什么时候办了什么，保障安全。", SECURITY, "{log}，最少 6 个月，到期删去。",
        ("audit_entries.actor_id",), ("时间", "内容", "来源地址"),
        lambda user: select(AuditEntry.at, AuditEntry.summary, AuditEntry.address).where(
            or_(AuditEntry.actor_id == user.id,
                (AuditEntry.subject_kind == "users") & (AuditEntry.subject_id == user.id))
        ).order_by(AuditEntry.id),
        remains="满 6 个月后抹去姓名和来源地址",
    ),
    Part(
        "drafts", "还没保存的草稿", "您在编写页面里打了字、还没有保存的内容。只有您自己看得到。",
        "断网、关机以后能接着写。", DUTY, "{edit_drafts}没有再打开就删去。",
        ("edit_drafts.user_id",), ("哪张表", "时间", "内容"),
        lambda user: select(EditDraft.kind, EditDraft.at, EditDraft.fields).where(EditDraft.user_id == user.id),
        _forget_drafts, "删去",
    ),
    Part(
        "messages", "消息", "平台给您的消息：截止提醒、培训师的答复、报表和证书做好了；要不要也发到邮箱。",
        "告诉您要办的事。", DUTY, "读过的保留{messages}，没读的一直留着；您可以随时自己删。",
        ("messages.user_id", "mail_choices.user_id"), ("时间", "标题", "内容", "读过"),
        lambda user: select(Message.at, Message.title, Message.body, Message.read_at)
        .where(Message.user_id == user.id, ~Message.deleted).order_by(Message.id),
        _forget_messages, "删去",
    ),
    Part(
        "mails", "发给您的邮件", "单位开了邮件、您也愿意收的话，发到您邮箱的提醒：时间、内容、发到哪个邮箱、成没成。",
        "没发成的再发。", DUTY, "{mails}，到期删去。",
        ("mails.user_id",), ("时间", "标题", "内容", "邮箱"),
        lambda user: select(Mail.at, Mail.title, Mail.body, Mail.address)
        .where(Mail.user_id == user.id).order_by(Mail.id),
        _forget_mails, "删去",
    ),
    Part(
        "activation", "激活码", "给您发放激活码的时间和到期时间。只存不能还原的指纹，激活码本身不存。",
        "让您自己设第一个密码。", SECURITY, "用过、过期就删去。",
        ("activation_codes.user_id",), ("发放", "到期"),
        lambda user: select(ActivationCode.issued_at, ActivationCode.expires_at)
        .where(ActivationCode.user_id == user.id),
        _forget_codes, "删去",
    ),
    Part(
        "jobs", "我的任务", "您要求做的导入名单、下载报表等任务：名称、时间、结果。", "让您看到进度，取回文件。", DUTY,
        "文件保留 3 天，任务记录到期自动删去。",
        ("jobs.owner_id",), ("任务", "时间", "结果"),
        lambda user: select(Job.title, Job.created_at, Job.said).where(Job.owner_id == user.id).order_by(Job.id),
        _forget_jobs, "删去",
    ),
    Part(
        "corrections", "更正申请", "您对个人资料提出的更正，和管理员的答复。", "受理您的请求。", RIGHTS,
        "答复后 {corrections}。",
        ("corrections.user_id",), ("关于", "内容", "时间", "结果", "答复"),
        lambda user: select(Correction.about, Correction.text, Correction.asked_at, Correction.outcome,
                            Correction.answer).where(Correction.user_id == user.id).order_by(Correction.id),
        _forget_corrections, "删去内容，留下时间和结果",
    ),
)  # fmt: skip


def _cut(before: datetime) -> int:
    db.session.execute(delete(AuditCheck).where(AuditCheck.at < before))
    return keeping.cut(None, before)


RULES = (
    Rule("log", "操作和登录记录", "从最早的开始删去过期的记录，留下签名的说明，剩下的仍可核对。",
         lambda before: keeping.expired(before)[0], _cut),
    Rule("log_names", "操作记录里的姓名", "已匿名的人，记录满 6 个月后抹去其中的姓名、账号和来源地址。",
         leaving.count_names, leaving.blank_names),
    Rule("edit_drafts", "还没保存的草稿", "删去很久没有再打开的编写草稿。",
         **deleting(EditDraft, lambda before: EditDraft.at < before)),
    Rule("handled_forms", "防重复提交的记号", "删去记着哪张表已经交过的记号。",
         **deleting(HandledForm, lambda before: HandledForm.at < before)),
    Rule("corrections", "更正申请", "删去已经答复的申请。",
         **deleting(Correction, lambda before: Correction.answered_at < before)),
    Rule("leavers", "离开的人", "停用很久的账号自动匿名：换掉姓名，删去本人写的文字，成绩只留数字。不能撤回。",
         leaving.count_gone, leaving.anonymise_gone),
)  # fmt: skip
ACTIONS = {
    "user.anonymised": "匿名账号",
    "correction.asked": "申请更正",
    "correction.answered": "答复更正申请",
    "personal.exported": "下载自己的资料",
    "retention.ran": "按保存期限清理",
}
