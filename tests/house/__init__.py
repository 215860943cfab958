"""The rules of the house: what no general linter knows, checked by `make check` and by the tests."""
