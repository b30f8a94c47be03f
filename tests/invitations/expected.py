"""What each sample invitation says; a name missing here fails the tests."""

from typing import Any

NEW = "https://teams.microsoft.com/meet/38812345678901?p=aB3dE5fG7hJ9kL1mN2"
OLD = (
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_NDk2YjQ0ZTEtYzQ5Mi00%40thread.v2/0?context="
    "%7b%22Tid%22%3a%220f1c2d3e-4b5a-6978-8796-a5b4c3d2e1f0%22%2c%22Oid%22%3a"
    "%22aa11bb22-cc33-dd44-ee55-ff6677889900%22%7d"
)

# Fields that are not named are empty; `when` is told on the wall of `zone` (Europe/Berlin if unnamed).
EXPECTED: dict[str, dict[str, Any]] = {
    "all_day.ics": {
        "title": "Hack day",
        "day": "2026-09-10",
        "place": "Werkhalle 2",
        "description": "Bring what you always wanted to try.",
        "remarks": ["all_day"],
    },
    "all_day_text.txt": {
        "title": "Hack day",
        "day": "2026-09-10",
        "place": "Werkhalle 2",
        "description": "Bring what you always wanted to try.",
        "remarks": ["all_day"],
    },
    "any_https_link.txt": {
        "title": "Lötkurs, zweiter Abend",
        "when": "2026-09-10 18:00 - 20:00",
        "link": "https://raum.hansewerft.example/loeten?token=a1b2c3d4e5",
        "description": "Wir löten ein Blinklicht.",
    },
    "bbb.txt": {
        "title": "Barrierefreie Dokumente",
        "when": "2026-09-10 10:00 - 11:30",
        "link": "https://bbb.hansewerft.example/rooms/mia-abc-def-ghi/join",
        "provider": "BigBlueButton",
        "description": "Überschriften, Alternativtexte, Reihenfolge: drei Handgriffe.",
    },
    "broken.ics": {
        "title": "Kaputt, aber lesbar",
        "link": "https://meet.jit.si/Kaputt",
        "provider": "Jitsi",
    },
    "cancelled.ics": {
        "title": "Sketchnotes",
        "when": "2026-09-10 16:00 - 17:00",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Fällt aus.",
        "remarks": ["cancelled"],
    },
    "customised_zone.ics": {
        "title": "Late shift",
        "when": "2026-09-10 16:00 - 17:00",
        "link": "https://us02web.zoom.us/j/81234567890?pwd=abcdEFGH1234",
        "provider": "Zoom",
        "description": "Who is awake comes.",
    },
    "dropped.eml": {
        "title": "Reading group",
        "when": "2026-09-10 16:00 - 16:45",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "One paper a week.",
        "remarks": ["recurring"],
    },
    "dropped_plain.eml": {
        "title": "Fehlerkultur für alle",
        "when": "2026-09-10 09:30 - 10:15",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Drei Pannen, drei Geschichten.",
    },
    "evolution_tzid.ics": {
        "title": "Pair writing",
        "when": "2026-09-10 15:00 - 16:30",
        "zone": "Europe/Vienna",
        "link": "https://jitsi.hansewerft.example/pair-writing",
        "provider": "Jitsi",
        "description": "Two people, one document.",
    },
    "floating.ics": {
        "title": "Morning round",
        "when": "2026-09-10 08:30 - 08:45",
        "link": "https://meet.jit.si/MorningRound",
        "provider": "Jitsi",
        "place": "Küche, 2. Stock",
        "description": "Standing up.",
    },
    "google.ics": {
        "title": "Spreadsheets that explain themselves",
        "when": "2026-09-10 16:00 - 17:00",
        "link": "https://meet.google.com/abc-defg-hij",
        "provider": "Google Meet",
        "description": "Names for cells, one idea per sheet.\nMore",
    },
    "greenlight_old.txt": {
        "title": "Accessible documents",
        "when": "2026-09-10 10:00 - 11:30",
        "link": "https://konferenz.hansewerft.example/b/mia-7xk-q2p-abc",
        "provider": "BigBlueButton",
        "description": "Headings, alternative texts, order.",
    },
    "jitsi.txt": {
        "title": "Stehtisch: wie war die Woche",
        "when": "2026-09-11 15:00 - 15:30",
        "link": "https://meet.jit.si/StehtischNordlicht",
        "provider": "Jitsi",
        "description": "Wir treffen uns ohne Tagesordnung.",
    },
    "jitsi_own_server.txt": {
        "title": "Pair writing",
        "when": "2026-09-10 15:00 - 16:30",
        "zone": "Europe/Vienna",
        "link": "https://jitsi.hansewerft.example/pair-writing#config.startWithAudioMuted=true",
        "provider": "Jitsi",
        "description": "Two people, one document, no editor wars.",
    },
    "meet_de.txt": {
        "title": "Tabellen, die sich selbst erklären",
        "when": "2026-09-10 16:00 - 17:00",
        "link": "https://meet.google.com/abc-defg-hij",
        "provider": "Google Meet",
        "description": "Namen für Zellen, ein Gedanke je Blatt.",
    },
    "meet_en.txt": {
        "title": "Spreadsheets that explain themselves",
        "when": "2026-09-10 16:00 - 17:00",
        "link": "https://meet.google.com/abc-defg-hij",
        "provider": "Google Meet",
        "description": "Names for cells, one idea per sheet.",
    },
    "no_time.txt": {
        "title": "Irgendwann im Herbst",
        "link": "https://meet.jit.si/HerbstTreffen",
        "provider": "Jitsi",
        "description": "Wir suchen noch einen Termin.",
    },
    "on_site.txt": {
        "title": "Lötkurs, dritter Abend",
        "when": "2026-09-10 18:00 - 20:00",
        "place": "Werkstatt, Haus 3, Am Kai 7",
        "description": (
            "Wir löten ein Blinklicht. Was man vorher lesen kann: https://lernen.hansewerft.example/loeten"
        ),
    },
    "outlook_cancelled.txt": {
        "title": "Sketchnotes for beginners",
        "when": "2026-09-10 16:00 - 17:00",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Five shapes are enough.",
        "remarks": ["cancelled"],
    },
    "outlook_de_copied_fields.txt": {
        "title": "Guter Code, schlechter Code",
        "when": "2026-09-10 13:00 - 14:00",
        "link": NEW,
        "provider": "Microsoft Teams",
        "place": "Raum Elbe",
        "description": "Wir lesen gemeinsam zwanzig Zeilen und reden darüber.",
        "remarks": ["recurring"],
    },
    "outlook_de_recurring.txt": {
        "title": "Lesekreis",
        "when": "2026-09-10 16:00 - 17:00",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Jede Woche ein Aufsatz.",
        "remarks": ["recurring"],
    },
    "outlook_de_teams_new.txt": {
        "title": "Sketchnotes für Ungeübte",
        "when": "2026-09-10 16:00 - 17:00",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": (
            "Liebe alle,\n\nfünf Formen reichen. Bringt Papier und einen Stift mit, mehr brauch"
            "t es nicht.\n\nViele Grüße\nInes"
        ),
    },
    "outlook_de_teams_old.txt": {
        "title": "Fehlerkultur: was wir aus drei Pannen gelernt haben",
        "when": "2026-09-10 09:30 - 10:15",
        "link": OLD,
        "provider": "Microsoft Teams",
        "description": "Drei Pannen, drei Geschichten, keine Schuldigen.",
    },
    "outlook_en_recurring.txt": {
        "title": "Reading group: systems papers",
        "when": "2026-09-10 16:00 - 17:00",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "One paper a week, nobody has to have read it.",
        "remarks": ["recurring"],
    },
    "outlook_en_teams_new.txt": {
        "title": "Sketchnotes for beginners",
        "when": "2026-09-10 16:00 - 17:00",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Five shapes are enough. Bring paper and a pen.",
    },
    "outlook_en_teams_old.txt": {
        "title": "What we learned from three breakdowns",
        "when": "2026-09-10 16:00 - 17:30",
        "link": OLD,
        "provider": "Microsoft Teams",
        "description": "Three breakdowns, three stories, nobody to blame.",
    },
    "outlook_html_only.ics": {
        "title": "What we learned from three breakdowns",
        "when": "2026-09-10 09:30 - 10:15",
        "link": OLD,
        "provider": "Microsoft Teams",
        "description": "Three breakdowns, three stories.",
    },
    "outlook_mac_en.txt": {
        "title": "Giving feedback that helps",
        "when": "2026-09-10 14:00 - 14:45",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Three sentences that change a conversation.",
    },
    "outlook_safelinks.txt": {
        "title": "Prompten ohne Zauberei",
        "when": "2026-09-11 11:00 - 11:45",
        "link": (
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_QUJD%40thread.v2/0?contex"
            "t=%7b%22Tid%22%3a%220f1c%22%7d"
        ),
        "provider": "Microsoft Teams",
        "description": "Was ein Sprachmodell kann und was nicht.",
    },
    "outlook_teams.ics": {
        "title": "Sketchnotes für Ungeübte",
        "when": "2026-09-10 16:00 - 17:00",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Fünf Formen reichen.\nBringt Papier mit.",
    },
    "outlook_windows_zone.txt": {
        "title": "Quality without a department",
        "when": "2026-09-10 10:00 - 11:00",
        "zone": "America/New_York",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Everybody tests.",
    },
    "plain_english.txt": {
        "title": "Minutes that somebody reads",
        "when": "2026-09-10 16:00 - 16:45",
        "zone": "Europe/London",
        "link": "https://whereby.com/minutes-room",
        "provider": "Whereby",
        "description": "Thursday 10 September 2026, 4:00 pm to 4:45 pm BST\n\nI show what I leave out.",
    },
    "plain_german.txt": {
        "when": "2026-09-10 16:00 - 17:00",
        "link": "https://talk.hansewerft.example/call/x7kq2pabc",
        "provider": "Nextcloud Talk",
        "description": (
            "Hallo zusammen,\n\nam Donnerstag, den 10. September 2026 von 16 bis 17 Uhr zeige i"
            "ch, wie man Protokolle schreibt, die jemand liest.\n\nWir treffen uns unter und fa"
            "ngen pünktlich an.\n\nGruß\nMia"
        ),
    },
    "quoted_forward.txt": {
        "title": "Zuhören, eine Übung",
        "when": "2026-09-10 08:00 - 08:45",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Eine redet, einer hört zu, dann umgekehrt.",
    },
    "recurring.ics": {
        "title": "Reading group",
        "when": "2026-09-10 16:00 - 16:45",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "One paper a week.",
        "remarks": ["recurring"],
    },
    "secrets_in_prose.txt": {
        "title": "Passwörter, die halten",
        "when": "2026-09-10 11:00 - 12:00",
        "link": "https://us02web.zoom.us/j/81234567890?pwd=Geheim12345",
        "provider": "Zoom",
        "description": "Ein Schlüsselbund hilft.",
    },
    "start_end_two_days.txt": {
        "title": "Nachtschicht: Server umziehen",
        "when": "2026-09-10 22:00 - 2026-09-11 01:30",
        "link": "https://meet.goto.com/412345678",
        "provider": "GoTo",
        "description": "Wer mag, bringt Kaffee mit.",
    },
    "teams_copied_de.txt": {
        "link": NEW,
        "provider": "Microsoft Teams",
    },
    "teams_gov.txt": {
        "title": "Archives for everybody",
        "when": "2026-09-10 09:00 - 10:00",
        "zone": "America/New_York",
        "link": (
            "https://gov.teams.microsoft.us/l/meetup-join/19%3agcch%3ameeting_0a1b2c3d%40thre"
            "ad.v2/0?context=%7b%22Tid%22%3a%221f2e%22%7d"
        ),
        "provider": "Microsoft Teams",
        "description": "How to find what nobody filed.",
    },
    "teams_live.txt": {
        "title": "Sourdough, the evening",
        "when": "2026-09-11 19:00 - 20:30",
        "link": "https://teams.live.com/meet/9312345678901?p=ZyXwVuTsRq",
        "provider": "Microsoft Teams",
        "description": "Flour, water, salt and time.",
    },
    "too_long.ics": {
        "title": "Summer school",
        "when": "2026-09-10 09:00 - 10:00",
        "place": "Alte Seilerei",
        "description": "Three days.",
        "remarks": ["too_long"],
    },
    "two_events.ics": {
        "title": "First evening",
        "when": "2026-09-10 18:00 - 20:00",
        "place": "Werkstatt",
        "description": "Soldering.",
        "remarks": ["several"],
    },
    "uk_slashes.txt": {
        "title": "Tenth of September",
        "when": "2026-09-10 09:00 - 10:00",
        "link": NEW,
        "provider": "Microsoft Teams",
        "description": "Day first.",
    },
    "us_ambiguous.txt": {
        "title": "Ninth of October",
        "when": "2026-10-09 09:00 - 10:00",
        "link": NEW,
        "provider": "Microsoft Teams",
    },
    "webex.ics": {
        "title": "Contracts in plain language",
        "when": "2026-09-10 16:00 - 17:00",
        "zone": "Europe/Paris",
        "link": ("https://alpenwerk.webex.com/alpenwerk/j.php?MTID=m0123456789abcdef0123456789abcdef"),
        "provider": "Webex",
        "description": "From the paragraph to the sentence.",
    },
    "webex_en.txt": {
        "title": "Contracts in plain language",
        "when": "2026-09-10 16:00 - 17:00",
        "link": ("https://alpenwerk.webex.com/alpenwerk/j.php?MTID=m0123456789abcdef0123456789abcdef"),
        "provider": "Webex",
        "remarks": ["no_end"],
    },
    "webex_personal_de.txt": {
        "title": "Verträge in einfacher Sprache",
        "when": "2026-09-10 16:00 - 17:30",
        "link": "https://alpenwerk.webex.com/meet/tomas.novak",
        "provider": "Webex",
        "description": "Vom Paragraphen zum Satz.",
    },
    "weekday_only.txt": {
        "title": "Kurz gefragt",
        "when": "2026-03-19 16:00 - 16:30",
        "link": "https://meet.jit.si/KurzGefragt",
        "provider": "Jitsi",
        "description": "Eine Frage, eine Antwort.",
    },
    "zoom.ics": {
        "title": "Negotiating without tricks",
        "when": "2026-09-10 10:00 - 11:00",
        "zone": "America/New_York",
        "link": "https://us02web.zoom.us/j/81234567890?pwd=Q2hlZXJ5UGllLjEyMzQ1.1",
        "provider": "Zoom",
    },
    "zoom_de.txt": {
        "title": "Verhandeln ohne Tricks",
        "when": "2026-09-10 16:00 - 17:00",
        "link": "https://nordlicht.zoom-x.de/j/61234567890?pwd=AbCdEfGhIjKlMnOp.1",
        "provider": "Zoom",
        "remarks": ["no_end"],
    },
    "zoom_en.txt": {
        "title": "Negotiating without tricks",
        "when": "2026-09-10 16:00 - 17:00",
        "link": "https://us02web.zoom.us/j/81234567890?pwd=Q2hlZXJ5UGllLjEyMzQ1.1",
        "provider": "Zoom",
        "remarks": ["no_end"],
    },
}
