"""Windows' own store of certificates, behind a proxy that inspects connections: refused before its authority is in it.

The real parts: Windows' Python, truststore and boto3, and crypt32 as Wine has it. AWS is moto, behind the proxy.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from moto.server import ThreadedMotoServer

from tests.support.cloud import OF_THE_NETWORK
from tests.support.proxies import ISSUER, Authority, company_proxy
from tests.support.wine import PYTHON, RIG, windows_path

ROOT = Path(__file__).parents[3]

PROGRAM = """
import ctypes, ssl, sys
from ctypes import wintypes
from pathlib import Path
from tray.aws.cloud import Cloud
from tray.model.notebooks import Scope
from tray.model.problems import TrayError
from tray.model.signer import AwsProfile

crypt32 = ctypes.WinDLL("crypt32", use_last_error=True)
crypt32.CertOpenStore.restype = ctypes.c_void_p
crypt32.CertOpenStore.argtypes = ctypes.c_void_p, wintypes.DWORD, ctypes.c_void_p, wintypes.DWORD, wintypes.LPCWSTR
crypt32.CertCloseStore.argtypes = ctypes.c_void_p, wintypes.DWORD
crypt32.CertAddEncodedCertificateToStore.argtypes = (
    ctypes.c_void_p, wintypes.DWORD, ctypes.c_char_p, wintypes.DWORD, wintypes.DWORD, ctypes.POINTER(ctypes.c_void_p)
)
crypt32.CertDeleteCertificateFromStore.argtypes = (ctypes.c_void_p,)

def look():
    try:
        print(Cloud().list_notebooks(Scope("mine", "eu-west-1", AwsProfile("base"))))
    except TrayError as error:
        print(error.problem.title, "|", error.problem.message)

if len(sys.argv) == 1:
    look()
    sys.exit()
# CERT_STORE_PROV_SYSTEM_REGISTRY_W of CERT_SYSTEM_STORE_LOCAL_MACHINE: what Wine's store of roots is read from.
der = ssl.PEM_cert_to_DER_cert(Path(sys.argv[1]).read_text())
store, added = crypt32.CertOpenStore(13, 0, None, 0x20000, "Root"), ctypes.c_void_p()
assert store
assert crypt32.CertAddEncodedCertificateToStore(store, 0x10001, der, len(der), 3, ctypes.byref(added))
if sys.argv[2] == "add":
    crypt32.CertCloseStore(store, 0)
else:
    assert crypt32.CertDeleteCertificateFromStore(added)
    crypt32.CertCloseStore(store, 0)
"""


def test_the_systems_store_decides(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "credentials").write_text("[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret\n")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        with company_proxy(int(server.get_host_and_port()[1]), authority=authority) as proxy:
            environment = {name: value for name, value in os.environ.items() if name not in OF_THE_NETWORK}
            environment |= {
                "WINEPREFIX": f"{os.environ[RIG]}/prefix",
                "WINEDEBUG": "-all",
                "PYTHONPATH": windows_path(ROOT),
                "AWS_SHARED_CREDENTIALS_FILE": windows_path(tmp_path / "credentials"),
                "AWS_MAX_ATTEMPTS": "1",
                "PYTHONIOENCODING": "utf-8",
                "HTTPS_PROXY": proxy.address,
            }

            def run(*args: str) -> str:
                return subprocess.run(
                    ["wine", PYTHON, windows_path(tmp_path / "program.py"), *args],
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    encoding="utf-8",
                    timeout=240,
                    check=True,
                ).stdout.strip()

            before = run()
            run(windows_path(authority.bundle), "add")
            try:
                within = run()
            finally:
                run(windows_path(authority.bundle), "remove")
            after = run()
    finally:
        server.stop()
    assert before.startswith("Certificate not trusted | ")
    assert ISSUER in before
    assert within == "()"
    assert after == before
