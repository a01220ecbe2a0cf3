"""Tries a running platform as users and attackers would, and compares the results with the expected ones.

The cases here follow from the settings and fit every application. Cases that only an application's author can write,
such as those with a valid request, are in the module that `Application.smoke` names; `kit` defines its content.
"""
