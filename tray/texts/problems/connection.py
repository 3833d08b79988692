"""What goes wrong on the way to AWS."""

from __future__ import annotations

from tray.texts.language import _
from tray.texts.problems.table import Words, advice, by_itself, problem, sentences, then_again
from tray.texts.reading import Reading, reading
from tray.texts.shell import Argument, command


def sagemaker(region: str) -> str:
    """Return the name of SageMaker in a region, for sentences that may also have a host there."""
    return _("SageMaker in {region}", region=region)


def no_url() -> str:
    """Return the words for a proxy without an address."""
    return _("(an address that is no URL)")


def bundle(setting: str, aws_profile: str) -> str:
    """Return what names a file of certificates: a variable, or a setting of an AWS profile."""
    if aws_profile:
        return _("{setting} of the AWS profile “{aws_profile}”", setting=setting, aws_profile=aws_profile)
    return setting


@advice
def tried_again() -> str:
    return by_itself()


@advice
def then_sign_in_again() -> str:
    return _("Then sign in again.")


def _asked_through(proxy: str, source: str) -> str:
    """Return which proxy the call took, if any; `source` is the variable that names the proxy, if one does."""
    if not proxy:
        return ""
    if not source:
        return _("It was asked through the proxy {proxy} (the system's settings).", proxy=proxy)
    return _("It was asked through the proxy {proxy} ({source}).", proxy=proxy, source=source)


def _host(host: str, region: str) -> str:
    return host or sagemaker(region)


@problem
def no_network(host: str, region: str, profile: str) -> Words:
    return Words(
        _("No network"),
        _("This computer has no way to {host} (profile “{profile}”).", host=_host(host, region), profile=profile),
        _("Check the network and the VPN."),
    )


def _check_the_way() -> str:
    return _("Check the network, the VPN and the proxy settings (HTTPS_PROXY).")


@problem
def no_answer(host: str, region: str, profile: str, connected: bool, proxy: str, source: str) -> Words:
    places = {"host": _host(host, region), "profile": profile}
    what = _("{host} can't be reached in time (profile “{profile}”).", **places)
    if connected:
        what = _("{host} did not answer in time (profile “{profile}”).", **places)
    return Words(_("AWS doesn't answer"), sentences(what, _asked_through(proxy, source)), _check_the_way())


@problem
def unreachable(host: str, region: str, profile: str, refused: bool, proxy: str, source: str) -> Words:
    places = {"host": _host(host, region), "profile": profile}
    what = _("{host} broke off the connection (profile “{profile}”).", **places)
    if refused:
        what = _("{host} refused the connection (profile “{profile}”).", **places)
    return Words(_("AWS can't be reached"), sentences(what, _asked_through(proxy, source)), _check_the_way())


def _no_exception(entry: str, instead: str) -> str:
    """Return what to write in place of an `entry` of NO_PROXY that means the host and isn't understood, if any."""
    if not entry:
        return ""
    return _(
        "NO_PROXY has “{entry}”, which is not understood here: write {instead} there, and start again.",
        entry=entry,
        instead=instead,
    )


@problem
def proxy_wants_password(region: str, profile: str, entry: str = "", instead: str = "") -> Words:
    return Words(
        _("Proxy wants a password"),
        _(
            "The proxy before SageMaker in {region} (profile “{profile}”) wants a user name and a password, or refused"
            " those that were given.",
            region=region,
            profile=profile,
        ),
        sentences(
            _no_exception(entry, instead),
            _(
                "Set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded, and start"
                " again."
            ),
        ),
    )


@problem
def proxy_wants_sign_in(region: str, profile: str, ways: str, entry: str = "", instead: str = "") -> Words:
    """`ways` is what the proxy asks for: negotiate or ntlm, for example."""
    return Words(
        _("Proxy wants another sign-in"),
        _(
            "The proxy before SageMaker in {region} (profile “{profile}”) lets through only who signs in by {ways}. A"
            " user name and a password in HTTPS_PROXY are no help there.",
            region=region,
            profile=profile,
            ways=ways,
        ),
        sentences(
            _no_exception(entry, instead),
            _(
                "Ask your administrator to let the hosts of AWS through without it, or for a program on this computer"
                " that signs in to the proxy, and set HTTPS_PROXY to that one."
            ),
        ),
    )


