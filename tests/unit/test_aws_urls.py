from __future__ import annotations

import copy
import pickle

import pytest

from tray.aws.urls import check_notebook_url, is_loopback, with_view
from tray.model.lengths import View
from tray.model.notebooks import AuthorizedUrl
from tray.model.problems import TrayError

AWS = "https://api.sagemaker.eu-west-1.amazonaws.com"
LOOPBACK = "http://127.0.0.1:8000"
TOKEN = "authToken=s3cr3t%2Ftok%3D%3D"


def check(url: str, region: str = "eu-west-1", partition: str = "aws", endpoint: str = AWS) -> None:
    check_notebook_url(AuthorizedUrl(url), region=region, partition=partition, endpoint_url=endpoint)


@pytest.mark.parametrize(
    ("url", "region", "partition"),
    [
        (f"https://a.notebook.eu-west-1.sagemaker.aws?{TOKEN}", "eu-west-1", "aws"),
        (f"https://my-nb-a1b2.notebook.eu-west-1.sagemaker.aws/?{TOKEN}", "eu-west-1", "aws"),
        (f"https://A.NOTEBOOK.eu-west-1.sagemaker.aws:443/?{TOKEN}", "eu-west-1", "aws"),
        (f"https://a.notebook-fips.us-east-1.sagemaker.aws?{TOKEN}", "us-east-1", "aws"),
        (f"https://a.notebook.us-gov-west-1.sagemaker.aws?{TOKEN}", "us-gov-west-1", "aws-us-gov"),
        (f"https://a.notebook-fips.us-gov-east-1.sagemaker.aws?{TOKEN}", "us-gov-east-1", "aws-us-gov"),
        (f"https://a.notebook.cn-north-1.sagemaker.com.cn?{TOKEN}", "cn-north-1", "aws-cn"),
        (f"https://a.notebook.us-iso-east-1.sagemaker.c2s.ic.gov?{TOKEN}", "us-iso-east-1", "aws-iso"),
        (f"https://a.notebook.us-isob-east-1.sc2s.sgov.gov?{TOKEN}", "us-isob-east-1", "aws-iso-b"),
        ("https://a.notebook-fips.us-isof-east-1.sagemaker.api.aws.hci.ic.gov", "us-isof-east-1", "aws-iso-f"),
        (f"https://a.notebook.eusc-de-east-1.sagemaker.amazonaws.eu?{TOKEN}", "eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_notebook_host_of_the_partition_is_opened(url: str, region: str, partition: str) -> None:
    check(url, region, partition)


@pytest.mark.parametrize(
    "url",
    [
        f"http://a.notebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws.evil.example?{TOKEN}",
        f"https://evil.example/a.notebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://evil.example#a.notebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws@evil.example?{TOKEN}",
        f"https://me@a.notebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws:8443?{TOKEN}",
        f"https://a.notebook.us-east-1.sagemaker.aws?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.com.cn?{TOKEN}",
        f"https://a.b.notebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://.notebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://a-.notebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://anotebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemakerxaws?{TOKEN}",
        f"https://evil.example\\.notebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://[::1?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws:port?{TOKEN}",
        f"javascript:alert(1)//{TOKEN}",
        f"file:///etc/passwd?{TOKEN}",
        # What a parser leaves out, or takes for another letter: the browser may read another address in it.
        f"https://a.note\nbook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://a.notebook.eu-west-1.sage\tmaker.aws?{TOKEN}",
        f" https://a.notebook.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws\x00?{TOKEN}",
        f"https://a.noteboo\u212a.eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://a.notebook.eu-west-1.\u017fagemaker.aws?{TOKEN}",
        f"https://a.notebook\u3002eu-west-1.sagemaker.aws?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws:\u0664\u0664\u0663?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws/\\?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws/lab?a b&{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws/\x85?{TOKEN}",
        f"https://a.notebook.eu-west-1.sagemaker.aws/?{TOKEN}\ud800",
        f"https://a.notebook.eu-west-1.sagemaker.aws/?{TOKEN}{'a' * 1_000_000}",
        f"http://127.0.0.1:8000/?{TOKEN}",
        "",
    ],
)
def test_anything_else_is_refused_without_the_secret(url: str) -> None:
    with pytest.raises(TrayError) as refused:
        check(url)
    problem = refused.value.problem
    assert "SageMaker" in problem.message
    assert "s3cr3t" not in problem.text() + repr(refused.value)
    assert "s3cr3t" not in str(refused.value.__cause__)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


@pytest.mark.parametrize(
    ("url", "region", "partition"),
    [
        ("https://a.notebook.us-iso-east-1.sagemaker.aws", "us-iso-east-1", "aws-iso"),
        ("https://a.notebook.s3.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", "aws-iso"),
        ("https://a.notebook.us-iso-east-1.evil.c2s.ic.gov", "us-iso-east-1", "aws-iso"),
        ("https://a.notebook.us-iso-east-1.c2sxic.gov", "us-iso-east-1", "aws-iso"),
        ("https://a.notebook.us-iso-east-1.sagemaker.sc2s.sgov.gov", "us-iso-east-1", "aws-iso"),
        ("https://a.notebook.eu-west-1.sagemaker.amazonaws.com", "eu-west-1", "aws"),
        ("https://a.notebook.mars-1.sagemaker.aws", "mars-1", "aws-mars"),
        ("https://a.notebook.mars-1.", "mars-1", "aws-mars"),
    ],
)
def test_the_hosts_of_another_partition_or_service_are_refused(url: str, region: str, partition: str) -> None:
    with pytest.raises(TrayError) as refused:
        check(url, region, partition)
    assert partition in refused.value.problem.message


def test_an_address_of_16_kib_is_no_more_than_servers_take() -> None:
    url = f"https://a.notebook.eu-west-1.sagemaker.aws/?{TOKEN}"
    check(url + "a" * (16 * 1024 - len(url)))
    with pytest.raises(TrayError):
        check(url + "a" * (16 * 1024 - len(url) + 1))


@pytest.mark.parametrize("host", ["127.0.0.1:80", "localhost:80", "[::1]:80", "127.9.9.9"])
def test_loopback_http_is_opened_from_a_loopback_endpoint_only(host: str) -> None:
    check(f"http://{host}/notebook?{TOKEN}", endpoint=LOOPBACK)
    with pytest.raises(TrayError):
        check(f"http://{host}/notebook?{TOKEN}", endpoint=AWS)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:80/?x\ny",
        f"http://127.0.0.1:80/?{'x' * 1_000_000}",
        "http://example.com/?x",
        "http://me@127.0.0.1/",
        "ftp://127.0.0.1/",
        "http://127.0.0.1.evil/",
    ],
)
def test_a_loopback_endpoint_leads_to_loopback_only(url: str) -> None:
    with pytest.raises(TrayError):
        check(url, endpoint=LOOPBACK)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1", True),
        ("http://localhost:1", True),
        ("http://localhost.evil", False),
        ("http://10.0.0.1", False),
        ("http://[::1]/", True),
    ],
)
def test_loopback(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"https://h/?{TOKEN}", f"https://h/?{TOKEN}&view=lab"),
        (f"https://h?{TOKEN}", f"https://h?{TOKEN}&view=lab"),
        ("https://h", "https://h?view=lab"),
        (f"https://h/p?{TOKEN}#part", f"https://h/p?{TOKEN}&view=lab#part"),
        (f"https://h/?{TOKEN}&view=lab", f"https://h/?{TOKEN}&view=lab"),
        ("https://h/?a=review=lab", "https://h/?a=review=lab&view=lab"),
    ],
)
def test_jupyterlab_is_asked_for_in_the_query(before: str, after: str) -> None:
    assert with_view(AuthorizedUrl(before), View.LAB).reveal() == after
    assert with_view(AuthorizedUrl(before), View.CLASSIC).reveal() == before


def test_a_presigned_url_never_shows_itself() -> None:
    url = AuthorizedUrl(f"https://h/?{TOKEN}")
    assert "s3cr3t" not in f"{url} {url!r} {[url]} {url!s:>40}"
    with pytest.raises(TypeError):
        pickle.dumps(url)
    with pytest.raises(TypeError):
        copy.copy(url)
