"""Where the program begins: before anything is loaded, a password is hidden from other users."""

from fitbit_pipeline.cli.hidden_password import arguments


def main() -> None:
    """Runs the program."""
    given = arguments()
    # What takes a second to load comes after that.
    from fitbit_pipeline.cli.main import app

    app(given)


if __name__ == "__main__":
    main()
