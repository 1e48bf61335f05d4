"""How fast, and how right: one command each, `python -m bench NAME [--json]`.

A bench is a module of this folder with `measure() -> dict` (what --json prints) and
`table(measured) -> rich.table.Table`; its name is the module's.
"""
