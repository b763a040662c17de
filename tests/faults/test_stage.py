"""When a mail server has read all that was said to it."""

import socket

from tests.faults.stage import connections_to
from tests.parallel import wait_until


def test_a_connection_counts_until_the_server_has_closed_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert connections_to(port) == 0
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
        assert connections_to(port) == 1
        client.sendall(b"said")
        client.close()  # as whoever is killed
        assert connections_to(port) == 1
        assert accepted.recv(9) == b"said"
        accepted.close()
        wait_until(lambda: connections_to(port) == 0, "A connection that was closed still counts.")
