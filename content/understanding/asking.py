"""What somebody asks of us in words, whatever the language: a person, what is known of them, to erase it. Only a clear demand counts."""

from content.understanding.normalise import any_of, opened

_SOMEBODY = r"(?:quelqu un|quelqun|qq1|qlq1|qqu1|kk1|kelk1|kelkin|qq un)"
_ONE = r"(?:(?:une? |1 |des |vos |les |votre |l )?(?:vraie? |autre )?)"
_WORKER = (
    r"(?:personne|humains?|etre humain|conseill?ere?s?|conseiller|conseille|assistante? sociale?|as|educ\w*|equipe|gens|responsable|collegues?"
    r"|referente?|travailleu(?:r|se) sociale?|professionnel\w*)"
)
_THEM = rf"(?:{_SOMEBODY}|{_ONE}{_WORKER})"
_OURS = r"\b(?! (?:de |du |des |d |en )(?!cllaj|service|chez|l equipe|votre|vrai))"
"""« Un conseiller de la CAF », « quelqu'un en garant » are not somebody of the team."""
_ENDS = r"(?= (?:svp|stp|s il|maintenant|vite|reel\w*|vrai\w*|merci|pas|non|plutot|ici|la|aujourd|demain|pour (?:me|m)|qui)\b|$)"
_TO_TALK = r"(?:d )?(?:d?parle[rz]?|parlai|discuter?|ecrire|echanger?|voir|contacter|joindre|rencontrer|causer)"
_WITH = r"(?:a |avec |avc |avk |ac )?"
_WANT = r"(?:je veux|jv|veux|jveu\w*|je voudrai[st]?|jvoudr\w*|voudrai[st]?|je souhaite\w*|aimerai[st]?|prefere\w*)"
_MAY = (
    r"(?:peux|jpe\w*|puis je|pourrai[st]?|pourrait|possible|besoin|envie|faut|faudrait|dois|comment|moyen|laisse moi|laissez moi"
    r"|passe[rz]? moi|donne[rz]? moi|mets? moi)"
)
_WISH = rf"(?:{_WANT}|{_MAY})"
_CALL = r"(?:(?:r ?)?app?el\w*|contact\w*|telephon\w*|joindre)"
_CAN = r"(?:peux|peuvent|pouvez|pourrait|pourrais|pourriez|pourra|va|veux)"

