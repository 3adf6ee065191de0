import '../../styles/map.css';
import type { Area } from '../../areas';
import { MapPage } from './map_page';
import { mapWords } from './words';

/** The map, and the list that says the same. */
export const area: Area = { Page: MapPage, words: mapWords };
