/**
 * How old what one connection brings is, in milliseconds: a line that is slow from some moment on still brings beats, and
 * they prove only that the list was complete when they were sent. Measured by the server's stamps against this page's
 * monotonic clock; the fastest frame of the connection counts as not late at all.
 */
export class Lag {
  private least = Infinity;
  private before: { sent: number; lag: number } | undefined;

  /** Takes a stamp of the server that came `now`; how late it is. */
  take(sent: number, now: number): number {
    const apart = now - sent;
    // The server's clock was set back: the stamp says nothing about the line, so that is as late as it was.
    if (this.before && sent < this.before.sent) this.least = apart - this.before.lag;
    this.least = Math.min(this.least, apart);
    const lag = apart - this.least;
    this.before = { sent, lag };
    return lag;
  }
}
