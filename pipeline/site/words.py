"""The sentences of the published page, in each language that it speaks."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One language's wording; a new sentence is a new field, so that no language can lack it."""

    skip_to_video: str
    page_language: str
    video: str
    not_official: str
    statements: str
    watch_from_here: str
    watch_alone: str
    whole_programme: str
    now_playing: str
    playing_alone: str
    length: str
    spoken_in: str
    subtitles_in: str
    no_subtitles: str
    voices_in: str
    written_statement: str
    recommendations: str
    papers: str
    paper: str
    megabytes: str
    missing: str
    nothing_published: str
    needs_script: str
    cannot_play: str
    try_again: str
    licences: str


WORDS: Mapping[str, Words] = {
    "en": Words(
        skip_to_video="Skip to the video",
        page_language="Language of this page",
        video="Video",
        not_official="Subtitles are an interpretation to help understanding. They are not an official record.",
        statements="Statements",
        watch_from_here="Watch from here",
        watch_alone="This statement alone",
        whole_programme="Back to the whole programme",
        now_playing="Now:",
        playing_alone="This statement alone:",
        length="Length",
        spoken_in="Spoken in",
        subtitles_in="Subtitles",
        no_subtitles="none",
        voices_in="Spoken interpretation",
        written_statement="Written statement",
        recommendations="Recommendations",
        papers="Papers",
        paper="Paper",
        megabytes="MB",
        missing="This statement is not available. It was withdrawn or is not public.",
        nothing_published="Nothing is published here at the moment.",
        needs_script="Speakers and subtitles are chosen with JavaScript, which is off in this browser. "
        "The links below open each statement by itself.",
        cannot_play="The video cannot be loaded. Check your connection, or reload this page: it may have changed.",
        try_again="Try again",
        licences="Licences of the player",
    ),
    "fr": Words(
        skip_to_video="Aller à la vidéo",
        page_language="Langue de cette page",
        video="Vidéo",
        not_official="Les sous-titres sont une interprétation destinée à faciliter la compréhension. "
        "Ils ne constituent pas un compte rendu officiel.",
        statements="Déclarations",
        watch_from_here="Regarder à partir d’ici",
        watch_alone="Cette déclaration seule",
        whole_programme="Revenir au programme complet",
        now_playing="En cours :",
        playing_alone="Cette déclaration seule :",
        length="Durée",
        spoken_in="Langue parlée",
        subtitles_in="Sous-titres",
        no_subtitles="aucun",
        voices_in="Interprétation orale",
        written_statement="Déclaration écrite",
        recommendations="Recommandations",
        papers="Documents",
        paper="Document",
        megabytes="Mo",
        missing="Cette déclaration n’est pas disponible. Elle a été retirée ou n’est pas publique.",
        nothing_published="Rien n’est publié ici pour le moment.",
        needs_script="Le choix des intervenants et des sous-titres demande JavaScript, qui est désactivé dans ce "
        "navigateur. Les liens ci-dessous ouvrent chaque déclaration séparément.",
        cannot_play="La vidéo ne peut pas être chargée. Vérifiez votre connexion, ou rechargez cette page : "
        "elle a peut-être changé.",
        try_again="Réessayer",
        licences="Licences du lecteur",
    ),
    "es": Words(
        skip_to_video="Ir al vídeo",
        page_language="Idioma de esta página",
        video="Vídeo",
        not_official="Los subtítulos son una interpretación para facilitar la comprensión. "
        "No constituyen un acta oficial.",
        statements="Declaraciones",
        watch_from_here="Ver desde aquí",
        watch_alone="Solo esta declaración",
        whole_programme="Volver al programa completo",
        now_playing="Ahora:",
        playing_alone="Solo esta declaración:",
        length="Duración",
        spoken_in="Idioma hablado",
        subtitles_in="Subtítulos",
        no_subtitles="ninguno",
        voices_in="Interpretación oral",
        written_statement="Declaración escrita",
        recommendations="Recomendaciones",
        papers="Documentos",
        paper="Documento",
        megabytes="MB",
        missing="Esta declaración no está disponible. Fue retirada o no es pública.",
        nothing_published="Por el momento no hay nada publicado aquí.",
        needs_script="Para elegir oradores y subtítulos se necesita JavaScript, que está desactivado en este "
        "navegador. Los enlaces siguientes abren cada declaración por separado.",
        cannot_play="No se puede cargar el vídeo. Compruebe su conexión o vuelva a cargar esta página: "
        "puede haber cambiado.",
        try_again="Reintentar",
        licences="Licencias del reproductor",
    ),
}
