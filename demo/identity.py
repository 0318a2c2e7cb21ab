"""Registration numbers that pass every check and can belong to nobody.

ОГРН is С ГГ КК ХХХХХХХ Ч, where ГГ is the year in which the record entered the state register. The register
exists since 1 July 2002, so a number with ГГ = 99 was never issued and will not be before 2099.
ИНН of an organisation begins with the code of the tax authority that assigned it; its first two digits are
the number of a region, 01 to 99: an authority 00xx does not exist.
"""

from stdnum.ru import ogrn as stdnum_ogrn

IMPOSSIBLE_YEAR = "99"
IMPOSSIBLE_TAX_REGION = "00"
REGION_DIGITS = {"chelyabinsk": "74", "tyumen": "72"}
KIND_DIGIT = {"school": "1", "employment_center": "2", "spo_college": "3", "municipal_authority": "4"}
INN_OFFSET = {"school": 0, "employment_center": 80_000, "spo_college": 88_000, "municipal_authority": 98_000}
INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def ogrn(region_code: str, kind: str, serial: int) -> str:
    """13 digits with a valid check digit, year of registration 99."""
    body = f"1{IMPOSSIBLE_YEAR}{REGION_DIGITS[region_code]}{KIND_DIGIT[kind]}{serial:06d}"
    if len(body) != 12:
        raise ValueError(f"serial {serial} of {kind} in {region_code} does not fit into an ОГРН")
    return body + str(stdnum_ogrn.calc_check_digit(body + "0"))


def inn(region_code: str, kind: str, serial: int) -> str:
    """10 digits with a valid check digit, tax authority 00 + region."""
    body = f"{IMPOSSIBLE_TAX_REGION}{REGION_DIGITS[region_code]}{INN_OFFSET[kind] + serial:05d}"
    if len(body) != 9:
        raise ValueError(f"serial {serial} of {kind} in {region_code} does not fit into an ИНН")
    check = sum(weight * int(digit) for weight, digit in zip(INN_WEIGHTS, body, strict=True)) % 11 % 10
    return f"{body}{check}"
