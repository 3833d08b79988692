# ruff: noqa: N999 - the name is PyObjC's
