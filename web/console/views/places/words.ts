import { areaWords } from '../../area_words';
import { places } from './en_places';

/** The words of the pages of places. */
export const placesWords = areaWords(places, { ar: () => import('./ar_places').then(({ places }) => places) });
