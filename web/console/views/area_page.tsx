import { useEffect } from 'preact/hooks';
import { mayOpen } from '../area_names';
import { loaded, loadArea } from '../areas';
import type { AreaRoute } from '../fragment';
import { words } from '../i18n';
import { session } from '../session';

/** The page of an area, once its chunk has arrived. */
export function AreaPage({ at }: { at: AreaRoute }) {
  const { areas } = words();
  const area = loaded.value[at.area];
  const permitted = session.value !== undefined && mayOpen(at.area, session.value);
  useEffect(() => {
    if (permitted) void loadArea(at.area);
  }, [at.area, permitted]);
  if (!permitted) return <Said text={areas.notYours} />;
  if (area === undefined) return <Said text={words().loading} />;
  if (area === 'failed') {
    return (
      <div class="page">
        <p class="warning" role="alert">
          {areas.failed}
        </p>
        <div class="buttons">
          <button type="button" onClick={() => void loadArea(at.area)}>
            {words().tryAgain}
          </button>
        </div>
      </div>
    );
  }
  return <area.Page at={at} />;
}

function Said({ text }: { text: string }) {
  return (
    <div class="page">
      <p role="status">{text}</p>
    </div>
  );
}
