"""Reads model files: safetensors, whose header is JSON."""

import array
import json
import pathlib
import struct

_CODES = {"F64": "d", "F32": "f", "I64": "q", "I32": "i", "U8": "B", "U16": "H", "U32": "I"}
# Not the same in two fits of the same rows, or known to doors that read the file alone.
_PASSING = {
    "seconds", "data_sha256", "configuration_sha256",
    "training_source", "training_rows", "training_records",
}


def read(path) -> dict:
    """Metadata and tensors of a file, the numbers as lists."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    body = content[8 + length :]
    metadata = {name: _parsed(text) for name, text in header.pop("__metadata__", {}).items()}
    tensors = {
        name: {
            "dtype": entry["dtype"], "shape": entry["shape"],
            "numbers": array.array(
                _CODES[entry["dtype"]], body[slice(*entry["data_offsets"])]).tolist(),
        }
        for name, entry in header.items()
    }
    return {"metadata": _settled(metadata), "tensors": tensors}


def _parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def _settled(value):
    if isinstance(value, dict):
        return {name: _settled(entry) for name, entry in value.items() if name not in _PASSING}
    if isinstance(value, list):
        return [_settled(entry) for entry in value]
    return value
