/**
 * The server's time as this page knows it. The device's wall clock may be an hour off, so it is never shown: the
 * offset comes from the server's stamps, and time runs on by the monotonic clock, which nobody can set.
 */
export class ServerClock {
  private base: number | undefined;

  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  /** Takes a stamp of the server that has just arrived. */
  set(serverTime: string): void {
    const at = Date.parse(serverTime);
    if (!Number.isNaN(at)) this.base = at - this.monotonic();
  }

  /** Whether a stamp of the server has arrived yet. */
  get known(): boolean {
    return this.base !== undefined;
  }

  /** Milliseconds since 1970 by the server's clock; by the device's own while no stamp has arrived. */
  now(): number {
    return this.base === undefined ? Date.now() : this.base + this.monotonic();
  }
}
