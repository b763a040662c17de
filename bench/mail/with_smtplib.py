"""Plain smtplib over one connection, from bytes that were built beforehand. `python -m bench.mail.with_smtplib PORT FILE`"""

import smtplib
import sys
from time import perf_counter

from bench.mail.letters import read_letters, report


def main(port: str, file: str) -> None:
    ready = [(letter["envelope_to"], letter["mime"].encode()) for letter in read_letters(file)]
    started = perf_counter()
    with smtplib.SMTP("127.0.0.1", int(port)) as connection:
        for to, mime in ready:
            connection.sendmail("bench@localhost", [to], mime)
    report(sent=len(ready), seconds=perf_counter() - started)


if __name__ == "__main__":
    main(*sys.argv[1:])
