"""
The variables that Lambda itself puts into a function's environment.

Rule 1: the names are those of Lambda's page "Working with Lambda environment
variables", "Defined runtime environment variables"; whoever runs a function
adds where its AWS is and where its code lies.

Left out is what names something that is not here: the X-Ray daemon, the search
paths PYTHONPATH and LD_LIBRARY_PATH of AWS's own image.
"""

from collections.abc import Mapping
from typing import Any

LOG_STREAM = "[$LATEST]local"


def runtime_environment(configuration: Mapping[str, Any]) -> dict[str, str]:
    """
    What Lambda sets, for a function as the control plane describes it.
    """
    name = configuration["FunctionName"]
    region = configuration["FunctionArn"].split(":")[3]
    return {
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration['Runtime']}",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_VERSION": configuration["Version"],
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": LOG_STREAM,
        "LAMBDA_TASK_ROOT": "/var/task",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "_HANDLER": configuration["Handler"],
    }


def deployed_environment(configuration: Mapping[str, Any]) -> dict[str, str]:
    """
    The variables that the function was deployed with.
    """
    return {**configuration.get("Environment", {}).get("Variables", {})}
