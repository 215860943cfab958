"""`python -m tests.house`: the rules over the tree, one line per finding, exit 1 if there is one."""

import sys

from tests.house.rules import findings
from tests.house.source import tree

if found := findings(tree()):
    sys.exit("\n".join(map(str, found)))
