import { ask, type PeoplePage } from './api';

/** Every contact and every invitation that waits: an account has some dozens at most. */
export async function everyone(signal: AbortSignal): Promise<PeoplePage> {
  const all = await ask('get', '/v1/contacts', { signal });
  for (let next = all.next; next;) {
    const page = await ask('get', '/v1/contacts', { query: { cursor: next }, signal });
    all.items.push(...page.items);
    next = page.next;
  }
  return all;
}
