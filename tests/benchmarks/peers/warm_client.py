"""A boto3 client that is ready: creates a presigned URL for each line on standard input, and prints when it began.

usage: warm_client.py PROFILE REGION NOTEBOOK
"""

from __future__ import annotations

import sys
import time

import boto3


def main() -> None:
    """Create one presigned URL to be warm, and then one a line."""
    profile, region, notebook = sys.argv[1:]
    client = boto3.Session(profile_name=profile).client("sagemaker", region_name=region)
    client.create_presigned_notebook_instance_url(NotebookInstanceName=notebook)
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.monotonic()
        client.create_presigned_notebook_instance_url(NotebookInstanceName=notebook)
        print(began, flush=True)


if __name__ == "__main__":
    main()
