"""Certificates of nobody anybody trusts, for servers of the tests' own."""

import subprocess
from pathlib import Path


def make_certificate(folder: Path) -> Path:
    """Of 127.0.0.1, with its key in the same file."""
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", str(key), "-out", str(certificate)]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, capture_output=True, check=True)
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    return both
