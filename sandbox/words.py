"""Words, and titles composed of them, for the synthetic trending history.

Subjects (games, bands, films, shows …) are made up; no person is named. A title is a pattern of its language
and kind with the subject and a few words filled in, so that titles of one subject share words, as real ones do.
"""

# ruff: noqa: E501, SIM905  lists of phrases read better unbroken
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KINDS = ("game", "music", "film", "show", "life", "sport", "tech")
# kind -> (YouTube category id, its name, share of new videos; as in the real history since 2025-12)
CATEGORIES = {
    "game": (20, "Gaming", 0.52),
    "music": (10, "Music", 0.27),
    "film": (1, "Film & Animation", 0.05),
    "show": (24, "Entertainment", 0.09),
    "life": (22, "People & Blogs", 0.05),
    "sport": (17, "Sports", 0.01),
    "tech": (28, "Science & Technology", 0.01),
}

_FIRST = (
    "Ember Frost Iron Neon Moss Shadow Pixel Rune Tide Hollow Solar Copper Storm Ghost Amber Cinder Thorn Lunar "
    "Drift Quartz Raven Salt Velvet Wild Onyx Harbor Prism Coral Maple Echo"
).split()
_SECOND = (
    "fall forge keep drift haven bound line fields watch reach vale spire gate marsh crown hunt path ridge harvest wake"
).split()
_GAME_TAILS = ("", "", "", " 2", " 3", " Online", " Tactics", " Legends", ": Rising", " Remastered", " Arena")
_BAND_ADJECTIVES = (
    "Paper Midnight Golden Quiet Electric Crimson Distant Broken Silver Northern Lonely Burning Hidden Plastic "
    "Sleeping Little Second Silent"
).split()
_BAND_NOUNS = (
    "Lanterns Orchard Satellites Rivers Parade Cathedral Engines Wolves Postcards Tigers Avenue Balcony Sirens "
    "Umbrellas Carousel Mirrors Gardens Signals"
).split()
_FILM_PATTERNS = (
    "The Last {n}", "{a} {n}", "Return to {p}", "Beyond the {n}", "A {n} in Winter", "The {n} Protocol",
    "{p}", "House of {p}", "Night of the {n}", "{p}: Awakening", "The {a} {n}", "Letters from {p}",
)  # fmt: skip
_FILM_NOUNS = (
    "Lighthouse Cartographer Reactor Symphony Carnival Expedition Labyrinth Heist Clockmaker Monsoon Voyage Beekeeper "
    "Eclipse Archive Tournament Aviary"
).split()
_SHOW_NAMES = (
    "Kitchen on Wheels|Island Without Maps|The Great Lock-In|100 Doors|Quiz Against Time|Haunted Hotels|Ice Bucket League|"
    "Street Food Wars|Build It in a Day|Escape the Mansion|Silent Dinner|The Prank Lab|Tiny House Battle|Blind Taste Test|"
    "One Dollar Holiday|Survive the Desert|Hide and Seek Masters|The Lie Detector Show"
).split("|")
_LIFE_NAMES = (
    "moving abroad|night shift|my first marathon|train across Europe|van life|living off grid|farm life|baking at home|"
    "wedding week|language challenge|school vlog|30 days without a phone|winter camping|flea market finds"
).split("|")
_SPORT_NAMES = (
    "Harbor League|Continental Cup|Grand Prix of the Coast|Winter Games|City Marathon|Northern Derby|Club Masters|"
    "Street Ball Finals|Mountain Tour"
).split("|")
_TECH_NAMES = (
    "folding phones|home robots|reusable rockets|electric trucks|AI video tools|open source chips|solid state batteries|"
    "quantum computers|smart glasses|moon mission"
).split("|")

# Words that stand in titles of every subject say nothing about the subject.
COMMON = frozenset(
    "the a an and or of in on to for with from by at is are was be it this that my me you your we our i his her "
    "official video audio music lyrics lyric trailer teaser live full episode part new feat ft prod hd 4k mv vs "
    "final season gameplay first last best how why what who when can all one two not but so now just get out up "
    "de la el los las un una en con por para que del y e o os do da das dos em no na um uma com se mais es su "
    "le les des une et du au aux sur dans pour par ce est qui je tu il on der die das und ein eine mit von zu im "
    "den dem auf für ist nicht ich wir bei il lo gli di che non per più".split()
)


