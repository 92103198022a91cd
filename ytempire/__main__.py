"""``python -m ytempire``: the command line, as the program ``ytempire`` is."""

from __future__ import annotations

from ytempire.cli import main

if __name__ == "__main__":
    main()
