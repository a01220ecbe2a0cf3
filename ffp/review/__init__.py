"""Reviews a change: what somebody must look at, who gains access, what it costs, and what it does elsewhere.

A review compares two models of a stack, made from the synthesised JSON before and after the change and, where there is
one, from a saved plan. It judges what a change means, not which attribute it touches.
"""
