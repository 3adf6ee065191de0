import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { people } from '../api/people';
import type { Person } from '../wire';

/** Chooses the person whom the page's address names, as a search would; nobody when they are out of reach. */
export function useWantedPerson(wanted: string | undefined, query: Signal<string>, person: Signal<Person | undefined>): void {
  useEffect(() => {
    if (wanted === undefined) return;
    people.person(wanted).then(
      (found) => {
        person.value = found;
        query.value = found.name;
      },
      // The field is empty then, and somebody is looked for as ever.
      () => undefined,
    );
  }, [wanted]);
}
