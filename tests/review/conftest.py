"""What several files of these tests ask for."""

from tests.review.browser import chromium as chromium
