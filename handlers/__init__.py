"""What the robot says and does: one module per capability."""
