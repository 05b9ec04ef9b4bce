"""
Athena: named queries that end, workgroups without tags and ones that change.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any
from unittest.mock import patch

from moto.athena.models import AthenaBackend, NamedQuery
from moto.athena.responses import AthenaResponse

Answer = str | tuple[str, dict[str, int]]


def _named_queries() -> AbstractContextManager[Any]:
    """
    A named query can be deleted, and is then an error to ask for; several at once.

    API_DeleteNamedQuery and API_BatchGetNamedQuery, which moto has not, and
    API_GetNamedQuery, InvalidRequestException, where moto breaks.
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

    def batch_get_named_query(self: AthenaResponse) -> Answer:
        asked = self._get_param("NamedQueryIds")
        held = self.athena_backend.named_queries
        return json.dumps(
            {
                "NamedQueries": [_told(held[it]) for it in asked if it in held],
                "UnprocessedNamedQueryIds": [
                    {"NamedQueryId": it} for it in asked if it not in held
                ],
            }
        )

    stack = ExitStack()
    for name, operation in (
        ("delete_named_query", delete_named_query),
        ("get_named_query", found),
        ("batch_get_named_query", batch_get_named_query),
    ):
        stack.enter_context(patch.object(AthenaResponse, name, operation, create=True))
    return stack


def _told(query: NamedQuery) -> dict[str, str]:
    return {
        "Name": query.name,
        "Description": query.description,
        "Database": query.database,
        "QueryString": query.query_string,
        "NamedQueryId": query.id,
        "WorkGroup": query.workgroup.name,
    }


def _changed_workgroups() -> AbstractContextManager[Any]:
    """
    A workgroup's settings can be changed one by one.

    API_UpdateWorkGroup, which moto has not; what is not named stays as it is.
    """

    def update_work_group(self: AthenaResponse) -> Answer:
        name = self._get_param("WorkGroup")
        group = self.athena_backend.work_groups.get(name)
        if group is None:
            missing: Answer = self.error(f"WorkGroup {name} is not found.", 400)
            return missing
        group.description = self._get_param("Description", group.description)
        group.state = self._get_param("State", group.state)
        _update(group.configuration, self._get_param("ConfigurationUpdates", {}))
        return json.dumps({})

    return patch.object(
        AthenaResponse, "update_work_group", update_work_group, create=True
    )


def _update(settings: dict[str, Any], updates: Mapping[str, Any]) -> None:
    """
    `ResultConfigurationUpdates` changes `ResultConfiguration`, `RemoveX` ends X.
    """
    for name, value in updates.items():
        if name.endswith("Updates"):
            _update(settings.setdefault(name.removesuffix("Updates"), {}), value)
        elif not name.startswith("Remove"):
            settings[name] = value
        elif value:
            settings.pop(name.removeprefix("Remove"), None)


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


GAPS = (_named_queries, _no_tags, _changed_workgroups)
