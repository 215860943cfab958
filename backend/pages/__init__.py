"""One module per noun: what its pages show and which act each form asks for. What the acts do is in backend/acts.py."""
