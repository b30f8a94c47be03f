"""The statements that make a company of any size from templates, in the order in which they are asked.

They are given `sessions`, `employees`, the shares and days of `benchmarks.million.Size`, and `origin`. What a
session is followed by has its identifier with other last bits: these number the sessions, below 2 ** 20.
"""

# ruff: noqa: S608 - all of the words are our own

FRESH = """
CREATE TEMPORARY TABLE fresh AS
WITH templates AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS k FROM session),
numbers AS (
    SELECT n, (n + 0.5) / %(sessions)s AS part, mod(n, (SELECT count(*) FROM session)) AS k
    FROM generate_series(0, %(sessions)s - 1) AS n
),
placed AS (
    SELECT n, k, part, date_bin('15 minutes', CURRENT_TIMESTAMP, 'epoch') + CASE
        WHEN part < %(past)s THEN -%(before)s * (1 - part / %(past)s)
        ELSE %(after)s * (part - %(past)s) / (1 - %(past)s) END * interval '1 day' AS begins
    FROM numbers
)
SELECT n, templates.id AS template,
    (((extract(epoch FROM CURRENT_TIMESTAMP) - 1577836800
        - %(before)s * 86400 * (1 - part)) * 1000)::bigint << 22) + n AS id,
    date_bin('15 minutes', begins, 'epoch') AS starts_at,
    CURRENT_TIMESTAMP - %(before)s * (1 - part) * interval '1 day' AS told_at
FROM placed JOIN templates USING (k)
"""

_OUT = "JOIN fresh ON fresh.template ="

COPIES = {
    "session": (
        {
            "id": "fresh.id",
            "uri": "CASE WHEN old.uri IS NULL THEN NULL ELSE company.origin || '/sessions/c' || n END",
            "url": "CASE WHEN old.uri IS NULL THEN NULL ELSE company.origin || '/sessions/c' || n END",
            "starts_at": "fresh.starts_at",
            "ends_at": "fresh.starts_at + interval '45 minutes'",
            "published_at": "told_at",
            "updated_at": "told_at",
        },
        f"{_OUT} old.id JOIN company ON company.id = old.company_id",
        "old.id IN (SELECT template FROM fresh)",
    ),
    "session_topic": (
        {"session_id": "fresh.id"},
        f"{_OUT} old.session_id",
        "old.session_id IN (SELECT template FROM fresh)",
    ),
    "search_document": (
        {
            "id": "((extract(epoch FROM starts_at) / 60)::bigint << 34)"
            " | (fresh.id & ((1::bigint << 34) - 1))",
            "object_id": "fresh.id",
        },
        f"{_OUT} old.object_id AND old.kind = 'session'",
        "old.kind = 'session' AND old.object_id IN (SELECT template FROM fresh)",
    ),
}
"""Tables of which each row of a template is copied for each session: what differs, joined how; which are the
templates, which are gone afterwards."""

_EMPLOYEE = "e.k = mod({} , %(employees)s)"

