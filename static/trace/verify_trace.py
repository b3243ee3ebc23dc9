#!/usr/bin/env python3
"""Check a chain of Inquiry that was downloaded. Needs Python 3.8 or newer, nothing else, and no network.

核对从“问政”下载的留痕链：只需 Python 3.8 以上，无需联网。

    python3 verify_trace.py session-7-public.jsonl
    python3 verify_trace.py session-7-public.jsonl --heads heads.txt
    python3 verify_trace.py session-7-public.jsonl --about question:91

The file has one JSON object a line: first the stream with its last number and hash, then its entries, oldest first. The
hash of an entry is the SHA-256 (hexadecimal) of this list, written as JSON without blanks, with sorted keys, in UTF-8:

    [hash before or "", stream, seq, kind, at, actor_role, actor_unit_id, actor_user_id, about, payload]

An entry with "withheld" lacks words that were withdrawn from the public since. Its own hash cannot be checked, those
before and after it can; and a later entry of the chain has to say that it was withheld (payload "withheld").

Whoever rewrites a whole chain can make it fit again. So compare its last hash with one that was published or kept
elsewhere before: --heads takes a file with lines "stream number hash", as the server gives it under /trace/heads.txt.

Ends with 0 if the chain is whole, 1 if it is broken, 2 if the file cannot be read.
"""

import argparse
import hashlib
import json
import sys

FACTS = ("kind", "at", "actor_role", "actor_unit_id", "actor_user_id", "about", "payload")


class Broken(Exception):
    """Where the chain does not fit together."""


def link(stream, entry, before):
    """The hash that an entry has to have after the hash `before`."""
    facts = [before, stream, entry["seq"]] + [entry[name] for name in FACTS]
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8")).hexdigest()


def entries_of(lines, head):
    """The entries of a chain, each checked against the one before. Raises Broken."""
    seq, before, unsaid = 0, "", set()
    for line in lines:
        entry = json.loads(line)
        if entry["seq"] != seq + 1:
            raise Broken("number %d is missing: %s follows %d" % (seq + 1, entry["seq"], seq))
        if entry.get("withheld"):
            unsaid.add(entry["seq"])
        elif entry["hash"] != link(head["stream"], entry, before):
            raise Broken("entry %d or the one before it was changed" % entry["seq"])
        unsaid.difference_update(entry["payload"].get("withheld", ()) if not entry.get("withheld") else ())
        seq, before = entry["seq"], entry["hash"]
        yield entry
    if (seq, before) != (head["seq"], head["hash"]):
        raise Broken("the end is missing or was changed: the chain says %d, the file ends with %d" % (head["seq"], seq))
    if unsaid:
        raise Broken("no entry says that the words of entry %d were withdrawn" % min(unsaid))


def check_against(path, stream, hashes):
    """Compare with a hash that was kept elsewhere. Raises Broken; ValueError if the stream is not named there."""
    with open(path, encoding="utf-8") as kept:
        for line in kept:
            name, seq, kept_hash = line.split()
            if name == stream:
                if hashes.get(int(seq)) != kept_hash:
                    raise Broken("entry %s is not the one whose hash was kept (%s…)" % (seq, kept_hash[:16]))
                return int(seq)
    raise ValueError("%s does not name %s" % (path, stream))


def check(options):
    with open(options.file, encoding="utf-8") as lines:
        head = json.loads(next(lines, "null"))
        if not isinstance(head, dict) or head.get("format") != "inquiry-trace-1":
            raise ValueError("this is not a chain that was downloaded from Inquiry")
        hashes, withheld = {}, []
        for entry in entries_of(lines, head):
            hashes[entry["seq"]] = entry["hash"]
            if entry.get("withheld"):
                withheld.append(str(entry["seq"]))
            if options.about in entry["about"]:
                print("%6d  %s  %s  %s" % (entry["seq"], entry["at"], entry["kind"], entry["hash"][:12]))
    print("WHOLE 完整  %s: %d entries 条, last hash 末条哈希 %s" % (head["stream"], head["seq"], head["hash"]))
    if withheld:
        print("WITHHELD 部分内容已撤回  words of these entries were withdrawn 下列各条的内容已撤回: %s" % ", ".join(withheld))
    if options.heads:
        seq = check_against(options.heads, head["stream"], hashes)
        print("KEPT 相符  entry 第 %d 条 is the one whose hash was kept before 与此前留存的哈希一致" % seq)


def main():
    parser = argparse.ArgumentParser(description="Check a chain that was downloaded from Inquiry. 核对下载的留痕链。")
    parser.add_argument("file", help="the downloaded chain 下载的留痕链 (.jsonl)")
    parser.add_argument("--heads", help="hashes that were published or kept before 此前公布或留存的哈希 (heads.txt)")
    parser.add_argument("--about", help="list the entries that name this thing 列出涉及此事项的各条, e.g. question:91")
    try:
        check(parser.parse_args())
    except Broken as why:
        print("BROKEN 不完整  %s" % why)
        return 1
    except (OSError, ValueError, KeyError, TypeError) as why:
        print("UNREADABLE 无法读取  %s: %s" % (type(why).__name__, why), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
