"""The site of these documents, built by scripts/site: the pages as they stand in the repository, and the references of Python and C++.

Its source is the whole repository, so that links lead where they do on a forge.
"""

import re
import shutil
import subprocess
from pathlib import Path

from sphinx.application import Sphinx

root = Path(__file__).resolve().parent.parent
out = root / "build-python/site"

project = "qbatt"
release = version = re.search(r"project\(qbatt VERSION ([0-9.]+)", (root / "CMakeLists.txt").read_text())[1]
copyright = "the qbatt authors"

extensions = ["breathe", "myst_nb", "sphinx.ext.autodoc"]
root_doc = "README"
include_patterns = ["*.md", "docs/*.md", "examples/notebooks/*.md", "tests/README.md", "tests/data/README.md"]
html_theme = "furo"
html_title = f"qbatt {version}"
html_css_files = ["site.css"]
html_static_path = ["site.css"]

highlight_language = "none"
smartquotes = False  # which make one dash of the two before an option
myst_heading_anchors = 4
# Every header declares the namespace.
suppress_warnings = ["duplicate_declaration.cpp"]
nb_execution_raise_on_error = True
nb_execution_timeout = 300

breathe_projects = {"qbatt": str(out / "doxygen/xml")}
breathe_default_project = "qbatt"

# What README.md lists as a table is the site's contents too.
contents = """
```{toctree}
:hidden:
:caption: Users

docs/sweeps
docs/python
docs/python_reference
examples/notebooks/paper_figures
examples/notebooks/filling_and_power
examples/notebooks/thermal_charger
docs/findings
docs/glossary
```

```{toctree}
:hidden:
:caption: Developers

docs/architecture
docs/numerics
docs/performance
docs/cuda
docs/cpp_reference
CONTRIBUTING
tests/README
tests/data/README
CHANGELOG
```
"""


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    if page == root_doc:
        source[0] += contents


def front_page(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        shutil.copy(Path(app.outdir, f"{root_doc}.html"), Path(app.outdir, "index.html"))


def run_doxygen(app: Sphinx) -> None:
    settings = f"""
        INPUT = {root / "include/qbatt"}
        OUTPUT_DIRECTORY = {out / "doxygen"}
        GENERATE_HTML = NO
        GENERATE_LATEX = NO
        GENERATE_XML = YES
        EXTRACT_ALL = YES
        STRIP_FROM_PATH = {root / "include"}
        STRIP_FROM_INC_PATH = {root / "include"}
        QUIET = YES
        WARN_AS_ERROR = YES
        WARN_IF_UNDOCUMENTED = NO
    """
    Path(out, "doxygen").mkdir(parents=True, exist_ok=True)
    subprocess.run(["doxygen", "-"], input=settings, text=True, check=True)


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", run_doxygen)
    app.connect("source-read", add_contents)
    app.connect("build-finished", front_page)
