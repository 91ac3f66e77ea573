import { Injectable } from '@nestjs/common';
import { accessLimits } from '../core/access-limits.js';
import type { RawAnswer, RawStream } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import type { KubeAnswer, KubeCall } from './kube-call.js';
import { exchange, type KubeObject } from './kube-exchange.js';
import { forward, openForwarded, type StreamCall } from './kube-forwarding.js';
import { KubeTransport } from './kube-transport.js';
import { listPages } from './list-pages.js';
import { type Collection, openCollection } from './reflector/collection.js';

export type SelfCallOptions = Pick<KubeCall, 'signal' | 'onUpstreamId' | 'timeoutMs'>;

/** Kubernetes' `SubjectAccessReviewSpec`. */
export interface AccessReviewSpec {
  readonly user: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
  readonly resourceAttributes: ReviewedResource;
}

/** Kubernetes' `ResourceAttributes`. */
export interface ReviewedResource {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

export type AdmissionPolicyResource =
  | 'mutatingadmissionpolicies'
  | 'mutatingadmissionpolicybindings'
  | 'validatingadmissionpolicies'
  | 'validatingadmissionpolicybindings';

export type RbacResource = 'roles' | 'rolebindings' | 'clusterroles' | 'clusterrolebindings';

export interface NamespaceListOptions {
  readonly limit?: number;
  readonly continue?: string;
  readonly labelSelector?: string;
}

export interface RbacListOptions {
  readonly itemsMax?: number;
  readonly signal?: AbortSignal;
}

/**
 * Client of the gateway's own ServiceAccount, which has no right on Secrets; nor has this class a
 * method for Secrets. Answers are the API server's objects, errors SallyportError.
 */
@Injectable()
export class SelfKubeClient {
  readonly #transport: KubeTransport;

  constructor(transport: KubeTransport) {
    this.#transport = transport;
  }

  /** Reviews a token; without audiences, uses the API server's own. */
  reviewToken(
    token: string,
    audiences: readonly string[],
    options?: SelfCallOptions,
  ): Promise<KubeObject> {
    const spec = audiences.length === 0 ? { token } : { token, audiences };
    return this.#review('authentication.k8s.io', 'TokenReview', spec, options);
  }

  reviewAccess(spec: AccessReviewSpec, options?: SelfCallOptions): Promise<KubeObject> {
    return this.#review('authorization.k8s.io', 'SubjectAccessReview', spec, options);
  }

  reviewOwnAccess(
    resourceAttributes: ReviewedResource,
    options?: SelfCallOptions,
  ): Promise<KubeObject> {
    const spec = { resourceAttributes };
    return this.#review('authorization.k8s.io', 'SelfSubjectAccessReview', spec, options);
  }

  reviewOwnIdentity(options?: SelfCallOptions): Promise<KubeObject> {
    return this.#review('authentication.k8s.io', 'SelfSubjectReview', undefined, options);
  }

  listNamespaces(
    page: NamespaceListOptions = {},
    options: SelfCallOptions = {},
  ): Promise<KubeObject> {
    const { limit, ...rest } = page;
    const query = { ...rest, ...(limit === undefined ? {} : { limit: String(limit) }) };
    const path = ['api', 'v1', 'namespaces'];
    return this.#send({ ...options, method: 'GET', path, query, effect: 'none' });
  }

  /** Throws NotFound if there is none of this name. */
  getServiceAccount(
    namespace: string,
    name: string,
    options: SelfCallOptions = {},
  ): Promise<KubeObject> {
    const path = ['api', 'v1', 'namespaces', namespace, 'serviceaccounts', name];
    return this.#send({ ...options, method: 'GET', path, effect: 'none' });
  }

  /** Throws NotFound if there is none of this name. */
  getAdmissionPolicy(
    resource: AdmissionPolicyResource,
    name: string,
    options: SelfCallOptions = {},
  ): Promise<KubeObject> {
    const path = ['apis', 'admissionregistration.k8s.io', 'v1', resource, name];
    return this.#send({ ...options, method: 'GET', path, effect: 'none' });
  }

  /** Throws NotFound if there is none of this name. */
  getConfigMap(
    namespace: string,
    name: string,
    options: SelfCallOptions = {},
  ): Promise<KubeObject> {
    const path = ['api', 'v1', 'namespaces', namespace, 'configmaps', name];
    return this.#send({ ...options, method: 'GET', path, effect: 'none' });
  }

  /** Sends a merge patch; throws Conflict if its `metadata.resourceVersion` is not current. */
  patchConfigMap(
    namespace: string,
    name: string,
    body: object,
    options: SelfCallOptions = {},
  ): Promise<KubeObject> {
    const path = ['api', 'v1', 'namespaces', namespace, 'configmaps', name];
    const contentType = 'application/merge-patch+json';
    return this.#send({ ...options, method: 'PATCH', path, body, contentType, effect: 'write' });
  }

