"""Pytest's closing line says when the browser tests were the ones not run: they need a Chromium or Chrome that the machine may not have."""

import pytest


def pytest_report_teststatus(report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
    if report.skipped and "browser" in report.keywords and not hasattr(report, "wasxfail"):
        return "browser tests not run (no Chromium here)", "s", "NOT RUN"
    return None
