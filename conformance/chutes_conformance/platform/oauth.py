"""Apps that sign users in: managing them, consent, tokens. What tokens are and permit is in `oauth_tokens`."""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from typing import Any
from urllib.parse import urlencode

from .forms import form_of
from .http import HttpError, Response, json_response, text_response
from .oauth_tokens import CODE_SECONDS, PRIVILEGED, SCOPES, Code, OAuth, OAuthApp, Token, digest, random_text, refusal
from .routes import Context, route
from .state import Json, User, naive
from .users import ADMINS_ONLY, named
from .validate import Field

NO_APP = "Application not found"
APP_NAME = re.compile(r"^[\w\s\-\.]+$")
MAX_DAYS = 30
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
UNLIMITED_DEV = 1 << 7


def _name(value: Any) -> str | None:
    if not 3 <= len(value) <= 64:
        return "Name must be between 3 and 64 characters"
    return None if APP_NAME.match(value) else "Name can only contain letters, numbers, spaces, hyphens, and periods"


def _uris(value: Any) -> str | None:
    if not value:
        return "At least one redirect URI is required"
    if len(value) > 10:
        return "Maximum 10 redirect URIs allowed"
    wrong = next((uri for uri in value if not uri.startswith(("http://", "https://"))), None)
    return f"Invalid redirect URI: {wrong}" if wrong is not None else None


def _days(value: Any) -> str | None:
    if value < 1:
        return "Refresh token lifetime must be at least 1 day"
    return f"Refresh token lifetime cannot exceed {MAX_DAYS} days" if value > MAX_DAYS else None


CREATE: dict[str, Field] = {
    "name": Field("string", required=True, nullable=False, check=_name),
    "description": Field("string"),
    "redirect_uris": Field("list", required=True, nullable=False, check=_uris),
    "homepage_url": Field("string"),
    "logo_url": Field("string"),
    "public": Field("boolean", default=True, nullable=False),
    "refresh_token_lifetime_days": Field("integer", default=MAX_DAYS, check=_days),
    "allowed_scopes": Field("list"),
}
UPDATE: dict[str, Field] = {
    "name": Field("string", check=_name),
    "description": Field("string"),
    "redirect_uris": Field("list", check=_uris),
    "homepage_url": Field("string"),
    "logo_url": Field("string"),
    "active": Field("boolean"),
    "public": Field("boolean"),
    "refresh_token_lifetime_days": Field("integer", check=_days),
    "allowed_scopes": Field("list"),
}
SHARE: dict[str, Field] = {
    "app_id_or_name": Field("string", required=True, nullable=False),
    "user_id_or_name": Field("string", required=True, nullable=False),
}
APPS_QUERY: dict[str, Field] = {
    "include_public": Field("boolean", default=True),
    "include_shared": Field("boolean", default=True),
    "search": Field("string"),
    "user_id": Field("string"),
}
AUTHORIZE: dict[str, Field] = {
    "response_type": Field("string", required=True, nullable=False),
    "client_id": Field("string", required=True, nullable=False),
    "redirect_uri": Field("string", required=True, nullable=False),
    "scope": Field("string"),
    "state": Field("string"),
    "code_challenge": Field("string"),
    "code_challenge_method": Field("string"),
}
OPTIONAL = Field("string")
TOKEN: dict[str, Field] = {
    "grant_type": Field("string", required=True, nullable=False),
    **{name: OPTIONAL for name in ("code", "redirect_uri", "client_id", "client_secret", "refresh_token", "code_verifier")},
}
ABOUT_TOKEN: dict[str, Field] = {
    "token": Field("string", required=True, nullable=False),
    **{name: OPTIONAL for name in ("token_type_hint", "client_id", "client_secret")},
}


class Refused(Exception):
    """An error in OAuth's own shape: `{"error": …}`, never `detail`."""


def own_app(ctx: Context, app_id: str) -> OAuthApp:
    app = ctx.of(OAuth).apps.get(app_id)
    if app is None or app.user is not ctx.caller:
        raise HttpError(404, NO_APP)
    return app


def check_scopes(user: User, scopes: list[str] | None) -> None:
    wanted = sorted(set(scopes or []) & PRIVILEGED)
    if wanted and not user.permissions & UNLIMITED_DEV:
        raise HttpError(403, f"Privileged scopes require unlimited_dev permission: {wanted}")


