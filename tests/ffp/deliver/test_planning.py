"""The digest of a review: everything that it says, and nothing that depends on the machine."""

from dataclasses import replace

from ffp.deliver.planning import digest_of
from ffp.review import pictures
from ffp.review.report import Picture, Section
from tests.review.made_review import large


def test_every_other_word_gives_another_digest() -> None:
    review = large(resources=20, rows=20, red=2, changed=3)
    digests = {
        digest_of(each)
        for each in (
            review,
            replace(review, environment="staging"),
            replace(review, concerns=review.concerns[1:]),
            replace(review, unknowns=("something is unknown",)),
            replace(review, sections=review.sections[1:]),
            replace(review, before="another commit"),
        )
    }
    assert len(digests) == 6


def test_a_machine_without_what_draws_gives_the_same_digest() -> None:
    review = large(resources=20, rows=20, red=2, changed=3)
    drawn = Section(pictures.SECTION, "Pictures", "Coloured.", pictures=(Picture("a", "<svg/>", "b"),))
    undrawn = Section(pictures.SECTION, "Pictures", "Only the cost could be drawn.")
    with_pictures = replace(review, sections=(*review.sections, drawn))
    without = replace(
        review,
        sections=(*review.sections, undrawn),
        unknowns=(*review.unknowns, f"{pictures.UNDRAWN}: no Graphviz in /somewhere"),
    )
    assert digest_of(with_pictures) == digest_of(without)
