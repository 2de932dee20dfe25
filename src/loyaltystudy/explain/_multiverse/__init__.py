"""The multiverse: does the order of two blocks hold whatever was chosen in scoring?"""
