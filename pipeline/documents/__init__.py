"""Documents of people outside: text taken out of them, metadata removed from them, by a child that may do little."""
