//! What the headings of a list mean, in English, French, Spanish, Russian, Chinese and Arabic.

use wire::imports::ImportField;
use wire::imports::ImportField::{
    Allergies, BloodGroup, CallSign, Country, CurrentCountry, CurrentPlace, CurrentUntil, DutyStation, Email,
    ExternalId, FallbackName, FallbackNumber, FamilyName, GivenName, HomeNumber, Hotel, JobTitle, Kind, Languages,
    MedicalNotes, Mobile, Name, Office, OfficeNumber, PassportCountry, PassportExpires, PassportNumber, PresentFrom,
    PresentUntil, Residence, Satellite, Sponsor, Supervisor, TimeZone, Zone,
};

use crate::kernel::text::folded;

/// A heading as it is compared: folded, punctuation as blanks, Arabic letters without their variants.
pub fn heading_key(heading: &str) -> String {
    let plain: String = folded(heading).chars().filter_map(plain_letter).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn plain_letter(letter: char) -> Option<char> {
    match letter {
        'أ' | 'إ' | 'آ' => Some('ا'),
        'ة' => Some('ه'),
        'ى' => Some('ي'),
        'ё' => Some('е'),
        '\u{0640}' | '\u{064b}'..='\u{0652}' => None,
        letter if letter.is_alphanumeric() => Some(letter),
        _ => Some(' '),
    }
}

/// Words for each field. The more special come first: `sponsor e-mail` is a sponsor, not an address.
/// Each is as [`heading_key`] makes it.
const WORDS: &[(ImportField, &[&str])] = &[
    (
        Sponsor,
        &[
            "sponsor",
            "sponsor id",
            "dependant of",
            "dependent of",
            "visitor of",
            "host",
            "responsable du dependant",
            "parrain",
            "ayant droit de",
            "dependiente de",
            "patrocinador",
            "anfitrion",
            "иждивенец от",
            "спонсор",
            "担保人",
            "家属所属",
            "الكفيل",
            "معال من",
        ],
    ),
    (
        Supervisor,
        &[
            "supervisor",
            "manager",
            "line manager",
            "reports to",
            "superieur",
            "responsable hierarchique",
            "superviseur",
            "jefe",
            "руководитель",
            "начальник",
            "主管",
            "上级",
            "المشرف",
            "المدير المباشر",
        ],
    ),
    (
        FallbackNumber,
        &[
            "emergency contact number",
            "emergency contact phone",
            "emergency contact mobile",
            "emergency phone",
            "emergency number",
            "fallback number",
            "next of kin phone",
            "telephone d urgence",
            "telephone du contact d urgence",
            "tel urgence",
            "telefono de emergencia",
            "numero de emergencia",
            "телефон экстренной связи",
            "экстренный телефон",
            "紧急联系电话",
            "紧急联系人电话",
            "هاتف الطوارئ",
            "رقم الطوارئ",
        ],
    ),
    (
        FallbackName,
        &[
            "emergency contact",
            "emergency contact name",
            "fallback name",
            "fallback contact",
            "local contact",
            "next of kin",
            "contact d urgence",
            "personne a prevenir",
            "contacto de emergencia",
            "контакт для связи",
            "экстренный контакт",
            "紧急联系人",
            "جهه اتصال الطوارئ",
            "شخص الطوارئ",
        ],
    ),
    (
        PassportExpires,
        &[
            "passport expiry",
            "passport expires",
            "passport expiration",
            "passport valid until",
            "expiration du passeport",
            "validite du passeport",
            "vencimiento del pasaporte",
            "срок действия паспорта",
            "паспорт действителен до",
            "护照有效期",
            "انتهاء الجواز",
            "تاريخ انتهاء الجواز",
        ],
    ),
    (
        PassportCountry,
        &[
            "passport country",
            "passport issued by",
            "nationality",
            "nationalite",
            "pays du passeport",
            "nacionalidad",
            "pais del pasaporte",
            "гражданство",
            "страна паспорта",
            "国籍",
            "护照签发国",
            "الجنسيه",
            "بلد الجواز",
        ],
    ),
    (
        PassportNumber,
        &[
            "passport",
            "passport number",
            "passport no",
            "passeport",
            "numero de passeport",
            "pasaporte",
            "numero de pasaporte",
            "паспорт",
            "номер паспорта",
            "护照",
            "护照号",
            "护照号码",
            "جواز السفر",
            "رقم الجواز",
            "رقم جواز السفر",
        ],
    ),
    (
        BloodGroup,
        &[
            "blood group",
            "blood type",
            "groupe sanguin",
            "grupo sanguineo",
            "tipo de sangre",
            "группа крови",
            "血型",
            "فصيله الدم",
            "زمره الدم",
        ],
    ),
    (Allergies, &["allergies", "allergy", "alergias", "аллергия", "аллергии", "过敏", "过敏史", "الحساسيه"]),
    (
        MedicalNotes,
        &[
            "medical notes",
            "medical",
            "health notes",
            "notes medicales",
            "remarques medicales",
            "notas medicas",
            "медицинские заметки",
            "医疗备注",
            "ملاحظات طبيه",
        ],
    ),
    (
        CurrentCountry,
        &[
            "current country",
            "present country",
            "country now",
            "pays actuel",
            "pais actual",
            "текущая страна",
            "目前国家",
            "البلد الحالي",
        ],
    ),
    (
        CurrentUntil,
        &[
            "current place until",
            "there until",
            "until in current place",
            "jusqu au lieu actuel",
            "lugar actual hasta",
            "на месте до",
            "目前地点截止",
            "المكان الحالي حتي",
        ],
    ),
    (
        CurrentPlace,
        &[
            "current place",
            "current location",
            "present location",
            "lieu actuel",
            "localisation actuelle",
            "lugar actual",
            "ubicacion actual",
            "текущее место",
            "目前地点",
            "当前位置",
            "المكان الحالي",
            "الموقع الحالي",
        ],
    ),
    (
        PresentFrom,
        &[
            "arrival",
            "arrival date",
            "present from",
            "contract start",
            "start date",
            "from",
            "date d arrivee",
            "debut du contrat",
            "date de debut",
            "arrivee",
            "llegada",
            "fecha de llegada",
            "inicio del contrato",
            "fecha de inicio",
            "дата прибытия",
            "начало контракта",
            "到达日期",
            "合同开始",
            "تاريخ الوصول",
            "بدايه العقد",
        ],
    ),
    (
        PresentUntil,
        &[
            "departure",
            "departure date",
            "present until",
            "contract end",
            "end date",
            "until",
            "contract expiry",
            "date de depart",
            "fin du contrat",
            "date de fin",
            "depart",
            "salida",
            "fecha de salida",
            "fin del contrato",
            "fecha de fin",
            "дата отъезда",
            "конец контракта",
            "离开日期",
            "合同结束",
            "تاريخ المغادره",
            "نهايه العقد",
        ],
    ),
    (Hotel, &["hotel", "отель", "гостиница", "酒店", "旅馆", "الفندق"]),
    (
        Residence,
        &[
            "residence",
            "address",
            "home address",
            "residential address",
            "adresse",
            "domicile",
            "adresse du domicile",
            "direccion",
            "domicilio",
            "адрес",
            "адрес проживания",
            "住址",
            "住所",
            "地址",
            "العنوان",
            "السكن",
            "محل الاقامه",
        ],
    ),
    (
        Zone,
        &[
            "zone",
            "warden zone",
            "security zone",
            "zone du chef d ilot",
            "ilot",
            "zona",
            "зона",
            "区",
            "安全区",
            "المنطقه",
            "منطقه السكن",
        ],
    ),
    (
        CallSign,
        &[
            "call sign",
            "callsign",
            "radio",
            "indicatif",
            "indicatif radio",
            "indicativo",
            "позывной",
            "呼号",
            "النداء",
            "رمز النداء",
        ],
    ),
    (TimeZone, &["time zone", "timezone", "fuseau horaire", "huso horario", "часовой пояс", "时区", "المنطقه الزمنيه"]),
    (
        Satellite,
        &[
            "satellite",
            "satellite phone",
            "sat phone",
            "satphone",
            "thuraya",
            "iridium",
            "telephone satellite",
            "satellitaire",
            "telefono satelital",
            "satelital",
            "спутниковый телефон",
            "卫星电话",
            "هاتف الثريا",
            "هاتف فضائي",
        ],
    ),
    (
        HomeNumber,
        &[
            "home phone",
            "home number",
            "landline",
            "telephone domicile",
            "telephone fixe",
            "fixe",
            "telefono de casa",
            "telefono fijo",
            "домашний телефон",
            "住宅电话",
            "家庭电话",
            "هاتف المنزل",
        ],
    ),
    (
        OfficeNumber,
        &[
            "office phone",
            "office number",
            "work phone",
            "extension",
            "telephone bureau",
            "telephone professionnel",
            "telefono de oficina",
            "telefono del trabajo",
            "рабочий телефон",
            "办公电话",
            "办公室电话",
            "هاتف المكتب",
            "هاتف العمل",
        ],
    ),
    (
        Mobile,
        &[
            "mobile",
            "mobile number",
            "mobile phone",
            "cell",
            "cell phone",
            "cellphone",
            "gsm",
            "whatsapp",
            "phone",
            "phone number",
            "telephone",
            "telephone number",
            "tel",
            "portable",
            "telephone portable",
            "numero",
            "telefono",
            "telefono movil",
            "movil",
            "celular",
            "мобильный",
            "мобильный телефон",
            "телефон",
            "сотовый",
            "手机",
            "手机号",
            "手机号码",
            "电话",
            "联系电话",
            "الهاتف",
            "الجوال",
            "الموبايل",
            "رقم الهاتف",
            "رقم الجوال",
        ],
    ),
    (
        Email,
        &[
            "e mail",
            "email",
            "mail",
            "e mail address",
            "email address",
            "courriel",
            "adresse e mail",
            "adresse electronique",
            "correo",
            "correo electronico",
            "почта",
            "электронная почта",
            "эл почта",
            "邮箱",
            "电子邮件",
            "电子邮箱",
            "البريد",
            "البريد الالكتروني",
            "الايميل",
        ],
    ),
    (
        GivenName,
        &[
            "given name",
            "given names",
            "first name",
            "firstname",
            "forename",
            "prenom",
            "prenoms",
            "nombre de pila",
            "nombres",
            "имя",
            "名",
            "名字",
            "الاسم الاول",
        ],
    ),
    (
        FamilyName,
        &[
            "family name",
            "last name",
            "lastname",
            "surname",
            "nom de famille",
            "apellido",
            "apellidos",
            "фамилия",
            "姓",
            "姓氏",
            "اسم العائله",
            "اللقب",
        ],
    ),
    (
        JobTitle,
        &[
            "job title",
            "title",
            "position",
            "function",
            "post title",
            "functional title",
            "poste",
            "fonction",
            "titre",
            "cargo",
            "puesto",
            "должность",
            "职位",
            "职务",
            "المسمي الوظيفي",
            "الوظيفه",
        ],
    ),
    (
        Kind,
        &[
            "kind",
            "type",
            "category",
            "staff type",
            "staff category",
            "contract type",
            "recruitment",
            "status",
            "categorie",
            "type de personnel",
            "categoria",
            "tipo",
            "tipo de personal",
            "категория",
            "тип",
            "статус",
            "类别",
            "人员类别",
            "类型",
            "الفئه",
            "النوع",
            "فئه الموظف",
        ],
    ),
    (
        Languages,
        &[
            "language",
            "languages",
            "langue",
            "langues",
            "idioma",
            "idiomas",
            "язык",
            "языки",
            "语言",
            "语种",
            "اللغه",
            "اللغات",
        ],
    ),
    (
        DutyStation,
        &[
            "duty station",
            "station",
            "location",
            "city",
            "town",
            "base",
            "field office",
            "lieu d affectation",
            "ville",
            "lugar de destino",
            "ciudad",
            "место службы",
            "город",
            "工作地点",
            "城市",
            "مركز العمل",
            "المدينه",
            "مقر العمل",
        ],
    ),
    (
        Office,
        &[
            "office",
            "country office",
            "mission",
            "bureau",
            "bureau pays",
            "bureau de pays",
            "oficina",
            "oficina de pais",
            "офис",
            "страновое отделение",
            "представительство",
            "办事处",
            "国家办事处",
            "المكتب",
            "المكتب القطري",
        ],
    ),
    (
        Country,
        &[
            "country",
            "duty country",
            "country of assignment",
            "pays",
            "pays d affectation",
            "pais",
            "страна",
            "国家",
            "البلد",
            "الدوله",
        ],
    ),
    (
        ExternalId,
        &[
            "id",
            "staff id",
            "staff number",
            "staff no",
            "employee id",
            "employee number",
            "employee no",
            "index number",
            "index no",
            "personnel number",
            "hr id",
            "external id",
            "matricule",
            "numero de matricule",
            "n matricule",
            "identifiant",
            "numero de empleado",
            "id de empleado",
            "legajo",
            "табельный номер",
            "номер сотрудника",
            "工号",
            "员工编号",
            "编号",
            "الرقم الوظيفي",
            "رقم الموظف",
            "المعرف",
        ],
    ),
    (
        Name,
        &[
            "name",
            "full name",
            "staff name",
            "nom",
            "nom complet",
            "nom et prenom",
            "nom prenom",
            "nombre",
            "nombre completo",
            "nombre y apellido",
            "фио",
            "полное имя",
            "姓名",
            "全名",
            "الاسم",
            "الاسم الكامل",
        ],
    ),
];

/// What a heading means: the field that has it word for word, else the first whose words it contains.
pub fn meaning(heading: &str) -> Option<ImportField> {
    let key = heading_key(heading);
    if key.is_empty() {
        return None;
    }
    if let Some(field) = ImportField::ALL.iter().copied().find(|field| field.word().replace('_', " ") == key) {
        return Some(field);
    }
    let whole = WORDS.iter().find(|(_, words)| words.contains(&key.as_str()));
    let part = || WORDS.iter().find(|(_, words)| words.iter().any(|word| holds(&key, word)));
    whole.or_else(part).map(|(field, _)| *field)
}

/// Whether a heading holds a word: between blanks, or anywhere where the script writes without them.
fn holds(key: &str, word: &str) -> bool {
    // One character says too little to be found within others.
    if word.chars().count() < 2 {
        return false;
    }
    if word.chars().any(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter)) {
        return key.contains(word);
    }
    // `id` or `tel` within a longer heading is a hint; `from` and `until` are not.
    !matches!(word, "from" | "until" | "type" | "status" | "title" | "base" | "host" | "radio" | "numero" | "fixe")
        && format!(" {key} ").contains(&format!(" {word} "))
}

