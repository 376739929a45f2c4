"""The commands of operators."""


def main() -> None: ...
