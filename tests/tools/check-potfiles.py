"""check-potfiles.py SOURCE : po/POTFILES names exactly the files with text for people, sorted, and every
language of po/LINGUAS is complete: nothing missing, untranslated, fuzzy or with broken format directives."""
import pathlib
import re
import subprocess
import sys
import tempfile

MARK = re.compile(r"(?<![A-Za-z0-9_])(?:N?_|g_dngettext|ngettext|g_dpgettext2|NC_)\s*\(")


def code(path):
    """The file without comments: a header may name N_() to explain a field."""
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)


def listed(path):
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def catalogue_faults(source, language, template):
    po = source / "po" / f"{language}.po"
    with tempfile.TemporaryDirectory() as folder:
        merged = pathlib.Path(folder) / "merged.po"
        merge = subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", "-o", merged, po, template],
                               text=True, capture_output=True)
        if merge.returncode:
            yield f"{po.name}: {merge.stderr.strip()}"
            return
        checked = subprocess.run(["msgfmt", "--check", "--statistics", "-o", "/dev/null", merged], text=True,
                                 capture_output=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
        if checked.returncode or re.search(r"fuzzy|untranslated", checked.stderr):
            yield f"{po.name}: {checked.stderr.strip()}"
            missing = subprocess.run(["msgattrib", "--untranslated", "--no-wrap", merged], text=True,
                                     capture_output=True).stdout
            for text in re.findall(r'^msgid "(.+)"$', missing, re.M)[:20]:
                yield f"{po.name}: untranslated: {text}"


def main():
    source = pathlib.Path(sys.argv[1])
    names = listed(source / "po" / "POTFILES")
    faults = []
    if names != sorted(names):
        faults.append("po/POTFILES is not sorted")
    found = []
    for layer in ("accounts", "compose", "transport", "ui"):
        for path in (source / layer).rglob("*.[ch]"):
            if MARK.search(code(path)):
                found.append(str(path.relative_to(source)))
    faults += [f"po/POTFILES lacks {name}" for name in sorted(set(found) - set(names))]
    faults += [f"po/POTFILES names {name}, which has no text" for name in sorted(set(names) - set(found))]
    if not faults:
        with tempfile.NamedTemporaryFile(suffix=".pot") as template:
            subprocess.run(["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_",
                            "--keyword=g_dngettext:2,3", "--keyword=ngettext:1,2", "--keyword=NC_:1c,2",
                            "--add-comments=TRANSLATORS:", "-o", template.name, "-D", source] + names, check=True)
            for language in listed(source / "po" / "LINGUAS"):
                faults += catalogue_faults(source, language, template.name)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


sys.exit(main())
