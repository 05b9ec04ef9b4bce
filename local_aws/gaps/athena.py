"""
Athena: named queries that end, and workgroups without tags.
"""

import json
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

from moto.athena.models import AthenaBackend
from moto.athena.responses import AthenaResponse

Answer = str | tuple[str, dict[str, int]]


def _named_queries() -> AbstractContextManager[Any]:
    """
    A named query can be deleted, and is then an error to ask for.

    API_DeleteNamedQuery, which moto has not, and API_GetNamedQuery,
    InvalidRequestException, where moto breaks.
    """
    get_named_query = AthenaResponse.get_named_query

    def delete_named_query(self: AthenaResponse) -> Answer:
        identity = self._get_param("NamedQueryId")
        if self.athena_backend.named_queries.pop(identity, None) is None:
            return _missing(self, identity)
        return json.dumps({})

    def found(self: AthenaResponse) -> Answer:
        identity = self._get_param("NamedQueryId")
        if identity not in self.athena_backend.named_queries:
            return _missing(self, identity)
        answer: Answer = get_named_query(self)
        return answer

    stack = ExitStack()
    for name, operation in (
        ("delete_named_query", delete_named_query),
        ("get_named_query", found),
    ):
        stack.enter_context(patch.object(AthenaResponse, name, operation, create=True))
    return stack


def _missing(response: AthenaResponse, identity: str) -> Answer:
    # The words by which Terraform's provider knows that it is gone.
    answer: Answer = response.error(f"NamedQuery {identity} was not found", 400)
    return answer


def _no_tags() -> AbstractContextManager[Any]:
    """
    What has no tags has an empty list of them.

    API_ListTagsForResource; moto says that it does not exist.
    """
    list_tags = AthenaBackend.list_tags_for_resource

    def listed(self: AthenaBackend, resource_arn: str) -> dict[str, Any] | None:
        tags: dict[str, Any] | None = list_tags(self, resource_arn)
        known = {it.arn for it in self.iter_tagged_resources()}
        return tags or ({"Tags": []} if resource_arn in known else None)

    return patch.object(AthenaBackend, "list_tags_for_resource", listed)


GAPS = (_named_queries, _no_tags)
