"""The doors, opened once for all tests."""

import concurrent.futures

import jobs
import places
import pytest
import tables
from doors.child import ChildDoor
from doors.command_line import CommandLine
from doors.swift import Swift
from doors.yaml_file import YAMLFile


class House:
    """All doors, and what each has answered so far."""

    def __init__(self, folder):
        self.folder = folder
        for name in jobs.DOORS:
            (folder / name).mkdir()
        self.doors = {
            "command_line": CommandLine(folder / "command_line"),
            "yaml": YAMLFile(folder / "yaml", jobs.stage_of),
            "c": ChildDoor("c", folder / "c"),
            "generic": ChildDoor("generic", folder / "generic"),
            "python": ChildDoor("python", folder / "python"),
            "swift": Swift(folder / "swift"),
        }
        self.tables = {make.__name__: make().write(folder) for make in tables.TABLES}
        self.tables.update({table.name: table for table in tables.BUNDLED})
        for make in tables.FITTED:
            table = tables.with_scores(self.tables[make.__name__]).write(folder)
            self.tables[table.name] = table
        self._answers: dict = {}
        self._pool = concurrent.futures.ThreadPoolExecutor(2)

    def answers(self, case: "jobs.Case") -> dict:
        """What every door that has the job answers, asked at once."""
        if case not in self._answers:
            doors = [name for name in jobs.WANTED if jobs.lacks(case, name) is None]
            request = case.request(self.tables)
            asked = {
                name: self._pool.submit(self.doors[name].answer, request) for name in doors}
            self._answers[case] = {name: future.result() for name, future in asked.items()}
        return self._answers[case]

    def close(self) -> None:
        self._pool.shutdown()
        for door in self.doors.values():
            if hasattr(door, "close"):
                door.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.close()


def pytest_sessionstart(session):
    missing = [
        str(path) for door, path in (
            ("command_line", places.PROGRAM), ("c", places.LIBRARY), ("swift", places.SWIFT_DOOR))
        if door in jobs.WANTED and not path.exists()
    ]
    if missing:
        pytest.exit(
            f"not built: {', '.join(missing)}; EQUIPOISE_DOORS names the doors to test", 2)