@dataclass(frozen=True)
class Language:
    """Patterns of one language by kind; `{s}` is the subject, `{w}` a word, `{n}` a number, `{e}` an episode."""

    code: str
    words: tuple[str, ...]
    patterns: dict[str, tuple[str, ...]]


def _language(code: str, words: str, **patterns: str) -> Language:
    return Language(code, tuple(words.split("|")), {k: tuple(v.split("|")) for k, v in patterns.items()})


LANGUAGES: dict[str, Language] = {
    language.code: language
    for language in (
        _language(
            "en",
            "Gravity|Wildfire|Stay Awake|Ocean Drive|Paper Hearts|Run Home|Afterglow|Monday|Slow Motion|Higher|Falling Up|"
            "Two Shadows|Neon Rain|Let It Burn|Summer Static",
            game="I Survived {n} Days in {s}|{s} But Everything Is Random|{s} - Official Gameplay Trailer|The HARDEST Boss in {s}..."
            "|I Found EVERY Secret in {s}|{s} Part {e} - This Changes Everything|🔴 {s} LIVE! Road to {n}|Can You Beat {s} Without Dying?"
            "|{s} Update {e}: What Is New?|Speedrunning {s} in {n} Minutes|My Friends RUINED My {s} World",
            music="{s} - {w} (Official Video)|{s} - {w} (Lyrics)|{s} – {w} [Official Music Video]|{w}|{s} - {w} (Live)|{s} - {w} (Visualizer)",
            film="{s} | Official Trailer|{s} - Official Teaser (2026)|{s} Trailer Breakdown & Easter Eggs|{s} Ending Explained"
            "|Is {s} the Best Film of the Year?|{s} | Final Trailer [HD]",
            show="{s} - Episode {e}|We Tried {s} for 24 Hours|{s}: The Finale|Last To Leave {s} Wins ${n},000|I Said Yes to {s}!",
            life="{s}: what nobody tells you|{n} days of {s}|why I stopped {s}|{s}, honestly|a week of {s}",
            sport="{s} Final | Highlights|{s}: Round {e} Extended Highlights|The Goal That Decided {s}|{s} LIVE Watch Along",
            tech="{s}: are they worth it in 2026?|The truth about {s}|I tested {s} for {n} days|How do {s} really work?",
        ),
        _language(
            "de",
            "Nachtzug|Sommer im Kopf|Zwei Welten|Glas|Heimweg|Feuerwerk|Tausend Mal|Blaue Stunde|Leise|Bis morgen|Fernweh",
            game="{s} #{e} - Jetzt wird es ERNST!|Ich überlebe {n} Tage in {s}|{s}: Der SCHWERSTE Boss|Wir spielen {s} zu viert!"
            "|{s} Update: Das ist NEU|Schaffe ich {s} ohne zu sterben?|{s} LIVE mit der Community",
            music="{s} - {w} (Offizielles Video)|{s} – {w}|{s} - {w} (Live)|{w} (prod. {s})",
            film="{s} Trailer German Deutsch (2026)|{s} | Offizieller Trailer|{s}: Ende erklärt|{s} - Kritik ohne Spoiler",
            show="{s} - Folge {e}|{s} XXL: Wer hält länger durch?|24 Stunden {s}|{s}: Das große Finale",
            life="{s}: die Wahrheit|{n} Tage {s}|warum ich {s} beende|mein Alltag: {s}",
            sport="{s}: Highlights|{s}, Spieltag {e} | Zusammenfassung|Das Tor des Jahres | {s}",
            tech="{s}: lohnt sich das?|{s} im Test|So funktionieren {s} wirklich",
        ),
        _language(
            "fr",
            "Minuit|Sans retour|La pluie|Mon étoile|Ailleurs|Jusqu'à demain|Fumée|Deux coeurs|Au large|Rien à perdre|Étincelle",
            game="J'ai survécu {n} jours sur {s}|{s} : le BOSS impossible|{s} #{e} : on est FOUTUS|Qui sera le meilleur sur {s} ?"
            "|🔴 LIVE {s} avec vous|TOUS les secrets de {s}|{s} mais tout est aléatoire",
            music="{s} - {w} (Clip Officiel)|{s} - {w}|{s} - {w} (Audio)|{s} – {w} (Live)",
            film="{s} Bande Annonce VF (2026)|{s} | Teaser officiel|{s} : la fin expliquée|{s} : RÉACTION à la bande annonce",
            show="{s} - Épisode {e}|On a testé {s} pendant 24h|{s} : la grande finale|Le dernier à quitter {s} gagne {n} 000 €",
            life="{s} : ce qu'on ne vous dit pas|{n} jours de {s}|pourquoi j'arrête {s}|ma semaine : {s}",
            sport="{s} : le résumé|{s}, journée {e} : les buts|Le but fou de {s}",
            tech="{s} : faut-il craquer ?|La vérité sur {s}|J'ai testé {s} pendant {n} jours",
        ),
        _language(
            "es",
            "Medianoche|Sin Ti|Fuego Lento|La Última Vez|Volveré|Mar Adentro|Dos Copas|Otra Noche|Luna Nueva|A Tu Lado|Gasolina y Sal",
            game="Sobreviví {n} días en {s}|{s} pero TODO es aleatorio|El JEFE más difícil de {s}|¿Puedo pasarme {s} sin morir?"
            "|{s} en directo con suscriptores|TODOS los secretos de {s}|{s} Parte {e} | No puede ser",
            music="{s} - {w} (Video Oficial)|{s} - {w} (Letra)|{s} x {w} (Audio Oficial)|{s} - {w} (En Vivo)",
            film="{s} | Tráiler Oficial Español (2026)|{s} - Tráiler Final Subtitulado|{s}: FINAL EXPLICADO|{s}: análisis del teaser",
            show="{s} - Capítulo {e}|24 horas en {s}|{s}: la gran final|El último en salir de {s} gana ${n}.000",
            life="{s}: lo que nadie te cuenta|{n} días de {s}|por qué dejé {s}|una semana de {s}",
            sport="{s}: resumen y goles|{s}, jornada {e} | Highlights|¡El gol que decidió {s}!",
            tech="{s}: ¿valen la pena?|La verdad sobre {s}|Probé {s} durante {n} días",
        ),
        _language(
            "pt",
            "Saudade|Meia-Noite|Volta Pra Mim|Céu de Papel|Fim de Tarde|Coração de Vidro|Na Beira do Mar|Outra Vez|Sem Freio|Girassol",
            game="Sobrevivi {n} dias no {s}|{s} mas TUDO é aleatório|O CHEFE mais difícil de {s}|Dá para zerar {s} sem morrer?"
            "|JOGUEI {s} com os inscritos|{s} #{e} - DEU RUIM|Encontrei TODOS os segredos de {s}",
            music="{s} - {w} (Clipe Oficial)|{s} - {w} (Ao Vivo)|{s} - {w} (Áudio Oficial)|{w} - {s}",
            film="{s} | Trailer Oficial Dublado|{s} - Trailer Final (2026)|{s}: FINAL EXPLICADO|{s}: reagindo ao trailer",
            show="{s} - Episódio {e}|24 horas em {s}|{s}: a grande final|O último a sair de {s} ganha R${n} mil",
            life="{s}: o que ninguém conta|{n} dias de {s}|por que parei com {s}|minha semana: {s}",
            sport="{s}: melhores momentos|{s}, rodada {e} | gols|O gol que decidiu {s}",
            tech="{s}: vale a pena?|A verdade sobre {s}|Testei {s} por {n} dias",
        ),
        _language(
            "it",
            "Mezzanotte|Senza Fiato|Luce Blu|Un'Altra Estate|Due Passi|Fino All'Alba|Tempesta|Cartoline|Se Torni|Polvere",
            game="Sono sopravvissuto {n} giorni in {s}|{s} #{e} - È FINITA|Il BOSS più difficile di {s}|Riesco a finire {s} senza morire?"
            "|TUTTI i segreti di {s}",
            music="{s} - {w} (Official Video)|{s} - {w} (Testo)|{s} - {w} (Live)",
            film="{s} | Trailer Ufficiale|{s} Trailer ITA (2026)|{s}: finale spiegato",
            show="{s} - Puntata {e}|24 ore in {s}|{s}: la finale",
            life="{s}: la verità|{n} giorni di {s}|perché ho smesso: {s}",
            sport="{s}: gli highlights|{s}, giornata {e}|Il gol che ha deciso {s}",
            tech="{s}: ne vale la pena?|Ho provato {s} per {n} giorni",
        ),
        _language(
            "ja",
            "夜明け|青い花|さよなら列車|星のかけら|雨音|約束|逆光|透明|春を待つ|花火|ひとりごと",
            game="【{s}】{n}日間生き残ってみた|【{s}】最強ボスに挑戦！ #{e}|{s} 新アップデート情報まとめ|【初見】{s} 実況 Part{e}|【{s}】全ての秘密を見つけた",
            music="{s} - {w} (Music Video)|{s}『{w}』Official Video|【歌ってみた】{w} / {s}|{s} / {w} -Dance Practice-",
            film="映画『{s}』予告編|『{s}』本予告 60秒|【考察】『{s}』結末を解説",
            show="【{s}】24時間チャレンジ|{s} 第{e}回|{s} 決勝戦",
            life="{s}の一週間|{n}日間の{s}|{s}をやめた理由",
            sport="【ハイライト】{s} 第{e}節|{s} 決勝 ハイライト",
            tech="{s}は買いか？|{s}を{n}日使ってみた",
        ),
        _language(
            "hi",
            "तेरी यादें|दिल की बात|बारिश|सफर|चाँदनी|एक पल|रंग|ख्वाब|मंज़िल|धड़कन",
            game="{s} में {n} दिन ज़िंदा रहा|{s} GAMEPLAY #{e}|{s} का सबसे मुश्किल BOSS|🔴 {s} LIVE in Hindi|I Survived {n} Days in {s} (Hindi)",
            music="{s} - {w} (Official Video)|{w} | {s} | New Hindi Song 2026|{s} - {w} (Lyrical Video)",
            film="{s} | Official Trailer (Hindi)|{s} Trailer Review|{s} Ending Explained in Hindi",
            show="{s} - Episode {e}|24 घंटे {s} में|{s} Grand Finale",
            life="{s}: पूरी सच्चाई|{n} दिन {s}|मेरा हफ्ता: {s}",
            sport="{s} Highlights|{s} Match {e} | पूरा हाल",
            tech="{s}: लेना चाहिए या नहीं?|{s} का {n} दिन का टेस्ट",
        ),
    )
}


