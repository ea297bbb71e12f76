"""Badges are verified by a library that is not ours: signature, structure, dates, revocation; old keys still count."""

import base64
import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from courses.certificates import keys
from courses.certificates.service import checking, issuing
from literacy.dates import ends, today
from literacy.db import db, now
from literacy.operations import backup
from tests.courses.certificates.conftest import SITE

URI = {"type": "string", "minLength": 5}
REQUIRED = {
    "": ("@context", "id", "type", "credentialSubject", "issuer", "validFrom"),
    "issuer": ("id", "type"),
    "credentialSubject": ("type", "achievement"),
    "credentialSubject.achievement": ("id", "type", "criteria", "description", "name"),
    "credentialStatus": ("id", "type"),
}
"""What the JSON schema of an OB 3.0 AchievementCredential requires, by the place in it."""
ACHIEVEMENT_TYPES = {"CertificateOfCompletion"}


def part(token: str, number: int) -> Any:
    """A part of a compact JWS, read."""
    said = token.split(".")[number]
    return json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))


def pem_of(jwk: dict[str, Any]) -> bytes:
    """A public key as it was fetched, as another library takes it."""

    def number(name: str) -> int:
        return int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "=" * (-len(jwk[name]) % 4)))

    key = rsa.RSAPublicNumbers(number("e"), number("n")).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def verifier(client: Any, token: str) -> OB3Verifier:
    """A verifier with the key that the token's header names, fetched from where it says."""
    kid = part(token, 0)["kid"]
    answer = client.get(kid.removeprefix(SITE))
    assert answer.status_code == 200 and "d" not in answer.json
    return OB3Verifier(pem_of(answer.json))


def test_a_badge_is_verified_by_another_library(client: Any, given: Any) -> None:
    one = given("林晓")
    one.expires_on = today() + timedelta(days=30)
    token = checking.signed(one)
    read = verifier(client, token).verify(token)
    assert read.issuer.id == f"{SITE}/badges/issuer" and read.issuer.name == "青禾县干部学院"
    assert read.achievement.name == "网德：守住"
    assert read.recipient_id == f"urn:uuid:{one.subject}"
    assert read.issuance_date == one.issued_at and read.expiration_date == ends(one.expires_on)
    assert checking.signed(one) == token, "the same badge each time"


def test_the_header_and_the_claims_are_those_of_the_specification(given: Any) -> None:
    one = given()
    one.expires_on = today()
    token = checking.signed(one)
    header, claims = part(token, 0), part(token, 1)
    assert set(header) == {"alg", "kid", "typ"} and (header["alg"], header["typ"]) == ("RS256", "JWT")
    assert claims["iss"] == claims["issuer"]["id"]
    assert claims["jti"] == claims["id"] == f"{SITE}/verify/{one.code}"
    assert claims["sub"] == claims["credentialSubject"]["id"]
    assert claims["nbf"] == int(one.issued_at.timestamp()) and "iat" not in claims and "vc" not in claims
    assert claims["exp"] == int(ends(today()).timestamp()) and claims["validFrom"].endswith("Z")


