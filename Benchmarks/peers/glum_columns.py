"""The columns of a case as glum takes them: categorical columns stay categorical (tabmat blocks)."""


def packed(case):
    if not case.levels:
        return case.X
    import pandas
    import tabmat

    frame = pandas.DataFrame({f"x{j}": case.X[:, j] for j in range(case.X.shape[1])})
    for k, count in enumerate(case.levels):
        frame[f"c{k}"] = pandas.Categorical.from_codes(case.codes[k], categories=range(count))
    return tabmat.from_pandas(frame, dtype=case.X.dtype, cat_threshold=1)
