"""A sink of ours: takes every message and keeps none. `python -m bench.mail.own_sink PORT`"""

import asyncio
import sys

END = b"\r\n.\r\n"
EHLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
ANSWERS = {b"EHLO": EHLO, b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
TAKEN = b"250 2.0.0 Ok\r\n"


class Session(asyncio.Protocol):
    """Answers what has arrived whole, so that commands may be pipelined."""

    def __init__(self) -> None:
        self.arrived = bytearray()
        self.in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.arrived += data
        answers = bytearray()
        while answer := self._next_answer():
            answers += answer
        self.transport.write(answers)
        if answers.endswith(ANSWERS[b"QUIT"]):
            self.transport.close()

    def _next_answer(self) -> bytes:
        """Empty until a command, or a message, has arrived whole."""
        mark = END if self.in_data else b"\r\n"
        end = self.arrived.find(mark)
        if end < 0:
            return b""
        verb = bytes(self.arrived[:4]).upper()
        del self.arrived[: end + len(mark)]
        if self.in_data:
            self.in_data = False
            return TAKEN
        if verb == b"DATA":
            self.in_data = True
            self.arrived[:0] = b"\r\n"  # the dot of an empty message has no other line before it
        return ANSWERS.get(verb, TAKEN)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Session, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
