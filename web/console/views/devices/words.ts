import { areaWords } from '../../area_words';
import { devices } from './en_devices';

/** The words of the pages of phones. */
export const devicesWords = areaWords(devices, { ar: () => import('./ar_devices').then(({ devices }) => devices) });
