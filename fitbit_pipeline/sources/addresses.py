"""Addresses of services: which of them tokens and health data may be sent to."""

import ipaddress
from urllib.parse import urlsplit


def is_loopback(address: str) -> bool:
    """Whether an address leads to this machine itself."""
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_encrypted(address: str) -> bool:
    """Whether what is sent to an address can be read on the way by nobody.

    It begins with ``https://`` and names a host, or leads to this machine itself.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "http":
        return is_loopback(address)
    return parts.scheme == "https" and bool(parts.hostname)
