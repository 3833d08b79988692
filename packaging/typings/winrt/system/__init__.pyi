from typing import TypeVar

_T = TypeVar("_T", bound=Object)

class Object:
    def as_(self, type: type[_T], /) -> _T: ...
