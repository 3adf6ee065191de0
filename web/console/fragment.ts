/** The pages of the console. `setup` and `password` carry a one-time secret. */
export type Route =
  | { page: 'queue' }
  | { page: 'case'; id: string }
  | { page: 'enrol' }
  | { page: 'admin' }
  | { page: 'setup'; secret: string }
  | { page: 'password'; secret: string };

/** Reads the fragment of an address. Anything unknown is the queue. */
export function parseFragment(fragment: string): Route {
  const text = fragment.replace(/^#\/?/, '');
  const [, word, secret] = /^(setup|password)=(.+)$/.exec(text) ?? [];
  if (secret !== undefined) return { page: word === 'setup' ? 'setup' : 'password', secret };
  const [, id] = /^case\/([0-9a-f-]{36})$/i.exec(text) ?? [];
  if (id !== undefined) return { page: 'case', id };
  return text === 'enrol' || text === 'admin' ? { page: text } : { page: 'queue' };
}
