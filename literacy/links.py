"""Addresses of our pages outside requests: in messages, mails, QR codes."""

from typing import Any

from flask import current_app

from literacy.settings import value


def path_to(endpoint: str, **values: Any) -> str:
    """The path of a page, such as /messages; works in jobs and commands too."""
    return current_app.url_map.bind("localhost").build(endpoint, values)


def address_of(path: str) -> str:
    """The whole address of a path of ours, for readers elsewhere; empty where the site's address is not set."""
    site = value("site_address")
    return f"{site}{path}" if site and path else ""
