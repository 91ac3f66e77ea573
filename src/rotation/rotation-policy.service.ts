import { untilUndisturbed } from '../custom-resources/domain/until-undisturbed.js';
import type { SpecWriteOptions } from '../custom-resources/domain/write-conditions.js';
import { rotationRight } from '../access/domain/secret-rights.js';
import { CallOutcome, type CallTrace } from '../calls/domain/call-trace.js';
import type { CallContext } from '../core/call-context.js';
import type { Success } from '../core/success-status.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import { generatedKeyNames } from './domain/generated/generated-keys.js';
import { parseSpec } from './domain/parse-spec.js';
import { type PolicyView, toPolicyView, withoutReadOnly } from './domain/policy-view.js';
import { parsePolicy } from './domain/rotation-policy.js';
import { usernameKeyOf, type RotationSpec } from './domain/rotation-spec.js';
import { putPolicy, refuseFailedPolicyConditions } from './put-policy.js';
import {
  authorise,
  callOf,
  currentPolicy,
  requirePolicy,
  type RotationCall,
  rotationNotFound,
  storeCall,
} from './rotation-call.js';
import type { RotationDependencies } from './rotation.dependencies.js';

export interface PolicyWriteOptions extends SpecWriteOptions {
  readonly idempotencyKey?: string | undefined;
}

interface PolicyWrite<T> {
  readonly options: PolicyWriteOptions;
  /** Everything that makes two requests equal. */
  readonly request: unknown;
  readonly successOf: (result: T) => Success;
}

export interface WrittenPolicy {
  readonly view: PolicyView;
  readonly created: boolean;
}

/** Service of the rotation of a Secret: what, when and how. */
export class RotationPolicyService {
  readonly #parts: RotationDependencies;

  constructor(parts: RotationDependencies) {
    this.#parts = parts;
  }

  /** Returns a policy. Throws Forbidden, NotFound, Invalid outside the served namespaces. */
  get(ctx: CallContext, ref: SecretRef): Promise<PolicyView> {
    const { namespace, name: secret } = ref;
    const facts = { action: 'rotations.get', namespace, secret } as const;
    return this.#parts.calls.read(ctx, facts, async (trace) => {
      const call = callOf(this.#parts, ctx, trace, ref);
      await authorise(this.#parts, call, rotationRight('get', ref));
      const known = await requirePolicy(this.#parts, call);
      const { engine, store } = this.#parts;
      const [last] = await store.list(known, { limit: 1 });
      return toPolicyView(known, {
        nextRunMs: engine.nextRunMs(known.policy.uid),
        author: (await engine.authorOf(known))?.username,
        last,
      });
    });
  }

  /**
   * Creates or replaces a policy as the caller, who becomes its author. Needs the rights
   * in docs/rotation.md. Throws Forbidden, Invalid, Conflict; 412 if a condition failed.
   */
  put(
    ctx: CallContext,
    ref: SecretRef,
    body: unknown,
    options: PolicyWriteOptions,
  ): Promise<WrittenPolicy> {
    const given = withoutReadOnly(body);
    const write = { options, request: given, successOf } as const;
    return this.#write(ctx, ref, write, (trace) =>
      this.#put(callOf(this.#parts, ctx, trace, ref), given, options),
    );
  }

  /** Deletes a policy. Generated values stay; an active run is given up. Throws NotFound. */
  async delete(ctx: CallContext, ref: SecretRef, options: PolicyWriteOptions): Promise<void> {
    const write = { options, request: 'delete', successOf: () => 'noContent' as const } as const;
    await this.#write(ctx, ref, write, async (trace) => {
      const call = callOf(this.#parts, ctx, trace, ref);
      await authorise(this.#parts, call, rotationRight('delete', ref));
      await untilUndisturbed(() => this.#delete(call, options));
      return {};
    });
  }

  async #delete(call: RotationCall, options: PolicyWriteOptions): Promise<void> {
    const policy = await currentPolicy(this.#parts, call);
    refuseFailedPolicyConditions(policy, options);
    if (policy === undefined) throw rotationNotFound(call.ref);
    if (options.dryRun) return;
    await this.#parts.policies.delete(storeCall(call, 'caller'), policy);
  }

  async #put(
    call: RotationCall,
    given: Readonly<Record<string, unknown>>,
    options: PolicyWriteOptions,
  ): Promise<WrittenPolicy> {
    const parts = this.#parts;
    const { ref, trace } = call;
    const rights = [rotationRight('update', ref), rotationRight('create', ref)] as const;
    await authorise(parts, call, ...rights);
    const spec = parseSpec(ref.name, given);
    trace.note({ keys: keysOf(spec) });
    const { policy, namespaceUid, created } = await putPolicy(
      parts,
      call,
      { spec, given },
      options,
    );
    const known = parsePolicy(policy, namespaceUid);
    const author = options.dryRun ? call.ctx.principal.username : undefined;
    const view = toPolicyView(known, {
      nextRunMs: parts.engine.nextRunMs(policy.uid),
      author: author ?? (await parts.engine.authorOf(known))?.username,
      last: undefined,
    });
    return { view, created };
  }

  #write<T extends object>(
    ctx: CallContext,
    ref: SecretRef,
    write: PolicyWrite<T>,
    effect: (trace: CallTrace) => Promise<T>,
  ): Promise<T> {
    const { namespace, name: secret } = ref;
    const { options, request, successOf } = write;
    const { idempotencyKey, dryRun, ...conditions } = options;
    const facts = {
      action: 'rotations.update',
      namespace,
      secret,
      ...(request === 'delete' && { deletesOnly: true as const }),
      ...(dryRun && { dryRun }),
    } as const;
    return this.#parts.calls.write(ctx, facts, async (trace) => {
      const outcomeOf = (result: T) => new CallOutcome(result, { success: successOf(result) });
      if (idempotencyKey === undefined) return outcomeOf(await effect(trace));
      const answer = await this.#parts.idempotency.run(ctx, {
        route: `${ctx.door} ${request === 'delete' ? 'DELETE' : 'PUT'} rotation`,
        key: idempotencyKey,
        fingerprintInput: JSON.stringify([namespace, secret, request, conditions, dryRun]),
        effect: async () => {
          const { value, status } = outcomeOf(await effect(trace));
          return { status, body: { ...value } };
        },
      });
      // A replay needs no call of the cluster, but the right is checked in any case.
      if (answer.isReplay) {
        const verb = request === 'delete' ? 'delete' : 'update';
        await this.#parts.access.require(ctx, rotationRight(verb, ref));
      }
      return outcomeOf(answer.body as unknown as T); // stored by the effect above, nobody else
    });
  }
}

function successOf({ created }: WrittenPolicy): Success {
  return created ? 'created' : 'ok';
}

/** Returns the keys that a rotation writes. */
function keysOf(spec: RotationSpec): readonly string[] {
  const user = usernameKeyOf(spec.target);
  return [...generatedKeyNames(spec.generate), ...(user === undefined ? [] : [user])];
}
