"""Deriving again until the inputs stood still."""

import pytest

from fitbit_pipeline.flow.settle import MOST_TRIES, InputsKeepChangingError, settle


class Cell:
    """One number that is derived from another, and others who write that other meanwhile."""

    def __init__(self, value: int, *writes: int):
        """Begins with a value; each derivation meets one of the writes."""
        self.value = value
        self.derived: list[int] = []
        self._writes = list(writes)

    def read(self) -> int:
        """What it is now."""
        return self.value

    def derive(self, value: int) -> int:
        """Derives from what was read; meanwhile somebody else writes."""
        self.derived.append(10 * value)
        if self._writes:
            self.value = self._writes.pop(0)
        return 10 * value


class TestSettle:
    """The last result is of the last input."""

    def test_inputs_that_stand_still_are_derived_from_once(self) -> None:
        cell = Cell(1)
        assert settle(cell.read, cell.derive) == 10
        assert cell.derived == [10]

    def test_a_change_during_deriving_is_derived_from_too(self) -> None:
        cell = Cell(1, 2, 3)
        assert settle(cell.read, cell.derive) == 30
        assert cell.derived == [10, 20, 30]

    def test_a_write_of_the_same_value_is_no_change(self) -> None:
        cell = Cell(1, 1)
        assert settle(cell.read, cell.derive) == 10
        assert cell.derived == [10]

    def test_a_change_during_the_last_but_one_try_still_settles(self) -> None:
        cell = Cell(0, *range(1, MOST_TRIES))
        assert settle(cell.read, cell.derive) == 10 * (MOST_TRIES - 1)
        assert len(cell.derived) == MOST_TRIES

    def test_inputs_that_never_stand_still_are_an_error(self) -> None:
        cell = Cell(0, *range(1, MOST_TRIES + 1))
        with pytest.raises(InputsKeepChangingError, match="run this one again"):
            settle(cell.read, cell.derive)
        assert len(cell.derived) == MOST_TRIES

    def test_an_error_of_deriving_is_not_hidden(self) -> None:
        def derive(_: int) -> int:
            raise OSError("the store is gone")

        with pytest.raises(OSError, match="the store is gone"):
            settle(lambda: 1, derive)
