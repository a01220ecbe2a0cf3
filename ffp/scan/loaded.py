"""Importing this module loads Checkov, its checks and ours: a process does so before it is forked to scan stacks."""

from ffp.scan import engine

engine.prepare()
