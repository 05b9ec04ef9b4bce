"""
What moto does not do and AWS does, each as Terraform would meet it.
"""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

Reach = Callable[[str], Any]

ACCOUNT = "us-east-1:123456789012"
ROLE = "arn:aws:iam::123456789012:role/r"


def function(reach: Reach, **settings: Any) -> Any:  # noqa: ANN401 - boto3's own
    """
    Make a function; give the client that did.
    """
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("probe.py", "")
    reach("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    client = reach("lambda")
    client.create_function(
        FunctionName="f",
        Role=ROLE,
        Runtime="python3.13",
        Handler="probe.handler",
        Code={"ZipFile": package.getvalue()},
        **settings,
    )
    return client


def test_a_function_says_how_it_logs(reach: Reach) -> None:
    """
    As it was deployed; by default as text, into the group of its name.
    """
    config = {"LogFormat": "JSON", "LogGroup": "/firn/router"}
    client = function(reach, LoggingConfig=config)
    found = client.get_function_configuration(FunctionName="f")["LoggingConfig"]
    assert found == config
    client.update_function_configuration(
        FunctionName="f", LoggingConfig={"LogFormat": "Text"}
    )
    found = client.get_function(FunctionName="f")["Configuration"]["LoggingConfig"]
    assert found == {"LogFormat": "Text", "LogGroup": "/aws/lambda/f"}


def test_an_update_of_a_function_changes_all_that_it_names(reach: Reach) -> None:
    """
    Scratch space, key and tracing too.
    """
    client = function(reach)
    update: dict[str, Any] = {
        "EphemeralStorage": {"Size": 2048},
        "KMSKeyArn": f"arn:aws:kms:{ACCOUNT}:key/k",
        "TracingConfig": {"Mode": "Active"},
    }
    client.update_function_configuration(FunctionName="f", **update)
    found = client.get_function_configuration(FunctionName="f")
    assert {name: found[name] for name in update} == update


def test_a_queue_says_which_queues_may_use_it_for_dead_letters(reach: Reach) -> None:
    """
    Until an empty text takes that away.
    """
    client = reach("sqs")
    url = client.create_queue(QueueName="dead")["QueueUrl"]
    policy = json.dumps({"redrivePermission": "denyAll"})

    def attributes(name: str) -> Any:  # noqa: ANN401 - boto3's own
        found = client.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return found.get("Attributes", {})

    client.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": policy})
    assert attributes("RedriveAllowPolicy") == {"RedriveAllowPolicy": policy}
    assert attributes("All")["RedriveAllowPolicy"] == policy
    client.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": ""})
    assert attributes("RedriveAllowPolicy") == {}
    assert "RedriveAllowPolicy" not in attributes("All")


def test_a_queue_keeps_its_policy_when_something_else_is_set(reach: Reach) -> None:
    """
    And gives its redrive policy back as it was written.
    """
    client = reach("sqs")
    client.create_queue(QueueName="dead")
    url = client.create_queue(QueueName="q")["QueueUrl"]
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    redrive = (
        f'{{"deadLetterTargetArn":"arn:aws:sqs:{ACCOUNT}:dead","maxReceiveCount":5}}'
    )
    client.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": redrive})
    found = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    assert found["Attributes"]["Policy"] == policy
    assert found["Attributes"]["RedrivePolicy"] == redrive


def test_a_partition_index_is_kept_with_the_types_of_its_keys(reach: Reach) -> None:
    """
    Until it is deleted; an index that is not there cannot be.
    """
    client = reach("glue")
    client.create_database(DatabaseInput={"Name": "d"})
    keys = [{"Name": "device", "Type": "string"}, {"Name": "date", "Type": "date"}]
    client.create_table(
        DatabaseName="d", TableInput={"Name": "t", "PartitionKeys": keys}
    )
    table = {"DatabaseName": "d", "TableName": "t"}
    assert client.get_partition_indexes(**table)["PartitionIndexDescriptorList"] == []
    index = {"IndexName": "i", "Keys": ["device", "date"]}
    client.create_partition_index(**table, PartitionIndex=index)
    assert client.get_partition_indexes(**table)["PartitionIndexDescriptorList"] == [
        {"IndexName": "i", "IndexStatus": "ACTIVE", "Keys": keys}
    ]
    client.delete_partition_index(**table, IndexName="i")
    assert client.get_partition_indexes(**table)["PartitionIndexDescriptorList"] == []
    with pytest.raises(client.exceptions.EntityNotFoundException):
        client.delete_partition_index(**table, IndexName="i")


def test_a_table_can_be_made_with_its_partition_index(reach: Reach) -> None:
    """
    As Terraform does it.
    """
    client = reach("glue")
    client.create_database(DatabaseInput={"Name": "d"})
    keys = [{"Name": "device", "Type": "string"}]
    client.create_table(
        DatabaseName="d",
        TableInput={"Name": "t", "PartitionKeys": keys},
        PartitionIndexes=[{"IndexName": "i", "Keys": ["device"]}],
    )
    found = client.get_partition_indexes(DatabaseName="d", TableName="t")
    assert found["PartitionIndexDescriptorList"] == [
        {"IndexName": "i", "IndexStatus": "ACTIVE", "Keys": keys}
    ]


def test_a_named_query_can_be_deleted(reach: Reach) -> None:
    """
    And is then an error to ask for.
    """
    client = reach("athena")
    query = client.create_named_query(Name="n", Database="d", QueryString="SELECT 1")
    identity = query["NamedQueryId"]
    assert client.get_named_query(NamedQueryId=identity)["NamedQuery"]["Name"] == "n"
    batch = client.batch_get_named_query(NamedQueryIds=[identity, "none"])
    assert [it["QueryString"] for it in batch["NamedQueries"]] == ["SELECT 1"]
    assert batch["UnprocessedNamedQueryIds"] == [{"NamedQueryId": "none"}]
    client.delete_named_query(NamedQueryId=identity)
    assert client.list_named_queries()["NamedQueryIds"] == []
    for operation in (client.get_named_query, client.delete_named_query):
        with pytest.raises(client.exceptions.InvalidRequestException):
            operation(NamedQueryId=identity)


def test_a_workgroup_without_tags_has_an_empty_list_of_them(reach: Reach) -> None:
    """
    What is not there is an error all the same.
    """
    client = reach("athena")
    client.create_work_group(Name="w")
    arn = f"arn:aws:athena:{ACCOUNT}:workgroup"
    assert client.list_tags_for_resource(ResourceARN=f"{arn}/w")["Tags"] == []
    with pytest.raises(client.exceptions.ClientError):
        client.list_tags_for_resource(ResourceARN=f"{arn}/none")


def test_a_workgroup_changes_in_what_is_named(reach: Reach) -> None:
    """
    And stays as it is in all else; another that is not there is an error.
    """
    client = reach("athena")
    results = {"OutputLocation": "s3://b/", "ExpectedBucketOwner": "123456789012"}
    client.create_work_group(
        Name="w",
        Description="before",
        Configuration={
            "ResultConfiguration": results,
            "BytesScannedCutoffPerQuery": 10_000_000,
        },
    )
    client.update_work_group(
        WorkGroup="w",
        State="DISABLED",
        ConfigurationUpdates={
            "ResultConfigurationUpdates": {"RemoveExpectedBucketOwner": True},
            "RemoveBytesScannedCutoffPerQuery": True,
            "RequesterPaysEnabled": True,
        },
    )
    group = client.get_work_group(WorkGroup="w")["WorkGroup"]
    assert (group["Description"], group["State"]) == ("before", "DISABLED")
    settings = group["Configuration"]
    assert settings["ResultConfiguration"] == {"OutputLocation": "s3://b/"}
    assert "BytesScannedCutoffPerQuery" not in settings
    assert settings["RequesterPaysEnabled"]
    with pytest.raises(client.exceptions.InvalidRequestException):
        client.update_work_group(WorkGroup="none")


def test_a_topic_rule_has_tags_from_its_creation_on(reach: Reach) -> None:
    """
    They can be added and taken away.
    """
    client = reach("iot")
    client.create_topic_rule(
        ruleName="r",
        topicRulePayload={"sql": "SELECT * FROM 'a'", "actions": []},
        tags="team=snow&cost=1",
    )
    arn = f"arn:aws:iot:{ACCOUNT}:rule/r"
    client.tag_resource(resourceArn=arn, tags=[{"Key": "new", "Value": "x"}])
    client.untag_resource(resourceArn=arn, tagKeys=["cost"])
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [
        {"Key": "team", "Value": "snow"},
        {"Key": "new", "Value": "x"},
    ]


def test_a_lifecycle_comes_back_whole(reach: Reach) -> None:
    """
    Its size limits and the default minimum size too (local_aws/s3.py).
    """
    client = reach("s3")
    client.create_bucket(Bucket="archive")
    rule = {
        "ID": "archive",
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "items/", "ObjectSizeGreaterThan": 1000}},
        "Transitions": [{"Days": 45, "StorageClass": "GLACIER"}],
    }
    client.put_bucket_lifecycle_configuration(
        Bucket="archive",
        TransitionDefaultMinimumObjectSize="varies_by_storage_class",
        LifecycleConfiguration={"Rules": [rule]},
    )
    found = client.get_bucket_lifecycle_configuration(Bucket="archive")
    assert found["Rules"] == [rule]
    assert found["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"


def test_dead_letters_go_back_to_the_queue_that_they_came_from(reach: Reach) -> None:
    """
    Or to the one that is named.
    """
    client = reach("sqs")
    dead = client.create_queue(QueueName="dead")["QueueUrl"]
    arn = f"arn:aws:sqs:{ACCOUNT}:dead"
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    urls = {
        "origin": client.create_queue(
            QueueName="origin", Attributes={"RedrivePolicy": redrive}
        )["QueueUrl"],
        "other": client.create_queue(QueueName="other")["QueueUrl"],
    }
    for name, parameters in (
        ("origin", {"SourceArn": arn}),
        (
            "other",
            {"SourceArn": arn, "DestinationArn": f"arn:aws:sqs:{ACCOUNT}:other"},
        ),
    ):
        client.send_message(QueueUrl=dead, MessageBody=name)
        assert client.start_message_move_task(**parameters)["TaskHandle"]
        (task,) = client.list_message_move_tasks(SourceArn=arn)["Results"]
        assert task["Status"] == "COMPLETED"
        assert task["ApproximateNumberOfMessagesMoved"] == 1
        (message,) = client.receive_message(QueueUrl=urls[name])["Messages"]
        assert message["Body"] == name
        assert "Messages" not in client.receive_message(QueueUrl=dead)