@route("GET /idp/scopes", auth="public")
def list_scopes(ctx: Context) -> Json:
    return {"scopes": SCOPES}


@route("GET /.well-known/openid-configuration", auth="public")
def discovery(ctx: Context) -> Json:
    """The server's document, with this platform's own address in it."""
    base = f"http://{ctx.request.headers.get('host', '127.0.0.1')}"
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/idp/authorize",
        "token_endpoint": f"{base}/idp/token",
        "userinfo_endpoint": f"{base}/idp/userinfo",
        "revocation_endpoint": f"{base}/idp/token/revoke",
        "introspection_endpoint": f"{base}/idp/token/introspect",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "none"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "service_documentation": "https://docs.chutes.ai/oauth",
        "subject_types_supported": ["public"],
        "claims_supported": ["sub", "username", "created_at"],
    }


@route("GET /idp/apps")
def list_apps(ctx: Context) -> Json:
    query, user = ctx.query(APPS_QUERY), ctx.caller
    if query["user_id"] not in (None, "", "me", user.user_id):
        raise HttpError(403, ADMINS_ONLY)
    search = (query["search"] or "").strip().lower()

    def shown(app: OAuthApp) -> bool:
        seen = app.user is user or (query["include_public"] and app.public) or (query["include_shared"] and user.user_id in app.shares)
        texts = (app.name, app.description or "", app.homepage_url or "")
        return bool(app.active and seen and any(search in text.lower() for text in texts))

    found = sorted(filter(shown, ctx.of(OAuth).apps.values()), key=lambda app: -app.created_at)
    return ctx.page([app.view() for app in found])


@route("POST /idp/apps")
def create_app(ctx: Context) -> Json:
    args, store = ctx.body(CREATE), ctx.of(OAuth)
    check_scopes(ctx.caller, args["allowed_scopes"])
    if any(app.name.lower() == args["name"].strip().lower() for app in store.apps.values()):
        raise HttpError(409, "An application with this name already exists")
    secret, now = f"csc_{random_text(48)}", ctx.now()
    app = OAuthApp(str(uuid.uuid4()), f"cid_{random_text(24, LOWER)}", digest(secret), ctx.caller, now, now)
    for name in CREATE:
        setattr(app, name, args[name])
    app.allowed_scopes, app.refresh_token_lifetime_days = args["allowed_scopes"] or [], args["refresh_token_lifetime_days"] or MAX_DAYS
    store.apps[app.app_id] = app
    return {**app.view(), "client_secret": secret}


@route("GET /idp/apps/{app_id}")
def get_app(ctx: Context, app_id: str) -> Json:
    """By `app_id` or by `client_id`."""
    for app in ctx.of(OAuth).apps.values():
        if app_id in (app.app_id, app.client_id) and app.visible(ctx.caller):
            return app.view()
    raise HttpError(404, NO_APP)


@route("PATCH /idp/apps/{app_id}")
def update_app(ctx: Context, app_id: str) -> Json:
    """Null changes nothing, and `allowed_scopes` is checked but not stored: so does the server."""
    args = ctx.body(UPDATE)
    app = own_app(ctx, app_id)
    check_scopes(ctx.caller, args["allowed_scopes"])
    others = (other for other in ctx.of(OAuth).apps.values() if other is not app)
    if args["name"] and any(other.name == args["name"] for other in others):
        raise HttpError(409, "An application with this name already exists")
    for name in UPDATE:
        if name != "allowed_scopes" and args[name] is not None:
            setattr(app, name, args[name])
    app.updated_at = ctx.now()
    return app.view()


@route("DELETE /idp/apps/{app_id}")
def delete_app(ctx: Context, app_id: str) -> Json:
    app, store = own_app(ctx, app_id), ctx.of(OAuth)
    del store.apps[app_id]
    for key, grant in list(store.grants.items()):
        if grant.app is app:
            store.revoke(grant)
            del store.grants[key]
    return {"app_id": app_id, "deleted": True}


@route("POST /idp/apps/{app_id}/regenerate-secret")
def regenerate_secret(ctx: Context, app_id: str) -> Json:
    app, secret = own_app(ctx, app_id), f"csc_{random_text(48)}"
    app.secret_digest = digest(secret)
    return {"app_id": app.app_id, "client_id": app.client_id, "client_secret": secret}