def subject_name(kind: str, number: int, rng: np.random.Generator) -> str:
    """A made-up subject of a kind; lists of fixed names are walked by `number`."""

    def pick(words: list[str] | tuple[str, ...]) -> str:
        return words[int(rng.integers(len(words)))]

    place = pick(_FIRST) + pick(_SECOND)
    if kind == "game":
        return place + pick(_GAME_TAILS)
    if kind == "music":
        return ("The " if rng.random() < 0.35 else "") + pick(_BAND_ADJECTIVES) + " " + pick(_BAND_NOUNS)
    if kind == "film":
        return pick(_FILM_PATTERNS).format(n=pick(_FILM_NOUNS), a=pick(_BAND_ADJECTIVES), p=place)
    names = {"show": _SHOW_NAMES, "life": _LIFE_NAMES, "sport": _SPORT_NAMES, "tech": _TECH_NAMES}[kind]
    return names[number % len(names)]


def channel_title(kind: str, subject: str, rng: np.random.Generator) -> str:
    """A channel's name; music is mostly on channels of the band, the rest on names of their own."""
    if kind == "music" and rng.random() < 0.7:
        return f"{subject} - Topic" if rng.random() < 0.4 else subject
    first, second = _FIRST[int(rng.integers(len(_FIRST)))], _SECOND[int(rng.integers(len(_SECOND)))].title()
    tail = {"game": ("Plays", "Gaming", "HD", ""), "film": ("Trailers", "Cinema", "Films", "Pictures")}.get(
        kind, ("TV", "Studio", "Daily", "")
    )
    return f"{first} {second} {tail[int(rng.integers(len(tail)))]}".strip()


def title(language: str, kind: str, subject: str, rng: np.random.Generator) -> str:
    """A title about a subject, at most 100 characters."""
    words = LANGUAGES[language]
    patterns = words.patterns[kind]
    pattern = patterns[int(rng.integers(len(patterns)))]
    composed = pattern.format(
        s=subject,
        w=words.words[int(rng.integers(len(words.words)))],
        n=int(rng.choice([3, 5, 7, 10, 12, 24, 30, 50, 72, 100, 150, 200, 365, 500])),
        e=int(rng.integers(1, 40)),
    )
    return composed[:100]