_FRENCH = any_of(
    rf"\b{_WISH} (?:\w+ ){{0,3}}?{_TO_TALK} (?:\w+ )?{_WITH}{_THEM}{_OURS}",
    rf"\b{_WISH} (?:\w+ ){{0,2}}?(?:avoir |avec )?{_THEM}{_ENDS}",
    rf"^(?:\w+ )?{_TO_TALK} {_WITH}{_THEM}{_ENDS}",
    rf"^(?:juste |plutot )?{_THEM}(?: (?:svp|stp|s il (?:te|vous) plait|please))*$",
    r"\bavec une? (?:vraie? (?:personne|humain)|humain)\b",
    rf"\b(?:{_THEM}|vous|tu|on) (?:\w+ )?{_CAN} (?:\w+ )?(?:m|me) (?:{_CALL}|repondre?)\b",
    rf"\bqu (?:on|{_SOMEBODY}) (?:me|m) {_CALL}|\b(?:etre|me faire) (?:r ?)?app?ell?e[rz]?e?\b",
    r"\b(?:r ?app?ell?e[rz]?|r ?appel|contacte[rz]?) moi\b",
    r"\bapp?ell?e[rz]? moi(?: (?:svp|stp|demain|apres|avant|ce|au|a|quand|vite|maintenant|le|des|s il)\b|$)",
    rf"^(?:\w+ )?(?:il )?y a (?:t il )?{_SOMEBODY}(?: la| ici| de (?:dispo\w*|reel|vrai|l equipe)\b.*)?$",
    r"(?<!\bes )(?<!\best )(?<!etes )\bpas (?:d?parle[rz]? )?(?:a |avec )?(?:un |1 |une |de |le |la )?(?:robot|machine|bot|ia)\b",
    r"\b(?:besoin|envie) (?:de |d )?d?parle[rz]?$|\bpersonne (?:a|avec) qui parler\b",
)
_THE_TEAM = (
    r"(?:some ?(?:one|body|1)|(?:an? )?(?:real |actual |live )?(?:person|human|human being|people|adviser|advisor|caseworker|counsell?or"
    r"|social worker)|(?:your|the) team|one of you)"
)
_TALK = r"(?:talk|speak|chat|write|txt|text)(?:ing)? (?:to|2|with)"
_ENGLISH = any_of(
    rf"\b(?:want|wanna|need|like|can|could|may|prefer|let me|possible|how)\b (?:\w+ ){{0,3}}?{_TALK} (?:\w+ )?{_THE_TEAM}\b",
    rf"^(?:\w+ )?{_TALK} {_THE_TEAM}\b",
    r"^(?:an? )?(?:real )?(?:human|person)(?: being)?(?: (?:please|pls))?$",
    r"\b(?:want|need|prefer) an? (?:real |actual )?(?:human|person)\b",
    rf"\b(?:{_THE_TEAM}|you) (?:\w+ ){{0,3}}?(?:call|ring|phone|contact) me\b|^(?:please |pls |can you )?(?:call|ring|phone) me\b",
    r"\bnot (?:to |with )?an? (?:bot|robot|machine)\b",
    r"\bany ?(?:one|body) (?:real )?there\b",
)
_ARABIC = any_of(
    r"\b(?:التحدث|اتحدث|الكلام|اتكلم|نتكلم|احكي|نحكي|نهدر|اهدر|اكلم|نكلم|التواصل|اتواصل|التكلم) (?:(?:مع|الي|ل) )?(?:شي )?"
    r"(?:ا?ل?(?:شخص|انسان|موظفه?|مستشاره?|فريق|مسوول)|احد|حد|واحد|احدكم)\b",
    r"^(?:ال)?(?:شخص|انسان)(?: من الفريق)?$",
    r"\b(?:اريد|بغيت|عايز|بدي|احتاج|محتاج) (?:\w+ )?(?:شخصا?|انسانا?|موظفا?)\b",
    r"\b(?:اتصلوا|اتصل|كلموني|عيطولي|عيطو لي|تتصلوا|يتصل)\b(?: (?:بي|بيا))?",
    r"\b(?:bghit|bghite|brit|nheb|nhab|habit|3awz|bdi|baghi) (?:\w+ )?"
    r"(?:n?a?h[ae]?d[ea]?r|n[ae]?hki|nkal[ae]?m|nt?kel+e?m|atkal+am|ntkalem) (?:\w+ )?(?:m3a|ma3a|mea) (?:chi )?"
    r"(?:wa[h7]e?d|[h7]ad|insan|ch[ae]khs|shakhs)\b",
)


_MINE = r"(?:toute?s? )?mes (?:donne\w*|messages?|infos?|informations|photos?)|mon (?:numero|histori\w*)"
_MY_DATA = r"my (?:data|infos?|information|messages|number|history)"
_ERASE = any_of(
    rf"\b(?:efface|supp?rim|enlev|detrui)\w* (?:moi )?(?:\w+ ){{0,3}}?(?:tout|tt|{_MINE})\b",
    r"\b(?:efface|supp?rim)\w* (?:tout )?ce que (?:je|j|vous|tu)\b|\btout (?:effacer|supp?rimer)\b",
    r"\bplus (?:\w+ ){0,4}traces? de (?:moi|notre|mes|nos)\b",
    r"\boublie[rz]? (?:moi|tout|cette (?:conversation|discussion))\b",
    rf"\b(?:delete|erase|remove|wipe|clear) (?:\w+ )?(?:everything|all (?:of )?(?:it|my)|{_MY_DATA}|it all)\b",
    r"\bforget (?:me|this conversation)\b",
    r"(?:احذف|امسح|حذف|مسح|انس)\w* (?:لي )?(?:كل|جميع|بياناتي|معلوماتي|رساي?لي|هذه المحادثه)",
)
_KNOWN = any_of(
    r"\b(?:sais|savez|avez|as|gardez|garde|connaissez|connais|stockez|notez) (?:\w+ ){0,3}?(?:sur|de|a propos de) moi\b",
    r"\b(?:quoi|qu est ce que?|quelles?|kelle) (?:\w+ ){0,5}?sur moi\b",
    r"\b(?:voir|consulter|acceder a|c est quoi|sont ou|ou sont) mes (?:donnees|infos? perso\w*|informations)\b",
    r"\bwhat (?:\w+ ){0,4}?(?:know|have|keep|store|hold|got) (?:\w+ )?(?:about|on) me\b|\b(?:see|show me|access) (?:my|the) data\b",
    r"(?:تعرفون|تعرف|عندكم|تحتفظون|لديكم) (?:\w+ )?(?:عني|علي)(?: |$)|(?:اري|رويه|عرض) بياناتي",
)

