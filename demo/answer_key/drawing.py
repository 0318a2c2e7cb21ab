"""The answer key, computed when it is asked for: the same region drawn again, and no file of it read."""

from itertools import islice
from pathlib import Path

from demo.answer_key.writing import AnswerKey
from demo.facts import REGIONS
from demo.generate import answer_key_dir, drawn_plan
from demo.organisations import organisations
from demo.writers import FileWriters
from warehouse.settings import Settings

# Organisations whose rows are computed at a time: memory stays flat.
BATCH = 60
STAMP = "drawn_by.txt"


def ensure_answer_key(settings: Settings) -> Path:
    """Write the key of the region that lies there, unless it is written. Returns its folder.

    Raises FileNotFoundError if the region was not generated.
    """
    plan, fingerprint = drawn_plan(settings)
    folder = answer_key_dir(settings)
    stamp = folder / STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint:
        return folder
    stamp.unlink(missing_ok=True)
    key = AnswerKey(folder)
    with FileWriters(None, plan) as writers:
        for region_code in REGIONS:
            drawn = writers.written(organisations(plan.seed, region_code, plan.scale))
            while batch := list(islice(drawn, BATCH)):
                key.add([org for org, _ in batch], [file for _, files in batch for file in files])
    key.finish()
    stamp.write_text(fingerprint, encoding="utf-8")
    return folder