@route("POST /idp/apps/{app_id}/share")
def share_app(ctx: Context, app_id: str) -> Json:
    args = ctx.body(SHARE)
    app, other = own_app(ctx, app_id), named(ctx.state, args["user_id_or_name"])
    if other is None:
        raise HttpError(404, "User not found")
    if other is ctx.caller:
        raise HttpError(400, "Cannot share app with yourself")
    if other.user_id in app.shares:
        raise HttpError(409, "App is already shared with this user")
    app.shares[other.user_id] = ctx.now()
    return {"app_id": app_id, "shared_to": other.user_id, "shared_to_username": other.username}


@route("DELETE /idp/apps/{app_id}/share/{user_id}")
def unshare_app(ctx: Context, app_id: str, user_id: str) -> Json:
    if own_app(ctx, app_id).shares.pop(user_id, None) is None:
        raise HttpError(404, "Share not found")
    return {"app_id": app_id, "unshared_from": user_id}


@route("GET /idp/apps/{app_id}/shares")
def app_shares(ctx: Context, app_id: str) -> Json:
    users = ctx.state.users
    rows = [
        {"user_id": user_id, "username": users[user_id].username if user_id in users else None, "shared_at": naive(moment)}
        for user_id, moment in own_app(ctx, app_id).shares.items()
    ]
    return {"app_id": app_id, "shares": rows}


@route("GET /idp/authorizations")
def list_authorizations(ctx: Context) -> Json:
    found = [grant for grant in ctx.of(OAuth).grants.values() if grant.user is ctx.caller and not grant.revoked]
    rows = [
        {
            "authorization_id": grant.grant_id,
            "app_id": grant.app.app_id,
            "app_name": grant.app.name,
            "app_description": grant.app.description,
            "app_logo_url": grant.app.logo_url,
            "scopes": grant.scopes,
            "created_at": naive(grant.created_at),
            "revoked": False,
        }
        for grant in sorted(found, key=lambda grant: -grant.created_at)
    ]
    return ctx.page(rows)


@route("DELETE /idp/authorizations/{app_id}")
def revoke_authorization(ctx: Context, app_id: str) -> Json:
    grant = ctx.of(OAuth).grants.get((ctx.caller.user_id, app_id))
    if grant is None:
        raise HttpError(404, "Authorization not found")
    ctx.of(OAuth).revoke(grant)
    return {"app_id": app_id, "revoked": True}


def error_page(title: str, text: str) -> Response:
    return text_response(f"<html><body><h1>{title}</h1><p>{text}</p></body></html>", "text/html; charset=utf-8", 400)


@route("GET /idp/authorize", auth="public")
def authorize(ctx: Context) -> Response:
    """The server shows a page to sign in and one to consent; here the user (`mock_user`, default demo) says yes at once."""
    query, store = ctx.query({**AUTHORIZE, "mock_user": Field("string", default="demo")}), ctx.of(OAuth)
    if query["response_type"] != "code":
        return error_page("unsupported_response_type", "Only 'code' response type is supported")
    app = store.client(query["client_id"])
    if app is None:
        return error_page("invalid_client", "Unknown client_id")
    if query["redirect_uri"] not in app.redirect_uris:
        return error_page("invalid_redirect_uri", "Redirect URI not registered for this application")
    if query["code_challenge"] and query["code_challenge_method"] != "S256":
        return error_page("invalid_request", "Only S256 code_challenge_method is supported")
    user = ctx.state.user_by_name(query["mock_user"])
    scopes = (query["scope"] or "").split() or ["profile"]
    wrong = refusal(scopes, app.allowed_scopes)
    if user is None:
        answer = {"error": "access_denied", "error_description": "User denied the request"}
    elif wrong:
        answer = {"error": "invalid_scope", "error_description": wrong}
    else:
        code = random_text(64)
        store.codes[digest(code)] = Code(app, user, query["redirect_uri"], scopes, query["code_challenge"] or "", ctx.now() + CODE_SECONDS)
        answer = {"code": code}
    if query["state"]:
        answer["state"] = query["state"]
    return Response(302, headers={"location": f"{query['redirect_uri']}?{urlencode(answer)}"})


def client_of(ctx: Context, args: Json) -> tuple[str | None, str | None]:
    """Id and secret of the app: from the form, or from HTTP Basic for what the form lacks."""
    given = ctx.request.headers.get("authorization", "")
    user = secret = None
    if given.startswith("Basic "):
        try:
            user, _, secret = base64.b64decode(given[6:]).decode().partition(":")
        except ValueError:
            user = secret = None
    return args["client_id"] or user, args["client_secret"] or secret


