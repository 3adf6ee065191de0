/** Longest silence between two test alarms, in milliseconds: one comes every minute from every server. */
export const TEST_ALARM_SILENT = 150_000;

/**
 * Watches the test alarm that every server raises each minute. Once one has come to this console, the next ones are
 * expected as long as the feed is live: when they stay away, real ones may too. Times are milliseconds of a monotonic
 * clock.
 */
export class TestAlarmWatch {
  private expectedFrom: number | undefined;

  /** One came. */
  heard(now: number): void {
    this.expectedFrom = now;
  }

  /** The feed is live (again): the silence before says nothing of this link. */
  live(now: number): void {
    if (this.expectedFrom !== undefined) this.expectedFrom = now;
  }

  /** Another person's feed: nothing is expected until one has come. */
  forget(): void {
    this.expectedFrom = undefined;
  }

  /** Whether it stays away. */
  silent(now: number): boolean {
    return this.expectedFrom !== undefined && now - this.expectedFrom > TEST_ALARM_SILENT;
  }
}