_RDV = r"rdv|rdvs|rendez vous|rendevous|randevou\w*"
_APPOINTMENT = any_of(
    rf"\b(?:{_RDV}|empech\w*|imprevus?)\b|\b(?:annul|report|decal|repouss|deplac)\w*\b",
    r"\bj? ?(?:ve?nir|viens?|vienne|vient|vi1|v1|viendrai\w*|reviendrai\w*|present\w*)\b|\b(?:suis|j?serai\w*|etre|sera) la\b",
    r"\b(?:appointment|coming|come|be there|make it|cancel|reschedul\w*)\b",
    r"(?:موعد|ميعاد|اجي|ناجي|نجي|اتي|احضر|الحضور|الغ)",
)
"""What an appointment, or coming to it, is called."""


_EXCUSES = any_of(
    r"\b(?:dsl|desol\w*|pardon|escus\w*|excus\w*|zap\w*|oubli\w*|pas fait expres|pas pu|ratt?e\w*|loupe\w*|pane|panne de reveil)\b",
    r"\b(?:sorry|forgot\w*|my bad|missed it|apolog\w*|overslept)\b|(?:اسف|عذر|نسيت|معذره|سمح)",
)
"""What is said of something that was missed."""


def makes_excuses(text: str) -> bool:
    """« dsl g zappé », « sorry I forgot », right after something was missed."""
    return _EXCUSES.search(opened(text)) is not None


_THE_WAY = any_of(
    r"\b(?:comment|coment|cmt|cment|kom?ment)(?: (?!pas\b|faire\b)\w+){0,5}?"
    r" (?:y aller|y al+e|y va(?:is|s)?|venir|y venir|vous trouver|arriver la bas|la bas)\b",
    r"\b(?:quel|quels|kel|il y a un|y a un|c est quel|avec quel) (?:bus|tram|metro|train|ligne|arret)\b|\b(?:bus|tram|metro|train) pour (?:y |venir)",
    r"\bhow (?:do|can|will) i (?:get|come|go) (?:there|to you)\b|\b(?:which|what) (?:bus|train|tram)\b",
    r"كيف (?:اصل|اجي|نجي|اروح|نوصل|اوصل)|(?:اي|شنو) (?:حافله|باص)",
)


def asks_the_way(text: str) -> bool:
    """« comment jfai pr y aller », « ya un bus ? », « how do I get there »: of who has somewhere to be."""
    return _THE_WAY.search(opened(text)) is not None


def speaks_of_an_appointment(text: str) -> bool:
    """« rdv », « jpeu pas venir », « I'm coming »: words that name an appointment or coming, whatever they say of it."""
    return _APPOINTMENT.search(opened(text)) is not None


