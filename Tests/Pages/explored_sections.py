"""Sections of a page's document beyond its curves."""


def of(rows, found: dict) -> dict:
    return {}
