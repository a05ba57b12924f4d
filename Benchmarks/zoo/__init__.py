"""A zoo of problems: logistic fits of every kind, drawn by a seed, on which solvers are compared."""
