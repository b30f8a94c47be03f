"""The approval pack: what IT, works council and data protection officer need before they say yes.

Made from the running configuration: `configuration` says what holds, `documents` puts it beside the texts of
`texts/<language>/`, `pdf` and the templates print the same blocks.
"""
