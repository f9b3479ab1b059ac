"""How is one sum of yen shared out so that the parts add up again?"""

from collections.abc import Sequence


def apportion(total_yen: int, weights: Sequence[int]) -> list[int]:
    """Share a sum in proportion to weights by largest remainder; the parts add up to the sum exactly.

    weights: at least one, each >= 0; all zero means equal shares.    Ties of remainders go to the earlier part.
    A negative sum (refunds beyond the total) is shared like its positive.

    >>> apportion(1000, [1, 1, 1])
    [334, 333, 333]
    """
    shares = weights if any(weights) else [1] * len(weights)
    whole, size = sum(shares), abs(total_yen)
    parts = [size * share // whole for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-(size * shares[i] % whole), i))
    for i in by_remainder[: size - sum(parts)]:
        parts[i] += 1
    return parts if total_yen >= 0 else [-part for part in parts]
