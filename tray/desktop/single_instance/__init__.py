"""The one running copy of the program on a desktop, and what other processes of the user ask of it.

"Instance" is the program's here, not a notebook instance.

- Who is it? Whoever holds a lock of the operating system on a file in a folder of the user's own (`claim`). The
  system gives the lock back when the process ends, however it ends: `kill -9` and a power cut leave nothing stale.
- How is it reached? Through a local socket (a named pipe on Windows), by whoever can read the address that
  it wrote into the file of its lock (`Claim.serve`, `client`).

One copy a desktop, since that is what an icon belongs to: on Linux the D-Bus session bus says which desktop it is, so
that two logins of one user with a bus each have an icon each. On Windows and macOS it is one a user. Different
people never meet: everything is in folders that are theirs alone. The demo claims nothing: it has no profiles of the
user's, and may run beside the real one.

`claim` is on the way to the icon, so nothing that it needs may take long to import.
"""

from __future__ import annotations

from tray.desktop.single_instance.claim import Claim, claim

__all__ = ["Claim", "claim"]