  /** Opens all objects of one RBAC kind, only as metadata. */
  rbacObjects(resource: RbacResource): Collection {
    const path = ['apis', 'rbac.authorization.k8s.io', 'v1', resource];
    const identity = { kind: 'self' } as const;
    const reader = { transport: this.#transport, identity, actor: identity };
    return openCollection(reader, { path, isMetadataOnly: true });
  }

  /** Lists RBAC objects of a namespace, or with `''` those of the whole cluster, page by page. */
  listRbac<Item>(
    resource: RbacResource,
    namespace: string,
    map: (json: unknown) => Item,
    { itemsMax = accessLimits.rbacObjectsMax, signal }: RbacListOptions = {},
  ): Promise<readonly Item[]> {
    const place = namespace === '' ? [] : ['namespaces', namespace];
    return listPages({
      send: (call) => this.#send({ ...call, ...(signal !== undefined && { signal }) }),
      path: ['apis', 'rbac.authorization.k8s.io', 'v1', ...place, resource],
      map,
      bound: { itemsMax, what: resource },
    });
  }

  /** Returns a Role, or with `''` as the namespace a ClusterRole. Throws NotFound. */
  getRole(namespace: string, name: string, options: SelfCallOptions = {}): Promise<KubeObject> {
    const place = namespace === '' ? ['clusterroles'] : ['namespaces', namespace, 'roles'];
    const path = ['apis', 'rbac.authorization.k8s.io', 'v1', ...place, name];
    return this.#send({ ...options, method: 'GET', path, effect: 'none' });
  }

  /** Opens all objects of a kind of group `sallyport.dev` that are in no namespace. */
  clusterResources(path: readonly string[]): Collection {
    const identity = { kind: 'self' } as const;
    const reader = { transport: this.#transport, identity, actor: identity };
    return openCollection(reader, { path });
  }

  /** Sends a call about such an object. */
  sendAboutResource(call: KubeCall): Promise<KubeObject> {
    return this.#send(call);
  }

  /** Opens all namespaces, only as metadata. */
  namespaces(): Collection {
    const identity = { kind: 'self' } as const;
    const reader = { transport: this.#transport, identity, actor: identity };
    return openCollection(reader, { path: ['api', 'v1', 'namespaces'], isMetadataOnly: true });
  }

  /** Throws NotFound if there is none of this name. */
  getNamespace(name: string, options: SelfCallOptions = {}): Promise<KubeObject> {
    const path = ['api', 'v1', 'namespaces', name];
    return this.#send({ ...options, method: 'GET', path, effect: 'none' });
  }

  /** Reads a document that the API server publishes about its tokens, whatever the status. */
  readPublished(path: readonly string[], options: SelfCallOptions = {}): Promise<KubeAnswer> {
    const accept = 'application/jwk-set+json, application/json';
    const responseBytesMax = limits.jwksBytesMax;
    const bounds = { ...options, responseBytesMax };
    const call: KubeCall = { ...bounds, method: 'GET', path, accept, effect: 'none' };
    return this.#transport.send(call, { kind: 'self' });
  }

  /** Forwards a request for public or already authorized data; never for Secrets. */
  forward(call: KubeCall): Promise<RawAnswer> {
    return forward(this.#transport, call, { kind: 'self' }, { kind: 'self' });
  }

  /** Opens a request with a streamed answer. */
  open(call: StreamCall): Promise<RawStream> {
    return openForwarded(this.#transport, call, { kind: 'self' }, { kind: 'self' });
  }

  /** Reports whether the API server says that it is ready; false for any other answer. */
  async isReady(options: SelfCallOptions = {}): Promise<boolean> {
    const call: KubeCall = { ...options, method: 'GET', path: ['readyz'], effect: 'none' };
    const answer = await this.#transport.send(call, { kind: 'self' });
    return answer.status === 200 && answer.body.toString('utf8') === 'ok';
  }

  #review(
    group: string,
    kind: string,
    spec: object | undefined,
    options: SelfCallOptions = {},
  ): Promise<KubeObject> {
    const body = { apiVersion: `${group}/v1`, kind, ...(spec === undefined ? {} : { spec }) };
    const path = ['apis', group, 'v1', `${kind.toLowerCase()}s`];
    return this.#send({ ...options, method: 'POST', path, body, effect: 'none' });
  }

  #send(call: KubeCall): Promise<KubeObject> {
    return exchange(this.#transport, call, { kind: 'self' }, { kind: 'self' });
  }
}
