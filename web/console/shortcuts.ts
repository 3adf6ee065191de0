import { signal } from '@preact/signals';
import { settings } from '../ui/platform';
import type { AreaName } from './area_names';
import type { Words } from './words/en';

/** What a key does, by the name it has in the list of keys. */
export type Command = keyof Words['keys']['list'];

/** A key, or two pressed one after the other. */
export interface Shortcut {
  name: Command;
  /** As the list shows it. */
  shown: readonly string[];
  /** What `KeyboardEvent.key` says; several for the same command. */
  keys: readonly string[];
  /** Works even when single-key shortcuts are switched off: these keys are no characters. */
  always?: boolean;
}

/** Every key of the console. */
export const SHORTCUTS: readonly Shortcut[] = [
  { name: 'down', shown: ['j', '↓'], keys: ['j'] },
  { name: 'up', shown: ['k', '↑'], keys: ['k'] },
  { name: 'open', shown: ['Enter'], keys: ['Enter'], always: true },
  { name: 'take', shown: ['c'], keys: ['c'] },
  { name: 'still', shown: ['s'], keys: ['s'] },
  { name: 'note', shown: ['n'], keys: ['n'] },
  { name: 'call', shown: ['l'], keys: ['l'] },
  { name: 'contact', shown: ['p'], keys: ['p'] },
  { name: 'facts', shown: ['f'], keys: ['f'] },
  { name: 'responder', shown: ['r'], keys: ['r'] },
  { name: 'escalate', shown: ['e'], keys: ['e'] },
  { name: 'closeCase', shown: ['x'], keys: ['x'] },
  { name: 'giveBack', shown: ['u'], keys: ['u'] },
  { name: 'newCase', shown: ['Shift', 'N'], keys: ['N'] },
  { name: 'silence', shown: ['Shift', 'S'], keys: ['S'] },
  { name: 'filter', shown: ['/'], keys: ['/'] },
  { name: 'queue', shown: ['g', 'q'], keys: ['g q'] },
  { name: 'map', shown: ['g', 'm'], keys: ['g m'] },
  { name: 'watch', shown: ['g', 'w'], keys: ['g w'] },
  { name: 'board', shown: ['g', 'b'], keys: ['g b'] },
  { name: 'people', shown: ['g', 'p'], keys: ['g p'] },
  { name: 'imports', shown: ['g', 'i'], keys: ['g i'] },
  { name: 'places', shown: ['g', 'o'], keys: ['g o'] },
  { name: 'rights', shown: ['g', 'r'], keys: ['g r'] },
  { name: 'enrol', shown: ['g', 'e'], keys: ['g e'] },
  { name: 'devices', shown: ['g', 'd'], keys: ['g d'] },
  { name: 'tokens', shown: ['g', 't'], keys: ['g t'] },
  { name: 'calling', shown: ['g', 'c'], keys: ['g c'] },
  { name: 'log', shown: ['g', 'l'], keys: ['g l'] },
  { name: 'account', shown: ['g', 'a'], keys: ['g a'] },
  { name: 'dismiss', shown: ['d'], keys: ['d'] },
  { name: 'theme', shown: ['t'], keys: ['t'] },
  { name: 'help', shown: ['?'], keys: ['?'] },
  { name: 'back', shown: ['Esc'], keys: ['Escape'], always: true },
];

/** The areas that keys open. */
export const AREA_OF = {
  map: 'map',
  watch: 'watch',
  board: 'board',
  people: 'people',
  imports: 'imports',
  places: 'places',
  rights: 'rights',
  enrol: 'enrol',
  devices: 'devices',
  tokens: 'tokens',
  calling: 'calling',
  log: 'audit',
  account: 'account',
} as const satisfies Partial<Record<Command, AreaName>>;

/** A key that opens an area. */
export type AreaCommand = keyof typeof AREA_OF;

/** Whether single-key shortcuts work (WCAG 2.1.4: they can be turned off). */
export const singleKeys = signal(settings.get('singleKeys') !== 'off');

/** Switches single-key shortcuts on or off and remembers it. */
export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  settings.set('singleKeys', on ? 'on' : 'off');
}

/** The part of a key event that decides. */
export interface KeyPress {
  key: string;
  /** Physical key, such as `KeyC`: what is used when the keyboard writes another script. */
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** Turns key presses into commands; keeps the first key of a pair in mind for a second. */
export class KeyReader {
  private first: { key: string; at: number } | undefined;

  constructor(
    private readonly enabled: () => boolean,
    private readonly now: () => number,
  ) {}

  /** The command of a key press, if it is one. `typing` says that the focus is in a field. */
  read(press: KeyPress, typing: boolean): Command | undefined {
    if (press.ctrlKey || press.altKey || press.metaKey) return undefined;
    const key = latinKey(press);
    const at = this.now();
    const pair = this.first && at - this.first.at < PAIR_MS ? `${this.first.key} ${key}` : undefined;
    this.first = undefined;
    // What two keys mean together goes before what the second means alone.
    const found = (pair !== undefined && commandOf(pair)) || commandOf(key);
    if (found?.always) return found.name;
    if (typing || !this.enabled()) return undefined;
    if (!found && SHORTCUTS.some(({ keys }) => keys.some((one) => one.startsWith(`${key} `)))) this.first = { key, at };
    return found?.name;
  }
}

/**
 * The number key, 1 to 9, of a press, by the digit it writes or by where the key is: keyboards that write Arabic digits,
 * or a digit only with Shift, have the same keys. A key held down counts once.
 */
export function digitOf(press: KeyPress & { repeat: boolean }): number | undefined {
  const { key, code, shiftKey, ctrlKey, altKey, metaKey, repeat } = press;
  if (ctrlKey || altKey || metaKey || repeat) return undefined;
  if (/^[1-9]$/.test(key)) return Number(key);
  const place = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
  return place === undefined || shiftKey || key.length !== 1 ? undefined : Number(place);
}

function commandOf(keys: string): Shortcut | undefined {
  return SHORTCUTS.find((one) => one.keys.includes(keys));
}

/** The second key of a pair comes within this, in milliseconds. */
const PAIR_MS = 1_000;

/** The Latin letter of the key, whatever script the keyboard writes: an Arabic layout has the same keys. */
function latinKey({ key, code, shiftKey }: KeyPress): string {
  if (key.length !== 1 || key.charCodeAt(0) < 128) return key;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  return code === 'Slash' ? (shiftKey ? '?' : '/') : key;
}
