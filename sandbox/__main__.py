"""`python -m sandbox`: the simulated clouds from the command line."""

from tools.bootstrap import use_the_environment

use_the_environment("sandbox")

from sandbox.cli import main  # noqa: E402 - what it imports is only in the environment

if __name__ == "__main__":
    main()
