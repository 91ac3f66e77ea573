import { Injectable } from '@nestjs/common';
import { AccessService, type ResourceRequest } from '../access/access.service.js';
import { CallRunner } from '../calls/call-runner.service.js';
import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { AuditService } from './audit.service.js';
import type { AuditCounts, AuditDimension } from './domain/audit-dimension.js';
import type { AuditFilter } from './domain/audit-filter.js';
import type { AuditPage, AuditPageRequest } from './domain/audit-query.js';
import type { AuditEventView } from './domain/audit-view.js';

/** Recorded reads of the trail: `list auditevents`, in a namespace or everywhere. */
@Injectable()
export class AuditQueriesService {
  readonly #calls: CallRunner;
  readonly #audit: AuditService;
  readonly #access: AccessService;

  constructor(calls: CallRunner, audit: AuditService, access: AccessService) {
    this.#calls = calls;
    this.#audit = audit;
    this.#access = access;
  }

  list(ctx: CallContext, filter: AuditFilter, page: AuditPageRequest): Promise<AuditPage> {
    return this.#search(ctx, filter, () => this.#audit.list(filter, page));
  }

  /** Counts events by each value of a dimension, at most `limit` values. */
  counts(
    ctx: CallContext,
    filter: AuditFilter,
    { by, limit }: { readonly by: AuditDimension; readonly limit: number },
  ): Promise<AuditCounts> {
    return this.#search(ctx, filter, () => this.#audit.counts(filter, by, limit));
  }

  /** Returns one event; with rights in some namespaces only, other events look absent. */
  get(ctx: CallContext, id: string): Promise<AuditEventView> {
    return this.#calls.read(ctx, { action: 'audit.read' }, async (trace) => {
      trace.plane = 'self';
      const access = this.#access.tracedBy(trace.upstreamIds);
      const everywhere = rightFor({});
      const isAllowed = (await access.decide(ctx, everywhere)).allowed;
      const event = await this.#audit.get(id);
      if (!isAllowed && !(event && (await mayReadThere(access, ctx, event)))) {
        await access.require(ctx, everywhere);
      }
      if (!event) throw new SallyportError('NotFound', 'there is no such audit event');
      return event;
    });
  }

  #search<T>(ctx: CallContext, filter: AuditFilter, search: () => Promise<T>): Promise<T> {
    const request = rightFor(filter);
    const { namespace, name: secret } = request;
    const facts = {
      action: 'audit.read',
      ...(namespace === '' ? {} : { namespace }),
      ...(secret === '' ? {} : { secret }),
    } as const;
    return this.#calls.read(ctx, facts, async (trace) => {
      trace.plane = 'self';
      const access = this.#access.tracedBy(trace.upstreamIds);
      trace.decisionReason = (await access.require(ctx, request)).reason;
      return search();
    });
  }
}

async function mayReadThere(
  access: AccessService,
  ctx: CallContext,
  event: AuditEventView,
): Promise<boolean> {
  if (event.namespace === undefined) return false;
  const { namespace, secret = '' } = event;
  return (await access.decide(ctx, rightFor({ namespace, secret }))).allowed;
}

/** Returns the required right; prefixes match several namespaces and Secrets, so it is wider. */
function rightFor({ namespace = '', secret = '' }: AuditFilter): ResourceRequest {
  const isWhole = (text: string) => text !== '' && !text.endsWith('*');
  const inNamespace = isWhole(namespace);
  return {
    verb: 'list',
    group: 'sallyport.dev',
    resource: 'auditevents',
    namespace: inNamespace ? namespace : '',
    name: inNamespace && isWhole(secret) ? secret : '',
  };
}
