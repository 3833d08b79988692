"""What the lifecycle scripts of the samples print, with the causes of failed starts that are seen most."""

from __future__ import annotations

# Each cause as it stands in real logs: a script with Windows' line ends
# (aws-samples/amazon-sagemaker-notebook-instance-lifecycle-config-samples#86), and one that is made for an older
# platform (outerbounds/metaflow-tools#28).
WINDOWS_LINE_ENDS = (
    "/bin/bash: /tmp/OnStart_2026-11-26-07-02m3k9d1vx: /bin/bash^M: bad interpreter: No such file or directory",
)
OLDER_PLATFORM = (
    "Fetching the autostop script",
    "Starting the SageMaker autostop script in cron",
    "/tmp/OnStart_2026-11-25-05-48q7c2h8wz: line 41: initctl: command not found",  # noqa: S108 # nosec B108 # as bash prints it
)

# Values that look like secrets, all of them made up or from AWS's documentation: nobody may see them in the tray.
SECRETS = (
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "k3Yq0vT9sample5dXb2",
    "hunter2-sample-password",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzYW1wbGUifQ.c2FtcGxlLXNpZ25hdHVyZQ",
)
_KEY_ID, _SECRET_KEY, _TOKEN, _PASSWORD, _BEARER = SECRETS
WITH_SECRETS = (
    f"+ export AWS_ACCESS_KEY_ID={_KEY_ID}",
    f"+ export AWS_SECRET_ACCESS_KEY={_SECRET_KEY}",
    f"+ git clone https://reports:{_PASSWORD}@git.example.com/reports/tools.git",
    f"+ pip install --extra-index-url https://pypi.example.com/simple/?token={_TOKEN} report-tools",
    f"+ curl -sS -H 'Authorization: Bearer {_BEARER}' https://reports.example.com/health",
)

_PACKAGES = ("pandas", "pyarrow", "openpyxl", "jinja2", "matplotlib", "seaborn", "requests", "sqlalchemy")


def earlier_starts() -> tuple[str, ...]:
    """Return some fifty lines of starts that went well, the last of which show what should be secret."""
    lines = ["+ set -e", "+ sudo -u ec2-user -i", "Activating the environment python3"]
    for package in _PACKAGES:
        lines += [
            f"Collecting {package}",
            f"  Downloading {package}-py3-none-any.whl",
            f"Installing collected packages: {package}",
            f"Successfully installed {package}",
            "WARNING: You are using pip version 24.0; a newer version is available.",
        ]
    lines += ["Cloning into 'reports'...", "Receiving objects: 100% (412/412), done.", "Resolving deltas: done."]
    return (*lines, *WITH_SECRETS, "Report tools are ready", "Lifecycle script ended after 84 s")
