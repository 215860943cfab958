"""Everything that must survive the process: tables, units of work, the road's own statements."""
