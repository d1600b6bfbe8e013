"""Make the shell script that packs the files that the doctor reads into a tarball, for machines without tierscope."""

from __future__ import annotations

from viz.doctor.paths import ALL, DAX, LOG, VERSION, ZONEINFO

ARCHIVE = "tierscope-doctor.tar.gz"
LOG_LINES = (
    "Fallback order for Node|Built [0-9]+ zonelists|Demotion targets for Node|the performance of DRAM node|acpi/hmat:|"
    "Failed to allocate a memory type|failed to set mempolicy attrs|kmem dax"
)
"""A pattern for the lines of the kernel's log that are copied; none of them names a person, a process or a host."""
_TREATED = (VERSION, ZONEINFO, LOG)
"""The files of which the script copies only a part."""

_SCRIPT = f"""#!/bin/sh
# Packs the files by which "tierscope doctor" tells why memory is or is not demoted: counters, watermarks, tiers, nodes.
# It changes nothing, needs no root, and takes no name of a host, a user, a process or a file of yours.
# Use: sh collect.sh [ARCHIVE.tar.gz]
set -u
umask 077
LC_ALL=C
export LC_ALL
root=${{ROOT:-}}
archive=${{1:-{ARCHIVE}}}
copy=$(mktemp -d) || exit 1
trap 'rm -rf "$copy"' EXIT
trap 'exit 1' HUP INT TERM

# Makes the folder of a file in the copy.
folder() {{
    mkdir -p "$copy/${{1%/*}}"
}}

# Copies a regular file that can be read.
take() {{
    [ -f "$root/$1" ] && [ -r "$root/$1" ] || return 0
    folder "$1"
    cat "$root/$1" >"$copy/$1" 2>/dev/null || rm -f "$copy/$1"
}}

# A folder that is there, and empty, says something, too.
for path in sys/kernel/mm sys/kernel/mm/numa sys/devices/virtual/memory_tiering; do
    [ -d "$root/$path" ] && mkdir -p "$copy/$path"
done

for file in @FILES@; do
    take "${{file#"$root/"}}"
done

# Memory blocks: those that are online say nothing new.
for file in @BLOCKS@; do
    [ -f "$file" ] && [ -r "$file" ] || continue
    state=
    read -r state <"$file" 2>/dev/null
    [ "$state" = online ] || take "${{file#"$root/"}}"
done

# Drivers of DAX devices: the last part of a link.
for link in "$root"/{DAX}/dax[0-9]*/driver; do
    if [ -L "$link" ] && target=$(readlink "$link"); then
        path=${{link#"$root/"}}
        folder "$path"
        printf '%s\\n' "${{target##*/}}" >"$copy/$path"
    elif [ -f "$link" ]; then
        take "${{link#"$root/"}}"
    fi
done

# The release alone: the rest of the file names who built the kernel.
if [ -f "$root/{VERSION}" ] && [ -r "$root/{VERSION}" ]; then
    folder {VERSION}
    sed -n 's/^\\(Linux version [^ ]*\\).*/\\1/p' "$root/{VERSION}" >"$copy/{VERSION}"
fi

# Without the lists of each CPU, which are long.
if [ -f "$root/{ZONEINFO}" ] && [ -r "$root/{ZONEINFO}" ]; then
    folder {ZONEINFO}
    sed '/^  pagesets/,/^  node_unreclaimable/{{/^  node_unreclaimable/!d;}}' "$root/{ZONEINFO}" >"$copy/{ZONEINFO}"
fi

# The lines of the kernel's log that speak of tiers; many machines show the log to root alone.
if [ -f "$root/{LOG}" ]; then
    grep -E '{LOG_LINES}' "$root/{LOG}" >"$copy/{LOG}"
elif [ -z "$root" ]; then
    dmesg 2>/dev/null | grep -E '{LOG_LINES}' >"$copy/{LOG}"
fi
[ -s "$copy/{LOG}" ] || rm -f "$copy/{LOG}"

# With numbers for owners, since their names are personal.
tar --owner=0 --group=0 --numeric-owner -C "$copy" -cf "$copy.tar" . 2>/dev/null ||
    tar --numeric-owner -C "$copy" -cf "$copy.tar" . || exit 1
gzip -c "$copy.tar" >"$archive" && status=0 || status=1
rm -f "$copy.tar"
[ $status = 0 ] && printf 'wrote %s\\n' "$archive"
exit $status
"""


def script() -> str:
    """Return the script; it copies the files that viz.doctor.paths lists."""
    blocks = [path for path in ALL if path.endswith("/state") and "/memory#" in path]
    plain = [path for path in ALL if path not in (*_TREATED, *blocks) and not path.endswith("/driver")]
    return _SCRIPT.replace("@FILES@", _globs(plain)).replace("@BLOCKS@", _globs(blocks))


def _globs(patterns: list[str]) -> str:
    """Return the patterns as words of a shell command, each on a line of its own."""
    words = ('"$root"/' + pattern.replace("#", "[0-9]*") for pattern in patterns)
    return " \\\n    ".join(words)
