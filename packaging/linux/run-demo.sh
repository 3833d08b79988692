#!/bin/sh
# What `make run` runs: the tray on sample notebooks. On a machine without a desktop it runs on a virtual one, opens a
# notebook there with the mouse, and leaves pictures of it.
set -eu
cd "$(dirname "$0")/../.."

has_desktop() {
    [ "$(uname -s)" = Linux ] || return 0 # macOS always has one
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || return 1
    # The tray is reached over the session bus.
    [ -n "${DBUS_SESSION_BUS_ADDRESS:-}" ] || [ -S "${XDG_RUNTIME_DIR:-/nowhere}/bus" ]
}

if has_desktop; then
    echo "The tray icon appears in your panel. Quit it from its menu, or here with Ctrl-C."
    exec .venv/bin/notebook-tray demo
fi
packaging/linux/debian-packages.sh
exec .venv/bin/python -m tests.walkthrough
