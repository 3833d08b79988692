"""Answers that make no sense: how they are known, whatever of botocore's code met them first."""

from __future__ import annotations

# Where botocore looks up the code of a refusal, which may be of any type.
_OF_REFUSALS = ("botocore.endpoint", "_add_modeled_error_fields")
# Python's exceptions for an answer that botocore's parsers don't expect.
OF_PARSING = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

_READS_ANSWERS = frozenset(
    f"botocore.{module}"
    for module in ("parsers", "errorfactory", "retryhandler", "retries.standard", "retries.special")
)


class GarbledAnswerError(Exception):
    """An answer lacks a member that AWS always puts into it: something on the network answered in place of AWS."""


def was_in(error: BaseException, *modules: str) -> bool:
    """Whether one of these modules raised the error, or called what did."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") in modules:
            return True
        trace = trace.tb_next
    return False


def was_parsing(error: BaseException) -> bool:
    """Whether botocore's code for answers raised the error: it trusts that members have the model's types.

    Beside the parser, that is what looks up an error's code, in order to raise it or to try again.
    """
    module = function = ""
    trace = error.__traceback__
    while trace is not None:
        code, module = trace.tb_frame.f_code, str(trace.tb_frame.f_globals.get("__name__"))
        if module in _READS_ANSWERS or (module, code.co_name) == _OF_REFUSALS:
            return True
        function, trace = code.co_name, trace.tb_next
    # The place where botocore first uses the parsed answer, which may be no mapping.
    return (module, function) == ("botocore.endpoint", "_do_get_response")