@problem
def proxy_refused(region: str, profile: str, answer: str, entry: str = "", instead: str = "") -> Words:
    return Words(
        _("Proxy refused"),
        _(
            "The proxy does not let this computer through to SageMaker in {region} (profile “{profile}”): {answer}.",
            region=region,
            profile=profile,
            answer=answer,
        ),
        _no_exception(entry, instead)
        or _("Ask your administrator to allow the hosts of AWS in it, or except them in NO_PROXY."),
    )


@problem
def unknown_region(region: str, profile: str, near: str = "") -> Words:
    """`near` is the region that may be meant, or empty."""
    return Words(
        _("Unknown region"),
        sentences(
            _("“{region}” is no AWS region that can be reached (profile “{profile}”).", region=region, profile=profile),
            _("Did you mean {near}?", near=near) if near else "",
        ),
        _("Check the spelling: {command}", command=command("profiles", "set", Argument(profile), "--region", "REGION"))
        if reading() is Reading.COMMAND
        else _("Check the spelling under “Settings…” in the menu."),
    )


@problem
def unknown_sign_in_region(region: str, aws_profile: str, profile: str) -> Words:
    if not aws_profile:
        return Words(
            _("Unknown region"),
            _(
                "“{region}” is no AWS region that can be reached: the profile “{profile}” gets its credentials there.",
                region=region,
                profile=profile,
            ),
            _("Remove the profile, and add it with the region of its IAM Identity Center."),
        )
    return Words(
        _("Unknown region"),
        _(
            "“{region}” is no AWS region that can be reached: the AWS profile “{aws_profile}” gets its credentials"
            " there.",
            region=region,
            aws_profile=aws_profile,
        ),
        _("Correct sso_region or region of the profile, or of its sso-session, in the AWS config file."),
    )


@problem
def proxy_unreachable(address: str, region: str, profile: str, fault: str, entry: str = "", instead: str = "") -> Words:
    places = {"address": address, "region": region, "profile": profile}
    match fault:
        case "name":
            what = _(
                "The proxy {address} before SageMaker in {region} (profile “{profile}”) can't be used: its name can't"
                " be found.",
                **places,
            )
        case "certificate":
            what = _(
                "The proxy {address} before SageMaker in {region} (profile “{profile}”) can't be used: its certificate"
                " is not trusted.",
                **places,
            )
        case "time":
            what = _(
                "The proxy {address} before SageMaker in {region} (profile “{profile}”) can't be used: it doesn't"
                " answer.",
                **places,
            )
        case _connection:
            what = _(
                "The proxy {address} before SageMaker in {region} (profile “{profile}”) can't be used: no connection to"
                " it can be made.",
                **places,
            )
    check = _(
        "Check HTTPS_PROXY, or the proxy in the system's settings, and the VPN. A script for automatic configuration"
        " (PAC) is not run: name the proxy itself."
    )
    return Words(_("Proxy can't be reached"), what, sentences(_no_exception(entry, instead), check))


