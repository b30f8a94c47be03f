"""What people of the demo tell: something that they learned, and what became of it."""

from dataclasses import dataclass

from web.demo.content.shape import Audience, Language, prose


@dataclass(frozen=True, slots=True)
class DemoStory:
    """A story; `teller` is the key of a person, `about` the title of a session that the teller sees.

    `hours_ago` counts from the start of the demo.
    """

    teller: str
    language: Language
    text: str
    hours_ago: int
    audience: Audience = "alliance"
    about: str = ""


STORIES: tuple[DemoStory, ...] = (
    DemoStory(
        teller="wiebke",
        language="de",
        audience="public",
        about="Sketchnotes für Ungeübte: fünf Formen reichen",
        hours_ago=3,
        text=prose("""
            Ich habe in der ersten Runde genau ein Bild gezeichnet: einen Leuchtturm, der aussah wie eine
            Pfeffermühle. Lene hat ihn hochgehalten und gefragt, was er sagt. Alle wussten es sofort.

            Seitdem hängt in unserem Pausenraum eine Übergabe, die man in zwanzig Sekunden versteht. Vorher
            waren es drei Seiten, und die las niemand. Gestern hat der Kollege aus der Nachtschicht eine
            zweite Pfeffermühle danebengemalt. #Sketchnotes
        """),
    ),
    DemoStory(
        teller="hauke",
        language="de",
        hours_ago=29,
        about="„Ich habe mich geirrt“: wie Chefinnen das laut sagen",
        text=prose("""
            Hannah vom Alpenwerk hat uns beim letzten Mal einen einzigen Satz mitgegeben: „Das war meine
            Entscheidung, und sie war falsch.“ Ohne Aber.

            Am Dienstag habe ich ihn vor der Schicht gesagt, es ging um den Dienstplan im Oktober. Es war
            sehr still. Dann hat Samira erzählt, was sie seit Wochen anders gemacht hätte. Ihr Plan hängt
            jetzt aus. Er ist besser als meiner.
        """),
    ),
    DemoStory(
        teller="priya",
        language="en",
        audience="public",
        hours_ago=51,
        about="What a stuck container taught me about planning",
        text=prose("""
            I went to a talk about a container and came back with a fix for our wind forecast.

            Beatriz said that her team no longer asks “when will it arrive” but “what will we do if it does
            not”. We had spent a year on making one number more exact. Now we publish three numbers and what
            to do about each. The control room stopped calling us at four in the morning. I sleep, and the
            model is exactly as wrong as before. #Forecasting
        """),
    ),
    DemoStory(
        teller="georg",
        language="de",
        audience="public",
        about="Schweißnähte lesen: gut, schlecht, gefährlich",
        hours_ago=6,
        text=prose("""
            Dreißig Jahre habe ich Nähte nach Gefühl beurteilt. Dann zeigt Luca ein Foto, und ein Lehrling
            von der Hansewerft sagt vor mir, was faul ist.

            Ich habe ihn nach der Stunde angerufen. Er heißt Peer, ist neunzehn und hat mir erklärt, wie sie
            im Dock das Licht halten: flach, von der Seite. Ich mache das jetzt auch so. Man muss nicht der
            Ältere sein, um der zu sein, der etwas weiß. #Schweißen
        """),
    ),
    DemoStory(
        teller="mila",
        language="de",
        hours_ago=75,
        about="Lernzirkel mit lernOS: zwölf Wochen, fünf Menschen, kein Lehrer",
        text=prose("""
            Zwölf Wochen, fünf Menschen aus drei Firmen, jeden Freitag um acht. In Woche vier wollte ich
            aufhören. Ich habe es in die Runde gesagt, und drei andere wollten auch gerade aufhören.

            Da haben wir gelacht und weitergemacht. Ich kann jetzt Pivot-Tabellen. Vor allem kenne ich vier
            Menschen, die ich um acht Uhr morgens anrufen kann.
        """),
    ),
    DemoStory(
        teller="kwame",
        language="en",
        audience="public",
        hours_ago=30,
        text=prose("""
            The machine in Osaka was down and I was in a kitchen in Bludenz. All I had was a telephone and a
            very patient man named Mr. Sato.

            In a session last spring somebody from a shipyard told us: never ask “is it working?”, ask “what
            do you hear?”. So I asked. He held the phone to the gearbox. It was a fan, six euros, the one
            part nobody had photographed. I have not flown to a machine since without asking it first what
            it sounds like. #RemoteDiagnosis
        """),
    ),
    DemoStory(
        teller="sina",
        language="de",
        audience="public",
        about="Schwierige Gespräche: die ersten zwei Sätze",
        hours_ago=9,
        text=prose("""
            Zwei Sätze, mehr wollte Gesche nicht von uns. Was ich gesehen habe. Was es mit mir macht. Kein
            „immer“, kein „man“.

            Ich habe sie vor dem Spiegel geübt wie ein Gedicht und dann doch halb vergessen. Es hat trotzdem
            gereicht. Mein Meister hat sich hingesetzt statt aufzustehen. So lang haben wir noch nie
            geredet. #Feedback
        """),
    ),
    DemoStory(
        teller="fiete",
        language="de",
        hours_ago=54,
        about="Höhenrettung zum Mitmachen: ein Vormittag am Übungsturm",
        text=prose("""
            Wir heben seit vierzig Jahren Lasten und haben nie gefragt, wie man einen Menschen herunterholt.
            Tomasz vom Nordlicht hat uns an seinen Turm gelassen.

            Mein Kranführer hing zwölf Minuten im Gurt und hat danach den ganzen Weg nach Hause nichts
            gesagt. Am nächsten Morgen lag auf jedem Kran ein Messer für den Gurt, in Reichweite, nicht im
            Schrank. Das hat er selbst gemacht.
        """),
    ),
    DemoStory(
        teller="emeka",
        language="en",
        hours_ago=78,
        text=prose("""
            I asked a hydrogen expert at Nordlicht a question that I was embarrassed to ask at home. He
            laughed, not at me, and said that he had paid forty thousand euros to learn the answer.

            That is the thing about other companies: they have already made the mistake that you are
            planning. We changed one valve in the drawing. I owe Folke a fish sandwich. #Hydrogen
        """),
    ),
)
