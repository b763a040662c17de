"""The broker, which is lost, flushed and comes back at the same place, with nothing of what it held."""

import os
import secrets
import signal
from dataclasses import dataclass, field

import redis

from ops.processes import Crew
from ops.stopping import StopFlag, Trouble
from ops.valkey import answers, program


@dataclass
class Broker:
    crew: Crew
    stop_flag: StopFlag
    port: int
    password: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    pid: int = 0

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Once it answers."""
        child = self.crew.start(program(self.crew.folder, self.port, self.password))
        self.pid = child.pid
        if not answers(child, self.url, self.stop_flag):
            raise Trouble(f"Valkey did not start ({child.log}):\n{child.last_lines()}")

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.crew.wait_for_end("valkey", seconds=10)

    def flush(self) -> int:
        """How many keys went."""
        with redis.Redis.from_url(self.url) as client:
            held = client.dbsize()
            client.flushall()
        assert isinstance(held, int)
        return held
