"""Use the bookshelf from blocking code: no event loop, no await."""

from __future__ import annotations

from bookshelf import Book, Bookshelf, DuplicateBook

CLASSICS = (
    Book("Middlemarch", "George Eliot", 1871),
    Book("Emma", "Jane Austen", 1815),
    Book("Frankenstein", "Mary Shelley", 1818),
)


def use(shelf: Bookshelf) -> list[str]:
    """Fill an empty shelf, break a transaction, and return the titles that stand there, oldest first."""
    with shelf:
        shelf.add_many(CLASSICS)
        try:
            with shelf.transaction() as transaction:
                transaction.add(Book("Persuasion", "Jane Austen", 1817))
                transaction.add(Book("Emma", "Somebody Else", 1900))
        except DuplicateBook as error:
            print(f"dropped the whole transaction: {error} stands there already")
        shelf.add_many.with_options(timeout=5.0)([Book("Villette", "Charlotte Brontë", 1853)])
        count = shelf.count.submit()  # a future, while other work goes on
        titles = [book.title for book in shelf.books(since=1816)]
        print(f"{count.result()} books, {len(titles)} of them since 1816: {', '.join(titles)}")
        return titles


def main(path: str = ":memory:") -> list[str]:
    """Use a shelf of this process."""
    return use(Bookshelf(path))


if __name__ == "__main__":
    main()
