"""`python -m presession`: the same as the `presession` command; how the supervisor starts its parts."""

from presession.cli import main

if __name__ == "__main__":
    main(prog_name="presession")
