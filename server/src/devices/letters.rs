//! The mail that invites somebody to set up their phone, in the six languages that Muster writes.

use chrono::{DateTime, Utc};

/// A language that invitations are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    French,
    Spanish,
    Arabic,
    Russian,
    Chinese,
}

/// What an invitation says. `{name}`, `{organisation}`, `{link}`, `{address}`, `{code}` and `{until}`
/// stand for what differs.
struct Words {
    subject: &'static str,
    text: &'static str,
}

/// What differs from person to person.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guest<'a> {
    pub(super) name: &'a str,
    pub(super) organisation: &'a str,
    pub(super) link: &'a str,
    pub(super) address: &'a str,
    pub(super) code: &'a str,
    pub(super) until: DateTime<Utc>,
}

/// A mail, plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
}

impl Language {
    pub(super) const ALL: [Self; 6] =
        [Self::English, Self::French, Self::Spanish, Self::Arabic, Self::Russian, Self::Chinese];

    /// Its BCP 47 tag.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Arabic => "ar",
            Self::Russian => "ru",
            Self::Chinese => "zh",
        }
    }

    /// Of a tag, whatever its region or script.
    pub(super) fn of_tag(tag: &str) -> Option<Self> {
        let language = tag.split('-').next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|one| one.tag() == language)
    }

    /// The first of somebody's languages that is written, or the one for all others.
    pub(super) fn for_reader<'a>(tags: impl IntoIterator<Item = &'a str>, otherwise: Self) -> Self {
        tags.into_iter().find_map(Self::of_tag).unwrap_or(otherwise)
    }

    const fn words(self) -> Words {
        match self {
            Self::English => ENGLISH,
            Self::French => FRENCH,
            Self::Spanish => SPANISH,
            Self::Arabic => ARABIC,
            Self::Russian => RUSSIAN,
            Self::Chinese => CHINESE,
        }
    }
}

/// Somebody's invitation in a language.
pub(super) fn letter(language: Language, guest: Guest<'_>) -> Letter {
    let Words { subject, text } = language.words();
    Letter { subject: filled(subject, guest), text: filled(text, guest) }
}

/// A text with its slots filled, once: what stands in a name is never taken for a slot.
fn filled(text: &str, guest: Guest<'_>) -> String {
    let until = guest.until.format("%Y-%m-%d %H:%M UTC").to_string();
    let mut whole = String::with_capacity(text.len() + 128);
    let mut rest = text;
    while let Some((before, slot)) = rest.split_once('{') {
        let (slot, after) = slot.split_once('}').unwrap_or((slot, ""));
        whole.push_str(before);
        whole.push_str(match slot {
            "name" => guest.name,
            "organisation" => guest.organisation,
            "link" => guest.link,
            "address" => guest.address,
            "code" => guest.code,
            _ => &until,
        });
        rest = after;
    }
    whole + rest
}

const ENGLISH: Words = Words {
    subject: "{organisation}: set up Muster on your phone",
    text: "Dear {name},

With Muster you call for help, and {organisation} can ask whether you are safe. The app has one large button, NOT OKAY: hold it for 2 seconds, and security staff see that you need help. It also shows whom to call. Your position is read only while you have an alarm open.

How to set it up:
1. On your own phone, open this link:
{link}
2. Allow position when the app asks.
3. Add the page to your home screen, so that you find it in a hurry.

If the link does not open, go to {address} and type this code: {code}

The code is for you alone and sets up one phone. It works until {until}. Do not pass it on. If it has run out, ask your security officer for a new one.
",
};

const FRENCH: Words = Words {
    subject: "{organisation} : installez Muster sur votre téléphone",
    text: "Bonjour {name},

Avec Muster, vous appelez à l’aide et {organisation} peut vous demander si vous êtes en sécurité. L’application a un grand bouton, NOT OKAY : appuyez 2 secondes, et le personnel de sécurité voit que vous avez besoin d’aide. Elle montre aussi qui appeler. Votre position n’est lue que tant que vous avez une alerte ouverte.

Pour l’installer :
1. Sur votre propre téléphone, ouvrez ce lien :
{link}
2. Autorisez la position quand l’application le demande.
3. Ajoutez la page à votre écran d’accueil, pour la trouver vite.

Si le lien ne s’ouvre pas, allez à {address} et saisissez ce code : {code}

Le code est pour vous seul(e) et pour un seul téléphone. Il est valable jusqu’au {until}. Ne le transmettez à personne. S’il a expiré, demandez-en un autre à votre responsable de sécurité.
",
};

const SPANISH: Words = Words {
    subject: "{organisation}: instale Muster en su teléfono",
    text: "Hola, {name}:

Con Muster usted pide ayuda y {organisation} puede preguntarle si está a salvo. La aplicación tiene un botón grande, NOT OKAY: manténgalo pulsado 2 segundos y el personal de seguridad verá que necesita ayuda. También muestra a quién llamar. Su posición solo se lee mientras usted tenga una alerta abierta.

Cómo instalarla:
1. En su propio teléfono, abra este enlace:
{link}
2. Permita la posición cuando la aplicación lo pida.
3. Añada la página a la pantalla de inicio, para encontrarla deprisa.

Si el enlace no se abre, vaya a {address} y escriba este código: {code}

El código es solo para usted y para un solo teléfono. Funciona hasta el {until}. No lo comparta. Si ha caducado, pida otro a su responsable de seguridad.
",
};

