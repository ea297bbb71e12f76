"""Open Badges 3.0: a certificate as a verifiable credential, signed as a JSON Web Token. Pure.

Follows the specification's §8.2 (JSON Web Token proof): the token's payload is the credential itself, with iss, jti,
sub, nbf and exp beside it; the header names the algorithm and a key that is fetched at its address. Whether it was
revoked stands in a W3C bitstring status list, which says nothing about anybody who is not asked for.
"""

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from courses.certificates.keys import ALGORITHM, Signer, base64url
from literacy.text import titled

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
LIST_SIZE = 131_072
"""Entries of one status list: the least that W3C allows, so that nobody is told apart in a small crowd."""


@dataclass(frozen=True)
class Badge:
    """What of a certificate goes into its badge."""

    site: str
    row_id: int
    course_id: int
    code: str
    subject: str
    serial: str
    issued_at: datetime
    expires_at: datetime | None
    printed: Mapping[str, Any]


def issuer(site: str, name: str) -> dict[str, Any]:
    """Who issues, as others fetch it."""
    return {"id": f"{site}/badges/issuer", "type": ["Profile"], "name": name, "url": site}


def achievement(site: str, course_id: int, course: str, summary: str) -> dict[str, Any]:
    """What was achieved, as others fetch it."""
    return {
        "id": f"{site}/badges/achievements/{course_id}",
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": course,
        "description": summary or f"完成{titled(course)}的全部学习。",
        "criteria": {"narrative": f"读完{titled(course)}的全部课文，测验和演练全部合格。"},
        "inLanguage": "zh-Hans",
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def credential(badge: Badge) -> dict[str, Any]:
    """The certificate as an AchievementCredential, without proof."""
    kept, site = badge.printed, badge.site
    where, place = divmod(badge.row_id, LIST_SIZE)
    made = {
        "@context": CONTEXT,
        "id": f"{site}/verify/{badge.code}",
        "type": ["VerifiableCredential", "AchievementCredential", "OpenBadgeCredential"],
        "name": f"{kept['title']} {kept['course']}",
        "issuer": issuer(site, kept["issuer"] or kept["school"]),
        "validFrom": _time(badge.issued_at),
        "credentialSubject": {
            "id": f"urn:uuid:{badge.subject}",
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityType": "name", "identityHash": kept["name"]}
            ],
            "licenseNumber": badge.serial,
            "narrative": kept["text"],
            "achievement": achievement(site, badge.course_id, kept["course"], ""),
        },
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": f"{site}/badges/status/{where}#{place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(place),
            "statusListCredential": f"{site}/badges/status/{where}",
        },
    }
    if badge.expires_at is not None:
        made["validUntil"] = _time(badge.expires_at)
    return made


def status_list(site: str, number: int, name: str, revoked: Iterable[int], moment: datetime) -> dict[str, Any]:
    """The list of what was revoked: one bit for each certificate, by its row."""
    bits = bytearray(LIST_SIZE // 8)
    for row_id in revoked:
        place = row_id - number * LIST_SIZE
        bits[place // 8] |= 0x80 >> place % 8
    address = f"{site}/badges/status/{number}"
    return {
        "@context": CONTEXT[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer(site, name)["id"],
        "validFrom": _time(moment),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u" + base64url(gzip.compress(bytes(bits), mtime=0)),
        },
    }


def token(made: Mapping[str, Any], signer: Signer, site: str) -> str:
    """A credential signed as a compact JWS."""
    who = made["issuer"]
    claims = {
        **made,
        "iss": who if isinstance(who, str) else who["id"],
        "jti": made["id"],
        "sub": made["credentialSubject"]["id"],
        "nbf": int(datetime.fromisoformat(made["validFrom"]).timestamp()),
    }
    if "validUntil" in made:
        claims["exp"] = int(datetime.fromisoformat(made["validUntil"]).timestamp())
    header = {"alg": ALGORITHM, "kid": key_address(site, signer.kid), "typ": "JWT"}
    signed = ".".join(base64url(json.dumps(part, ensure_ascii=False).encode()) for part in (header, claims))
    return f"{signed}.{base64url(signer.signature(signed.encode()))}"


def key_address(site: str, kid: str) -> str:
    """Where the public half of a key is fetched."""
    return f"{site}/badges/keys/{kid}"


def picture(badge: Badge, signed: str) -> bytes:
    """The badge as an SVG picture that carries the signed credential in it (baked, as the specification says)."""
    kept = badge.printed
    course = kept["course"]
    lines = [course[start : start + 10] for start in range(0, min(len(course), 30), 10)]
    first = 176 - 15 * (len(lines) - 1)
    drawn = "".join(
        f'<text x="180" y="{first + 34 * number}" font-size="26" font-weight="bold">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" \
viewBox="0 0 360 360" width="360" height="360" role="img">
<openbadges:credential verify="{escape(signed)}"/>
<title>{escape(kept["title"])}：{escape(course)}</title>
<rect x="8" y="8" width="344" height="344" rx="28" fill="#fffdf9" stroke="#a8321f" stroke-width="8"/>
<rect x="24" y="24" width="312" height="312" rx="16" fill="none" stroke="#a8321f" stroke-width="1.5"/>
<g font-family="Songti SC, Noto Serif SC, SimSun, serif" text-anchor="middle" fill="#1d1b18">
<text x="180" y="82" font-size="20" fill="#5c574f">{escape((kept["school"] or kept["issuer"])[:14])}</text>
{drawn}
<path d="M120 262h120" stroke="#b9b2a5"/>
<text x="180" y="296" font-size="22" fill="#a8321f">{escape(kept["title"][:10])}</text>
<text x="180" y="320" font-size="13" fill="#5c574f">{escape(badge.serial)}</text>
</g>
</svg>
""".encode()
