"""Telling orders to a machine from titles: what looks like one is not quoted, shown or sent to a model.

Tricks of writing are undone first: compatibility forms, letters of other scripts that look Latin, invisible
characters, letters set apart, figures for letters. A title that is passed over wrongly costs little: its video is
named by its channel.
"""

from __future__ import annotations

import re
import unicodedata

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕԁһԛѡӏвмтнкАЕОРСУХІЈЅВМТНКαεορυιντκχΑΕΟΡΥΙΝΤΚΧΒΜΗΖ",
    "aeopcyxijsdhqwlbmthkAEOPCYXIJSBMTHKaeopuivtkxAEOPYINTKXBMHZ",
)
_LEET = str.maketrans("013457@$!", "oieastasi")
_SPACED = re.compile(r"\b(?:\w[\s.\-_*]){3,}\w\b")

_FORGET = r"ignore|disregard|forget|overrid\w+|bypass|skip|drop|neglect|cancel"
_RULES = r"instruct\w*|prompts?|rules?|guidelines?|polic\w+|previous|above|earlier|prior|context|filters?|restrictions?"
_DO = (
    r"add|append|insert|include|put|place|mention|repeat|write|print|echo|output|return|reveal|say|speak|read|"
    r"announce|use|set|change|replace|translate|summari[sz]e|mark|tag|link|embed|end|start|begin|finish|greet|"
    r"promote|recommend|endorse|advertise|tell"
)
_OURS = (
    r"titles?|descriptions?|tags?|captions?|scripts?|narrations?|narrator|outputs?|responses?|answers?|replies|reply|"
    r"metadata|prompts?|thumbnails?|voice ?over|json|fields?|scenes?|summary|viewers?|audience|listeners?"
)
_MACHINE = r"ai|a\.i\.|llms?|language models?|chat ?bots?|gpt(?:-?\d\S*)?|chatgpt|assistants?|models?|agents?|bots?"

_ORDERS = re.compile(
    rf"\b(?:{_FORGET})\b.{{0,40}}\b(?:{_RULES})\b"
    rf"|\b(?:new|updated|real|following|these|hidden|special|important)\s+(?:system\s+)?instructions?\b"
    rf"|\bfollow (?:these|my|the|this)\b.{{0,20}}\b(?:instruct\w*|orders?|steps?)\b"
    rf"|(?:^|[^\w\s]\s*)(?:system|developer|assistant|user|admin|root)\s*(?:prompt|message|mode|override)?\s*[:>\]]"
    rf"|\bsystem\s*(?:prompt|message|override)\b|\b(?:begin|end)\s+(?:evidence|data|prompt|instructions?)\b"
    rf"|<\|?\w+\|?>|[‹<]/?\w+[›>]|\[/?(?:inst|sys|system|video \d+)\]"
    rf"|#{{2,}}\s+\w+|#{{2,}}\s*(?:instruct|system|task|prompt)|\{{\{{|\$\{{|```"
    rf"|\byou (?:are|must|will|should|shall) (?:now |always |only )?(?:chatgpt|an? (?:ai|assistant|model|helpful)\b"
    rf"|act|pretend|obey|free|say|write|answer|respond|include|output|jailbroken|in developer)"
    rf"|\b(?:act|behave|respond|answer|pretend)\s+(?:as|like)\s+(?:if|an?|the)\b"
    rf"|\b(?:to|dear|hey|hello|attention|note to|notice to|message to|for|if you are|as)\s+"
    rf"(?:an?\s+|the\s+|any\s+|all\s+)*(?:{_MACHINE})\s*(?:[:,;!-]|reading|process\w*|that|who|which)"
    rf"|\b(?:reply|respond|output|print|say|answer|repeat|write|echo|return)\s+"
    rf"(?:only|exactly|with|back|after me|verbatim|the (?:word|words|phrase|text|string|code|following|sentence))\b"
    rf"|\b(?:{_DO})\b.{{1,60}}?\b(?:in|into|to|at|as|of|with|for|on|from)\s+(?:the|your|our|all|every|each|any|this|its)\s+"
    rf"(?:\w+\s+)?(?:{_OURS})\b"
    rf"|\b(?:{_DO})\s+(?:the|your)\s+(?:{_OURS})\b"
    rf"|\b(?:please|kindly)\s+(?:{_DO})\b"
    rf"|\b(?:made\s?_?for\s?_?kids|contains\s?_?synthetic\s?_?media|synthetic\s?_?media)\b|\"\w+\"\s*:"
    rf"|\bjail\s?break\b|\bprompt injection\b|\bdan mode\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\bignor(?:iere?n?|ez|er|a|e|ar|are|en)\b.{0,40}\b(?:anweisung\w*|anleitung\w*|regeln?|instru[ckz]\w+|consignes|"
    r"r[eè]gles|reglas|regras|istruzioni|regole|ordens|órdenes|anteriores|précédentes|vorherigen)\b"
    r"|\b(?:vergiss|oublie[rz]?|olvida|esque[cç]a|dimentica)\b.{0,40}\b(?:alle?s?|todas?|toutes?|tutt[eoi]|instru\w+)\b"
    r"|игнориру\w*|забудь\w* (?:все|вс[её]|предыдущ)|инструкци\w*|проигнориру\w*"
    r"|(?:忽略|无视|無視|忘记|忘記).{0,12}(?:指示|指令|说明|提示|规则|規則|命令)|(?:指示|指令|命令|プロンプト).{0,8}(?:無視|忘れ|従)"
    r"|(?:지시|명령|프롬프트|규칙).{0,8}(?:무시|잊)|تجاهل.{0,30}(?:التعليمات|الأوامر|القواعد)"
    r"|(?:निर्देश|आदेश|नियम).{0,20}(?:अनदेखा|नज़रअंदाज़|भूल)|(?:अनदेखा|नज़रअंदाज़).{0,20}(?:निर्देश|आदेश)",
    re.IGNORECASE,
)
_ENCODED = re.compile(
    r"\b(?=\w*\d)(?=\w*[a-z])(?=\w*[A-Z])[\w+/]{24,}={0,2}|\b[0-9a-f]{32,}\b|(?:\\x[0-9a-f]{2}){3}|%[0-9a-f]{2}%",
    re.ASCII,
)


def gives_orders(text: str) -> bool:
    """Say whether ``text`` reads like an order to a machine, in one of several languages or spellings."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(character for character in plain if unicodedata.category(character) != "Cf")
    if _ELSEWHERE.search(plain) or _ENCODED.search(plain):
        return True
    latin = plain.translate(_LOOKALIKES)
    joined = _SPACED.sub(lambda match: re.sub(r"[\s.\-_*]", "", match.group()), latin)
    return any(_ORDERS.search(spelling) for spelling in (plain, latin, joined, latin.translate(_LEET)))
