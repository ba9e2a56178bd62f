"""What people wrote in the published report of the demo, and in its consultation. All of it is made up."""

from __future__ import annotations

FOREWORD = (
    "Dieser Bericht beschreibt, wie die Menschen im Kreis Auental leben: wo Familien Unterstützung brauchen,"
    " wo viele ältere Menschen wohnen und wo sich etwas verändert hat. Er bewertet keine Orte und keine"
    " Menschen. Er soll zeigen, wo Angebote fehlen und wo sie wirken.\n\n"
    "Der Bericht ist mit den Städten und Gemeinden, dem Jobcenter und der freien Wohlfahrtspflege"
    " abgestimmt. Ihre Stellungnahmen stehen am Ende im Wortlaut. Wir danken allen, die Zahlen geliefert und"
    " an diesem Bericht mitgewirkt haben."
)
IN_SHORT = (
    "Im Kreis leben {{ einwohner | gebiet=kreis | form=zahl }} Menschen."
    " Die SGB-II-Quote beträgt {{ sgb2_quote | gebiet=kreis }}. Von den Kindern und Jugendlichen leben"
    " {{ kinderarmut | gebiet=kreis }} in Haushalten, die Leistungen nach dem SGB II erhalten.\n\n"
    "Die Unterschiede zwischen den Wohnplätzen sind größer als die zwischen den Kommunen: Auch in Städten mit"
    " niedriger Quote gibt es Wohnplätze mit besonderem Unterstützungsbedarf.\n\n"
    "Wir empfehlen:\n\n"
    "- Angebote für Familien dort auszubauen, wo der Sozialindex einen hohen Bedarf zeigt,\n"
    "- die Beratung älterer Menschen zur Grundsicherung in die Ortsteile zu bringen,\n"
    "- die Entwicklung jedes Jahr in der Fachplanungskonferenz zu besprechen."
)
OUTCOMES = [
    {
        "recommendation": "Familienzentren in Wohnplätzen mit hohem Bedarf einrichten",
        "state": "umgesetzt",
        "words": "Zwei Familienzentren sind eröffnet.",
    },
    {
        "recommendation": "Schuldnerberatung im Westkreis ausbauen",
        "state": "teilweise umgesetzt",
        "words": "Eine halbe Stelle ist besetzt, eine weitere ausgeschrieben.",
    },
    {
        "recommendation": "Wohnungsnotfälle kreisweit zählen",
        "state": "noch offen",
        "words": "Die Kommunen zählen noch unterschiedlich.",
    },
]
TOWNS = {
    "Stadt Auenburg": (
        "Die Stadt hat in den letzten Jahren ihre Angebote für Familien ausgebaut. Die SGB-II-Quote liegt bei"
        " {{ sgb2_quote | gebiet=hier }}."
    ),
    "Stadt Hammerfurt": (
        "Hammerfurt ist vom Wandel der Industrie geprägt. {{ anteil_u18 | gebiet=hier }} der Menschen sind"
        " unter 18 Jahre alt."
    ),
}
LETTER = (
    "Wir legen Ihnen den Entwurf des Sozialberichts zur Abstimmung vor. Bitte prüfen Sie die gemeinsamen"
    " Kapitel und das Profil Ihrer Gebiete.\n\n"
    "Kommunen bitten wir um die Freigabe ihres Profils."
)
REVIEW = "Das Vorwort könnte die Fachplanungskonferenz nennen."
REMARK = "Bitte dazusagen, dass die Quote auch Haushalte enthält, die ihren Lohn aufstocken."
SHORTER = "Das Familienbüro ist das wichtigste dieser Angebote und sollte genannt werden."
TOWN_BETTER = (
    "Die Stadt hat in den letzten Jahren ihre Angebote für Familien ausgebaut, zuletzt mit dem Familienbüro"
    " am Markt. Die SGB-II-Quote liegt bei {{ sgb2_quote | gebiet=hier }}."
)
STATEMENT = (
    "Wir begrüßen den Bericht und seine Empfehlungen.\n\n"
    "Aus der Beratung wissen wir, dass viele ältere Menschen ihren Anspruch auf Grundsicherung nicht geltend"
    " machen. Die Zahlen zeigen deshalb nur einen Teil der Armut im Alter. Wir bieten an, an einer"
    " aufsuchenden Beratung mitzuwirken."
)
DECISIONS = {
    "review": "Die Konferenz steht bei den Empfehlungen; das Vorwort soll kurz bleiben.",
    "proposal": "Das Angebot gehört in das Profil der Stadt.",
    "remark": "Der Hinweis steht bei den Methoden; der kurze Text soll kurz bleiben.",
}
