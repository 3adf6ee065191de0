import type { ComponentChildren } from 'preact';
import type { Wire } from '../../../api/types';
import { Ltr } from '../../../ui/ltr';
import { ageWords, coordinates } from '../../../ui/time';
import { isClosed } from '../../cases/order';
import { now } from '../../clock';
import { cases } from '../../feed';
import { i18n, num, words } from '../../i18n';
import { goToCase } from '../../router';
import { session } from '../../session';
import { outlinePoints } from './marks';
import type { Ground } from './projection';
import { mapWords } from './words';

function byName<T extends { name: string }>(all: readonly T[]): T[] {
  const order = new Intl.Collator(i18n.language.value);
  return [...all].sort((a, b) => order.compare(a.name, b.name));
}

type Show = (id: string, at: Ground) => void;

/** Everything that is on the map, in words. */
export function MapList({ map, onShow, chosen }: { map: Wire['Map']; onShow: Show; chosen: string | undefined }) {
  const text = mapWords();
  return (
    <>
      <Cases map={map} onShow={onShow} chosen={chosen} />
      <Part id="map-offices" kind="office" title={text.offices} empty={map.offices.length === 0}>
        {byName(map.offices).map(({ id, name, at, of_country }) => (
          <Row key={id} name={name} at={at ?? undefined} chosen={id === chosen} onShow={(where) => onShow(id, where)}>
            {at == null ? text.noPlace : of_country ? text.onlyCountry : undefined}
          </Row>
        ))}
      </Part>
      <Part id="map-zones" kind="zone" title={text.zones} empty={map.zones.length === 0}>
        {byName(map.zones).map(({ id, name, at, boundary }) => (
          <Row key={id} name={name} at={at ?? outlinePoints(boundary)[0]} chosen={id === chosen} onShow={(where) => onShow(id, where)} />
        ))}
      </Part>
      <Part id="map-stations" kind="station" title={text.stations} empty={map.duty_stations.length === 0}>
        {byName(map.duty_stations).map(({ id, name, lat, lon }) => (
          <Row key={id} name={name} at={{ lat, lon }} chosen={id === chosen} onShow={(where) => onShow(id, where)} />
        ))}
      </Part>
      <Part id="map-premises" kind="premises" title={text.premises} empty={map.premises.length === 0}>
        {byName(map.premises).map(({ id, name, lat, lon }) => (
          <Row key={id} name={name} at={{ lat, lon }} chosen={id === chosen} onShow={(where) => onShow(id, where)} />
        ))}
      </Part>
    </>
  );
}

/** People in open cases: those with a position are on the map, the others are named here. */
function Cases({ map, onShow, chosen }: { map: Wire['Map']; onShow: Show; chosen: string | undefined }) {
  const text = mapWords();
  const placed = new Set(map.cases.map(({ id }) => id));
  const unplaced = cases.value.filter((one) => !isClosed(one) && !placed.has(one.id));
  const count = map.cases.length + unplaced.length;
  return (
    <section aria-labelledby="map-cases">
      <h3 id="map-cases">
        <Sample kind="case" /> {!session.value?.works_cases ? text.casesHidden : count === 0 ? text.nobody : text.cases(count)}
      </h3>
      <ul>
        {map.cases.map((one) => (
          <Row key={one.id} caseId={one.id} name={one.name} at={one.at} chosen={one.id === chosen} onShow={(where) => onShow(one.id, where)}>
            <CaseFacts one={one} />
          </Row>
        ))}
        {unplaced.map(({ id, subject, reference }) => (
          <Row key={id} caseId={id} name={subject.name} at={undefined} chosen={false} onShow={() => undefined}>
            {reference} · {text.withoutPosition}
          </Row>
        ))}
      </ul>
    </section>
  );
}

function CaseFacts({ one: { reference, severity, state, at, accuracy_m, fixed_at, of_reporter } }: { one: Wire['CaseOnMap'] }) {
  const text = mapWords();
  const { shared, terms } = words();
  const age = ageWords(now.value - Date.parse(fixed_at), i18n.language.value);
  return (
    <>
      {reference} · {shared.severity[severity]} · {terms.state[state]} · <Ltr>{coordinates(at.lat, at.lon)}</Ltr>
      {accuracy_m != null && ` · ${text.accuracy(num(Math.round(accuracy_m)))}`} · {text.taken(age)}
      {of_reporter && <strong> · {text.ofReporter}</strong>}
    </>
  );
}

function Part({ id, kind, title, empty, children }: { id: string; kind: Kind; title: string; empty: boolean; children: ComponentChildren }) {
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>
        <Sample kind={kind} /> {title}
      </h3>
      {empty ? <p class="muted">{mapWords().none}</p> : <ul>{children}</ul>}
    </section>
  );
}

type Kind = 'case' | 'office' | 'zone' | 'station' | 'premises';

const SAMPLES: Record<Kind, string> = {
  case: 'M5 1h6l4 4v6l-4 4H5l-4-4V5z',
  office: 'M3 3h10v10H3z',
  zone: 'M2 4l6-2 6 3-2 8-8 1z',
  station: 'M8 4a4 4 0 1 0 .01 0z',
  premises: 'M8 3l5 9H3z',
};

/** What such a thing looks like on the map. */
function Sample({ kind }: { kind: Kind }) {
  return (
    <svg class={`sample ${kind}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={SAMPLES[kind]} />
    </svg>
  );
}

function Row({
  name,
  at,
  chosen,
  onShow,
  caseId,
  children,
}: {
  name: string;
  at: Ground | undefined;
  chosen: boolean;
  onShow: (at: Ground) => void;
  caseId?: string;
  children?: ComponentChildren;
}) {
  const text = mapWords();
  return (
    <li class={chosen ? 'chosen' : undefined}>
      <span class="map-row">
        {caseId === undefined ? (
          <bdi>{name}</bdi>
        ) : (
          <a
            href={`#/case/${caseId}`}
            onClick={(event) => {
              event.preventDefault();
              goToCase(caseId);
            }}
          >
            <bdi>{name}</bdi>
          </a>
        )}
        {children !== undefined && <span class="muted num">{children}</span>}
      </span>
      {at && (
        <button type="button" aria-label={text.showOf(name)} aria-pressed={chosen} onClick={() => onShow(at)}>
          {text.show}
        </button>
      )}
    </li>
  );
}
