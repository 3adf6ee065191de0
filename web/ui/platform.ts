/**
 * Every call to the device. A thin native shell can take this file's place; nothing else in the apps touches
 * these interfaces. Each call says by its result that something is not there: none of them throws.
 */

/** A new UUIDv4, also where `crypto.randomUUID` is missing (pages that are not a secure context). */
export function newId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes.set([((bytes[6] ?? 0) & 0x0f) | 0x40], 6);
  bytes.set([((bytes[8] ?? 0) & 0x3f) | 0x80], 8);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Waits. */
export function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Small settings of this browser. A browser that refuses storage forgets them; nothing depends on them. */
export const settings = {
  get(key: string): string | null {
    try {
      return localStorage.getItem(`muster.${key}`);
    } catch {
      return null;
    }
  },
  set(key: string, value: string): void {
    try {
      localStorage.setItem(`muster.${key}`, value);
    } catch {
      // Private window or storage switched off: the setting lasts as long as the page.
    }
  },
};

/** Asks the browser to keep this origin's data when space runs out. */
export async function keepStorage(): Promise<boolean> {
  try {
    return (await navigator.storage?.persist?.()) ?? false;
  } catch {
    return false;
  }
}

/** A sound output, or none where the browser has no Web Audio. */
export function openAudio(): AudioContext | undefined {
  try {
    return new AudioContext();
  } catch {
    return undefined;
  }
}

/** Vibrates with the given pattern in milliseconds; false where it cannot. */
export function vibrate(pattern: number[]): boolean {
  try {
    return navigator.vibrate?.(pattern) ?? false;
  } catch {
    return false;
  }
}

/** Keeps the screen on until the returned function is called; does nothing where it cannot. */
export async function keepScreenOn(): Promise<() => void> {
  try {
    const lock = await navigator.wakeLock.request('screen');
    return () => void lock.release().catch(() => undefined);
  } catch {
    return () => undefined;
  }
}

/** A position as the device gives it. */
export interface Fix {
  lat: number;
  lon: number;
  /** Radius in metres. */
  accuracyM: number;
  /** When it was taken, in milliseconds of the device's wall clock. */
  takenAt: number;
}

/** Why there is no position. */
export type NoFix = 'refused' | 'unavailable' | 'timeout' | 'unsupported';

/** Follows the position until the returned function is called. */
export function followPosition(onFix: (fix: Fix) => void, onError: (why: NoFix) => void): () => void {
  const device = navigator.geolocation;
  if (device === undefined) {
    onError('unsupported');
    return () => undefined;
  }
  const watch = device.watchPosition(
    ({ coords, timestamp }) =>
      onFix({ lat: coords.latitude, lon: coords.longitude, accuracyM: coords.accuracy, takenAt: timestamp }),
    ({ code }) => onError(code === 1 ? 'refused' : code === 3 ? 'timeout' : 'unavailable'),
    { enableHighAccuracy: true, maximumAge: 60_000, timeout: 30_000 },
  );
  return () => device.clearWatch(watch);
}

/** Puts a text on the clipboard; false where the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Waits to become the one page of this browser that holds `name`, then calls `onHeld`. The lock is let go when the
 * page closes or the returned function is called. A browser without Web Locks counts every page as the holder:
 * two sounds are better than none.
 */
export function holdAlone(name: string, onHeld: () => void): () => void {
  const stop = new AbortController();
  let release: () => void = () => undefined;
  const released = new Promise<void>((done) => (release = done));
  const held = (): Promise<void> => {
    onHeld();
    return released;
  };
  if (navigator.locks === undefined) void held();
  else void navigator.locks.request(name, { signal: stop.signal }, held).catch(() => undefined);
  return () => {
    stop.abort();
    release();
  };
}

/** Talks to the other pages of this browser that show the same app. */
export interface PageChannel<Message> {
  tell: (message: Message) => void;
}

/** Opens a channel to the other pages; where the browser has none, nobody hears. */
export function openChannel<Message>(name: string, onMessage: (message: Message) => void): PageChannel<Message> {
  if (typeof BroadcastChannel === 'undefined') return { tell: () => undefined };
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => onMessage(data as Message);
  return { tell: (message) => channel.postMessage(message) };
}

/** Whether the browser lets this page have the position: `prompt` means that it would ask the person first. */
export async function positionPermission(onChange: (state: PermissionState) => void): Promise<PermissionState | 'unknown'> {
  try {
    const status = await navigator.permissions.query({ name: 'geolocation' });
    status.onchange = () => onChange(status.state);
    return status.state;
  } catch {
    return 'unknown';
  }
}

interface BatteryManager extends EventTarget {
  readonly charging: boolean;
  readonly level: number;
}

/** Follows the battery where the browser tells of it. */
export async function followBattery(onState: (percent: number, charging: boolean) => void): Promise<void> {
  try {
    const battery = await (navigator as { getBattery?: () => Promise<BatteryManager> }).getBattery?.();
    if (!battery) return;
    const tell = (): void => onState(Math.round(battery.level * 100), battery.charging);
    for (const event of ['levelchange', 'chargingchange']) battery.addEventListener(event, tell);
    tell();
  } catch {
    // No battery here, or none that is told: the alarm goes without it.
  }
}

/** The kind of network, such as `wifi` or `4g`, where the browser tells it. */
export function networkKind(): string | undefined {
  const { connection } = navigator as { connection?: { type?: string; effectiveType?: string } };
  return connection?.type === 'wifi' ? 'wifi' : connection?.effectiveType;
}

/** Whether the browser has promised to keep this origin's data. */
export async function storagePersisted(): Promise<boolean> {
  try {
    return (await navigator.storage?.persisted?.()) ?? false;
  } catch {
    return false;
  }
}
