"""The line to the mail server: connecting, handing over one mail, and saying in words what went wrong."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from literacy.settings import value

TIMEOUT = 15.0
"""Seconds to wait for the server."""


@dataclass(frozen=True)
class Server:
    """The mail server as it is set."""

    host: str
    port: int
    security: str
    """starttls, ssl or none."""
    sender: str
    any_certificate: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


class Undelivered(Exception):  # noqa: N818  an answer of the server
    """The server did not take a mail. `for_good`: trying again will not help; `unsure`: perhaps it did take it."""

    def __init__(self, sentence: str, *, for_good: bool = False, unsure: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.for_good = for_good
        self.unsure = unsure


class NoLine(Exception):  # noqa: N818
    """The server cannot be reached, or will not talk to us: no mail is to blame."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def server_set() -> Server | None:
    """The server that is set; None where mails are switched off."""
    if not value("smtp_host"):
        return None
    return Server(
        value("smtp_host"),
        value("smtp_port"),
        value("smtp_security"),
        value("smtp_sender"),
        value("smtp_any_certificate"),
        value("smtp_user"),
        value("smtp_password"),
    )


def _trust(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.any_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextmanager
def connected(server: Server, timeout: float = TIMEOUT) -> Iterator[smtplib.SMTP]:
    """A line to the server, signed in. Raises NoLine with a sentence where there is none to be had."""
    try:
        smtp = _opened(server, timeout)
    except (smtplib.SMTPException, OSError, ValueError) as problem:
        raise NoLine(no_line(problem, server)) from problem
    try:
        yield smtp
    finally:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _opened(server: Server, timeout: float) -> smtplib.SMTP:
    smtp: smtplib.SMTP
    if server.security == "ssl":
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=_trust(server))
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=timeout)
    try:
        if server.security == "starttls":
            smtp.starttls(context=_trust(server))
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def no_line(problem: Exception, server: Server) -> str:
    """Why there is no line, and what to look at."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"{server.host} 的证书不可信（{problem.verify_message}）。内网自签的证书，请在设置里允许。"
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return f"服务器不认这个账号或密码（{problem.smtp_code}）。有的邮箱要用专门的“授权码”。"
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return "服务器不支持这种加密或者登录方式。请核对“加密”和端口。"
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"服务器不接受连接（{problem.smtp_code}）：{_words(problem.smtp_error)}"
    if isinstance(problem, socket.gaierror):
        return f"找不到服务器 {server.host}。请核对名字，或者检查这台机器的网络。"
    if isinstance(problem, TimeoutError):
        return f"服务器 {server.host}:{server.port} 没有回答。请核对端口，检查防火墙。"
    if isinstance(problem, ConnectionRefusedError):
        return f"服务器 {server.host}:{server.port} 拒绝连接。请核对端口，看邮件服务是不是停了。"
    if isinstance(problem, ssl.SSLError):
        return "加密没有谈成。请核对“加密”和端口：STARTTLS 一般是 587，SSL 一般是 465。"
    return f"连不上 {server.host}:{server.port}（{type(problem).__name__}）。请核对端口和“加密”。"


def _words(said: bytes | str) -> str:
    """What a server said, as one short line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:200]


def hand_over(smtp: smtplib.SMTP, sender: str, to: str, mail: EmailMessage) -> None:
    """Give one mail to the server.

    Raises Undelivered where it does not take this one, NoLine where the line broke before anything was handed over.
    """
    try:
        smtp.ehlo_or_helo_if_needed()
        code, said = smtp.mail(sender)
        if code != 250:
            _give_up(smtp)
            raise NoLine(f"服务器不接受发件地址 {sender}（{code}）：{_words(said)}")
        code, said = smtp.rcpt(to)
    except (smtplib.SMTPException, OSError) as problem:
        raise NoLine(f"和服务器说到一半断了（{type(problem).__name__}）。") from problem
    if code not in (250, 251):
        _give_up(smtp)
        raise Undelivered(f"服务器不接受收件地址 {to}（{code}）：{_words(said)}", for_good=code >= 500)
    _data(smtp, mail)


def _data(smtp: smtplib.SMTP, mail: EmailMessage) -> None:
    try:
        code, said = smtp.data(mail.as_bytes())
    except smtplib.SMTPDataError as problem:
        _give_up(smtp)
        raise Undelivered(
            f"服务器不收（{problem.smtp_code}）：{_words(problem.smtp_error)}", for_good=problem.smtp_code >= 500
        ) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise Undelivered("发到一半断了，不知道送到没有。问过本人没有收到，再点“重发”。", unsure=True) from problem
    if code != 250:
        _give_up(smtp)
        raise Undelivered(f"服务器不收（{code}）：{_words(said)}", for_good=code >= 500)


def _give_up(smtp: smtplib.SMTP) -> None:
    """Begin anew with the next mail."""
    with suppress(smtplib.SMTPException, OSError):
        smtp.rset()
