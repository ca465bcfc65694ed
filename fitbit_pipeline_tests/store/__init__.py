"""Tests of the store, against a real MongoDB server."""
