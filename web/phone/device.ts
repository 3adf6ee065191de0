/** What the phone's logic needs of the device, so that tests can give their own time, network and chance. */
export interface Device {
  /** Milliseconds that only grow; starts anew with every page. */
  monotonic(): number;
  /** The phone's wall clock in milliseconds since 1970. It may be wrong and it may jump. */
  wall(): number;
  /** Names this page load: a monotonic stamp means something only inside it. */
  readonly page: string;
  /** Sixteen random bytes. */
  random(): Uint8Array;
  /** Runs `action` once after `ms` milliseconds, unless the returned function is called first. */
  after(ms: number, action: () => void): () => void;
  /** Sends a request. */
  fetch(path: string, init: RequestInit): Promise<Response>;
}

/** The device this page (or service worker) runs on. */
export function thisDevice(): Device {
  const random = (): Uint8Array => crypto.getRandomValues(new Uint8Array(16));
  return {
    monotonic: () => performance.now(),
    wall: () => Date.now(),
    page: Array.from(random(), (byte) => byte.toString(36)).join(''),
    random,
    after(ms, action) {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
    fetch: (path, init) => fetch(path, init),
  };
}
