import { Injectable } from '@nestjs/common';
import { invalid } from '../core/errors/sallyport-error.js';
import { type PolicyStatus, RotationPolicies } from '../rotation/domain/rotation-policies.js';
import type { StoredPolicy } from '../rotation/domain/rotation-policy.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { StoreCall } from '../secrets/domain/secret.store.js';
import { BrokerKubeClient } from './broker-kube.client.js';
import { CallerKubeClient } from './caller-kube.client.js';
import type { KubeCall } from './kube-call.js';
import type { KubeObject } from './kube-exchange.js';
import { recordOf } from './kube-json.js';
import { FIELD_MANAGER } from './kube-secret.mapper.js';
import { toStoredPolicy } from './rotation-policy.mapper.js';
import { isUnknownPath } from './translate-kube-error.js';

const KIND = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'SecretRotation' };

/** SecretRotations over the Kubernetes API, as the caller or as the broker. */
@Injectable()
export class KubeRotationPolicies extends RotationPolicies {
  readonly #caller: CallerKubeClient;
  readonly #broker: BrokerKubeClient;

  constructor(caller: CallerKubeClient, broker: BrokerKubeClient) {
    super();
    this.#caller = caller;
    this.#broker = broker;
  }

  override async get(call: StoreCall, ref: SecretRef): Promise<StoredPolicy> {
    return toStoredPolicy(
      await this.#send(call, { method: 'GET', path: item(ref), effect: 'none' }),
    );
  }

  override async create(call: StoreCall, ref: SecretRef, spec: object): Promise<StoredPolicy> {
    const { namespace, name } = ref;
    const body = { ...KIND, metadata: { namespace, name }, spec };
    return this.#write(call, { method: 'POST', path: collectionPath(namespace), body });
  }

  override async replace(
    call: StoreCall,
    policy: StoredPolicy,
    spec: object,
  ): Promise<StoredPolicy> {
    const { uid, resourceVersion } = policy;
    // Metadata of other clients stays. It is an update, because the update right was checked.
    const read = { method: 'GET', path: item(policy), effect: 'none' } as const;
    const { status: _, ...found } = await this.#send({ ...call, as: 'broker' }, read);
    const metadata = { ...recordOf(found['metadata']), uid, resourceVersion };
    const body = { ...found, metadata, spec };
    return this.#write(call, { method: 'PUT', path: item(policy), body });
  }

  override async delete(call: StoreCall, policy: StoredPolicy): Promise<void> {
    const { uid, resourceVersion } = policy;
    const preconditions = { uid, resourceVersion };
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
    await this.#send(call, { method: 'DELETE', path: item(policy), body, effect: 'write' });
  }

  override async writeStatus(
    call: StoreCall,
    policy: Pick<StoredPolicy, 'namespace' | 'name' | 'uid'>,
    status: PolicyStatus,
  ): Promise<void> {
    await this.#send(call, {
      method: 'PATCH',
      path: [...item(policy), 'status'],
      query: { fieldManager: FIELD_MANAGER },
      body: { metadata: { uid: policy.uid }, status: nulled(status) },
      contentType: 'application/merge-patch+json',
      effect: 'write',
    });
  }

  async #write(
    call: StoreCall,
    request: Pick<KubeCall, 'method' | 'path' | 'body'>,
  ): Promise<StoredPolicy> {
    const query = { fieldManager: FIELD_MANAGER };
    return toStoredPolicy(await this.#send(call, { ...request, query, effect: 'write' }));
  }

  async #send(call: StoreCall, request: KubeCall): Promise<KubeObject> {
    try {
      return await this.#sendAs(call, request);
    } catch (error) {
      if (!isUnknownPath(error)) throw error;
      throw invalid([], 'the cluster knows no SecretRotation: install deploy/crds');
    }
  }

  async #sendAs({ ctx, as, trace }: StoreCall, request: KubeCall): Promise<KubeObject> {
    const traced: KubeCall = {
      ...request,
      signal: ctx.signal,
      onUpstreamId: (id) => trace.upstreamIds.push(id),
    };
    if (as === 'caller') {
      if (trace.plane === 'none') trace.plane = 'caller';
      return this.#caller.send(ctx.principal, traced);
    }
    trace.plane = 'broker';
    return this.#broker.send(traced);
  }
}

/** Returns null for absent members: a merge patch then deletes them. */
function nulled(status: PolicyStatus): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(status).map(([name, value]) => [name, value === undefined ? null : value]),
  );
}

export function collectionPath(namespace: string): readonly string[] {
  const scope = namespace === '' ? [] : ['namespaces', namespace];
  return ['apis', 'sallyport.dev', 'v1alpha1', ...scope, 'secretrotations'];
}

function item({ namespace, name }: SecretRef): readonly string[] {
  return [...collectionPath(namespace), name];
}
