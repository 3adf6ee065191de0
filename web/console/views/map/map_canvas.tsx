import { useComputed, useSignal, type ReadonlySignal, type Signal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { directionOf } from '../../../ui/i18n';
import { theme } from '../../../ui/theme';
import { i18n } from '../../i18n';
import { countryNames } from './country_names';
import { coloursOf, draw } from './draw';
import { loadLand, type Land } from './land';
import { everything, firstLook } from './marks';
import { panned, zoomed, fitted, type Size, type View } from './projection';
import { mapWords } from './words';

/** One press of a key moves by this many pixels, and zooms by this factor. */
const STEP = 80;
const FACTOR = 1.6;

/** The picture: it pans and zooms by mouse, touch and keys. The list beside it says the same. */
export function MapCanvas({ map, view, chosen }: { map: ReadonlySignal<Wire['Map'] | undefined>; view: Signal<View | undefined>; chosen: ReadonlySignal<string | undefined> }) {
  const text = mapWords();
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const land = useSignal<Land | undefined>(undefined);
  const missing = useSignal(false);
  const size = useSize(canvas);
  const at = size.value;
  const names = useComputed(() => countryNames(i18n.language.value));
  useEffect(() => {
    loadLand().then(
      (loaded) => (land.value = loaded),
      () => (missing.value = true),
    );
  }, []);
  // Where it looks at first is settled by the first answer, and from then on by the person.
  useEffect(() => {
    if (!view.value && map.value && at.width > 0) view.value = fitted(firstLook(map.value), at);
  }, [map.value, at]);
  const looks = view.value ?? fitted([], at);
  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (!element || !pen || at.width === 0) return;
    const dots = devicePixelRatio;
    element.width = Math.round(at.width * dots);
    element.height = Math.round(at.height * dots);
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    const colours = coloursOf(element);
    const [nameOf, direction] = [names.value, directionOf(i18n.language.value)];
    draw(pen, { land: land.value, map: map.value, view: looks, size: at, chosen: chosen.value, colours, nameOf, direction });
  }, [land.value, map.value, looks, at, chosen.value, names.value, theme.value, useDark().value]);
  const change = (next: View): void => void (view.value = next);
  const zoom = (factor: number): void => change(zoomed(looks, factor, at.width / 2, at.height / 2, at));
  const fit = (): void => change(fitted(map.value ? everything(map.value) : [], at));
  const keys: Record<string, () => void> = {
    ArrowLeft: () => change(panned(looks, STEP, 0, at)),
    ArrowRight: () => change(panned(looks, -STEP, 0, at)),
    ArrowUp: () => change(panned(looks, 0, STEP, at)),
    ArrowDown: () => change(panned(looks, 0, -STEP, at)),
    '+': () => zoom(FACTOR),
    '=': () => zoom(FACTOR),
    '-': () => zoom(1 / FACTOR),
    '0': fit,
  };
  usePointers(canvas, () => looks, () => at, change);
  return (
    <div class="map-picture" dir="ltr">
      <canvas
        ref={canvas}
        role="application"
        tabIndex={0}
        aria-label={text.canvas}
        aria-describedby={`${id}-keys`}
        onKeyDown={(event) => {
          const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
          if (!act) return;
          event.preventDefault();
          act();
        }}
      />
      <div class="map-buttons">
        <button type="button" class="icon" aria-label={text.zoomIn} title={text.zoomIn} onClick={() => zoom(FACTOR)}>
          +
        </button>
        <button type="button" class="icon" aria-label={text.zoomOut} title={text.zoomOut} onClick={() => zoom(1 / FACTOR)}>
          −
        </button>
        <button type="button" onClick={fit}>
          {text.fit}
        </button>
      </div>
      <p class="map-foot" dir="auto">
        {missing.value && <strong role="status">{text.landMissing} </strong>}
        {text.disclaimer} <span id={`${id}-keys`}>{text.keys}</span>
      </p>
    </div>
  );
}

/** Whether the system shows dark colours now. */
function useDark(): ReadonlySignal<boolean> {
  const dark = useSignal(matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const follow = (): void => void (dark.value = query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return dark;
}

/** The size of the picture as it stands. */
function useSize(canvas: { current: HTMLCanvasElement | null }): ReadonlySignal<Size> {
  const size = useSignal<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      size.value = { width, height };
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return size;
}

/** Pans by one pointer, zooms by two, and by the wheel. */
function usePointers(
  canvas: { current: HTMLCanvasElement | null },
  looks: () => View,
  size: () => Size,
  change: (view: View) => void,
): void {
  const now = useRef({ looks, size, change });
  now.current = { looks, size, change };
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const down = new Map<number, { x: number; y: number }>();
    const placeOf = (event: MouseEvent): { x: number; y: number } => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    const press = (event: PointerEvent): void => {
      element.setPointerCapture(event.pointerId);
      down.set(event.pointerId, placeOf(event));
    };
    const move = (event: PointerEvent): void => {
      const before = down.get(event.pointerId);
      if (!before) return;
      const { looks, size, change } = now.current;
      const after = placeOf(event);
      down.set(event.pointerId, after);
      const other = [...down].find(([pointer]) => pointer !== event.pointerId)?.[1];
      if (!other) {
        change(panned(looks(), after.x - before.x, after.y - before.y, size()));
        return;
      }
      const apart = (one: { x: number; y: number }): number => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
      change(zoomed(looks(), apart(after) / apart(before), (after.x + other.x) / 2, (after.y + other.y) / 2, size()));
    };
    const lift = (event: PointerEvent): void => void down.delete(event.pointerId);
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { looks, size, change } = now.current;
      const { x, y } = placeOf(event);
      change(zoomed(looks(), Math.exp(-event.deltaY / 400), x, y, size()));
    };
    element.addEventListener('pointerdown', press);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', lift);
    element.addEventListener('pointercancel', lift);
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      element.removeEventListener('pointerdown', press);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', lift);
      element.removeEventListener('pointercancel', lift);
      element.removeEventListener('wheel', wheel);
    };
  }, []);
}
