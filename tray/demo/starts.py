"""Why a start fails, in AWS's own words where they are published."""

from __future__ import annotations

# The words of a real failure (aws/amazon-sagemaker-examples#207).
NO_CAPACITY = "Insufficient notebook instance capacity. Retry later or with a different instance type."

# AWS announced that notebook instances on these can't be created, nor restarted once they have stopped, from 30 June
# 2025 on (the notice is quoted in navinfoeurope/anonymizer#1).
RETIRED_PLATFORMS = frozenset({"notebook-al1-v1", "notebook-al2-v1", "notebook-al2-v2"})
# notebook-al2-v3 can't be created any more either (awslabs/graphrag-toolkit#381); whether it still starts is not known.
PLATFORMS_TO_MOVE_TO = frozenset({"notebook-al2023-v1", "notebook-al2023-v2"})


class StartRefusedError(Exception):
    """A start or an update that SageMaker refuses at once, with the code and the words of its answer."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def quota_refusal(instance_type: str, limit: int, used: int) -> StartRefusedError:
    """Return the refusal of a start that exceeds the quota of a type.

    The words are those of aws-cloudformation/rain#468 and aws/amazon-sagemaker-feedback#157, with the name that Service
    Quotas has for the quota of notebook instances.
    """
    return StartRefusedError(
        "ResourceLimitExceeded",
        f"The account-level service limit '{instance_type} for notebook instance usage' is {limit} Instances, with "
        f"current utilization of {used} Instances and a request delta of 1 Instances. Please use AWS Service Quotas to "
        "request an increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an "
        "increase for this quota.",
    )


def platform_refusal(platform: str) -> StartRefusedError:
    """Return the refusal of a retired platform.

    The words are those with which CreateNotebookInstance refuses it (orcasecurity-research/AIGoat#10). That Start and
    Update use the same ones is our guess: theirs are not published.
    """
    return StartRefusedError(
        "ValidationException", f"Platform identifier ({platform}) is not supported for this service."
    )


def lifecycle_failure(arn: str, lifecycle_config: str) -> str:
    """Return the failure reason of a start whose lifecycle script took too long or failed.

    A script that fails at once ends in the same words as one that takes too long
    (aws-samples/amazon-sagemaker-notebook-instance-lifecycle-config-samples#86, outerbounds/metaflow-tools#28).
    """
    config_arn = f"{arn.rpartition(':')[0]}:notebook-instance-lifecycle-config/{lifecycle_config.lower()}"
    return (
        f"Notebook Instance Lifecycle Config '{config_arn}' for Notebook Instance '{arn}' took longer than 5 minutes. "
        "Please check your CloudWatch logs for more details if your Notebook Instance has Internet access."
    )
