"""A small application of the library's tests: what holds for it holds for any application.

It has one table of tenants, two tables of theirs, and handlers that do little more than call the library.
"""