@problem
def proxy_unusable(address: str, source: str, region: str, profile: str, fault: str) -> Words:
    """`fault` is `socks`, `scheme`, `capitals` or `address`; `source` the variable that names the proxy."""
    setting = source or _("the proxy in the system's settings")
    places = {"address": address, "setting": setting, "region": region, "profile": profile}
    match fault:
        case "socks":
            what = _(
                "The proxy {address} before SageMaker in {region} (profile “{profile}”; {setting}) is a SOCKS proxy."
                " SOCKS is not supported.",
                **places,
            )
        case "scheme":
            what = _(
                "The proxy {address} before SageMaker in {region} (profile “{profile}”; {setting}) is neither an HTTP"
                " nor an HTTPS proxy. Others are not supported.",
                **places,
            )
        case "capitals":
            what = _(
                "The address of the proxy before SageMaker in {region} (profile “{profile}”; {setting}) begins in"
                " capitals, which are not understood there.",
                **places,
            )
        case _address:
            what = _(
                "The address of the proxy before SageMaker in {region} (profile “{profile}”; {setting}) is no URL, or"
                " has a blank in it or behind it, or quotation marks around it, or a character in its user name or"
                " password that is not percent-encoded.",
                **places,
            )
    check = _(
        "Set {setting} to the address of an HTTP proxy: http://HOST:PORT, or http://USER:PASSWORD@HOST:PORT with"
        " special characters percent-encoded.",
        setting=setting,
    )
    return Words(_("Proxy can't be used"), what, check)


@problem
def name_not_found(host: str, region: str, profile: str) -> Words:
    check = _(
        "Check the network and the VPN. Where only a proxy leads out, set HTTPS_PROXY, or the proxy in the system's"
        " settings; a script for automatic configuration (PAC) is not run."
    )
    return Words(
        _("Name not found"),
        _(
            "The name {host} can't be found (DNS; profile “{profile}”).",
            host=_host(host, region),
            profile=profile,
        ),
        check,
    )


@problem
def no_secure_connection(host: str, region: str, profile: str) -> Words:
    return Words(
        _("No secure connection"),
        _(
            "What answers for {host} (profile “{profile}”) speaks no TLS that is good.",
            host=_host(host, region),
            profile=profile,
        ),
        sentences(_("A proxy or a sign-in page of the network may be in between: open any web page."), then_again()),
    )


@problem
def certificate_out_of_date(host: str, profile: str, issuer: str) -> Words:
    places = {"host": host, "profile": profile, "issuer": issuer}
    message = _(
        "The certificate of {host} (profile “{profile}”), whose issuer could not be read, is not valid at the time that"
        " this computer's clock shows.",
        **places,
    )
    if issuer:
        message = _(
            "The certificate of {host} (profile “{profile}”), issued by “{issuer}”, is not valid at the time that this"
            " computer's clock shows.",
            **places,
        )
    return Words(
        _("Certificate out of date"),
        message,
        _("Check this computer's date and time."),
    )


@problem
def certificate_not_trusted(host: str, profile: str, issuer: str, setting: str, aws_profile: str) -> Words:
    """`setting` names a file of certificates, if one replaces the system's store."""
    places = {"host": host, "profile": profile, "issuer": issuer, "bundle": bundle(setting, aws_profile)}
    what = _(
        "{host} (profile “{profile}”) answers with a certificate whose issuer could not be read, which this computer"
        " does not trust.",
        **places,
    )
    if issuer:
        what = _(
            "{host} (profile “{profile}”) answers with a certificate issued by “{issuer}”, which this computer does not"
            " trust.",
            **places,
        )
    instead = _("It is not in the file that {bundle} names, which is all that is trusted.", **places)
    match bool(issuer), bool(setting):
        case True, True:
            remedy = _(
                "If “{issuer}” is your company's, which inspects connections, have its certificate added to that file"
                " ({bundle}). Otherwise, use another network.",
                **places,
            )
        case True, False:
            remedy = _(
                "If “{issuer}” is your company's, which inspects connections, have its certificate added to the"
                " system's certificate store, or set AWS_CA_BUNDLE to it. Otherwise, use another network.",
                **places,
            )
        case False, True:
            remedy = _(
                "If the issuer is your company's, which inspects connections, have its certificate added to that file"
                " ({bundle}). Otherwise, use another network.",
                **places,
            )
        case _unread:
            remedy = _(
                "If the issuer is your company's, which inspects connections, have its certificate added to the"
                " system's certificate store, or set AWS_CA_BUNDLE to it. Otherwise, use another network."
            )
    return Words(_("Certificate not trusted"), sentences(what, instead if setting else ""), remedy)
