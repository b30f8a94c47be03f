"""OAuth 2.0: how apps get a token of somebody who allows it (RFC 6749, 7009, 7591, 7636, 8252, 8414)."""
