import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { api } from '../api';
import { explain } from '../actions';
import { isClosed, isUntaken, type Tab } from '../cases/order';
import { feed } from '../feed';
import { num, words } from '../i18n';
import { tell } from '../notice';
import { onScreen } from '../presence';
import { openAndTake, openCaseOf } from '../opening';
import { goToCase } from '../router';
import { activeCase, activeId, counts, filter, focusDetail, moveActive, olderClosed, rows, tab, untakenHidden } from '../screen';
import { QueueRow } from './row';
import { ROW_HEIGHT, rowWindow, scrollTo } from './window';

const TABS: readonly Tab[] = ['untaken', 'mine', 'all', 'closed'];

/** The left pane: tabs, filter, rows. */
export function Queue() {
  const { queue } = words();
  return (
    <section class="queue" aria-label={queue.label} data-queue>
      <Tabs />
      <div class="filter">
        <input
          type="search"
          data-filter
          value={filter.value}
          aria-label={queue.filter}
          placeholder={queue.filterHint}
          onInput={(event) => (filter.value = event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') filter.value = '';
          }}
        />
      </div>
      <HiddenByFilter />
      <Rows />
      <ActiveActs />
      {tab.value === 'closed' && <Older />}
    </section>
  );
}

/** A filter that was forgotten must not hide an alarm unsaid. */
function HiddenByFilter() {
  const { queue } = words();
  const hidden = untakenHidden.value;
  if (hidden === 0) return null;
  return (
    <div class="banner red" role="status" data-banner="hidden-by-filter">
      <strong>{queue.hiddenByFilter(hidden)}</strong>
      <button
        type="button"
        onClick={() => {
          filter.value = '';
        }}
      >
        {queue.clearFilter}
      </button>
    </div>
  );
}

function Tabs() {
  const { queue } = words();
  return (
    <div class="tabs" role="group" aria-label={queue.tabs}>
      {TABS.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={tab.value === one}
          onClick={() => {
            tab.value = one;
          }}
        >
          {queue[one]} {one !== 'closed' && <span class="num">{num(counts.value[one])}</span>}
        </button>
      ))}
    </div>
  );
}

/** The list: rows of one height, of which only those in view are drawn. The focus is on the list, never on a row. */
function Rows() {
  const { queue } = words();
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(0);
  const active = useComputed(() => rows.value.findIndex(({ id }) => id === activeId.value));
  const shape = useComputed(() => rowWindow(rows.value.length, top.value, height.value, active.value));

  useEffect(() => {
    const list = box.current;
    if (!list) return;
    const watch = new ResizeObserver(() => (height.value = list.clientHeight));
    watch.observe(list);
    return () => {
      watch.disconnect();
      onScreen.value = [];
    };
  }, []);
  useSignalEffect(() => {
    const [from, to] = shape.value.inView;
    onScreen.value = rows.value.slice(from, to).map(({ id }) => id);
  });
  // Follows the highlight when it moves, not when the list does: what a person scrolled to stays in view.
  useEffect(() => {
    const list = box.current;
    if (list && active.value >= 0) list.scrollTop = scrollTo(active.value, list.scrollTop, list.clientHeight);
  }, [activeId.value]);

  const list = rows.value;
  return (
    <div class="rows-place">
    {list.length === 0 && <EmptyQueue />}
    <div
      ref={box}
      class={`rows ${feed.value.freshness === 'lost' ? 'out-of-date' : ''}`}
      role="listbox"
      tabIndex={0}
      aria-label={queue.label}
      aria-activedescendant={active.value < 0 ? undefined : `row-${activeId.value ?? ''}`}
      onScroll={(event) => (top.value = event.currentTarget.scrollTop)}
      onFocus={() => {
        if (active.peek() < 0) moveActive(0);
      }}
      onKeyDown={(event) => {
        const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -1e9, End: 1e9 }[event.key];
        if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        moveActive(step);
      }}
    >
      <div
        class="rows-inner"
        role="presentation"
        style={{ blockSize: `${list.length * ROW_HEIGHT}px` }}
      >
        {shape.value.drawn.map((index) => {
          const one = list[index];
          return (
            one && (
              <QueueRow
                key={one.id}
                one={one}
                index={index}
                count={list.length}
                active={one.id === activeId.value}
                onOpen={() => {
                  goToCase(one.id);
                  // Where there is room for one pane only, the list has gone and the focus goes on.
                  requestAnimationFrame(() => {
                    if (box.current?.offsetParent === null) focusDetail();
                  });
                }}
              />
            )
          );
        })}
      </div>
    </div>
    </div>
  );
}

/** What the highlighted case can be opened with; one that nobody has can be taken by the same press. */
function ActiveActs() {
  const { queue } = words();
  const one = activeCase.value;
  if (!one || isClosed(one)) return null;
  return (
    <div class="queue-acts">
      {isUntaken(one) && (
        <button type="button" class="primary" onClick={() => openAndTake(one)}>
          {queue.openAndTake} <kbd>c</kbd>
        </button>
      )}
      <button type="button" onClick={() => openCaseOf(one)}>
        {queue.open} <kbd>Enter</kbd>
      </button>
    </div>
  );
}

function EmptyQueue() {
  const { queue } = words();
  const { phase, freshness } = feed.value;
  const arrived = phase === 'live' || phase === 'catching' || freshness !== 'connecting';
  const text = !arrived ? queue.unknownYet : filter.value.trim() !== '' ? queue.emptyFilter : queue.empty[tab.value];
  return (
    <p class="rows-empty" role="status">
      {text}
    </p>
  );
}

/** Pages of closed cases older than the list holds. */
function Older() {
  const next = useSignal<string | undefined>(undefined);
  const state = useSignal<'more' | 'loading' | 'end'>('more');
  const load = async (): Promise<void> => {
    if (state.peek() === 'loading') return;
    state.value = 'loading';
    try {
      const page = await api.closed(next.peek());
      const known = new Set(olderClosed.peek().map(({ id }) => id));
      olderClosed.value = [...olderClosed.peek(), ...page.cases.filter(({ id }) => !known.has(id))];
      next.value = page.next ?? undefined;
      state.value = page.next == null ? 'end' : 'more';
    } catch (error) {
      state.value = 'more';
      tell('bad', () => explain(error));
    }
  };
  useEffect(() => {
    olderClosed.value = [];
    void load();
  }, []);
  if (state.value === 'end') return null;
  return (
    <button type="button" class="older" disabled={state.value === 'loading'} onClick={() => void load()}>
      {state.value === 'loading' ? words().loading : words().queue.more}
    </button>
  );
}
