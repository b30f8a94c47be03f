"""The socket that the server listens on, bound before anything else so that a taken port is one sentence."""

import socket

from alliance.errors import WrongConfiguration

BACKLOG = 2048
Listener = socket.socket


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises WrongConfiguration when the port is taken or the address is not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise WrongConfiguration("{host} is not an address to listen on.", host=host) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise WrongConfiguration(
            "{host}:{port} can't be used: {reason}.",
            host=host,
            port=port,
            reason=(error.strerror or str(error)).lower(),
        ) from error
    listener.set_inheritable(True)
    return listener
