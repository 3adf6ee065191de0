// A worker that does nothing but tick: a browser slows the timers of hidden pages down to one a minute, but not these.
const TICK_MS = 250;

setInterval(() => postMessage(null), TICK_MS);

export {};
