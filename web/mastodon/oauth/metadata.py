"""What a program can ask beforehand: which ways there are to a token (RFC 8414)."""

from typing import Any

from alliance.app_scopes import SCOPES
from web.mastodon.door import Call, Endpoint


async def metadata(call: Call) -> dict[str, Any]:
    """GET /.well-known/oauth-authorization-server."""
    origin = call.instance.settings.origin
    return {
        "issuer": origin,
        "service_documentation": f"{origin}/api/openapi.json",
        "authorization_endpoint": f"{origin}/oauth/authorize",
        "token_endpoint": f"{origin}/oauth/token",
        "app_registration_endpoint": f"{origin}/api/v1/apps",
        "revocation_endpoint": f"{origin}/oauth/revoke",
        "userinfo_endpoint": f"{origin}/oauth/userinfo",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }


ENDPOINTS = (Endpoint("GET", "/.well-known/oauth-authorization-server", metadata, "none"),)