def by_code(ctx: Context, args: Json, client_id: str, secret: str | None) -> Json:
    store = ctx.of(OAuth)
    code = store.codes.pop(digest(args["code"]), None)
    if code is None or code.expires_at <= ctx.now() or code.redirect_uri != args["redirect_uri"]:
        raise Refused("invalid_grant")
    app = store.client(client_id)
    if app is not code.app or not app.knows(secret):
        raise Refused("invalid_client")
    if code.challenge:
        hashed = hashlib.sha256((args["code_verifier"] or "").encode()).digest()
        if not args["code_verifier"] or base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() != code.challenge:
            raise Refused("invalid_grant")
    return store.issue(ctx.state, store.grant(ctx.state, code.user, app, code.scopes))


def by_refresh(ctx: Context, args: Json, client_id: str, secret: str | None) -> Json:
    """A refresh token works once; the answer brings the next one, with a fresh lifetime."""
    store = ctx.of(OAuth)
    found = store.find(args["refresh_token"])
    if found is None or found[0] != "refresh_token" or not found[1].live(ctx.now()):
        raise Refused("invalid_grant")
    token = found[1]
    if token.grant.app.client_id != client_id or not token.grant.app.knows(secret):
        raise Refused("invalid_client")
    token.spent = True
    return store.issue(ctx.state, token.grant)


@route("POST /idp/token", auth="public")
def exchange(ctx: Context) -> Response:
    args = form_of(ctx.request, TOKEN)
    client_id, secret = client_of(ctx, args)
    needed = {"authorization_code": ("code", "redirect_uri"), "refresh_token": ("refresh_token",)}.get(args["grant_type"])
    if needed is None:
        return json_response({"error": "unsupported_grant_type"}, 400)
    if not client_id or not all(args[name] for name in needed):
        return json_response({"error": "invalid_request", "error_description": "Missing required parameters"}, 400)
    take = by_code if args["grant_type"] == "authorization_code" else by_refresh
    try:
        return json_response(take(ctx, args, client_id, secret))
    except Refused as refused:
        return json_response({"error": str(refused)}, 400)


@route("POST /idp/token/revoke", auth="public")
def revoke_token(ctx: Context) -> Json:
    """Always the same answer, whether there was such a token or not."""
    found = ctx.of(OAuth).find(form_of(ctx.request, ABOUT_TOKEN)["token"])
    if found:
        found[1].spent = True
    return {"revoked": True}


def introspection(kind: str, token: Token) -> Json:
    return {
        "active": True,
        "token_type": kind,
        "exp": int(token.expires_at),
        "iat": int(token.created_at),
        "scope": " ".join(token.scopes if kind == "access_token" else token.grant.scopes),
        "client_id": token.grant.app.client_id,
        "username": token.grant.user.username,
        "sub": token.grant.user.user_id,
    }


@route("POST /idp/token/introspect", auth="public")
def introspect(ctx: Context) -> Response:
    args, store = form_of(ctx.request, ABOUT_TOKEN), ctx.of(OAuth)
    if args["client_id"] and args["client_secret"]:
        app = store.client(args["client_id"])
        if app is None or not app.knows(args["client_secret"]):
            return json_response({"error": "invalid_client"}, 401)
    found = store.find(args["token"])
    return json_response(introspection(*found) if found and found[1].live(ctx.now()) else {"active": False})


@route("GET /idp/userinfo", auth="public")
def userinfo(ctx: Context) -> Json:
    """Only for access tokens of an app: an API key is not one."""
    given = ctx.request.headers.get("authorization", "")
    if not given.startswith("Bearer "):
        raise HttpError(401, "Missing or invalid authorization header")
    found = ctx.of(OAuth).find(given.removeprefix("Bearer "))
    if found is None or found[0] != "access_token" or not found[1].live(ctx.now()):
        raise HttpError(401, "Invalid or expired token")
    if not {"openid", "profile", "account:read", "admin"} & set(found[1].scopes):
        raise HttpError(403, "Token does not have required scope (openid, profile, or account:read)")
    user = found[1].grant.user
    return {"sub": user.user_id, "username": user.username, "created_at": naive(user.created_at)}
