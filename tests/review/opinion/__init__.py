"""Changes by somebody who did not know how the review judges: what they think of each, dangerous or harmless.

They are judged on production as it ships: a sample of them by `tests/review/test_opinion.py`, and all of them, which
takes a while, by `python -m tests.review.opinion`.
"""
