"""The modules: how each AWS service is built, with one package or file for each row of the service map.

Importing this package also makes the provider's bindings load quickly (see `fast_bindings.py`).
"""

from modules import fast_bindings as fast_bindings
