const TICK_MS = 250;

/**
 * Calls back four times a second until the returned function is called, also while the page is hidden: the ticks come
 * from a worker. Without workers the page's own timer has to do.
 */
export function everyTick(onTick: () => void): () => void {
  try {
    const worker = new Worker(new URL('./ticker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = onTick;
    // Two sources of ticks do no harm, and one that fails to load must not stop the clocks.
    const spare = setInterval(onTick, 4 * TICK_MS);
    return () => {
      worker.terminate();
      clearInterval(spare);
    };
  } catch {
    const timer = setInterval(onTick, TICK_MS);
    return () => clearInterval(timer);
  }
}
