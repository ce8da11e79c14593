"""The published page on a thin line: what it weighs before anybody watches, and when the first picture is there."""
