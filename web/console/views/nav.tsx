import type { ComponentChildren } from 'preact';
import { areasOf } from '../area_names';
import { areaHref } from '../fragment';
import { num, words } from '../i18n';
import { overdueCount } from '../overdue';
import { goToArea, goToQueue } from '../router';
import { counts, dialog } from '../screen';
import { session } from '../session';
import { shownPage } from '../shown_page';

/** The ways to the pages: the queue, and the areas that the session's permissions open. */
export function Nav() {
  const { nav } = words();
  const held = session.value;
  if (!held) return null;
  const at = shownPage();
  return (
    <nav class="areas" aria-label={nav.label}>
      {held.works_cases && (
        <>
          <PageLink href="#/" current={at.page === 'queue' || at.page === 'case'} go={goToQueue}>
            {nav.queue} <span class="num">{num(counts.value.all)}</span>
          </PageLink>
          <button type="button" class="new-case" onClick={() => (dialog.value = 'newCase')}>
            {nav.newCase}
          </button>
        </>
      )}
      {areasOf(held).map((name) => (
        <PageLink key={name} href={areaHref(name)} current={at.page === 'area' && at.area === name} go={() => goToArea(name)}>
          {words().areas.name[name]}
          {name === 'board' && <Overdue />}
        </PageLink>
      ))}
    </nav>
  );
}

/** How much is overdue, beside the board's name. */
function Overdue() {
  const count = overdueCount.value;
  if (count === undefined || count === 0) return null;
  return (
    <span class="num overdue">
      <span class="unseen">{words().areas.overdue} </span>
      {num(count)}
    </span>
  );
}

function PageLink({
  href,
  current,
  go,
  children,
}: {
  href: string;
  current: boolean;
  go: () => void;
  children: ComponentChildren;
}) {
  return (
    <a
      href={href}
      aria-current={current ? 'page' : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        go();
      }}
    >
      {children}
    </a>
  );
}
