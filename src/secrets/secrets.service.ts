import { Injectable } from '@nestjs/common';
import type { AuditFacts } from '../audit/domain/audit-event.js';
import type { CallRunner } from '../calls/call-runner.service.js';
import { type Rights, secretRight } from '../access/domain/secret-rights.js';
import type { CallContext } from '../core/call-context.js';
import { IdempotencyService } from '../platform/idempotency/idempotency.service.js';
import { PastSecrets, type RestoreRequest } from './domain/past-secrets.js';
import { isOfKeysOnly } from './domain/patch-reach.js';
import type { SecretRef } from './domain/secret.js';
import type { Preconditions } from './domain/secret.store.js';
import { type ManifestText, SealedSecrets } from './domain/sealed-secrets.js';
import { parseWriteBody } from './domain/write-body.js';
import { SecretLists } from './list/secret-lists.js';
import { SecretReads } from './read/secret-reads.js';
import { SecretValues } from './read/secret-values.js';
import { ChangeStreams } from './watch/change-stream.js';
import { SecretDependencies } from './secrets.dependencies.js';
import { resultInScope } from './write/result-in-scope.js';
import { canonicalBytes } from './write/canonical-bytes.js';
import { createSecret } from './write/create-secret.js';
import { deleteSecret } from './write/delete-secret.js';
import { parsePermitted } from './write/parse-permitted.js';
import { patchSecret, planPatch } from './write/patch-secret.js';
import { replaceSecret } from './write/replace-secret.js';
import { replaceSealed, withSealedReason } from './write/replace-sealed.js';
import { restoreSecret } from './write/restore-secret.js';
import {
  deleteEntry,
  type KeyEntry,
  type KeyPlace,
  keyReach,
  putEntry,
} from './write/key-entries.js';
import {
  type WriteCall,
  type WriteOptions,
  type WriteDependencies,
  type WriteOutcome,
  type WriteResult,
  writeOutcome,
} from './write/write-call.js';
import { factsOf, requireAgain, type WriteFacts } from './write/write-facts.js';

/** Service of Secrets: REST, GraphQL and kubectl translate to these calls. */
@Injectable()
export class SecretsService {
  readonly reads: SecretReads;
  readonly lists: SecretLists;
  readonly past: PastSecrets;
  readonly values: SecretValues;
  readonly changes: ChangeStreams;
  readonly #calls: CallRunner;
  readonly #writing: WriteDependencies;
  readonly #idempotency: IdempotencyService;
  readonly #sealed: SealedSecrets;

  constructor(
    parts: SecretDependencies,
    reads: SecretReads,
    lists: SecretLists,
    past: PastSecrets,
    values: SecretValues,
    changes: ChangeStreams,
    idempotency: IdempotencyService,
    sealed: SealedSecrets,
  ) {
    this.#calls = parts.calls;
    const { store, cache, documents, access, served, history, rules, checks } = parts;
    this.#writing = { store, cache, documents, access, served, history, rules, checks };
    this.reads = reads;
    this.lists = lists;
    this.past = past;
    this.values = values;
    this.changes = changes;
    this.#idempotency = idempotency;
    this.#sealed = sealed;
  }

