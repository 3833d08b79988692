"""Of what a program that handles secrets prints, only words that are known to be none are kept."""

from __future__ import annotations

import pytest

from tray.aws.credentials.processes import last_words
from tray.aws.foreign_text import harmless, known_words

# None of these may stay, however it is worded. Two of them are words of letters alone, as passwords may be.
SECRETS = ("hunter2x", "h-u.n_t3r", "Hunter", "hunter")

NAMED = (
    *("pw: {}", "passcode: {}", "PIN {}", "pwd={}", "--password {}", "--client-secret={}", "Pass-phrase: {}"),
    *("Authorization: Basic {}", "authorization: bearer {}", "X-Api-Key {}", "Cookie: a=1; session={}", "key {}"),
    *("password is '{} horse'", 'password: "correct {} battery"', '{{"Password": "correct {}"}}', "token\t{}"),
    *("<Secret>{}</Secret>", "Server=db;Uid=bob;Pwd={};", "session-id {}", "the token for lab was {}", "otp={}"),
    *(
        "kennwort {}",
        "mot de passe : {}",
        "Mot de passe: {}",
        "contraseña: {}",
        "пароль: {}",
        "パスワード: {}",
        "ｐａｓｓｗｏｒｄ： {}",
    ),
    *(
        "tok\u200ben: {}",
        "\x1b[1mpassword\x1b[0m: {}",
        "secret\u00a0{}",
        "Your password is:\n{}",
        "the pass-phrase\n{}",
    ),
)
UNNAMED = (
    "Login failed for bob:{}",
    "ftp -u bob -p {}",
    "vault login --with {}",
    "asked for '{}' again",
    "“{}” is wrong",
)


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("line", [*NAMED, *UNNAMED])
def test_a_secret_is_not_told_however_it_is_worded(line: str, secret: str) -> None:
    assert secret not in last_words(line.format(secret).encode())


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("line", [each for each in NAMED if "\n" not in each])
def test_a_named_secret_is_not_shown_of_a_script_s_log_either(line: str, secret: str) -> None:
    assert secret not in harmless(line.format(secret))


@pytest.mark.parametrize(
    "secret",
    [
        *("aHVudGVyMg==", "hUnTeRqWeRtY", "s3cr3t", "4711", "123 456", "12 34 56", "correct=horse", "AKIAIOSFODNN7"),
        *("MIIEpAIBAAKCAQEA", "xoxb-12-ab", "ghp_a1b2c3", "a@b:c@d", "0x1f2e", "$ecret", "pa$$", "%41%42"),
    ],
)
def test_what_is_no_word_is_not_told_even_where_nothing_names_it(secret: str) -> None:
    said = last_words(f"refused {secret} at last".encode())
    assert secret not in said
    assert said.startswith("refused")


@pytest.mark.parametrize(
    "line",
    [
        "401 Unauthorized: the SSO session has expired, run aws sso login again",
        "The SSO session associated with this profile has expired or is otherwise invalid",
        "Unable to parse config file: ~/.aws/config (line 12)",
        "botocore.exceptions.NoCredentialsError: Unable to locate credentials",
        "[ERROR] 2026/11/27 15:00:00 You are not currently signed in.",
        "dial tcp: lookup idp.corp.example: no such host",
        "connection to https://idp.corp.example:8443 refused after 30s",
        "could not get a role in eu-west-1: arn:aws:iam::111122223333:role/Analyst",
        "Schlüssel: réessayez",
        "token expired",
        "status=403",
    ],
)
def test_what_helps_is_told(line: str) -> None:
    assert last_words(line.encode()) == line


@pytest.mark.parametrize("line", ["word " * 20_000, "a" * 65_000, "word " * 20_000 + "password: hunter2"])
def test_of_a_long_line_no_more_is_looked_at_than_is_shown(line: str) -> None:
    """However long it is: the patterns, and the looks at each word, see a thousand characters."""
    assert len(harmless(line)) <= 1001
    assert len(known_words([line])[0]) <= 1001
