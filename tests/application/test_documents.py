"""What the documents say of the application that ships."""

from tests.test_documents import files_named, functions_named, missing, undefined


def test_every_file_of_what_ships_that_the_security_document_names_is_there() -> None:
    assert files_named(of_what_ships=True)
    assert missing(files_named(of_what_ships=True)) == []
    assert undefined(functions_named(of_what_ships=True)) == []
