"""How much of an outcome each block explains: the frame, the calls, missing answers, the result."""
