"""How much hypothesis tries: little and always the same in the suite, much in ``make fuzz``.

In ``make mutants`` as in the suite, but to be slow is no failure: it would pass for a kill.

Tests under ``properties`` say how much that is with ``examples``.
"""

from hypothesis import HealthCheck, settings

SLOW_IS_FINE = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example)

SHORT, DEEP, MUTANTS = "ci", "deep", "mutants"

settings.register_profile(SHORT, derandomize=True, deadline=None)
settings.register_profile(DEEP, deadline=None, print_blob=True)
settings.register_profile(
    MUTANTS, settings.get_profile(SHORT), suppress_health_check=list(HealthCheck)
)


def examples(short: int, deep: int) -> settings:
    """How many examples a test tries.

    Args:
        short: In the suite.
        deep: In ``make fuzz``.
    """
    is_deep = settings.get_current_profile_name() == DEEP
    return settings(max_examples=deep if is_deep else short, suppress_health_check=SLOW_IS_FINE)
