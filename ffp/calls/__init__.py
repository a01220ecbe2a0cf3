"""Reads what the code of functions calls of AWS and which variables it needs, and names each that no binding gives."""

from ffp.calls.check import missing as missing
from ffp.calls.check import read as read
from ffp.calls.check import show as show
