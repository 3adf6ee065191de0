import { App } from './app';

/** The one app of this page. */
export const app = new App();