_NOBODY = any_of(
    r"\b(?:y a|y avait|vois|trouve|trouv) (?:\w+ )?(?:personne|perssone|persone|person)\b(?! (?:pour (?:m|me|moi)|qui|a qui|avec|dans)\b)",
    r"\b(?:personne|perssone|persone) (?:n |ne |m |me )*(?:ouvr\w*|ouvert|repon\w*|vien\w*|arrive|est la|la|a l accueil|app?el+e?)\b",
    r"\b(?:c est|est|et|porte|grille|portail|bureaux?|accueil|local|tout|tou|batiment) (?:\w+ )?(?:ferme\w*|eteint\w*|verr?ouill\w*)\b",
    r"\b(?:ouvr\w+|repond\w*|repon) (?:pas|plus)\b|\bvous etes pas la\b",
    r"\b(?:j)?(?:attends?|attendre?|poireaute) (?:\w+ ){0,3}?(?:depuis|dehors|devant|devan|en bas|l accueil|la porte|l entree|votre appel)\b",
    r"\b(?:suis|arrive\w*) (?:\w+ )?(?:devant|devan|en bas|a (?:la porte|l entree|l accueil)|sur place)\b",
    r"\bno ?(?:one|body|1)(?: \w+){0,2} (?:here|there|answer\w*|open\w*|came|comes|coming|around|in|called|calls)\b",
    r"\b(?:door|office|place|building|gate|it)(?: is| s)? (?:closed|locked|shut)\b|\bits (?:closed|locked|shut)\b",
    r"\b(?:i m|im|i am) (?:already )?(?:outside|downstairs|in front|at (?:the|your) (?:door|entrance|office|place))\b",
    r"\bwaiting (?:outside|for you|here)\b",
    r"(?:قدام|امام|عند) (?:ال)?(?:باب|مكتب|مدخل)|(?:باب|مكتب|مقر) (?:مغلق|مسكر|مقفول|مسدود)",
    r"(?:لا يوجد|ما ?كاين|ما ?كانش|ما ?في|ولا|لا) (?:حتي |هنا )?(?:احد|حدا|حد|واحد)(?: (?:هنا|هون|يفتح|يجيب))?$",
)
"""What is said of a door that nobody opens, and of waiting there."""
_HOME = any_of(
    r"\bchez (?:moi|nous|mes|ma|mon|lui|elle|eux)\b|\b(?:mon|mes|ma) (?!rdv|rendez)\w+|\b(?:proprio\w*|proprietaire|bailleur|huissier|serrure\w*)\b",
    r"\b(?:cles?|clefs?|cadenas|police|flics?|dor\w*|nuits?|froid|peur|mal|mourir|finir|seuls?|seules?|aid\w*|sacs?|valises?|affaires)\b",
    r"\b(?:home|my (?!appointment|adviser)\w+|landlord|locked (?:me )?out|keys?|evict\w*|police|sleep\w*|cold|scared|hurt|alone|help|die|kill\w*)\b",
    r"\bil (?!y a\b)|\b(?:elles?|lui|he|she|him|her)\b|\b\d\d? ?ans\b|\bi ?m \d\d\b",
    r"(?:بيت|دار|غرف|مفتاح|ساروت|ابي|امي|ماما|بابا|اهلي|خرجوني|حوايج|اغراض|شنط|شرط|نوم|ننعس|خايف|خاءف|برد|موت|وحد[يه])",
    r"(?:سنه|مدرس|ينام|كل يوم|مستني|ينتظر)",
)
"""What makes it another door than ours, or something else altogether."""


def finds_nobody(text: str) -> bool:
    """« jsui deja devant ya personne », « c'est fermé », « nobody's here »: of who has an appointment now. Not what tells of a home, or of fear."""
    said = opened(text)
    return _NOBODY.search(said) is not None and _HOME.search(said) is None


_KEEPS_IT = any_of(
    r"\b(?:pas|plus|jamais|rien|aucun\w*|non|nan|sans|passe[rz]?|suivant|anonyme|prive|garde)\b",
    r"\b(?:no|not|dont|don t|none|nope|skip|rather|never|without|private)\b",
    r"(?:^| )(?:لا|بدون|ليس|ما|ماعندي\w*|معنديش|تجاوز)(?: |$)|\b(?:ma ?3and\w*|walou|bla)\b",
)


