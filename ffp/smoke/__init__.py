"""Tries a deployed environment as its users and as attackers would, through its public addresses alone.

Who tries it has the password and second factor of a test tenant's users, and no other right in the account. The cases
follow from the settings and fit every application; `ffp.emulator.smoke` adds those that need the emulator.
"""
