"""Notifications pushed to devices: encrypted for the device, signed by the instance (RFC 8291, RFC 8292)."""
