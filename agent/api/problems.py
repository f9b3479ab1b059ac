"""How an error becomes an HTTP answer: the only place where our errors get their codes."""

import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from agent.domain.errors import (
    CallerMistake,
    MachineRetries,
    NotFound,
    OkaeriError,
    OperatorMustFix,
    PolicyRefusal,
    StaleVersion,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
STATUS: dict[type[OkaeriError], int] = {
    NotFound: 404,
    StaleVersion: 409,
    CallerMistake: 422,
    PolicyRefusal: 403,
    OperatorMustFix: 503,
    MachineRetries: 503,
    OkaeriError: 500,
}
"""Most special first; the first class that fits decides."""

DETAIL_JA = {
    400: "送られた内容を読み取れませんでした。",
    401: "認証が必要です。",
    403: "この操作は許可されていません。",
    404: "ページが見つかりません。アドレスをご確認ください。",
    405: "この方法では操作できません。",
    413: "送られた内容が大きすぎます。",
    422: "入力に足りないもの、または正しくないものがあります。",
    429: "回数が多すぎます。少し待ってからお試しください。",
}

Page = Callable[[Request, int, str], Response | None]
"""Renders an error for people: request, status, Japanese detail. None leaves the answer to problem+json."""


def problem(
    status: int, title: str, detail: str, *, headers: dict[str, str] | None = None, **more: object
) -> JSONResponse:
    """An RFC 9457 answer. detail: Japanese, what to do next."""
    return JSONResponse(
        {"type": "about:blank", "title": title, "status": status, "detail": detail, **more},
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def status_of(error: OkaeriError) -> int:
    """The HTTP code of one of our errors."""
    return next(code for kind, code in STATUS.items() if isinstance(error, kind))


def answer_errors(app: FastAPI, *, pages: tuple[Page, ...] = ()) -> None:
    """Answer every foreseen error with problem+json, or with a page where one of `pages` renders it."""

    def answer(
        request: Request,
        status: int,
        title: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **more: object,
    ) -> Response:
        for page in pages:
            rendered = page(request, status, detail)
            if rendered is not None:
                rendered.headers.update(headers or {})
                return rendered
        return problem(status, title, detail, headers=headers, **more)

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, OkaeriError)  # noqa: S101 - narrows Starlette's handler type
        status = status_of(error)
        if status >= 500:
            log.error("%s %s: %s", request.method, request.url.path, error)
        return answer(request, status, str(error), error.ja)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        standard = HTTPStatus(error.status_code).phrase
        told = error.detail if error.detail and error.detail != standard else None
        detail = told or DETAIL_JA.get(error.status_code, standard)
        return answer(
            request,
            error.status_code,
            standard,
            detail,
            headers=dict(error.headers) if error.headers else None,
        )

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        wrong = [{"where": ".".join(map(str, one["loc"])), "why": one["msg"]} for one in error.errors()]
        return answer(request, 422, "Invalid input", DETAIL_JA[422], errors=wrong)

    handlers: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        OkaeriError: ours,
        HTTPException: http,
        RequestValidationError: invalid,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
