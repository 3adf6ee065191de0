import { describe, expect, it } from 'vitest';
import { fitted, panned, toGround, toPicture, zoomed, type View } from './projection';

const SIZE = { width: 800, height: 600 };
const VIEW: View = { lat: 10, lon: 20, scale: 50 };

describe('the map', () => {
  it('has the middle of the view in the middle of the picture, north up and east to the right', () => {
    expect(toPicture(VIEW, VIEW, SIZE)).toEqual([400, 300]);
    const [x, y] = toPicture({ lat: 11, lon: 21 }, VIEW, SIZE);
    expect(x).toBe(450);
    expect(y).toBeLessThan(300 - 50);
  });

  it('knows the place below each point', () => {
    for (const [x, y] of [
      [0, 0],
      [400, 300],
      [799, 10],
    ] as const) {
      const [backX, backY] = toPicture(toGround(x, y, VIEW, SIZE), VIEW, SIZE);
      expect(backX).toBeCloseTo(x, 6);
      expect(backY).toBeCloseTo(y, 6);
    }
  });

  it('keeps the place below the pointer while it zooms, and follows a drag', () => {
    const below = toGround(150, 500, VIEW, SIZE);
    const nearer = zoomed(VIEW, 3, 150, 500, SIZE);
    const [x, y] = toPicture(below, nearer, SIZE);
    expect([Math.round(x), Math.round(y)]).toEqual([150, 500]);
    const dragged = panned(VIEW, 100, -40, SIZE);
    const [movedX, movedY] = toPicture(VIEW, dragged, SIZE);
    expect([Math.round(movedX), Math.round(movedY)]).toEqual([500, 260]);
  });

  it('fits every place into the picture, one place too, and the world when there is none', () => {
    const places = [
      { lat: -33, lon: 18 },
      { lat: 37, lon: 10 },
      { lat: 2, lon: 45 },
    ];
    const view = fitted(places, SIZE);
    for (const place of places) {
      const [x, y] = toPicture(place, view, SIZE);
      expect(x > 0 && x < 800 && y > 0 && y < 600).toBe(true);
    }
    expect(fitted([{ lat: 2, lon: 45 }], SIZE)).toMatchObject({ lon: 45, scale: 30 });
    expect(fitted([], SIZE).scale).toBeLessThan(3);
  });

  it('ends at the poles and at its largest and smallest', () => {
    expect(panned(VIEW, 0, 1e6, SIZE).lat).toBeLessThanOrEqual(84);
    expect(zoomed(VIEW, 1e9, 0, 0, SIZE).scale).toBe(20_000);
    expect(zoomed(VIEW, 1e-9, 0, 0, SIZE).scale).toBe(0.7);
  });
});
