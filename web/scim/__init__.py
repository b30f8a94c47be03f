"""SCIM 2.0: the company's directory opens and closes accounts (RFC 7643, RFC 7644)."""
