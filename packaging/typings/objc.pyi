"""Types of the part of pyobjc-core 13 that Notebook Tray uses: it ships none."""

from types import TracebackType

class autorelease_pool:
    def __enter__(self) -> autorelease_pool: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None: ...
