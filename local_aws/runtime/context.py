"""
What a handler is given beside its event.

Rule 1: the names are those of Lambda's page "Using the Lambda context object
to retrieve Python function information".
"""

import os
import time


class Identity:
    """
    Who called, where that is known; nobody here has one.
    """

    cognito_identity_id = None
    cognito_identity_pool_id = None


class Context:
    """
    One invocation, as its function sees it.
    """

    client_context = None

    def __init__(self, request_id: str, function_arn: str, deadline_ms: int) -> None:
        """
        Take what came with the event; the rest is in the environment.
        """
        self.aws_request_id = request_id
        self.invoked_function_arn = function_arn
        self.identity = Identity()
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline_ms = deadline_ms

    def get_remaining_time_in_millis(self) -> int:
        """
        Milliseconds until the process is killed.
        """
        return max(self._deadline_ms - int(time.time() * 1000), 0)
