import { Client } from '../../api/client';
import { app } from '../the_app';
import { uuid7 } from '../uuid7';

/** Talks to the server with this phone's access token and its proof. */
export const client = new Client({
  async fetch(path, init) {
    const response = await app.bearer.fetch(path, { ...init, cache: 'no-store', credentials: 'omit', redirect: 'error' });
    const date = response.headers.get('Date');
    if (date) app.clock.set(date);
    return response;
  },
  newKey: () => uuid7(app.device.wall(), app.device.random()),
  wait: (ms) => new Promise((done) => void app.device.after(ms, () => done())),
});
