"""The nine questions as SQL, over tables first_pin, first_geo and first_user, in which no ind is there twice: for
duplicates one looks once, when these are loaded, and not in each statement."""

import re
import subprocess


def statements() -> list[tuple[str, str]]:
    """Name and DuckDB's SQL of each."""
    printed = subprocess.run(["query", "all", "--sql", "duckdb"], stdout=subprocess.PIPE, check=True, text=True).stdout
    asked = re.sub(r"first_\w+ AS \(.*?\n\),\n", "", printed, flags=re.DOTALL)
    return re.findall(r"^-- ([a-z-]+): [^\n]*\n(?:-- [^\n]*\n)?(WITH .*?);$", asked, flags=re.DOTALL | re.MULTILINE)
