"""Certificates of a test's own."""

import pathlib
import subprocess


def make_certificate(folder, name):
    """Writes NAME.pem and NAME.key for 127.0.0.1, and returns both paths."""
    certificate, key = (str(pathlib.Path(folder) / (name + end)) for end in (".pem", ".key"))
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "1", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key
