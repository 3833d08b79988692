"""The program that boto3's documentation leads to: a session a profile, a client a region, a thread pool.

https://docs.aws.amazon.com/boto3/latest/guide/session.html ("Multithreading or multiprocessing with sessions")
usage: textbook.py WORKERS PROFILE... -- REGION...
Prints a line of JSON when everything is listed, and lists again for each line on standard input.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3


def clients_of(profile: str, regions: list[str]) -> list[Any]:
    """Return the clients of one profile."""
    session = boto3.Session(profile_name=profile)
    return [session.client("sagemaker", region_name=region) for region in regions]


def notebooks_of(client: Any) -> list[Any]:
    """Return the notebook instances that a client sees."""
    pages = client.get_paginator("list_notebook_instances").paginate()
    return [notebook for page in pages for notebook in page["NotebookInstances"]]


def main() -> None:
    """List, and list again."""
    workers, *rest = sys.argv[1:]
    at = rest.index("--")
    profiles, regions = rest[:at], rest[at + 1 :]
    with ThreadPoolExecutor(int(workers)) as pool:
        clients = [client for some in pool.map(lambda p: clients_of(p, regions), profiles) for client in some]
        listed = list(pool.map(notebooks_of, clients))
        say(sum(map(len, listed)))
        for _ in sys.stdin:
            began, cpu = time.monotonic(), time.process_time()
            listed = list(pool.map(notebooks_of, clients))
            say(sum(map(len, listed)), wall=time.monotonic() - began, cpu=time.process_time() - cpu)


def say(notebooks: int, **figures: float) -> None:
    """Print what came out, and when."""
    print(json.dumps({"at": time.monotonic(), "notebooks": notebooks, **figures}), flush=True)


if __name__ == "__main__":
    main()
