import { callJson } from './call-json.js';
import type { CallOptions } from './options.js';
import { type ListPage, PagedList } from './pages.js';
import { type QueryValue, queryOf } from './path.js';
import type { Transport } from './transport.js';

/** Path and parameters of a list, without the cursor. */
export interface ListCall extends CallOptions {
  readonly path: string;
  readonly query: Readonly<Record<string, QueryValue>>;
}

/** Lists what a path has, page by page. */
export function listed<T>(
  transport: Transport,
  { path, query, reason, signal }: ListCall,
): PagedList<T> {
  return new PagedList(signal, async (cursor) => {
    const target = path + queryOf({ ...query, continue: cursor });
    const request = { method: 'GET', path: target, reason, signal } as const;
    return (await callJson<ListPage<T>>(transport, request)).content;
  });
}
