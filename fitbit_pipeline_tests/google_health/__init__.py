"""The live source from end to end: the sandbox, real HTTP, a real database, Dagster."""