REST = (
    # Who works here.
    """
    CREATE TEMPORARY TABLE e AS SELECT k, (((extract(epoch FROM CURRENT_TIMESTAMP) - 1577836800
        - %(before)s * 86400) * 1000)::bigint << 22) + k AS id FROM generate_series(0, %(employees)s - 1) AS k
    """,
    """
    INSERT INTO person (id, company_id, username, name, created_at, updated_at)
    SELECT e.id, company.id, 'e' || k, (ARRAY['Anna', 'Jonas', 'Mira', 'Tobias', 'Ayla'])[1 + mod(k, 5)]
        || ' ' || (ARRAY['Berg', 'Kern', 'Lund', 'Moor', 'Neumann', 'Olsen', 'Pohl'])[1 + mod(k, 7)]
        || ' ' || k, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM e, company WHERE is_home
    """,
    """
    INSERT INTO employee (id, email, roles, created_at)
    SELECT id, 'e' || k || '@bench.example', '["employee"]', CURRENT_TIMESTAMP FROM e
    """,
    """
    INSERT INTO expert_profile (person_id, audience, headline, about, about_html, languages, ask_me_about,
        is_leader, published_at, updated_at)
    SELECT id, 'company', 'Teamgespräch', '', '', '[]', '[]', false, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP
    FROM e WHERE mod(k, 10) = 0
    """,
    # What they want to hear of: three topics, three companies, two experts; the reader more.
    *(
        f"""
        INSERT INTO interest (id, person_id, {column}, since)
        SELECT who.id + (({offset} * 32 + j) << 15), who.id, things.id, CURRENT_TIMESTAMP
        FROM ({who}) AS who CROSS JOIN generate_series(1, {many}) AS j
        JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS found
            FROM {things}) AS things ON things.place = mod(who.k * 7 + j, found)
        """
        for offset, (column, things, a_few, more) in enumerate(
            (
                ("topic_id", "topic", 3, 10),
                ("company_id", "company WHERE NOT is_home", 3, 10),
                ("expert_id", "person WHERE uri IS NOT NULL", 2, 20),
            )
        )
        for who, many in (
            ("SELECT k, id FROM e", a_few),
            ("SELECT 0 AS k, id FROM employee WHERE email = %(reader)s", more),
        )
    ),
    # Who goes: two of us to every second session, the reader to twenty of those to come.
    f"""
    INSERT INTO attendance (id, session_id, person_id, state, since, created_at, pass_version)
    SELECT fresh.id + (j << 20), fresh.id, e.id, 'going', told_at, told_at, 0
    FROM fresh CROSS JOIN generate_series(0, 1) AS j JOIN e ON {_EMPLOYEE.format("n * 7 + j * 29")}
    WHERE mod(n, 2) = 0
    """,
    """
    INSERT INTO attendance (id, session_id, person_id, state, since, created_at, pass_version)
    SELECT fresh.id + (2 << 20), fresh.id, employee.id, 'going', told_at, told_at, 0
    FROM (SELECT * FROM fresh WHERE starts_at > CURRENT_TIMESTAMP ORDER BY starts_at LIMIT 20) AS fresh,
    employee WHERE email = %(reader)s
    """,
    """
    INSERT INTO reaction (id, session_id, kind, actor, host, activity_uri, created_at)
    SELECT id, id, 'like', 'https://firma1.example/people/' || mod(n, 500), 'firma1.example', '', told_at
    FROM fresh WHERE mod(n, 5) = 0
    """,
    # What is said.
    """
    INSERT INTO story (id, author_id, session_id, uri, url, token, text, html, spoiler, language, audience,
        is_quiet, state, reason, edits, created_at, updated_at)
    SELECT s.id + (1 << 20), s.host_id, s.id, s.uri || '/story', s.uri || '/story', '', '',
        '<p>Was ich mitgenommen habe</p>', '', 'de', 'public', false, 'shown', '', 0, told_at, told_at
    FROM fresh JOIN session s USING (id) WHERE mod(n, 20) = 0 AND s.uri IS NOT NULL
    """,
    f"""
    INSERT INTO comment (id, session_id, author_id, thread_id, depth, token, text, html, audience, is_private,
        state, reason, edits, created_at, updated_at)
    SELECT fresh.id + (3 << 20), fresh.id, e.id, fresh.id + (3 << 20), 0, 'bench' || n, 'Danke',
        '<p>Danke</p>', 'alliance', false, 'shown', '', 0, told_at, told_at
    FROM fresh JOIN e ON {_EMPLOYEE.format("n")} WHERE mod(n, 10) = 0
    """,
    f"""
    INSERT INTO notification (id, kind, person_id, session_id, comment_id, created_at, read_at)
    SELECT c.id, 'comment', e.id, c.session_id, c.id, c.created_at,
        CASE WHEN mod(n, 20) = 0 THEN CURRENT_TIMESTAMP END
    FROM comment c JOIN fresh ON fresh.id = c.session_id JOIN e ON {_EMPLOYEE.format("n * 3 + 1")}
    """,
    # What apps show of it.
    """
    INSERT INTO posting (id, kind, lane, author_id, company_id, session_id, audience, is_listed, created_at,
        changed_at)
    SELECT s.id, 'session', 'words', s.company_id, s.company_id, s.id, s.audience, true, told_at, told_at
    FROM fresh JOIN session s USING (id)
    """,
    """
    INSERT INTO posting (id, kind, lane, author_id, company_id, session_id, boosted_id, audience, created_at,
        changed_at)
    SELECT s.id + (2 << 20), 'boost', 'hosting', s.host_id, s.company_id, s.id, s.id, s.audience, told_at,
        told_at FROM fresh JOIN session s USING (id)
    """,
    """
    INSERT INTO posting (id, kind, lane, author_id, company_id, session_id, story_id, audience, is_listed,
        created_at, changed_at)
    SELECT t.id, 'story', 'words', t.author_id, p.company_id, t.session_id, t.id, t.audience, true,
        t.created_at, t.created_at FROM story t JOIN person p ON p.id = t.author_id
    """,
    """
    INSERT INTO posting (id, kind, lane, author_id, company_id, session_id, comment_id, parent_id, audience,
        created_at, changed_at)
    SELECT c.id, 'comment', 'answers', c.author_id, p.company_id, c.session_id, c.id, c.session_id,
        c.audience, c.created_at, c.created_at FROM comment c JOIN person p ON p.id = c.author_id
    """,
    "INSERT INTO posting_topic (topic_id, posting_id) SELECT topic_id, session_id FROM session_topic",
    # What went out and came in.
    """
    INSERT INTO lane (id, direction, host, actor, tail)
    SELECT company.id + (d::bigint << 40), (ARRAY['out', 'in'])[d + 1], host, (ARRAY['company', ''])[d + 1],
        %(sessions)s
    FROM company CROSS JOIN generate_series(0, 1) AS d WHERE NOT is_home
    """,
    """
    INSERT INTO destination (host, dialect, failures, last_success_at, last_error)
    SELECT host, 'cavage', 0, CURRENT_TIMESTAMP, '' FROM company WHERE NOT is_home
    """,
    """
    INSERT INTO outbox_activity (id, actor, type, object_uri, is_public, body, created_at)
    SELECT s.id, 'company', 'Create', %(origin)s || '/sessions/' || s.id, true, convert_to(json_build_object(
        'id', %(origin)s || '/activities/' || s.id, 'type', 'Create', 'actor', %(origin)s || '/company',
        'object', json_build_object('type', 'Event', 'id', %(origin)s || '/sessions/' || s.id,
        'name', s.title, 'content', s.description_html))::text, 'UTF8'), told_at
    FROM fresh JOIN session s USING (id) WHERE s.uri IS NULL AND s.audience = 'public'
    """,
    """
    INSERT INTO delivery (id, activity_id, lane_id, position, inbox, state, attempts, last_status, last_error,
        created_at, give_up_at, finished_at)
    SELECT a.id + l.k, a.id, l.id, n, 'https://' || l.host || '/inbox',
        CASE WHEN mod(n + l.k, 500) = 0 THEN 'dead' ELSE 'delivered' END, 1, 202, '', told_at, told_at,
        told_at
    FROM outbox_activity a JOIN fresh USING (id)
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS k FROM lane WHERE direction = 'out') AS l
        ON l.k BETWEEN mod(n, 100) AND mod(n, 100) + 19
    """,
    """
    INSERT INTO received_activity (id, uri, type, actor_uri, lane_id, position, body, state, reason, attempts,
        received_at, processed_at)
    SELECT s.id, s.uri || '/activity', 'Create', company.uri, lane.id, n, '', 'processed', '', 1, told_at,
        told_at
    FROM fresh JOIN session s USING (id) JOIN company ON company.id = s.company_id
    JOIN lane ON lane.host = company.host AND direction = 'in' WHERE mod(n, 10) = 3
    """,
    """
    INSERT INTO follow (id, follower_uri, follower_host, followed_uri, state, activity_uri, inbox, created_at)
    SELECT id, 'https://leser.example/people/' || n, 'leser.example', %(origin)s || '/company', 'accepted',
        'https://leser.example/follows/' || n, 'https://leser.example/inbox', told_at
    FROM fresh WHERE mod(n, 100) = 0
    """,
    # What those who run it did; not chained, which no page looks at.
    """
    INSERT INTO audit_entry (number, at, act, who_kind, who_id, who_name, who_mark, on_kind, on_id, on_mark,
        details, previous, digest, seal)
    SELECT (SELECT coalesce(max(number), 0) FROM audit_entry) + row_number() OVER (ORDER BY n), told_at,
        'employee.enabled', 'system', NULL, NULL, '', 'person', n::text, '', '{{}}', '', '', ''
    FROM fresh WHERE mod(n, 5) = 0
    """,
    "UPDATE audit_head SET number = (SELECT max(number) FROM audit_entry)",
)
