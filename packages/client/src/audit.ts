import { callJson } from './call-json.js';
import { type CallOptions, type ListOptions, headersOf } from './options.js';
import { PagedList } from './pages.js';
import { pathOf, queryOf } from './path.js';
import type { Received } from './received.js';
import type { Transport } from './transport.js';
import type { AuditCounts, AuditEvent, AuditEventList } from './types.js';

/** Facts that events must have, all of them; docs/audit.md describes each. */
export interface AuditFilter {
  readonly auditId?: string;
  readonly namespace?: string;
  readonly secret?: string;
  readonly key?: string;
  readonly user?: string;
  readonly group?: string;
  readonly credential?: string;
  readonly action?: readonly string[];
  readonly outcome?: AuditEvent['outcome'];
  readonly code?: number;
  readonly source?: AuditEvent['source'];
  readonly sourceIp?: string;
  readonly plane?: AuditEvent['plane'];
  readonly mark?: string;
  /** RFC 3339, or an age such as `30d`. */
  readonly since?: string;
  readonly until?: string;
}

/** The audit trail. */
export class Audit {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Finds events, newest first. */
  events(filter: AuditFilter = {}, options: ListOptions = {}): PagedList<AuditEvent> {
    const { limit } = options;
    return new PagedList(async (cursor) => {
      const path = pathOf('audit', 'events') + queryOf({ ...filter, limit, continue: cursor });
      return (await this.#read<AuditEventList>(path, options)).content;
    });
  }

  event(id: string, options: CallOptions = {}): Promise<Received<AuditEvent>> {
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

  #read<T>(path: string, options: CallOptions): Promise<Received<T>> {
    const { signal } = options;
    return callJson(this.#transport, { method: 'GET', path, headers: headersOf(options), signal });
  }
}
