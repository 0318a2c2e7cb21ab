"""Codes of municipalities as people know them, and the one that the marts know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

if TYPE_CHECKING:
    from psycopg import Connection

# A city district that is a municipality no more bears the code of its city: the city itself is meant by it.
KEY_OF: LiteralString = """
select municipality_code
from marts.dim_municipality
where %(code)s in (municipality_code, oktmo)
order by municipality_code = %(code)s desc, is_municipality desc, valid_from desc
limit 1
"""


def unit_key(connection: Connection[Any], code: str) -> str:
    """The key in the marts of the municipality that has or once had this OKTMO; any other code as it is.

    The reform of 2022-2025 gave most municipalities new codes: `municipality_code` stays that of 2019.
    """
    found = connection.execute(KEY_OF, {"code": code}).fetchone()
    return code if found is None else str(found[0])
