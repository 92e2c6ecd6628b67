#!/usr/bin/env python3
# needs: velocity python:gateway
"""What the gateway makes of a template is what Apache Velocity makes of it, with Jayway's JSON paths: of its own templates,
with bodies made at random, and of templates that somebody may have written in their place. As both print what is not there
as nothing, as Amazon does, only blanks may differ, which JSON does not count.

Runs in the Python of scripts/with-python.
"""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

TESTS = Path(os.environ["TESTS"])
HOME = TESTS.parent / "scripts/home"
sys.path.insert(0, str(TESTS / "support"))
import rerun

SEED, BODIES = 7, 150
TEXTS = ("", "a", "né ✓", 'say "no"', "back\\slash", "a/b", "line\nbreak", "😀", "{a=1}", "$input", "#end", "null", "'")
KEYS = ("a", "b-c", "d_e", "é", "data", "size2")

# Of others: each gives JSON for any body that is an object.
TEMPLATES = (
    """#set($all = $input.path('$.records'))
{"n": "$all.size()", "first": "#if($all.size() > 0)$all[0].partition-key#end", "keys": [#foreach($one in $all)"$foreach.index $foreach.count $util.base64Encode(
  $one.data)"#if($foreach.hasNext),#end#end]}""",
    """{"all": $input.json('$'), "some": $input.json('$.records[0]'), "none": $input.json("$.none.of.it"),
  "deep": $input.json('$.records[*].partition-key'), "bracket": $input.json("$['records'][0]['partition-key']")}""",
    """{
  ## a comment
  #if($input.path('$.Number') == 1)"is": "one"#elseif($input.path('$.Number') == '')"is": "none"#else"is": "$input.path('$.Number')"#end,
  #set($sum = 2 + 3 * 4)"sum": $sum, #* one
  more *# "stream": "$!{input.params('stream-name')}s", "header": "$input.params('none')",
  "outer": [#foreach($x in [1..3])[#foreach($y in [1, 2])$x$y#if($foreach.hasNext),#end#end]#if($foreach.hasNext),#end#end]
}""",
    """#macro(pair $name $value)"$name": "$util.base64Encode($value)"#end
{#pair("data" $input.path('$.Data')), #pair("key" $input.path('$.PartitionKey')), "literal": 1}""",
    """#foreach($one in $input.path('$.records'))#set($last = $one)#end
{"last": "$util.base64Encode($last.data)", "and": #if($last && $input.path('$.none') == '')true#{else}false#end}""",
)


def value(source: random.Random, levels: int = 3) -> object:
    kind = source.randrange(8 if levels else 5)
    if kind == 0:
        return source.choice((None, True, False))
    if kind == 1:
        return source.choice((0, -1, 7, 2**53, 10**30, 1.5, -0.25, 12.625))
    if kind < 5:
        return source.choice(TEXTS)
    if kind == 5:
        return [value(source, levels - 1) for _ in range(source.randrange(4))]
    return {key: value(source, levels - 1) for key in source.sample(KEYS, source.randrange(4))}


def body(source: random.Random) -> dict:
    keys = [text for text in TEXTS if json.dumps(text, ensure_ascii=False) == f'"{text}"'] + [1, 77]
    records = [{"data": value(source), "partition-key": source.choice(keys)} for _ in range(source.randrange(5))]
    made = {"records": records, "Data": value(source), "PartitionKey": source.choice(keys), "Number": source.choice((1, 2, "3"))}
    if source.random() < 0.7:
        made["ShardCount"] = source.randrange(1, 9)
    for name in source.sample(list(made), source.randrange(3)):
        if name != "records":
            del made[name]
    return made


def main() -> None:
    rerun.with_packages("gateway")
    sys.path[:0] = [str(HOME), str(HOME.parent / "python")]
    from api_gateway import routes
    from api_gateway.templates import Templates
    from api_gateway.vtl import Input, JsonObject

    source = random.Random(SEED)
    own = [(HOME / "api_gateway/templates" / name).read_text() for name in routes.TEMPLATES]
    cases = [{"template": template, "body": json.dumps(body(source), ensure_ascii=source.random() < 0.5),
              "params": {"stream-name": source.choice(("s", "streaming-0a-pin", "né"))}}
             for template in (*own, *TEMPLATES) for _ in range(BODIES)]  # fmt: skip
    cases += [{"template": template, "body": "", "params": {"stream-name": "s"}} for template in own]
    done = subprocess.run([TESTS / "gateway/velocity"], input=json.dumps(cases), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    others, faults = json.loads(done.stdout), []
    assert len(others) == len(cases)
    folder = Path(os.environ["TMPDIR"])
    names = {template: f"{number}.vtl" for number, template in enumerate((*own, *TEMPLATES))}
    for template, name in names.items():
        (folder / name).write_text(template)
    templates = Templates(folder, list(names.values()), lambda *_: None)
    for case, other in zip(cases, others):
        mine = templates.render(names[case["template"]], Input(case["body"].encode(), case["params"], {}, {}), JsonObject())
        if json.loads(mine) != json.loads(other):
            faults.append(f"{case['template']}\n{case['body']}\n  ours:     {mine}\n  Velocity: {other}\n")
    print("\n".join(faults[:5]) or f"{len(cases)} are the same")
    sys.exit(f"{len(faults)} of {len(cases)} differ" if faults else 0)


if __name__ == "__main__":
    main()
