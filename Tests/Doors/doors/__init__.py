"""Every way into the engine, each behind one function: a request in, an answer out."""
