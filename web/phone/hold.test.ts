import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeDevice, pass } from './fake_device';
import { Hold } from './hold';
import { OFTEN_FOR_MS, positionOf, Sharing } from './sharing';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the hold', () => {
  function button() {
    const raised = vi.fn();
    const states: string[] = [];
    const hold = new Hold(fakeDevice(), (state) => states.push(state), raised);
    return { hold, raised, states };
  }

  it('sends nothing on a press of 0.8 s, and says so', async () => {
    const { hold, raised } = button();
    hold.press();
    await pass(800);
    hold.release();
    await pass(5_000);
    expect(raised).not.toHaveBeenCalled();
    expect(hold.state).toBe('released');
  });

  it('raises exactly one alarm on a press of 2 s, before the finger is up', async () => {
    const { hold, raised } = button();
    hold.press();
    await pass(1_999);
    expect(raised).not.toHaveBeenCalled();
    await pass(1);
    expect(raised).toHaveBeenCalledOnce();
    hold.release();
    await pass(5_000);
    expect(raised).toHaveBeenCalledOnce();
  });

  it('raises the alarm before the screen hears of it', async () => {
    const order: string[] = [];
    const hold = new Hold(fakeDevice(), (state) => order.push(state), () => order.push('raised'));
    hold.press();
    await pass(2_000);
    expect(order).toEqual(['holding', 'raised', 'idle']);
  });

  it('asks after a short tap, and sends only on "Send now"', async () => {
    const { hold, raised } = button();
    hold.press();
    await pass(100);
    hold.release();
    expect(hold.state).toBe('asking');
    expect(raised).not.toHaveBeenCalled();
    hold.confirm();
    hold.confirm();
    expect(raised).toHaveBeenCalledOnce();
  });

  it('asks on a key, and "Not now" sends nothing', () => {
    const { hold, raised } = button();
    hold.ask();
    expect(hold.state).toBe('asking');
    hold.dismiss();
    hold.confirm();
    expect(raised).not.toHaveBeenCalled();
  });

  it('starts the two seconds anew with each press', async () => {
    const { hold, raised } = button();
    hold.press();
    await pass(1_500);
    hold.release();
    hold.press();
    await pass(1_500);
    expect(raised).not.toHaveBeenCalled();
    await pass(500);
    expect(raised).toHaveBeenCalledOnce();
  });
});

describe('sharing', () => {
  const fixAt = (takenAt: number) => ({ lat: 2.0469123456, lon: 45.3, accuracyM: 12.34, takenAt });

  it('sends a new fix every 15 s for 30 min, then every 2 min, each once', async () => {
    const sent: number[] = [];
    const sharing = new Sharing({
      device: fakeDevice(),
      newest: () => fixAt(Date.now()),
      send: (fix) => sent.push(fix.takenAt),
    });
    sharing.start();
    await pass(OFTEN_FOR_MS);
    expect(sent).toHaveLength(121);
    await pass(10 * 60_000);
    expect(sent).toHaveLength(126);
    sharing.stop();
    await pass(10 * 60_000);
    expect(sent).toHaveLength(126);
  });

  it('does not send one fix twice, nor the one that went with the tap', async () => {
    const sent: number[] = [];
    const sharing = new Sharing({ device: fakeDevice(), newest: () => fixAt(5), send: (fix) => sent.push(fix.takenAt) });
    sharing.went(fixAt(5));
    sharing.start();
    await pass(60_000);
    expect(sent).toEqual([]);
  });

  it('sends the first fix as soon as it is there', async () => {
    const sent: number[] = [];
    let newest: ReturnType<typeof fixAt> | undefined;
    const sharing = new Sharing({ device: fakeDevice(), newest: () => newest, send: (fix) => sent.push(fix.takenAt) });
    sharing.start();
    await pass(2_000);
    newest = fixAt(7);
    sharing.arrived();
    expect(sent).toEqual([7]);
  });

  it('writes a fix as the server reads it', () => {
    expect(positionOf(fixAt(1_000), 3_000)).toEqual({
      lat: 2.046912,
      lon: 45.3,
      accuracy_m: 12.3,
      age_ms: 2_000,
      source: 'unknown',
    });
    expect(positionOf(fixAt(0), 90_000).source).toBe('cached');
    expect(positionOf({ ...fixAt(9_000), accuracyM: Number.NaN }, 5_000)).toEqual({
      lat: 2.046912,
      lon: 45.3,
      age_ms: 0,
      source: 'unknown',
    });
  });
});
