/** The codes of ISO 3166-1 that the server knows. Their names come from the browser, in the language on the screen. */
const CODES = (
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT ' +
  'BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ' +
  'ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT ' +
  'HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS ' +
  'LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI ' +
  'NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG ' +
  'SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG ' +
  'UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
).split(' ');

/** A country and what it is called. */
export interface Country {
  code: string;
  name: string;
}

/** Countries shown for a search at most. */
export const FOUND_MAX = 6;

/** A country's name in a language; its code when the browser does not know it. */
export function countryName(code: string, language: string): string {
  try {
    return new Intl.DisplayNames([language], { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Letters as they are compared: without case, marks, and the several forms of the Arabic alef. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\u0640]/gu, '')
    .replace(/[\u0671-\u0673]/g, '\u0627')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/**
 * The countries that a search finds, best first: its code, then names that begin with it, then names with a word that
 * does, then names that hold it. In the language on the screen and in English. Nothing typed finds nothing.
 */
export function findCountries(typed: string, language: string): Country[] {
  const wanted = plain(typed);
  if (wanted === '') return [];
  const rank = (code: string): number => {
    if (code.toLowerCase() === wanted) return 0;
    const names = [countryName(code, language), countryName(code, 'en')].map((name) => ` ${plain(name)}`);
    const best = (test: (name: string) => boolean): boolean => names.some(test);
    if (best((name) => name.startsWith(` ${wanted}`))) return 1;
    if (best((name) => name.includes(` ${wanted}`))) return 2;
    return best((name) => name.includes(wanted)) ? 3 : 4;
  };
  const order = new Intl.Collator(language);
  return CODES.map((code) => ({ code, name: countryName(code, language), rank: rank(code) }))
    .filter((one) => one.rank < 4)
    .sort((a, b) => a.rank - b.rank || order.compare(a.name, b.name))
    .slice(0, FOUND_MAX)
    .map(({ code, name }) => ({ code, name }));
}
