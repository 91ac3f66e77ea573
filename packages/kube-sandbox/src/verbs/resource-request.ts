import type { RuleResolver } from '../authz/rbac-authorizer.js';
import type { Authorizer, UserInfo } from '../model/identity.js';
import type { ObjectPath } from '../model/object-reader.js';
import { type ResourceDefinition, storageKey } from '../model/resource-definition.js';
import type { ServiceAccountTokens } from '../authn/service-account-tokens.js';
import type { ResourceRegistry } from '../registry/resource-registry.js';
import type { PublishedSchemas } from '../discovery/openapi-schemas.js';
import type { SchemaSource } from '../model/schema-node.js';
import type { ObjectStore } from '../store/object-store.js';

/** Dependencies of every verb. */
export interface ApiParts {
  readonly store: ObjectStore;
  readonly registry: ResourceRegistry;
  readonly authorizer: Authorizer & RuleResolver;
  readonly tokens: ServiceAccountTokens;
  readonly schemas: SchemaSource & PublishedSchemas;
  readonly nowMs: () => number;
}

/** Authenticated and authorized request for a served resource. */
export interface ResourceRequest {
  readonly definition: ResourceDefinition;
  readonly user: UserInfo;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly query: URLSearchParams;
  readonly accept: string;
  readonly contentType: string;
  readonly userAgent: string;
  readonly body: Buffer;
}

/** Returns the path at which the object of a request is stored. */
export function pathOfRequest({ definition, namespace, name }: ResourceRequest): ObjectPath {
  const space = definition.isNamespaced ? namespace : '';
  return { resource: storageKey(definition), namespace: space, name };
}

/** Formats RFC 3339 in whole seconds, as `metav1.Time`. */
export function timestamp(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}
