import type { CaseSummary, LiveEvent } from '../wire';

/** What an event did to the book. */
export interface Applied {
  /** False for an event that came before, under another scope. */
  first: boolean;
  /** True when the case changed by it: a lower revision changes nothing. */
  changed: boolean;
  /** True when a tap came that was not known: it has to be announced. */
  newTap: boolean;
}

const SEEN_LIMIT = 20_000;

/** Every case this console knows, each in its newest revision. */
export class CaseBook {
  private readonly cases = new Map<string, CaseSummary>();
  private readonly seen = new Set<string>();
  /** Cases that changed since the current dial began: newer than any snapshot it brings. */
  private readonly touched = new Set<string>();

  get(id: string): CaseSummary | undefined {
    return this.cases.get(id);
  }

  all(): CaseSummary[] {
    return [...this.cases.values()];
  }

  /** A new dial begins. */
  beginDial(): void {
    this.touched.clear();
  }

  /** Takes one event. */
  apply({ case: after, entry }: LiveEvent): Applied {
    if (this.seen.has(entry.id)) return { first: false, changed: false, newTap: false };
    this.remember(entry.id);
    const before = this.cases.get(after.id);
    const changed = this.put(after);
    return { first: true, changed, newTap: changed && before?.last_tap !== after.last_tap };
  }

  /** Takes a case as an answer brought it; a lower revision than the known one is older news. */
  put(after: CaseSummary): boolean {
    const before = this.cases.get(after.id);
    if (before && before.revision >= after.revision) return false;
    this.cases.set(after.id, after);
    this.touched.add(after.id);
    return true;
  }

  /**
   * Takes a snapshot, which is everything there is: what it does not name is gone, unless an event of this dial brought
   * it. With a new epoch the log was restored from a backup, and the snapshot wins over every revision held here.
   */
  replace(cases: readonly CaseSummary[], newEpoch: boolean): void {
    const named = new Set(cases.map(({ id }) => id));
    for (const id of [...this.cases.keys()]) {
      if (newEpoch || (!named.has(id) && !this.touched.has(id))) this.cases.delete(id);
    }
    if (newEpoch) this.seen.clear();
    for (const one of cases) {
      const before = this.cases.get(one.id);
      if (!before || one.revision > before.revision) this.cases.set(one.id, one);
    }
  }

  clear(): void {
    this.cases.clear();
    this.seen.clear();
    this.touched.clear();
  }

  private remember(id: string): void {
    this.seen.add(id);
    if (this.seen.size <= SEEN_LIMIT) return;
    const [oldest] = this.seen;
    if (oldest !== undefined) this.seen.delete(oldest);
  }
}