def keeps_it_to_oneself(text: str) -> bool:
    """« jai pas de tel », « pas envie », « I'd rather not »: of who was asked a name or a number."""
    return _KEEPS_IT.search(opened(text)) is not None


_BY_NAME = any_of(rf"\b(?:{_RDV}|appointments?)\b|(?:موعد|مواعيد)")


def names_an_appointment(text: str) -> bool:
    """« rdv », « my appointment »: the word itself."""
    return _BY_NAME.search(opened(text)) is not None


_REMINDERS = r"(?:rappels?|rapels?|notifs?|notifications?)"
_BETWEEN = r"(?: (?:bien|avoir|de|des|d|les|mes|vos|tes|le|un|moi|me|encore|recevoir|envoye[rz]?)){0,3}"
_NO_REMINDERS = any_of(
    rf"\b(?:pas|plus|sans|aucun|zero|stop|arrete[rz]?|coupe[rz]?|enleve[rz]?){_BETWEEN} {_REMINDERS}\b",
    r"\b(?:no|stop|without|turn off|dont want(?: any)?|don t want(?: any)?)(?: (?:the|my|your|sending))? reminders?\b",
    r"(?:بدون|لا اريد|بلا|اوقف\w*) (?:ال)?تذكير",
)
_FULL_REMINDERS = any_of(rf"\b{_REMINDERS} (?:complets?|entiers?|detailles?)\b|\bfull reminders?\b|\bتذكير\w* (?:ال)?كامل")
_SOME_REMINDERS = any_of(
    rf"\b(?:veux|voudrais|voudrai|aimerais|remet[sz]?|remettez|reactive[rz]?|envoie[rz]?|envoye[rz]?){_BETWEEN} {_REMINDERS}\b",
    rf"^{_REMINDERS}(?: oui| discrets?| svp| stp)?$|\b(?:want|need|send me|turn on|get)(?: (?:my|the|a))? reminders?\b",
    r"(?:اريد|بغيت) (?:ال)?تذكير",
)


def asks_no_reminders(text: str) -> bool:
    """« pas de rappel », « no reminders »."""
    return _NO_REMINDERS.search(opened(text)) is not None


def asks_full_reminders(text: str) -> bool:
    """« rappels complets »."""
    said = opened(text)
    return _FULL_REMINDERS.search(said) is not None and _NO_REMINDERS.search(said) is None


def asks_reminders(text: str) -> bool:
    """« je veux des rappels », « remets les rappels »: as they are at first."""
    said = opened(text)
    return _SOME_REMINDERS.search(said) is not None and not any(other.search(said) for other in (_NO_REMINDERS, _FULL_REMINDERS))


_NO_HOME = any_of(
    r"\b(?:sans|pas de|pas d|plus de|plus d|aucun|ni) (?:logement|domicile|chez moi|adresse|toit|appart\w*|maison)\b|\bsdf\b",
    r"\b(?:homeless|no (?:home|fixed address|place to live)|nowhere to live)\b",
    r"(?:بلا ماوي|بدون (?:سكن|ماوي|عنوان)|ليس (?:لدي|عندي) سكن)",
)


def says_no_home(text: str) -> bool:
    """« je suis sans logement », « jai plus d'adresse », « I'm homeless »."""
    return _NO_HOME.search(opened(text)) is not None


def asks_for_a_person(text: str) -> bool:
    """« jveu parlé a qqn », « rappelez-moi », « I want a human »: a person of the team is asked for. Who tells of one does not ask."""
    said = opened(text)
    return any(asked.search(said) is not None for asked in (_FRENCH, _ENGLISH, _ARABIC))


def asks_to_erase(text: str) -> bool:
    """« suprimé tt mes messages », « delete everything »."""
    return _ERASE.search(opened(text)) is not None


def asks_what_is_kept(text: str) -> bool:
    """« vous savez quoi sur moi ? », « what do you know about me »."""
    return _KNOWN.search(opened(text)) is not None
