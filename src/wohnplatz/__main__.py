"""``python -m wohnplatz``."""

import sys

from wohnplatz.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
