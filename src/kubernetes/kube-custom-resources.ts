import { invalid } from '../core/errors/sallyport-error.js';
import type {
  CustomResource,
  CustomResourceKind,
  CustomResourceStatus,
} from '../custom-resources/domain/custom-resource.js';
import {
  type CustomResourcePage,
  type CustomResourceWriteOptions,
  ListedCustomResources,
  type StatusTarget,
} from '../custom-resources/domain/custom-resources.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { StoreCall } from '../secrets/domain/secret.store.js';
import type { CallerKubeClient } from './caller-kube.client.js';
import type { KubeCall } from './kube-call.js';
import type { KubeObject } from './kube-exchange.js';
import { listOf, recordOf, textOf } from './kube-json.js';
import { FIELD_MANAGER } from './kube-secret.mapper.js';
import { toClusterResource, toCustomResource } from './custom-resource.mapper.js';
import { isUnknownPath } from './translate-kube-error.js';

const API_VERSION = 'sallyport.dev/v1alpha1';

/** Identity of the gateway that reads objects and writes their statuses. */
export interface OwnClient {
  readonly plane: 'broker' | 'self';
  readonly send: (call: KubeCall) => Promise<KubeObject>;
}

/** Objects of a kind over the Kubernetes API, as the caller or as the broker. */
export class KubeCustomResources extends ListedCustomResources {
  readonly #kind: CustomResourceKind;
  readonly #caller: CallerKubeClient;
  readonly #own: OwnClient | undefined;
  readonly #parse: (object: KubeObject) => CustomResource;

  /** Without an identity of its own, the gateway does everything as the caller. */
  constructor(kind: CustomResourceKind, caller: CallerKubeClient, own?: OwnClient) {
    super();
    this.#kind = kind;
    this.#caller = caller;
    this.#own = own;
    this.#parse = kind.isClusterScoped === true ? toClusterResource : toCustomResource;
  }

  override async get(call: StoreCall, ref: SecretRef): Promise<CustomResource> {
    return this.#parse(
      await this.#send(call, { method: 'GET', path: this.#item(ref), effect: 'none' }),
    );
  }

  override async create(
    call: StoreCall,
    ref: SecretRef,
    spec: object,
    options: CustomResourceWriteOptions = {},
  ): Promise<CustomResource> {
    const { namespace, name } = ref;
    const body = {
      apiVersion: API_VERSION,
      kind: this.#kind.kind,
      metadata: { ...(namespace !== '' && { namespace }), name },
      spec,
    };
    const path = this.#collection(namespace);
    return this.#write(call, { method: 'POST', path, body }, options);
  }

  override async replace(
    call: StoreCall,
    object: CustomResource,
    spec: object,
    options: CustomResourceWriteOptions = {},
  ): Promise<CustomResource> {
    const { uid, resourceVersion } = object;
    // Metadata of other clients stays. It is an update, because the update right was checked.
    const read = { method: 'GET', path: this.#item(object), effect: 'none' } as const;
    const { status: _, ...found } = await this.#send({ ...call, as: 'broker' }, read);
    const metadata = { ...recordOf(found['metadata']), uid, resourceVersion };
    const body = { ...found, metadata, spec };
    return this.#write(call, { method: 'PUT', path: this.#item(object), body }, options);
  }

  override async delete(call: StoreCall, object: CustomResource): Promise<void> {
    const { uid, resourceVersion } = object;
    const preconditions = { uid, resourceVersion };
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
    await this.#send(call, { method: 'DELETE', path: this.#item(object), body, effect: 'write' });
  }

  override async writeStatus(
    call: StoreCall,
    object: StatusTarget,
    status: CustomResourceStatus,
  ): Promise<void> {
    const { uid, resourceVersion } = object;
    await this.#send(call, {
      method: 'PATCH',
      path: [...this.#item(object), 'status'],
      query: { fieldManager: FIELD_MANAGER },
      body: { metadata: { uid, resourceVersion }, status: nulled(status) },
      contentType: 'application/merge-patch+json',
      effect: 'write',
    });
  }

  override async list(
    call: StoreCall,
    namespace: string,
    { limit, continue: cursor }: { readonly limit: number; readonly continue?: string | undefined },
  ): Promise<CustomResourcePage> {
    const query = { limit: String(limit), ...(cursor !== undefined && { continue: cursor }) };
    const path = this.#collection(namespace);
    const list = await this.#send(call, { method: 'GET', path, query, effect: 'none' });
    const next = textOf(recordOf(list['metadata'])['continue']);
    const items = listOf(list['items']).map((item) => this.#parse(recordOf(item)));
    return { items, ...(next !== '' && { continue: next }) };
  }

  async #write(
    call: StoreCall,
    request: Pick<KubeCall, 'method' | 'path' | 'body'>,
    { dryRun = false }: CustomResourceWriteOptions,
  ): Promise<CustomResource> {
    const query = { fieldManager: FIELD_MANAGER, ...(dryRun && { dryRun: 'All' }) };
    return this.#parse(await this.#send(call, { ...request, query, effect: 'write' }));
  }

  async #send(call: StoreCall, request: KubeCall): Promise<KubeObject> {
    try {
      return await this.#sendAs(call, request);
    } catch (error) {
      if (!isUnknownPath(error)) throw error;
      throw invalid([], `the cluster knows no ${this.#kind.kind}: install deploy/crds`);
    }
  }

  async #sendAs({ ctx, as, trace }: StoreCall, request: KubeCall): Promise<KubeObject> {
    const traced: KubeCall = {
      ...request,
      signal: ctx.signal,
      onUpstreamId: (id) => trace.upstreamIds.push(id),
    };
    if (as === 'caller' || this.#own === undefined) {
      if (trace.plane === 'none') trace.plane = 'caller';
      return this.#caller.send(ctx.principal, traced);
    }
    trace.plane = this.#own.plane;
    return this.#own.send(traced);
  }

  #collection(namespace: string): readonly string[] {
    return collectionPath(this.#kind.resource, namespace);
  }

  #item({ namespace, name }: SecretRef): readonly string[] {
    return [...this.#collection(namespace), name];
  }
}

/** Returns null for absent members: a merge patch then deletes them. */
function nulled(status: CustomResourceStatus): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(status).map(([name, value]) => [name, value === undefined ? null : value]),
  );
}

/** Returns the path of all objects of a kind in a namespace; `''`: in all namespaces. */
export function collectionPath(resource: string, namespace: string): readonly string[] {
  const scope = namespace === '' ? [] : ['namespaces', namespace];
  return ['apis', ...API_VERSION.split('/'), ...scope, resource];
}