def test_what_the_schema_requires_is_there(given: Any) -> None:
    claims = part(checking.signed(given()), 1)
    for place, names in REQUIRED.items():
        here = claims
        for step in filter(None, place.split(".")):
            here = here[step]
        assert not set(names) - set(here), (place, names)
    assert claims["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert "VerifiableCredential" in claims["type"] and "AchievementCredential" in claims["type"]
    assert claims["credentialSubject"]["type"] == ["AchievementSubject"]
    assert claims["credentialSubject"]["achievement"]["achievementType"] in ACHIEVEMENT_TYPES
    (who,) = claims["credentialSubject"]["identifier"]
    assert (who["type"], who["hashed"], who["identityType"], who["identityHash"]) == (
        "IdentityObject",
        False,
        "name",
        "林晓",
    )


def test_no_account_and_no_score_leave_the_house(given: Any) -> None:
    one = given()
    claims = part(checking.signed(one), 1)
    assert one.user.account not in json.dumps(claims, ensure_ascii=False)
    assert "result" not in claims["credentialSubject"] and "得分" not in claims["credentialSubject"]["narrative"]


@pytest.mark.parametrize("spoil", [lambda t: t[:-8] + "AAAAAAAA", lambda t: t.replace(".", ".A", 1)])
def test_a_changed_badge_is_refused(client: Any, given: Any, spoil: Any) -> None:
    token = checking.signed(given())
    with pytest.raises(OB3VerificationError):
        verifier(client, token).verify(spoil(token))


def test_an_expired_badge_is_refused(client: Any, given: Any) -> None:
    one = given()
    one.expires_on = today() - timedelta(days=2)
    one.issued_at -= timedelta(days=9)
    token = checking.signed(one)
    with pytest.raises(OB3VerificationError, match="expired"):
        verifier(client, token).verify(token)


def test_a_revoked_badge_is_on_the_list_and_no_other(client: Any, given: Any, admin: Any) -> None:
    one, two = given("甲"), given("乙")
    tokens = [checking.signed(row) for row in (one, two)]
    db.session.commit()

    def fetch(url: str, *_: Any, **__: Any) -> bytes:
        assert url == f"{SITE}/badges/status/0"
        return client.get(url.removeprefix(SITE), base_url=SITE).data

    check = verifier(client, tokens[0])
    for token in tokens:
        check.verify(token, check_status=True, download=fetch)
    issuing.revoke(admin, one, "错", now())
    db.session.commit()
    with pytest.raises(OB3VerificationError, match="is set at index 1"):
        check.verify(tokens[0], check_status=True, download=fetch)
    check.verify(tokens[1], check_status=True, download=fetch)


def test_the_picture_carries_the_badge(client: Any, given: Any) -> None:
    one = given()
    one.printed = {**one.printed, "course": "<甲> & “乙”"}
    token = OB3Verifier.extract_token_from_svg(checking.picture(one))
    assert token == checking.signed(one)
    verifier(client, token).verify(token)


# keys


@pytest.fixture
def folder(app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder without keys."""
    monkeypatch.setitem(app.config, "DATA_FOLDER", tmp_path)
    return tmp_path


def test_the_key_is_made_once_and_only_its_owner_reads_it(folder: Path) -> None:
    kid = keys.signer().kid
    path = folder / keys.FOLDER / keys.SIGNING
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert keys.signer().kid == kid and [one.name for one in path.parent.iterdir()] == [keys.SIGNING]
    assert path in backup.files_to_keep(folder), "a backup has it"


def test_after_rotation_old_badges_are_still_verified(folder: Path, client: Any, given: Any) -> None:
    one = given()
    old = checking.signed(one)
    old_kid = keys.signer().kid
    new_kid = keys.rotate()
    assert new_kid != old_kid
    listed = client.get("/.well-known/jwks.json", base_url=SITE).json["keys"]
    assert [key["kid"] for key in listed] == [f"{SITE}/badges/keys/{kid}" for kid in (new_kid, old_kid)]
    assert all(not {"d", "p", "q", "dp", "dq", "qi"} & set(key) for key in listed), "never a private half"
    verifier(client, old).verify(old)
    new = checking.signed(one)
    assert part(new, 0)["kid"].endswith(new_kid)
    verifier(client, new).verify(new)
    assert "PRIVATE" not in "".join(path.read_text() for path in folder.rglob(f"*{keys.OLD}"))


@pytest.mark.parametrize(
    "path", ["/badges/keys/none", "/badges/achievements/999", "/badges/status/0", "/badges/status/7"]
)
def test_what_there_is_not_is_not_found(client: Any, path: str) -> None:
    assert client.get(path).status_code == 404


def test_profiles_can_be_fetched_from_everywhere(client: Any, course: Any) -> None:
    for path in ("/badges/issuer", f"/badges/achievements/{course.id}", "/.well-known/jwks.json"):
        answer = client.get(path, base_url=SITE)
        assert answer.status_code == 200 and answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in answer.headers
    assert client.get("/badges/issuer", base_url=SITE).json["id"] == f"{SITE}/badges/issuer"
