//! Built-in wording: what is said when an answer does not fit, or when a bot has no words of its own. A bot's `messages` replace it.

use std::collections::BTreeMap;

use super::phrase::Phrase;

/// The wording of a bot: its own, over the built-in one.
#[derive(Debug, Default)]
pub struct Wording {
    pub(super) own: BTreeMap<String, Phrase>,
}

impl Wording {
    /// The bot's own words for a name, if it has any.
    #[must_use]
    pub fn own(&self, name: &str) -> Option<&Phrase> {
        self.own.get(name)
    }
}

/// The names that `messages` may replace: the types, and what else the gateway says by itself.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

/// The built-in words in a language: `fr-CA`, then `fr`, then English.
#[must_use]
pub fn built_in(name: &str, language: &str) -> &'static str {
    let short = language.split(['-', '_']).next().unwrap_or_default();
    let column = LANGUAGES.iter().position(|l| l.eq_ignore_ascii_case(short)).unwrap_or(0);
    TABLE.iter().find(|(n, _)| *n == name).map_or("", |(_, texts)| texts[column])
}

/// The languages of the built-in wording.
pub const LANGUAGES: [&str; 6] = ["en", "de", "fr", "es", "it", "pt"];

#[rustfmt::skip]
const TABLE: &[(&str, [&str; 6])] = &[
    ("string", ["Please write a text.", "Bitte schreiben Sie einen Text.", "Veuillez écrire un texte.", "Escriba un texto, por favor.", "Scriva un testo, per favore.", "Escreva um texto, por favor."]),
    ("integer", ["Please write a whole number.", "Bitte schreiben Sie eine ganze Zahl.", "Veuillez écrire un nombre entier.", "Escriba un número entero, por favor.", "Scriva un numero intero, per favore.", "Escreva um número inteiro, por favor."]),
    ("number", ["Please write a number.", "Bitte schreiben Sie eine Zahl.", "Veuillez écrire un nombre.", "Escriba un número, por favor.", "Scriva un numero, per favore.", "Escreva um número, por favor."]),
    ("boolean", ["Please answer yes or no.", "Bitte antworten Sie mit Ja oder Nein.", "Veuillez répondre par oui ou non.", "Responda sí o no, por favor.", "Risponda sì o no, per favore.", "Responda sim ou não, por favor."]),
    ("date", ["Please write a date, for example 2026-03-02.", "Bitte schreiben Sie ein Datum, zum Beispiel 2.3.2026.", "Veuillez écrire une date, par exemple 2/3/2026.", "Escriba una fecha, por ejemplo 2/3/2026.", "Scriva una data, per esempio 2/3/2026.", "Escreva uma data, por exemplo 2/3/2026."]),
    ("time", ["Please write a time, for example 19:00.", "Bitte schreiben Sie eine Uhrzeit, zum Beispiel 19:00.", "Veuillez écrire une heure, par exemple 19:00.", "Escriba una hora, por ejemplo 19:00.", "Scriva un orario, per esempio 19:00.", "Escreva uma hora, por exemplo 19:00."]),
    ("datetime", ["Please write a date and a time, for example 2026-03-02 19:00.", "Bitte schreiben Sie Datum und Uhrzeit, zum Beispiel 2.3.2026 19:00.", "Veuillez écrire une date et une heure, par exemple 2/3/2026 19:00.", "Escriba una fecha y una hora, por ejemplo 2/3/2026 19:00.", "Scriva una data e un orario, per esempio 2/3/2026 19:00.", "Escreva uma data e uma hora, por exemplo 2/3/2026 19:00."]),
    ("email", ["That does not look like an e-mail address.", "Das sieht nicht wie eine E-Mail-Adresse aus.", "Cela ne ressemble pas à une adresse e-mail.", "Eso no parece una dirección de correo.", "Non sembra un indirizzo e-mail.", "Isso não parece um endereço de e-mail."]),
    ("phone", ["That does not look like a phone number.", "Das sieht nicht wie eine Telefonnummer aus.", "Cela ne ressemble pas à un numéro de téléphone.", "Eso no parece un número de teléfono.", "Non sembra un numero di telefono.", "Isso não parece um número de telefone."]),
    ("url", ["Please send a link that begins with https://.", "Bitte schicken Sie einen Link, der mit https:// beginnt.", "Veuillez envoyer un lien qui commence par https://.", "Envíe un enlace que empiece por https://.", "Invii un link che inizi con https://.", "Envie um link que comece com https://."]),
    ("location", ["Please send a location.", "Bitte schicken Sie einen Standort.", "Veuillez envoyer une position.", "Envíe una ubicación, por favor.", "Invii una posizione, per favore.", "Envie uma localização, por favor."]),
    ("file", ["Please send a file.", "Bitte schicken Sie eine Datei.", "Veuillez envoyer un fichier.", "Envíe un archivo, por favor.", "Invii un file, per favore.", "Envie um arquivo, por favor."]),
    ("list", ["That does not fit.", "Das passt nicht.", "Cela ne convient pas.", "Eso no es válido.", "Non va bene.", "Isso não serve."]),
    ("object", ["That does not fit.", "Das passt nicht.", "Cela ne convient pas.", "Eso no es válido.", "Non va bene.", "Isso não serve."]),
    ("too_long", ["That is too long. Please write it shorter.", "Das ist zu lang. Bitte fassen Sie sich kürzer.", "C'est trop long. Veuillez écrire plus court.", "Es demasiado largo. Escríbalo más corto, por favor.", "È troppo lungo. Scriva un testo più breve, per favore.", "É longo demais. Escreva algo mais curto, por favor."]),
    ("choice", ["Please choose one of these.", "Bitte wählen Sie eine der Möglichkeiten.", "Veuillez choisir une des options.", "Elija una de las opciones, por favor.", "Scelga una delle opzioni, per favore.", "Escolha uma das opções, por favor."]),
    ("answered", ["That was answered already.", "Das wurde schon beantwortet.", "Vous avez déjà répondu à cette question.", "Eso ya se ha respondido.", "A questo è già stato risposto.", "Isso já foi respondido."]),
    ("error", ["Sorry, something went wrong. Please try again.", "Da ist leider etwas schiefgegangen. Bitte versuchen Sie es noch einmal.", "Désolé, une erreur est survenue. Veuillez réessayer.", "Lo siento, algo ha fallado. Inténtelo de nuevo.", "Qualcosa è andato storto. Riprovi, per favore.", "Desculpe, algo deu errado. Tente novamente."]),
    ("fallback", ["Sorry, I did not understand that.", "Das habe ich leider nicht verstanden.", "Désolé, je n'ai pas compris.", "Lo siento, no le he entendido.", "Non ho capito, mi dispiace.", "Desculpe, não entendi."]),
    ("opt_out", ["You will not get any more messages from us. Write START to get them again.", "Sie bekommen keine Nachrichten mehr von uns. Mit START bekommen Sie sie wieder.", "Vous ne recevrez plus nos messages. Écrivez START pour les recevoir à nouveau.", "No recibirá más mensajes. Escriba START para volver a recibirlos.", "Non riceverà altri messaggi. Scriva START per riceverli di nuovo.", "Não receberá mais mensagens. Escreva START para voltar a recebê-las."]),
    ("opt_in", ["Welcome back. You will get messages from us again.", "Willkommen zurück. Sie bekommen wieder Nachrichten von uns.", "Bon retour. Vous recevrez à nouveau nos messages.", "Bienvenido de nuevo. Volverá a recibir mensajes.", "Bentornato. Riceverà di nuovo i messaggi.", "Bem-vindo de volta. Voltará a receber mensagens."]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_exists_in_every_language() {
        for (name, texts) in TABLE {
            assert!(texts.iter().all(|t| !t.is_empty()), "{name}");
        }
        assert_eq!(built_in("email", "de-AT"), "Das sieht nicht wie eine E-Mail-Adresse aus.");
        assert_eq!(built_in("email", "xx"), built_in("email", "en"));
    }
}
