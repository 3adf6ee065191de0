import type { Area } from '../../areas';
import { EnrolPage } from './enrol_page';
import { enrolWords } from './words';

/** Enrolling one phone. */
export const area: Area = { Page: EnrolPage, words: enrolWords };
