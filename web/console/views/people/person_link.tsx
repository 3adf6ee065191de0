import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { people as requests } from '../../api/people';
import { areaHref } from '../../fragment';
import { peopleWords } from './words';

/** A person by name, where the viewer may see them. */
export function PersonLink({ id }: { id: string }) {
  const { one: text } = peopleWords();
  const name = useSignal<string | undefined>(undefined);
  useEffect(() => {
    // Whoever is outside the viewer's reach does not exist for them; the page says so.
    requests.person(id).then(
      (one) => void (name.value = one.name),
      () => void (name.value = ''),
    );
  }, [id]);
  if (name.value === '') return <em class="muted">{text.unknownPerson}</em>;
  return (
    <a href={areaHref('people', [id])} dir="auto">
      {name.value ?? '…'}
    </a>
  );
}
