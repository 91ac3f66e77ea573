import { Injectable } from '@nestjs/common';
import { limits } from '../core/limits.js';
import type { SecretManifest, SecretRef, StoredSecret } from '../secrets/domain/secret.js';
import {
  type DeleteAnswer,
  type ListOptions,
  type Preconditions,
  type SecretFields,
  type SecretPage,
  type SecretPatch,
  SecretStore,
  type StoreCall,
  type WriteOptions,
} from '../secrets/domain/secret.store.js';
import { BrokerKubeClient } from './broker-kube.client.js';
import { CallerKubeClient } from './caller-kube.client.js';
import type { KubeCall } from './kube-call.js';
import type { KubeObject } from './kube-exchange.js';
import {
  FIELD_MANAGER,
  toDeleteAnswer,
  toKubeData,
  toKubeSecret,
  toStoredSecret,
} from './kube-secret.mapper.js';
import { toSecretPage } from './kube-secret-page.js';
import { outcomeUnknown } from './network-failure.js';
import { isInapplicable, patchesCreatingMaps } from './patch-absent-map.js';

/** No Secret has this version: a server-side apply with it creates a Secret or changes nothing. */
const NO_SUCH_VERSION = '1';
// The API server itself waits three seconds for a version that it has not seen.
const CATCH_UP_MS_MAX = 2_000;
const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
} as const;

/** Secrets over the Kubernetes API, as the caller or as the broker. */
@Injectable()
export class KubeSecretStore extends SecretStore {
  readonly #caller: CallerKubeClient;
  readonly #broker: BrokerKubeClient;

  constructor(caller: CallerKubeClient, broker: BrokerKubeClient) {
    super();
    this.#caller = caller;
    this.#broker = broker;
  }

  /** Lists Secrets; an empty namespace lists all of them. */
  override async list(
    call: StoreCall,
    namespace: string,
    options: ListOptions,
  ): Promise<SecretPage> {
    const { limit, ...rest } = options;
    const json = await this.#send(call, {
      method: 'GET',
      path: collection(namespace),
      query: { ...rest, limit: String(limit) },
      effect: 'none',
      responseBytesMax: limits.upstreamListBytesMax,
    });
    return toSecretPage(json);
  }

  override async get(
    call: StoreCall,
    ref: SecretRef,
    options: { readonly notOlderThan?: string } = {},
  ): Promise<StoredSecret> {
    const { notOlderThan } = options;
    const catchUp =
      notOlderThan === undefined
        ? {}
        : { query: { resourceVersion: notOlderThan }, timeoutMs: CATCH_UP_MS_MAX };
    return toStoredSecret(
      await this.#send(call, { method: 'GET', path: item(ref), effect: 'none', ...catchUp }),
    );
  }

  override async create(
    call: StoreCall,
    secret: SecretManifest,
    options: WriteOptions,
  ): Promise<StoredSecret> {
    return this.#write(call, options, {
      method: 'POST',
      path: collection(secret.namespace),
      body: toKubeSecret(secret),
    });
  }

  override async update(
    call: StoreCall,
    secret: SecretManifest,
    options: WriteOptions,
  ): Promise<StoredSecret> {
    const body = toKubeSecret(secret);
    return this.#write(call, options, { method: 'PUT', path: item(secret), body });
  }

  override async patch(
    call: StoreCall,
    ref: SecretRef,
    patch: SecretPatch,
    options: WriteOptions,
  ): Promise<StoredSecret> {
    const send = (body: unknown) =>
      this.#write(call, options, {
        method: 'PATCH',
        path: item(ref),
        body,
        contentType: PATCH_TYPES[patch.kind],
      });
    if (patch.kind === 'merge') return send(patch.document);
    return patchCreatingMaps(patch.operations, send);
  }

  override async apply(call: StoreCall, fields: SecretFields): Promise<StoredSecret> {
    const { manager, force, before, type, annotations, data, ...ref } = fields;
    const { uid, resourceVersion } = before ?? { uid: undefined, resourceVersion: NO_SUCH_VERSION };
    const { namespace, name } = ref;
    const query = { fieldManager: manager, force: String(force) };
    const json = await this.#send(call, {
      method: 'PATCH',
      path: item(ref),
      query,
      body: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace, annotations, ...(uid && { uid }), resourceVersion },
        type,
        data: toKubeData(data),
      },
      contentType: 'application/apply-patch+yaml',
      effect: 'write',
    });
    return written(json);
  }

  override async delete(
    call: StoreCall,
    ref: SecretRef,
    preconditions: Preconditions,
    options: WriteOptions,
  ): Promise<DeleteAnswer> {
    const answer = await this.#send(call, {
      method: 'DELETE',
      path: item(ref),
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions,
        // If there is a body, the API server ignores the query.
        ...(options.dryRun ? { dryRun: ['All'] } : {}),
      },
      effect: options.dryRun ? 'none' : 'write',
    });
    return toDeleteAnswer(answer);
  }

  async #write(
    call: StoreCall,
    options: WriteOptions,
    request: Pick<KubeCall, 'method' | 'path' | 'body' | 'contentType'>,
  ): Promise<StoredSecret> {
    const { dryRun } = options;
    const query = { fieldManager: FIELD_MANAGER, ...(dryRun ? { dryRun: 'All' } : {}) };
    const effect = dryRun ? 'none' : 'write';
    const json = await this.#send(call, { ...request, query, effect });
    return dryRun ? toStoredSecret(json) : written(json);
  }

  #send({ ctx, as, trace }: StoreCall, request: KubeCall): Promise<KubeObject> {
    const traced: KubeCall = {
      ...request,
      signal: ctx.signal,
      onUpstreamId: (id) => trace.upstreamIds.push(id),
    };
    if (as === 'caller') {
      // If the broker has acted too, the event says so.
      if (trace.plane === 'none') trace.plane = 'caller';
      return this.#caller.send(ctx.principal, traced);
    }
    trace.plane = 'broker';
    return this.#broker.send(traced);
  }
}

/** Parses the response to a write, which has taken effect even if it cannot be read. */
function written(json: KubeObject): StoredSecret {
  try {
    return toStoredSecret(json);
  } catch {
    throw outcomeUnknown('API server answered a write with something else than a Secret');
  }
}

async function patchCreatingMaps(
  operations: readonly KubeObject[],
  send: (body: unknown) => Promise<StoredSecret>,
): Promise<StoredSecret> {
  const attempts = [operations, ...patchesCreatingMaps(operations)];
  let failure: unknown;
  for (const attempt of attempts) {
    try {
      return await send(attempt);
    } catch (error) {
      if (!isInapplicable(error)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

function collection(namespace: string): readonly string[] {
  if (namespace === '') return ['api', 'v1', 'secrets'];
  return ['api', 'v1', 'namespaces', namespace, 'secrets'];
}

function item({ namespace, name }: SecretRef): readonly string[] {
  return ['api', 'v1', 'namespaces', namespace, 'secrets', name];
}
