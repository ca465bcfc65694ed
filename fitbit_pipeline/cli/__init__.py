"""The command line: ``fitbit-pipeline …``. Each module holds the commands of one concern."""
