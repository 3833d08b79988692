"""The one running copy of the program on a desktop, and what other processes of the user ask of it.

Here "instance" means a running copy of this program, not a notebook instance.

- Which process is the running copy? The process that holds a lock of the operating system on a file in the user's own
  folder (`claim`). The system gives the lock back when the process ends, however it ends: `kill -9` and a power cut
  leave nothing stale.
- How do other processes reach it? Through a local socket (a named pipe on Windows). The running copy writes the
  socket's address into its lock file, and a process that can read the file can connect (`Claim.serve`, `client`).

There is one copy for each desktop, since an icon belongs to a desktop. On Linux the D-Bus session bus identifies the
desktop: two logins of one user with a bus each have an icon each. On Windows there is one copy for each session, of
which a user may have several on a terminal server. On macOS there is one copy for each user.
The copies of different users never meet, since all files are in folders that belong to one user alone. The demo claims
nothing: it uses none of the user's profiles and may run beside the real program.

The door: `claim`, `client`, `messages` and `session`; `system` for the doctor. The program calls `claim` before it
shows the icon, so nothing that `claim` needs may take long to import.
"""

from __future__ import annotations

from tray.desktop.single_instance.claim import Claim, claim

__all__ = ["Claim", "claim"]
