"""The tests of what handlers are made of. Whoever imports anything from here can import handlers afterwards.

The library reads its variables when it is imported; here they come from the tests' own sample.
"""

import os
import sys

from ffp.project import ROOT
from tests.library.sample import declaration
from tests.library.variables import variables

sys.path.insert(0, str(ROOT / "library/python"))
os.environ |= variables(declaration.TENANCY, declaration.QUOTAS, declaration.MEDIA)
