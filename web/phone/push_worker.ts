import type { Language } from '../ui/i18n';
import type { Answer, SummonsBook } from './summons';
import { WORKER_WORDS } from './words/worker';

/** A notification as browsers show it; these members are not in every browser's types. */
export interface Card extends NotificationOptions {
  vibrate?: number[];
}

/** What the worker's push needs from outside. */
export interface PushWorkerParts {
  book: SummonsBook;
  /** Whether nothing of ours may sound on this phone now. */
  silent: () => Promise<boolean>;
  /** The language of the phone's pages. */
  language: () => Promise<Language>;
  /** Whether this browser shows notifications of ours at all. */
  mayShow: () => boolean;
  show: (title: string, card: Card) => Promise<void>;
  isShown: (tag: string) => Promise<boolean>;
  /** Takes away what is shown under a tag. */
  close: (tag: string) => Promise<void>;
  /** Tells the open windows that something has changed. */
  tell: () => void;
  /** Asks the browser to call {@link PushWorker.review} when the network is back. */
  later: () => void;
  after: (ms: number, action: () => void) => () => void;
}

/** How long the server may take before the phone sounds without knowing what for, in milliseconds. */
export const PATIENCE_MS = 5_000;

const TITLE = 'Muster';
/** In milliseconds: on, off, on, ... */
const BUZZ = [500, 200, 500, 200, 500];

/** What a woken phone does. Nothing about an alarm comes with the push: the server is asked for it. */
export class PushWorker {
  /** What came since this worker started, by its message. */
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(private readonly parts: PushWorkerParts) {}

  /** A push came, with this text inside it. Resolves when everything is shown and noted. */
  async pushed(text: string | undefined): Promise<void> {
    const message = messageIn(text);
    if (message === undefined) return this.general(TITLE, await this.isHushed());
    // The push service may deliver twice, and both at once.
    const copy = this.underWay.get(message) ?? Promise.resolve();
    const done = copy.catch(() => undefined).then(() => this.came(message));
    this.underWay.set(message, done);
    return done;
  }

  private async came(message: string): Promise<void> {
    const { book } = this.parts;
    const known = (await book.all()).find((one) => one.message === message);
    const stands = known !== undefined && (await this.parts.isShown(message));
    // One card, which sounds once. Nor is it shown anew: that would end the sound it is making.
    if (stands && known.unheard === undefined) return;
    if (!this.parts.mayShow()) return book.note(message, {});
    const asked = book.report(message, 'shown');
    const hushed = this.isHushed().then((must) => must || (known !== undefined && !stands));
    const first = await Promise.race([asked, this.patience()]);
    // A phone that waits for the server sounds too late: it says at once that there is something.
    if (first.is === 'silent' && !stands) await this.general(message, await hushed);
    const answer = first.is === 'silent' ? await asked : first;
    await this.shows(message, answer, await hushed);
    if (answer.is === 'told' && answer.told.current) await this.fold(message, answer.told.text);
    this.parts.tell();
    if (answer.is === 'silent') this.parts.later();
    else await this.closeOver(message);
  }

  /** Somebody pressed the card. Resolves when the server was told, or could not be. */
  async opened(tag: string): Promise<void> {
    if (messageIn(JSON.stringify({ m: tag })) === undefined) return;
    const answer = await this.parts.book.report(tag, 'opened');
    if (answer.is === 'silent') this.parts.later();
    this.parts.tell();
  }

  /** Tells the server what it has not heard, and takes away what is over. */
  async review(): Promise<void> {
    await this.closeOver();
    this.parts.tell();
    const unheard = (await this.parts.book.all()).some((one) => one.unheard !== undefined);
    if (unheard) throw new Error('The server has not heard what this phone showed; the browser tries again');
  }

  private async isHushed(): Promise<boolean> {
    return this.parts.silent().catch(() => false);
  }

  private patience(): Promise<Answer> {
    return new Promise((done) => this.parts.after(PATIENCE_MS, () => done({ is: 'silent' })));
  }

  private async shows(message: string, answer: Answer, silent: boolean): Promise<void> {
    if (answer.is === 'silent') return;
    const current = answer.is === 'told' && answer.told.current;
    const language = await this.parts.language();
    const said = answer.is === 'told' ? answer.told : { text: WORKER_WORDS[language].over, language };
    // Browsers demand that every push shows something, also one that comes too late: quietly, and not to stay.
    await this.card(message, said, { stays: current, silent: silent || !current });
  }

  /** The server cannot be reached: what this phone can say by itself. */
  private async general(tag: string, silent: boolean): Promise<void> {
    const language = await this.parts.language();
    await this.card(tag, { text: WORKER_WORDS[language].general, language }, { stays: true, silent });
  }

  private async card(tag: string, said: { text: string; language: string }, how: { stays: boolean; silent: boolean }): Promise<void> {
    // No icon: browsers fetch it before they show anything, and wait as long as the server does not answer.
    await this.parts.show(TITLE, {
      body: said.text,
      lang: said.language,
      dir: said.language === 'ar' ? 'rtl' : 'ltr',
      tag,
      requireInteraction: how.stays,
      // What takes the place of a card with its tag does not sound anew, without `renotify`. Nor is it silent where that
      // card was not: that would end the sound.
      silent: how.silent,
      ...(how.silent ? {} : { vibrate: BUZZ }),
    });
  }

  /**
   * Each step of a ladder is a message of its own. Whoever is called by two sees the newest, not the same words twice. Two
   * may be under way at once: whichever shows its card last, the same one stays.
   */
  private async fold(message: string, text: string): Promise<void> {
    const { book, close } = this.parts;
    const same = (await book.all()).filter((one) => one.message === message || (!one.over && one.said?.text === text));
    // The identifiers grow with time.
    const newest = same.map((one) => one.message).sort().at(-1);
    for (const earlier of same.filter((one) => one.message !== newest)) {
      await book.note(earlier.message, { away: true });
      await close(earlier.message);
    }
  }

  private async closeOver(except?: string): Promise<void> {
    const { book, close } = this.parts;
    const before = (await book.all()).filter((one) => !one.over && one.message !== except);
    const still = new Set((await book.review(except)).map(({ message }) => message));
    for (const { message } of before) if (!still.has(message)) await close(message);
  }
}

/** The message that a push says it is; none when it is not one of ours. */
function messageIn(text: string | undefined): string | undefined {
  try {
    const { m } = JSON.parse(text ?? '') as { m?: unknown };
    return typeof m === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(m) ? m : undefined;
  } catch {
    return undefined;
  }
}