const ARABIC: Words = Words {
    subject: "{organisation}: جهّز تطبيق Muster على هاتفك",
    text: "مرحبًا {name}،

بتطبيق Muster تطلب النجدة، وتستطيع {organisation} أن تسألك هل أنت بأمان. في التطبيق زر كبير واحد، «لست بخير»: اضغط عليه ثانيتين فيرى موظفو الأمن أنك بحاجة إلى مساعدة. ويعرض أيضًا بمن تتصل. لا يُقرأ موقعك إلا ما دام لك إنذار مفتوح.

طريقة التجهيز:
1. افتح هذا الرابط على هاتفك أنت:
{link}
2. اسمح بالموقع عندما يسأل التطبيق.
3. أضف الصفحة إلى الشاشة الرئيسية لتجدها بسرعة.

إن لم يُفتح الرابط، فاذهب إلى {address} واكتب هذا الرمز: {code}

الرمز لك وحدك ولهاتف واحد. يعمل حتى {until}. لا تعطه لأحد. إن انتهت مدته، فاطلب من ضابط الأمن رمزًا جديدًا.
",
};

const RUSSIAN: Words = Words {
    subject: "{organisation}: установите Muster на свой телефон",
    text: "Здравствуйте, {name}!

С помощью Muster вы зовёте на помощь, а {organisation} может спросить, в безопасности ли вы. В приложении одна большая кнопка, NOT OKAY: удерживайте её 2 секунды, и служба безопасности увидит, что вам нужна помощь. Приложение показывает и то, кому звонить. Ваше местоположение читается, только пока ваша тревога открыта.

Как установить:
1. На своём телефоне откройте эту ссылку:
{link}
2. Разрешите доступ к местоположению, когда приложение спросит.
3. Добавьте страницу на главный экран, чтобы быстро её найти.

Если ссылка не открывается, откройте {address} и введите код: {code}

Код только для вас и только для одного телефона. Он действует до {until}. Никому его не передавайте. Если срок истёк, попросите новый код у сотрудника безопасности.
",
};

const CHINESE: Words = Words {
    subject: "{organisation}：请在手机上设置 Muster",
    text: "{name}，您好！

您可以用 Muster 求助，{organisation} 也可以用它询问您是否平安。应用里有一个大按钮 NOT OKAY：按住 2 秒，安全人员就会看到您需要帮助。应用还会显示该打电话给谁。只有在您的警报未关闭时，才会读取您的位置。

设置方法：
1. 用您自己的手机打开此链接：
{link}
2. 应用询问时，请允许使用位置。
3. 把页面添加到主屏幕，紧急时容易找到。

如果链接打不开，请打开 {address} 并输入此代码：{code}

此代码只供您本人在一部手机上使用，有效期至 {until}。请勿转给他人。过期后，请向安全官员索取新代码。
",
};

#[cfg(test)]
mod tests {
    use super::*;

    fn guest<'a>(name: &'a str) -> Guest<'a> {
        Guest {
            name,
            organisation: "Lakes Relief",
            link: "https://muster.example.org/phone#enrol=ABCD-EFGH-JKMN-PQRS",
            address: "https://muster.example.org/phone",
            code: "ABCD-EFGH-JKMN-PQRS",
            until: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        }
    }

    #[test]
    fn every_language_says_who_how_to_open_it_the_code_and_until_when() {
        for language in Language::ALL {
            let Letter { subject, text } = letter(language, guest("Amina Diallo"));
            assert!(subject.contains("Lakes Relief") && subject.contains("Muster"), "{subject}");
            assert!(!subject.contains('\n'));
            let said = guest("Amina Diallo");
            for part in [said.name, said.organisation, said.address, said.code, "2027-01-15 08:00 UTC"] {
                assert!(text.contains(part), "{part} is not in {text}");
            }
            // The link stands alone on its line: mail programs then leave it whole.
            assert!(text.lines().any(|line| line == said.link), "{text}");
            assert!(!text.contains(['{', '}']), "{text}");
            assert_eq!(Language::of_tag(language.tag()), Some(language));
        }
    }

    #[test]
    fn the_first_language_that_is_written_counts_whatever_its_region() {
        let of = |tags: &[&str]| Language::for_reader(tags.iter().copied(), Language::French).tag();
        assert_eq!(of(&["sw", "AR-sd", "en"]), "ar");
        assert_eq!(of(&["zh-Hans-CN"]), "zh");
        assert_eq!(of(&["sw", "so"]), "fr");
        assert_eq!(of(&[]), "fr");
        assert_eq!(of(&["english"]), "fr");
    }

    #[test]
    fn a_name_is_never_taken_for_a_slot() {
        let text = letter(Language::English, guest("{link} {code} }{")).text;
        assert!(text.starts_with("Dear {link} {code} }{,\n"), "{text}");
    }
}
