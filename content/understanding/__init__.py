"""Free text → what the person wants. Deterministic, explainable, no network."""
