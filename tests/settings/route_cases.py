"""Routes as people write them who know other tools, and what each is told."""

from settings import Environment, Public, Route
from tests.settings.case import Case
from tests.settings.changed import PUBLIC, function

# What API Gateway accepts, and nothing here forbids.
SOUND = (
    "GET /api/books/{bookId}",
    "GET /api/books/{book_id}",
    "GET /api/book_shelves/{shelf-id}/books.json",
    "GET /api/Books/v1.2/{_}",
)


def with_route(key: str, public: Public = PUBLIC) -> Environment:
    """Production with this route of the function that reads notes."""
    return function("list-notes", routes=(Route(key=key, public=public),))


def _case(key: str, limit: str, remedy: str) -> Case:
    field = f"application.groups[notes].functions[list-notes].routes[{key}].key"
    return Case(with_route(key), field, repr(key), limit, remedy)


CASES = {
    f"route {case.value}": case
    for case in (
        _case("ANY /api/books", "ANY takes every method: every route is", "list each method and path"),
        _case("$default", "$default takes every method", "list each method and path"),
        _case("GET /api/books/{proxy+}", "{proxy+} takes every path below it", "list each method and path"),
        _case("GET /api/books/*", "'*' takes many paths", "list each method and path"),
        _case("get /api/books", "begins with 'get', and must begin with one of GET,", "write GET in capitals"),
        _case("OPTIONS /api/books", "begins with 'OPTIONS'", "API Gateway answers browsers' OPTIONS itself"),
        _case("HEAD /api/books", "begins with 'HEAD'", "write it like GET /api/things/{thingId}"),
        _case("/api/books", "begins with '/api/books'", "write it like GET /api/things/{thingId}"),
        _case("GET /books", "'/books' is not below /api/: the distribution forwards only", "write GET /api/books"),
        _case("GET /API/books", "'/API/books' is not below /api/", "write GET /api/books"),
        _case("GET  /api/books", "' /api/books' is not below /api/", "write GET /api/books"),
        _case("GET /api", "'/api' is not below /api/", "write GET /api/things"),
        _case("GET /api/books/", "ends with a slash", "write /api/books:"),
        _case("GET /api//books", "two slashes together", "write one"),
        _case("GET /api/../books", "has the step ..", "write the path without it"),
        _case("GET /api/books?kind=all", "has no query", "write /api/books, and read kind=all in the handler"),
        _case("GET /api/{id}/pages/{id}", "has the parameter {id} twice", "a name of its own"),
        _case("GET /api/books/{id}.json", "'{id}.json' is a parameter and something else", "a step of its own"),
        _case("GET /api/books/id}", "'id}' is a parameter and something else", "a step of its own"),
        _case("GET /api/books/x{id}y", "'x{id}y' is a parameter and something else", "a step of its own"),
        _case("GET /api/books/{id", "'{id' is a parameter and something else", "a step of its own"),
        _case("GET /api/books/:id", "':id' is no parameter of API Gateway", "write {id}"),
        _case("GET /api/books/<int:id>", "'<int:id>' is no parameter", "write {id}"),
        _case("GET /api/books/[id]", "'[id]' is no parameter", "write {id}"),
        _case("GET /api/books/{book id}", "'{book id}' has ' ', and may have letters", "write {book-id}"),
        _case("GET /api/books/{}", "'{}' has no name", "write {word}"),
        _case("GET /api/books:search", "'books:search' has ':', and may have letters", "write books-search"),
        _case("GET /api/my%20books", "'my%20books' has '%'", "write my-20books"),
    )
}