  async create(
    ctx: CallContext,
    namespace: string,
    body: unknown,
    options: WriteOptions,
  ): Promise<WriteResult> {
    const action = 'secrets.create';
    const parse = () => parseWriteBody(body, { namespace });
    const rights: Rights = [secretRight('create', { namespace, name: '' })];
    const input = await this.#parsed(ctx, { action, namespace }, rights, body, parse);
    return this.#write(ctx, factsOf(action, 'POST secrets', input), options, (call) =>
      createSecret(call, input),
    );
  }

  async replace(
    ctx: CallContext,
    ref: SecretRef,
    body: unknown,
    options: WriteOptions,
  ): Promise<WriteResult> {
    const action = 'secrets.update';
    const { namespace, name: secret } = ref;
    const parse = () => parseWriteBody(body, ref);
    const create = secretRight('create', { namespace, name: '' });
    const rights: Rights = [secretRight('update', ref), create];
    const input = await this.#parsed(ctx, { action, namespace, secret }, rights, body, parse);
    return this.#write(ctx, factsOf(action, 'PUT secret', input), options, (call) =>
      replaceSecret(call, input),
    );
  }

  /** Creates or replaces a Secret from a manifest whose values are sealed for this gateway. */
  async applySealed(
    ctx: CallContext,
    namespace: string,
    manifest: ManifestText,
    options: WriteOptions,
  ): Promise<WriteResult> {
    const call = withSealedReason(ctx);
    const action = 'secrets.update';
    const parse = () => this.#sealed.parse(call, manifest, namespace);
    const rights: Rights = [secretRight('create', { namespace, name: '' })];
    const sealed = await this.#parsed(call, { action, namespace }, rights, undefined, parse);
    const { keys, request, name } = sealed;
    const facts = { action, ref: { namespace, name }, keys, request } as const;
    return this.#write(call, { ...facts, route: 'POST sealedsecrets' }, options, (write) =>
      replaceSealed(write, sealed),
    );
  }

  async patch(
    ctx: CallContext,
    ref: SecretRef,
    body: unknown,
    options: WriteOptions & { readonly isJsonPatch: boolean },
  ): Promise<WriteResult> {
    const action = 'secrets.patch';
    const { namespace, name: secret } = ref;
    const parse = () => planPatch(body, ref, options.isJsonPatch);
    const rights: Rights = [secretRight('patch', ref)];
    const plan = await this.#parsed(ctx, { action, namespace, secret }, rights, body, parse);
    const facts = {
      action,
      ref,
      keys: plan.touched,
      ...(isOfKeysOnly(plan.patch) ? { keysOnly: true as const } : {}),
      route: 'PATCH secret',
      request: body,
    } as const;
    return this.#write(ctx, facts, options, (call) => patchSecret(call, ref, plan));
  }

  delete(
    ctx: CallContext,
    ref: SecretRef,
    options: WriteOptions,
    stated: Preconditions = {},
  ): Promise<WriteResult> {
    const facts = {
      action: 'secrets.delete',
      ref,
      keys: [],
      route: 'DELETE secret',
      request: stated,
    } as const;
    return this.#write(ctx, facts, options, (call) => deleteSecret(call, ref, stated));
  }

  putKey(
    ctx: CallContext,
    ref: SecretRef,
    entry: KeyEntry,
    options: WriteOptions,
  ): Promise<WriteResult> {
    const reach = { ...keyReach(entry), route: 'PUT key', request: entry } as const;
    const facts = { action: 'secrets.update', ref, ...reach } as const;
    return this.#write(ctx, facts, options, (call) => putEntry(call, ref, entry));
  }

  deleteKey(
    ctx: CallContext,
    ref: SecretRef,
    place: KeyPlace,
    options: WriteOptions,
  ): Promise<WriteResult> {
    const request = place.pointer === undefined ? place.key : place;
    const reach = { ...keyReach(place), route: 'DELETE key', request } as const;
    const facts = { action: 'secrets.update', ref, ...reach } as const;
    return this.#write(ctx, facts, options, (call) => deleteEntry(call, ref, place));
  }

  /** Restores a version as the current state; recreates a deleted Secret. */
  restore(
    ctx: CallContext,
    ref: SecretRef,
    version: string,
    options: WriteOptions & Omit<RestoreRequest, 'version'>,
  ): Promise<WriteResult> {
    const past = this.past.state(ref, { ...options, version });
    const { request } = past;
    const facts = { action: 'versions.restore', ref, keys: [], route: 'POST restore' } as const;
    return this.#write(ctx, { ...facts, request, past }, options, (call) =>
      restoreSecret(call, ref, past),
    );
  }

  #parsed<T>(
    ctx: CallContext,
    facts: AuditFacts,
    rights: Rights,
    body: unknown,
    parse: () => T,
  ): Promise<T> {
    const parts = { calls: this.#calls, access: this.#writing.access };
    return parsePermitted(parts, ctx, facts, { rights, body, parse });
  }

  async #write(
    ctx: CallContext,
    facts: WriteFacts,
    options: WriteOptions,
    effect: (call: WriteCall) => Promise<WriteOutcome>,
  ): Promise<WriteResult> {
    const { action, ref, keys, keysOnly, pointers, route } = facts;
    const { namespace, name } = ref;
    const { dryRun } = options;
    const reach = { keys, ...(keysOnly && { keysOnly }), ...(pointers && { pointers }) };
    const event = { action, namespace, secret: name, ...reach, ...(dryRun ? { dryRun } : {}) };
    const written = await this.#calls.write(ctx, event, async (trace) => {
      const access = this.#writing.access.tracedBy(trace.upstreamIds);
      const run = (afterUnknown: boolean) =>
        effect({ ...this.#writing, access, ctx, trace, options, afterUnknown });
      const { idempotencyKey, ...conditions } = options;
      if (idempotencyKey === undefined) return run(false);
      let outcome: WriteOutcome | undefined;
      const answer = await this.#idempotency.run(ctx, {
        route: `${ctx.door} ${route}`,
        key: idempotencyKey,
        fingerprintInput: canonicalBytes([ref, conditions, facts.request]),
        effect: async ({ afterUnknown }) => {
          outcome = await run(afterUnknown);
          return { status: outcome.status, body: { ...outcome.value }, headers: {} };
        },
      });
      // A replay needs no call of the cluster, but the right is checked in any case.
      if (answer.isReplay) await requireAgain(access, ctx, facts);
      const stored = answer.body as unknown as WriteResult; // by the effect above, nobody else
      return outcome ?? writeOutcome(stored);
    });
    return resultInScope(ctx, written);
  }
}