/// What the columns of these headings seem to hold. A field is suggested once, the best heading
/// first; numbers may come in several columns.
pub fn suggest(headings: &[String]) -> Vec<Option<ImportField>> {
    let mut taken: Vec<ImportField> = Vec::new();
    let mut suggested = vec![None; headings.len()];
    for exact in [true, false] {
        for (heading, place) in headings.iter().zip(suggested.iter_mut()) {
            let Some(field) = meaning(heading).filter(|_| place.is_none()) else { continue };
            let key = heading_key(heading);
            let is_exact = WORDS.iter().any(|(one, words)| *one == field && words.contains(&key.as_str()))
                || field.word().replace('_', " ") == key;
            if is_exact == exact && (repeats(field) || !taken.contains(&field)) {
                taken.push(field);
                *place = Some(field);
            }
        }
    }
    // `Nom` beside `Prénom`, `Apellido` beside `Nombre`: one of them is not the whole name.
    let has = |field, suggested: &[Option<ImportField>]| suggested.contains(&Some(field));
    let other = match (has(GivenName, &suggested), has(FamilyName, &suggested)) {
        (true, false) => FamilyName,
        (false, true) => GivenName,
        _ => return suggested,
    };
    if let Some(place) = suggested.iter_mut().find(|place| **place == Some(Name)) {
        *place = Some(other);
    }
    suggested
}

