"""Words and rules in plain Python; imports nothing but the standard library and Babel's names."""
