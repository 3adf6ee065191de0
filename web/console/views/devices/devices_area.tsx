import '../../styles/sheets.css';
import type { Area } from '../../areas';
import { DevicesPage } from './devices_page';
import { devicesWords } from './words';

/** Phones: inviting, progress, revoking. */
export const area: Area = { Page: DevicesPage, words: devicesWords };
