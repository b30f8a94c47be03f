"""What a server loads when it is needed and not when it starts: seldom used, slow to load, or large."""

# A server has to be ready in two seconds and rest in 150 MB; milliseconds and megabytes are what each cost.
LATE = {
    "PIL": "30 ms, 4 MB: pictures that are uploaded, and covers, in a thread",
    "Crypto": "45 ms; comes with httpsig, and so does pkg_resources",
    "aiohttp": "150 ms: with the first request to another server",
    "aiosmtplib": "20 ms, 3 MB: as soon as there is mail to send",
    "authlib": "30 ms, 1 MB: where people sign in with the company's provider",
    "bovine": "250 ms, 19 MB with what it brings along: keys and descriptors, in a thread",
    "pydantic": "comes with bovine, which describes its models with it",
    "dateutil": "10 ms; comes with icalendar: when the dates of a series are counted",
    "httpsig": "140 ms with what it brings along: with the first signature",
    "highspy": "60 ms, 40 MB with numpy: where circles are formed, in a process of its own",
    "icalendar": "50 ms, 3 MB: calendar files and invitations",
    "imapclient": "6 ms, 1 MB: where answers by mail are read",
    "joserfc": "20 ms, 1 MB: where people sign in with the company's provider",
    "mcp": "0.7 s and 30 MB with what it brings along: where AI tools are on and one asks",
    "opentelemetry": "120 ms, 12 MB: where a collector is configured",
    "psycopg": "10 MB that SQLite never needs",
    "scim2_models": "0.4 s, 15 MB with lark: where a company's directory asks",
    "snowballstemmer": "20 ms, 2 MB, one module for each language: searching and indexing",
    "typst": "30 ms, 80 MB on disk: when somebody asks for the approval pack as PDF",
    "xml.parsers.expat": "1 ms; what a store for pictures answers, where one is configured",
    "webauthn": "60 ms, 4 MB: passkeys",
}

# Rooms of ours that are built around one of these, and are entered by a function.
LATE_ROOMS = {
    "alliance.ceremonies": "webauthn",
    "alliance.invitations.calendar_file": "icalendar",
    "federation.bucket_shelf": "xml.parsers.expat",
    "federation.connections": "aiohttp",
    "federation.postgres_neighbours": "psycopg",
    "federation.signatures.with_httpsig": "httpsig",
    "web.ai.mcp_server": "mcp",
    "web.cover_drawing": "PIL",
    "web.feeds.calendar_files": "icalendar",
    "web.mail.invitations": "icalendar",
    "web.mail.reading": "imapclient",
    "web.media.reencoding": "PIL",
    "web.scim.endpoints": "scim2_models",
    "web.tracing": "opentelemetry",
    "web.sign_in.provider": "authlib",
}

# What one test asks of others' software: every process of the tests collects all of them.
LATE_IN_TESTS = {
    "jsonschema": "1 s with what it reads formats with",
    "scim2_client": "2 s",
    "scim2_tester": "comes with scim2_client",
    "web.scim.resources": "0.4 s with scim2_models",
}
