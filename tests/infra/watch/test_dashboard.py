"""
The dashboard is one that CloudWatch takes, and that tells the story in order.
"""

import itertools
import re
from typing import Any

from tests.infra.planned import Planned
from tests.infra.watch.cloudwatch import exists
from tests.infra.watch.conftest import alarms_of, widgets_of

Widgets = list[dict[str, Any]]

# CloudWatch: Dashboard Body Structure and Syntax. What each type of widget
# may have, and what it must have.
PROPERTIES = {
    "text": {"markdown", "background"},
    "alarm": {"alarms", "title", "sortBy", "states"},
    "metric": {
        "accountId",
        "annotations",
        "end",
        "labels",
        "legend",
        "liveData",
        "metrics",
        "period",
        "region",
        "setPeriodToTimeRange",
        "singleValueFullPrecision",
        "sparkline",
        "stacked",
        "start",
        "stat",
        "table",
        "timezone",
        "title",
        "trend",
        "view",
        "yAxis",
    },
}
NEEDED = {
    "text": {"markdown"},
    "alarm": {"alarms"},
    "metric": {"metrics", "region"},
}
VIEWS = {"timeSeries", "singleValue", "gauge", "bar", "pie", "table"}
RENDERING = {
    "color",
    "expression",
    "id",
    "label",
    "period",
    "region",
    "stat",
    "visible",
    "yAxis",
}
Y_AXIS = {"label", "max", "min", "showUnits"}
ANNOTATION = {"color", "fill", "label", "value", "visible", "yAxis"}
STATISTICS = {"Average", "Maximum", "Minimum", "SampleCount", "Sum"}


def test_every_widget_is_one_that_cloudwatch_knows(widgets: Widgets) -> None:
    """
    It refuses the whole dashboard for one that it does not.
    """
    assert 0 < len(widgets) <= 500
    for widget in widgets:
        assert set(widget) == {"type", "x", "y", "width", "height", "properties"}
        properties = set(widget["properties"])
        assert NEEDED[widget["type"]] <= properties <= PROPERTIES[widget["type"]]


def test_every_graph_has_what_its_kind_takes(widgets: Widgets) -> None:
    """
    View, statistic, period, axes and annotations.
    """
    for graph in graphs(widgets):
        assert graph["view"] in VIEWS
        assert graph["stat"] in STATISTICS
        assert graph["period"] % 60 == 0
        assert graph["title"]
        for side, axis in graph.get("yAxis", {}).items():
            assert side in {"left", "right"}
            assert set(axis) <= Y_AXIS
        for kind, notes in graph.get("annotations", {}).items():
            assert kind in {"horizontal", "vertical", "alarms"}
            assert all({"value"} <= set(note) <= ANNOTATION for note in notes)


def test_widgets_lie_within_the_grid_and_not_on_each_other(
    planned: Planned, attached: Planned
) -> None:
    """
    24 columns; with ingest and without.
    """
    for widgets in (widgets_of(planned), widgets_of(attached)):
        for widget in widgets:
            assert widget["x"] >= 0
            assert widget["x"] + widget["width"] <= 24
            assert 1 <= widget["width"] <= 24
            assert 1 <= widget["height"] <= 1000
        for one, other in itertools.combinations(widgets, 2):
            assert not overlap(one, other), (one, other)


def test_every_graph_shows_metrics_that_somebody_sends(
    planned: Planned, attached: Planned
) -> None:
    """
    A misspelt one is an empty graph that looks like a quiet day.
    """
    for plan in (planned, attached):
        for graph in graphs(widgets_of(plan)):
            assert graph["metrics"]
            for metric in graph["metrics"]:
                *words, rendering = metric
                assert set(rendering) <= RENDERING
                namespace, name, *pairs = words
                dimensions = dict(zip(pairs[::2], pairs[1::2], strict=True))
                assert exists(namespace, name, dimensions), metric


def test_the_page_shows_every_alarm(planned: Planned, attached: Planned) -> None:
    """
    By its ARN, and no more than a widget takes.
    """
    for plan in (planned, attached):
        (shown,) = [w for w in widgets_of(plan) if w["type"] == "alarm"]
        arns = shown["properties"]["alarms"]
        assert len(arns) <= 100
        prefix = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"
        assert set(arns) == {
            prefix + alarm["alarm_name"] for alarm in alarms_of(plan).values()
        }


def test_the_columns_follow_an_items_life(planned: Planned, attached: Planned) -> None:
    """
    From left to right; without ingest the queue is not there.
    """
    way = ["Queue", "Table", "Router", "Firehose", "Transform", "Archive"]
    assert columns(widgets_of(planned)) == way
    assert columns(widgets_of(attached)) == way[1:]


def test_the_sums_stand_side_by_side_day_by_day(widgets: Widgets) -> None:
    """
    What expired, came, was delivered, converted and archived: one below the other.
    """
    (sums,) = [graph for graph in graphs(widgets) if graph["view"] == "bar"]
    assert sums["period"] == 86_400
    assert sums["stat"] == "Sum"
    assert [metric[1] for metric in sums["metrics"]] == [
        "TimeToLiveDeletedItemCount",
        "RecordsExpired",
        "LinesDelivered",
        "LinesConverted",
        "RowsArchived",
    ]


def test_an_age_is_shown_with_the_age_at_which_it_rings(
    planned: Planned, attached: Planned
) -> None:
    """
    The line in the graph is the alarm's own threshold.
    """
    for plan in (planned, attached):
        thresholds = {
            alarm["metric_name"]: alarm["threshold"]
            for alarm in alarms_of(plan).values()
        }
        lines = {
            graph["metrics"][0][1]: graph["annotations"]["horizontal"][0]["value"]
            for graph in graphs(widgets_of(plan))
            if "annotations" in graph
        }
        assert lines == {name: thresholds[name] for name in lines}
        assert len(lines) == 3


def test_the_cold_bytes_are_those_of_the_chosen_class(
    planned: Planned, attached: Planned
) -> None:
    """
    GLACIER and DEEP_ARCHIVE are counted under different names.
    """
    for plan, cold in ((planned, "Glacier"), (attached, "DeepArchive")):
        (sizes,) = [
            graph["metrics"]
            for graph in graphs(widgets_of(plan))
            if graph["metrics"][0][1] == "BucketSizeBytes"
        ]
        assert {metric[5] for metric in sizes} == {
            "StandardStorage",
            f"{cold}Storage",
            f"{cold}ObjectOverhead",
        }


def graphs(widgets: Widgets) -> list[dict[str, Any]]:
    """
    The properties of the widgets that show metrics.
    """
    return [it["properties"] for it in widgets if it["type"] == "metric"]


def columns(widgets: Widgets) -> list[str]:
    """
    The places that have a column, from left to right.
    """
    heads = sorted(
        (it for it in widgets if it["type"] == "text"), key=lambda it: it["x"]
    )
    found = (re.match(r"## \d (\w+)", it["properties"]["markdown"]) for it in heads)
    return [match[1] for match in found if match]


def overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """
    Whether two widgets share a cell of the grid.
    """
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "width"), ("y", "height"))
    )
