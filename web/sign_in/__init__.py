"""Signing in at the company's own provider: OpenID Connect, as its client."""
