"""Published tables of accuracy and fairness, run again: a file a table.

A table has `NAME`, `TITLE`, `SOURCE`, `PROTOCOL` (what is done here, and how it differs),
`MEASURES` (a function each), `PUBLISHED` lines, `COUNTS` (rows to train and to test by case), and
`run(data)` that gives our lines. `NEEDS` are files that do not come with the package, and where
they are from.
"""

TABLES = ["oxonfair", "fairgbm", "ffb", "friedler", "aif360", "unprocessing", "abcfair"]
