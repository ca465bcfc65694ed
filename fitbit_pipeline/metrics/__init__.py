"""From raw payloads to metric values: pure functions, standard library only, no clock, no store."""
