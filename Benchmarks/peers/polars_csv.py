"""polars' reader of comma-separated text: to its own columns, or on to a Float matrix."""

import polars
from serving import serve


def prepare(case):
    def read(data, setting):
        frame = polars.read_csv(case.file)
        if setting == "to a Float matrix":
            frame.select(polars.exclude("y").cast(polars.Float32)).to_numpy()
        return [], None

    return (lambda: None), read


serve(["to columns", "to a Float matrix"], prepare)
