"""What goes wrong, in words: the one exception for broken rules, and a page for every kind of failure."""

from typing import Any, TypeVar

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

T = TypeVar("T")

PAGES = {
    400: "这个请求不完整，没有办理。请返回上一页再试一次。",
    403: "您的账号没有打开这一页的权限。",
    404: "没有找到这一页。它可能已经移走，或者地址抄错了一个字。",
    405: "这个地址不能这样打开。请从菜单重新进入。",
    413: "提交的内容太大，没有保存。请删减后再提交。",
    429: "操作太频繁了。请等一分钟再试。",
    500: "系统出了差错，已经记录下来。您刚才填写的内容可能没有保存。",
}


class Refused(Exception):  # noqa: N818  it is an answer, not a failure
    """A rule says no. Carries the sentence that the user reads, and the HTTP status it is answered with.

    `field` names the field of the form that the sentence belongs beside, if there is one.
    """

    def __init__(self, sentence: str, status: int = 409, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
        self.field = field


class NotFound(Refused):
    """The thing asked for is not there, or not for this person."""

    def __init__(self, sentence: str = PAGES[404]) -> None:
        super().__init__(sentence, 404)


def found(thing: T | None) -> T:
    """Give the thing back.

    Raises NotFound where there is none.
    """
    if thing is None:
        raise NotFound
    return thing


def wants_json() -> bool:
    """Whether the caller is one of our scripts, not a person turning to a page."""
    return request.headers.get("X-Requested-With") == "fetch"


def error_page(status: int, sentence: str, template: str | None = None, **context: Any) -> ResponseReturnValue:
    """The answer to a failure: JSON for scripts, a page with a way back for people."""
    if wants_json():
        return {"error": sentence}, status
    name = template or (f"errors/{status}.html" if status in PAGES else "errors/400.html")
    return render_template(name, sentence=sentence, status=status, **context), status


def init_app(app: Flask) -> None:
    """Give every failure its page."""

    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        template = None if error.status in PAGES else "errors/refused.html"
        return error_page(error.status, error.sentence, template)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        if code < 400:
            return error.get_response()
        return error_page(code, PAGES.get(code, PAGES[400]))

    @app.errorhandler(InternalServerError)
    def failed(_error: InternalServerError) -> ResponseReturnValue:
        return error_page(500, PAGES[500])
