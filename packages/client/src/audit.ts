import { callJson } from './call-json.js';
import type { CallOptions, ListOptions } from './options.js';
import { listed } from './list-call.js';
import type { PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import { readBytes } from './reading.js';
import { type Received, received } from './received.js';
import type { Transport } from './transport.js';
import type { AuditConsistencyProof, AuditCounts, AuditEvent } from './types.js';

/** Facts that events must have, all of them; docs/audit.md describes each. */
export interface AuditFilter {
  readonly auditId?: string | undefined;
  readonly namespace?: string | undefined;
  readonly secret?: string | undefined;
  readonly key?: string | undefined;
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly credential?: string | undefined;
  readonly action?: readonly string[] | undefined;
  readonly outcome?: AuditEvent['outcome'] | undefined;
  readonly code?: number | undefined;
  readonly source?: AuditEvent['source'] | undefined;
  readonly sourceIp?: string | undefined;
  readonly plane?: AuditEvent['plane'] | undefined;
  readonly mark?: string | undefined;
  /** RFC 3339, or an age such as `30d`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The audit trail. */
export class Audit {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Finds events, newest first. */
  events(filter: AuditFilter = {}, options: ListOptions = {}): PagedList<AuditEvent> {
    const { limit, reason, signal } = options;
    const call = { path: pathOf('audit', 'events'), query: { ...filter, limit }, reason, signal };
    return listed(this.#transport, call);
  }

  async event(id: string, options: CallOptions = {}): Promise<Received<AuditEvent>> {
    return this.#read(pathOf('audit', 'events', id), options);
  }

  /** Counts events by one of their facts, such as `user` or `day`. */
  counts(
    by: string,
    filter: AuditFilter = {},
    options: ListOptions = {},
  ): Promise<Received<AuditCounts>> {
    const { limit } = options;
    return this.#read(pathOf('audit', 'counts') + queryOf({ ...filter, by, limit }), options);
  }

  /** Reads the newest checkpoint: a signed note. https://c2sp.org/tlog-checkpoint */
  checkpoint({ reason, signal }: CallOptions = {}): Promise<Received<string>> {
    const path = pathOf('audit', 'checkpoint');
    return this.#transport.send({ method: 'GET', path, reason, signal }, async (opened) => {
      const bytes = await readBytes(opened.response, opened.signal);
      return received(opened.response, new TextDecoder().decode(bytes));
    });
  }

  /** Reads the proof that the log of one size is the beginning of the log of another size. */
  consistency(
    { from, to }: { readonly from: number; readonly to: number },
    options: CallOptions = {},
  ): Promise<Received<AuditConsistencyProof>> {
    return this.#read(pathOf('audit', 'proof') + queryOf({ from, to }), options);
  }

  #read<T>(path: string, { reason, signal }: CallOptions): Promise<Received<T>> {
    return callJson(this.#transport, { method: 'GET', path, reason, signal });
  }
}
