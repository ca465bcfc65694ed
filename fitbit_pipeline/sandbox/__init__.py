"""A made-up Google: its sign-in and its Health API on loopback, with made-up participants.

It lets people try the pipeline, and tests run it, without an account. It shares no code with the
source that reads from it: a misreading of the API should not cancel itself out.
"""
