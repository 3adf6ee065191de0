import { areaWords } from '../../area_words';
import { map } from './en_map';

/** The words of the map. */
export const mapWords = areaWords(map, { ar: () => import('./ar_map').then(({ map }) => map) });
