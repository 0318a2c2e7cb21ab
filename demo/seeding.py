"""One random stream per organisation and purpose: nothing depends on who was drawn before."""

import hashlib
from random import Random


def stream(seed: int, *purpose: str) -> Random:
    """Random numbers that depend on the seed and the purpose only."""
    key = "|".join((str(seed), *purpose)).encode()
    return Random(int.from_bytes(hashlib.sha256(key).digest()[:8], "big"))


def part(rng: Random, whole: int, share: float, spread: float = 0.35) -> int:
    """A part of a whole near a share: never below 0, never above the whole."""
    if whole <= 0:
        return 0
    drawn = rng.gauss(whole * share, max(0.4, whole * share * spread * 0.5))
    return min(whole, max(0, round(drawn)))


def split(rng: Random, whole: int, weights: list[float]) -> list[int]:
    """Parts that add up to the whole, near the weights."""
    noisy = [w * rng.uniform(0.6, 1.4) if w > 0 else 0.0 for w in weights]
    total = sum(noisy)
    if whole <= 0 or total <= 0:
        return [0] * len(weights)
    exact = [whole * w / total for w in noisy]
    parts = [int(x) for x in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: whole - sum(parts)]:
        parts[i] += 1
    return parts
