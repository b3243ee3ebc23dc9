"""What a wheel needs and pyproject.toml has no words for.

The top-level `templates/` and `static/` go in as `inquiry/templates` and `inquiry/static`; translations go in compiled.
"""

import shutil
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithPages(build_py):
    """Adds both after the modules; an editable install reads the pages where they lie."""

    def run(self):
        super().run()
        if self.editable_mode:
            return
        package = Path(self.build_lib, "inquiry")
        for folder in ("templates", "static"):
            shutil.copytree(folder, package / folder, dirs_exist_ok=True)
        for words in package.rglob("messages.po"):
            # Babel looks for a locale under its full name; an installed package need not be writable to be read.
            compiled = words.parents[2] / str(Locale.parse(words.parts[-3])) / "LC_MESSAGES" / "messages.mo"
            compiled.parent.mkdir(parents=True, exist_ok=True)
            with words.open("rb") as source, compiled.open("wb") as target:
                write_mo(target, read_po(source))
            words.unlink()


setup(cmdclass={"build_py": BuildWithPages})
