import type { AreaName } from '../area_names';
import { areaHref } from '../fragment';
import { goToArea } from '../router';

/** The pages of an area, as links: the first is at the area's own address. */
export function Tabs({
  area,
  label,
  tabs,
  current,
}: {
  area: AreaName;
  label: string;
  tabs: readonly (readonly [path: string, name: string])[];
  current: string;
}) {
  const pathOf = (path: string): string[] => (path === tabs[0]?.[0] ? [] : [path]);
  return (
    <nav class="page-tabs" aria-label={label}>
      {tabs.map(([path, name]) => (
        <a
          key={path}
          href={areaHref(area, pathOf(path))}
          aria-current={path === current ? 'page' : undefined}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            goToArea(area, pathOf(path));
          }}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}
