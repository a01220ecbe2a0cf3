"""What the documents say of the application that ships."""

from ffp import node
from ffp.model import model_of
from ffp.picture import FILE, STACK, draw, graphviz
from ffp.stacks import SynthesisedStack
from tests.support import require
from tests.test_documents import files_named, missing


def test_every_file_of_what_ships_that_the_security_document_names_is_there() -> None:
    assert files_named(of_what_ships=True)
    assert missing(files_named(of_what_ships=True)) == []


def test_the_picture_in_the_documents_is_what_draw_makes(all_stacks: dict[str, SynthesisedStack]) -> None:
    require(node.package(graphviz.PACKAGE), "Graphviz for Node")
    drawn = draw(model_of(all_stacks[STACK]))
    assert drawn == FILE.read_text(encoding="utf-8"), "run `make synth cdktf`, then `ffp draw`, and look at the picture"
