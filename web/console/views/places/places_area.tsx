import type { Area } from '../../areas';
import { PlacesPage } from './places_page';
import { placesWords } from './words';

/** Organisations, offices, stations, zones, security areas, premises. */
export const area: Area = { Page: PlacesPage, words: placesWords };
