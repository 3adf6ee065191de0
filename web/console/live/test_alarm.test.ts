import { describe, expect, it } from 'vitest';
import { TEST_ALARM_SILENT, TestAlarmWatch } from './test_alarm';

describe('the test alarm', () => {
  it('is missed when it came once and stays away', () => {
    const watch = new TestAlarmWatch();
    expect(watch.silent(10 * TEST_ALARM_SILENT)).toBe(false);
    watch.heard(1_000);
    expect(watch.silent(1_000 + TEST_ALARM_SILENT)).toBe(false);
    expect(watch.silent(1_001 + TEST_ALARM_SILENT)).toBe(true);
    watch.heard(500_000);
    expect(watch.silent(500_001)).toBe(false);
  });

  it('is expected anew from when the feed is back, and of nobody who never got one', () => {
    const watch = new TestAlarmWatch();
    watch.live(5_000);
    expect(watch.silent(5_001 + TEST_ALARM_SILENT)).toBe(false);
    watch.heard(1_000);
    watch.live(400_000);
    expect(watch.silent(400_000 + TEST_ALARM_SILENT)).toBe(false);
    expect(watch.silent(400_001 + TEST_ALARM_SILENT)).toBe(true);
    watch.forget();
    expect(watch.silent(9_000_000)).toBe(false);
  });
});
