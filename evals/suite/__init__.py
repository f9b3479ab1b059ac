"""The evaluation suite: labelled data, tasks and scorers on inspect-ai, gates, calibration and the report.

Needs the extra [evals]; nothing outside this package imports inspect_ai.
"""
