import type { AccessService, ResourceRequest } from '../../access/access.service.js';
import { authoriseServed } from '../../access/domain/authorise-served.js';
import type { Rights } from '../../access/domain/secret-rights.js';
import type { AuditAction } from '../../audit/domain/audit-event.js';
import type { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import type { CallRunner } from '../../calls/call-runner.service.js';
import { CallOutcome, type CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import { foundOrUndefined } from '../../core/errors/not-found.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { mapInBatches } from '../../core/map-in-batches.js';
import type { Page } from '../../core/page.js';
import { backgroundLimits } from '../../core/background-limits.js';
import type { CustomResource, CustomResourceKind } from './custom-resource.js';
import type { CustomResourceFeed, CustomResources } from './custom-resources.js';
import type { ObjectRecords } from './object-records.js';
import { untilUndisturbed } from './until-undisturbed.js';
import type { ObjectRegistry, ParsedObject } from './object-registry.js';
import {
  refuseFailedConditions,
  type SpecWriteOptions,
  type WriteConditions,
} from './write-conditions.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { pageOf } from './name-page.js';

/** Dependencies of reads and writes of specs. */
export interface SpecWriteDependencies {
  readonly access: Pick<AccessService, 'tracedBy'>;
  readonly served: Pick<ServedNamespaces, 'requireReachable' | 'requireServed'>;
  readonly calls: Pick<CallRunner, 'read' | 'write'>;
  readonly namespaces: {
    known(namespace: string): { readonly uid: string } | undefined;
    confirm(namespace: string): Promise<{ readonly uid: string } | undefined>;
  };
  readonly records: Pick<ObjectRecords, 'get' | 'saveAuthor' | 'remove'>;
  /** Throws Unavailable unless all objects of a namespace are known. */
  requireKnown(feed: Pick<CustomResourceFeed, 'knowsAll'>, namespace: string): void;
}

/** Parsed object of a kind, with the hash of its spec. */
export interface SpecObject extends ParsedObject {
  readonly specHash: string;
}

/** Caller, object and trace of a call about an object. */
export interface SpecCall {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
  readonly ref: SecretRef;
}

export interface NamePageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Differences between kinds. */
export interface SpecKind<T extends SpecObject> {
  readonly actions: { readonly get: AuditAction; readonly update: AuditAction };
  readonly feed: Pick<CustomResourceFeed, 'knowsAll'>;
  readonly kind: CustomResourceKind;
  readonly objects: CustomResources;
  readonly registry: ObjectRegistry<T>;
  readonly parse: (object: CustomResource, namespaceUid: string) => T;
  /** Whether facts about an object are needed after its deletion. */
  readonly keepsRecord: (facts: Readonly<Record<string, unknown>>) => boolean;
  readonly rightOf: (verb: string, ref: SecretRef) => ResourceRequest;
}

/** Reads and writes of the specs of one kind, as the caller, whom a write makes the author. */
export class SpecWrites<T extends SpecObject> {
  readonly #parts: SpecWriteDependencies;
  readonly #kind: SpecKind<T>;

  constructor(parts: SpecWriteDependencies, kind: SpecKind<T>) {
    this.#parts = parts;
    this.#kind = kind;
  }

  /** Lists the objects of a namespace by name, as `view` shows each. */
  list<View>(
    ctx: CallContext,
    namespace: string,
    request: NamePageRequest,
    view: (parsed: T) => Promise<View>,
  ): Promise<Page<View>> {
    const { actions, rightOf, feed, registry } = this.#kind;
    return this.#parts.calls.read(ctx, { action: actions.get, namespace }, async (trace) => {
      const call = { ctx, trace, ref: { namespace, name: '' } };
      await this.authorise(call, rightOf('list', call.ref));
      this.#parts.requireKnown(feed, namespace);
      const { items, ...rest } = pageOf(registry.of(namespace), request);
      // Each may ask the cluster about its author.
      ctx.charge?.(items.length - 1);
      return { items: await mapInBatches(items, backgroundLimits.viewsAtOnceMax, view), ...rest };
    });
  }

  /** Returns an object as `view` shows it. Throws NotFound. */
  get<View>(ctx: CallContext, ref: SecretRef, view: (parsed: T) => Promise<View>): Promise<View> {
    const { namespace, name: secret } = ref;
    const { actions, rightOf } = this.#kind;
    const facts = { action: actions.get, namespace, secret };
    return this.#parts.calls.read(ctx, facts, async (trace) => {
      const call = { ctx, trace, ref };
      await this.authorise(call, rightOf('get', ref));
      return view(await this.require(call));
    });
  }

  /** Deletes an object as the caller. Throws NotFound; 412 if a condition failed. */
  delete(ctx: CallContext, ref: SecretRef, options: SpecWriteOptions): Promise<void> {
    const { namespace, name: secret } = ref;
    const { dryRun } = options;
    const { actions, rightOf } = this.#kind;
    const place = { action: actions.update, namespace, secret, deletesOnly: true } as const;
    return this.#parts.calls.write(ctx, { ...place, ...(dryRun && { dryRun }) }, async (trace) => {
      const call = { ctx, trace, ref };
      await this.authorise(call, rightOf('delete', ref));
      await untilUndisturbed(() => this.#delete(call, options));
      return new CallOutcome(undefined, { success: 'noContent' });
    });
  }

  /** Requires one of the rights before any lookup; Invalid if the broker does not work. */
  authorise(call: SpecCall, ...rights: Rights): Promise<void> {
    return authoriseServed(this.#parts, call, ...rights);
  }

  /** Returns the object in the cluster now; undefined if there is none. */
  async current(call: SpecCall): Promise<T | undefined> {
    const { uid } = await this.#namespaceOf(call);
    const { ctx, trace, ref } = call;
    const { objects, parse } = this.#kind;
    const found = await foundOrUndefined(() => objects.get({ ctx, as: 'broker', trace }, ref));
    return found && parse(found, uid);
  }

  /** Returns the object. Throws NotFound if it does not exist. */
  async require(call: SpecCall): Promise<T> {
    const found = await this.current(call);
    if (found === undefined) throw this.#notFound(call.ref);
    return found;
  }

  /** Creates or replaces the spec as the caller. Throws Forbidden, Conflict, Invalid; 412. */
  put(
    call: SpecCall,
    spec: Readonly<Record<string, unknown>>,
    options: SpecWriteOptions,
  ): Promise<{ readonly parsed: T; readonly created: boolean }> {
    return untilUndisturbed(() => this.#put(call, spec, options));
  }

  async #put(
    call: SpecCall,
    spec: Readonly<Record<string, unknown>>,
    { dryRun, ...conditions }: SpecWriteOptions,
  ): Promise<{ readonly parsed: T; readonly created: boolean }> {
    const { ctx, trace, ref } = call;
    const before = await this.current(call);
    this.#refuseFailed(ref, before, conditions);
    const created = before === undefined;
    await this.authorise(call, this.#kind.rightOf(created ? 'create' : 'update', ref));
    const { uid } = await this.#namespaceOf(call);
    const asCaller = { ctx, as: 'caller', trace } as const;
    const { objects, registry, parse } = this.#kind;
    const object = await (before === undefined
      ? objects.create(asCaller, ref, spec, { dryRun })
      : objects.replace(asCaller, before.object, spec, { dryRun }));
    const parsed = parse(object, uid);
    if (dryRun) return { parsed, created };
    await this.#saveAuthor(ctx, parsed);
    // What this replica answers from now on follows the write, not the watch.
    registry.put(object, uid);
    return { parsed, created };
  }

  async #delete(call: SpecCall, { dryRun, ...conditions }: SpecWriteOptions): Promise<void> {
    const { ctx, trace, ref } = call;
    const before = await this.current(call);
    this.#refuseFailed(ref, before, conditions);
    if (before === undefined) throw this.#notFound(ref);
    if (dryRun) return;
    await this.#kind.objects.delete({ ctx, as: 'caller', trace }, before.object);
    this.#kind.registry.remove(before.object);
    const { facts } = (await this.#parts.records.get(before.object.uid)) ?? { facts: null };
    const isKept = facts !== null && this.#kind.keepsRecord(facts);
    if (!isKept) await this.#parts.records.remove(before.object.uid);
  }

  /** A spec has one author: who writes the same spec again takes nothing over. */
  async #saveAuthor({ principal }: CallContext, { object, specHash }: T): Promise<void> {
    const { records } = this.#parts;
    const known = await records.get(object.uid);
    if (known?.specHash === specHash && known.author !== null) return;
    const { username, uid, groups, extra } = principal;
    await records.saveAuthor(
      { uid: object.uid, resource: this.#kind.kind.resource },
      { specHash, author: { username, uid, groups, extra } },
    );
  }

  async #namespaceOf({ ref }: SpecCall): Promise<{ readonly uid: string }> {
    const { namespaces } = this.#parts;
    const facts = namespaces.known(ref.namespace) ?? (await namespaces.confirm(ref.namespace));
    if (facts === undefined) throw this.#notFound(ref);
    return facts;
  }

  #refuseFailed({ name }: SecretRef, before: T | undefined, conditions: WriteConditions): void {
    const exists = `${this.#kind.kind.kind} "${name}" already exists`;
    refuseFailedConditions(before?.object, conditions, exists);
  }

  #notFound({ name }: SecretRef): SallyportError {
    const { resource } = this.#kind.kind;
    return new SallyportError('NotFound', `${resource}.sallyport.dev "${name}" not found`);
  }
}