/// Whether a field may come in several columns.
pub fn repeats(field: ImportField) -> bool {
    matches!(field, Mobile | HomeNumber | OfficeNumber | Satellite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suggested(headings: &[&str]) -> Vec<Option<ImportField>> {
        suggest(&headings.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn headings_of_six_languages_are_known() {
        let all = [Some(ExternalId), Some(Name), Some(Email), Some(Mobile), Some(Office), Some(DutyStation)];
        for headings in [
            ["Staff ID", "Full name", "E-mail", "Mobile", "Country office", "Duty station"],
            ["Matricule", "Nom complet", "Courriel", "Téléphone portable", "Bureau pays", "Lieu d'affectation"],
            ["Número de empleado", "Nombre completo", "Correo electrónico", "Celular", "Oficina", "Ciudad"],
            ["Табельный номер", "ФИО", "Эл. почта", "Мобильный телефон", "Офис", "Место службы"],
            ["工号", "姓名", "电子邮件", "手机号码", "国家办事处", "工作地点"],
            ["الرقم الوظيفي", "الاسم الكامل", "البريد الإلكتروني", "رقم الهاتف", "المكتب", "المدينة"],
        ] {
            assert_eq!(suggested(&headings), all, "{headings:?}");
        }
    }

    #[test]
    fn a_part_of_a_heading_is_enough_and_the_more_special_field_wins() {
        for (heading, field) in [
            ("Sponsor's e-mail", Sponsor),
            ("Mobile phone (personal)", Mobile),
            ("EMERGENCY CONTACT PHONE", FallbackNumber),
            ("Emergency contact (name)", FallbackName),
            ("Passport No.", PassportNumber),
            ("passport_expires", PassportExpires),
            ("Home Phone #", HomeNumber),
            ("员工手机号码", Mobile),
        ] {
            assert_eq!(meaning(heading), Some(field), "{heading}");
        }
        assert_eq!(meaning("Favourite colour"), None);
        assert_eq!(meaning(" "), None);
    }

    #[test]
    fn a_field_is_suggested_once_and_numbers_more_often() {
        assert_eq!(
            suggested(&["Phone 1", "Phone 2", "Mail", "Email"]),
            [Some(Mobile), Some(Mobile), Some(Email), None]
        );
        assert_eq!(suggested(&["Name of the host office", "Name"])[1], Some(Name));
    }

    #[test]
    fn half_a_name_is_known_by_the_other_half() {
        assert_eq!(suggested(&["Nom", "Prénom"]), [Some(FamilyName), Some(GivenName)]);
        assert_eq!(suggested(&["Nombre", "Apellidos"]), [Some(GivenName), Some(FamilyName)]);
        assert_eq!(suggested(&["First name", "Last name"]), [Some(GivenName), Some(FamilyName)]);
    }

    #[test]
    fn every_word_is_written_as_it_is_compared_and_no_two_fields_share_one() {
        let mut seen = std::collections::BTreeMap::new();
        for (field, words) in WORDS {
            for word in *words {
                assert_eq!(heading_key(word), *word, "{field:?}");
                assert_eq!(seen.insert(*word, *field), None, "{word}");
            }
        }
        assert!(ImportField::ALL.iter().all(|field| WORDS.iter().any(|(one, _)| one == field)));
    }
}
