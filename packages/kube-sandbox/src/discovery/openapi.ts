import type { JsonObject } from '../model/kube-object.js';
import type { ResourceDefinition } from '../model/resource-definition.js';
import { hashOf } from './entity-tag.js';
import { resourcesOf, servedGroups } from './group-order.js';
import { pathsOf } from './openapi-paths.js';
import { type PublishedSchemas, reachableSchemas } from './openapi-schemas.js';

type Definitions = readonly ResourceDefinition[];

/** Document as sent. */
export interface OpenApiDocument {
  readonly text: string;
  /** Hash for `?hash=` and, in quotes, `ETag`. */
  readonly hash: string;
}

function documentOf(definitions: Definitions, schemas: PublishedSchemas): string {
  const items = definitions.flatMap((definition) => [...pathsOf(definition, schemas)]);
  const paths = Object.fromEntries(items);
  return JSON.stringify({
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: '1.37' },
    paths,
    components: { schemas: reachableSchemas(definitions, paths, schemas) },
  });
}

/** Returns a text of all members of a definition that affect a document. */
function fingerprint(definition: ResourceDefinition): string {
  const { strategy, columns, schema, isCustom, ...said } = definition;
  return JSON.stringify({ ...said, isCustom, schema: isCustom ? schema : undefined });
}

/**
 * Documents of `/openapi/v3`, built once for each set of definitions.
 * https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
 */
export class OpenApiDocuments {
  readonly #schemas: PublishedSchemas;
  readonly #fingerprints = new WeakMap<ResourceDefinition, string>();
  readonly #documents = new Map<string, OpenApiDocument & { readonly madeFrom: string }>();

  constructor(schemas: PublishedSchemas) {
    this.#schemas = schemas;
  }

  /** Returns `/openapi/v3`. */
  index(definitions: Definitions): JsonObject {
    const paths: JsonObject = {};
    for (const { name, versions } of servedGroups(definitions)) {
      for (const version of versions) {
        const path = name === '' ? `api/${version}` : `apis/${name}/${version}`;
        const document = this.document(definitions, name, version);
        if (document === undefined) continue;
        paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${document.hash}` };
      }
    }
    return { paths };
  }

  /** Returns `/openapi/v3/api/v1` (group empty) or `/openapi/v3/apis/GROUP/VERSION`. */
  document(definitions: Definitions, group: string, version: string): OpenApiDocument | undefined {
    const served = resourcesOf(definitions, group, version);
    if (served.length === 0) return undefined;
    const key = `${group}/${version}`;
    const madeFrom = served.map((definition) => this.#fingerprintOf(definition)).join('\n');
    const known = this.#documents.get(key);
    if (known?.madeFrom === madeFrom) return known;
    const text = documentOf(served, this.#schemas);
    const document = { text, hash: hashOf(text), madeFrom };
    this.#documents.set(key, document);
    return document;
  }

  #fingerprintOf(definition: ResourceDefinition): string {
    const known = this.#fingerprints.get(definition);
    if (known !== undefined) return known;
    const made = hashOf(fingerprint(definition));
    this.#fingerprints.set(definition, made);
    return made;
  }
}
