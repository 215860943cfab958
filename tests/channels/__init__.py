"""Tests of the channels. Each channel brings tables of cases; `conformance` brings what every channel must do."""
