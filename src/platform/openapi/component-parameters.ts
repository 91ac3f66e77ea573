import {
  type ApiHeader,
  type RequestHeaderName,
  onlyNewHeader,
  requestHeaders,
} from '../../core/api-header.js';
import type { Operation } from '../../core/operation.js';
import { type Json, schemaOf } from '../../core/json-schema.js';

type Place = 'path' | 'query' | 'header';

/** Headers that every operation takes. */
const commonHeaders = ['X-Change-Reason', 'X-Request-ID'] as const;

/** Parameters of the description: equal ones of several operations are one component. */
export class ComponentParameters {
  readonly #keys: ReadonlyMap<string, Json>;
  readonly #parameters: ReadonlyMap<Operation, readonly Json[]>;

  constructor(operations: readonly Operation[]) {
    this.#parameters = new Map(operations.map((operation) => [operation, parametersOf(operation)]));
    const byKey = Map.groupBy([...this.#parameters.values()].flat(), keyOf);
    const shared = [...byKey].flatMap(([key, found]) => {
      const [first] = found;
      const isShared = first !== undefined && found.length > 1 && found.every(isEqualTo(first));
      return isShared ? [[key, first] as const] : [];
    });
    this.#keys = new Map(shared.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  of(operation: Operation): readonly Json[] {
    const parameters = this.#parameters.get(operation) ?? [];
    return parameters.map((parameter) => {
      const key = keyOf(parameter);
      return this.#keys.has(key) ? { $ref: `#/components/parameters/${key}` } : parameter;
    });
  }

  all(): Json {
    return Object.fromEntries(this.#keys);
  }
}

function parametersOf(operation: Operation): readonly Json[] {
  const headers = [...(operation.headers ?? []), ...commonHeaders];
  return [
    ...textParametersOf(operation, 'path'),
    ...textParametersOf(operation, 'query'),
    ...headers.map((name) => headerParameter(name, operation)),
  ];
}

/** Returns the parameters of a path or a query, which are texts until they are parsed. */
function textParametersOf(operation: Operation, place: 'path' | 'query'): readonly Json[] {
  const json = schemaOf(place === 'path' ? operation.params : operation.query, 'input');
  const properties = (json['properties'] ?? {}) as Readonly<Record<string, Json>>; // of an object
  const required = (json['required'] ?? []) as readonly string[];
  return Object.entries(properties).map(([name, property]) => {
    const {
      description,
      examples,
      example = (examples as readonly unknown[] | undefined)?.[0],
      ...schema
    } = property;
    const isRequired = place === 'path' || required.includes(name);
    return { name, in: place, required: isRequired, description, schema, example };
  });
}

function headerParameter(name: RequestHeaderName, { method }: Operation): Json {
  const header: ApiHeader =
    name === 'If-None-Match' && method === 'PUT' ? onlyNewHeader : requestHeaders[name];
  const { description, schema, example } = header;
  return { name, in: 'header' satisfies Place, required: false, description, schema, example };
}

function keyOf({ in: place, name, description }: Json): string {
  const key = `${String(place)}-${String(name)}`;
  return description === onlyNewHeader.description ? `${key}-only-new` : key;
}

function isEqualTo(first: Json): (other: Json) => boolean {
  const text = JSON.stringify(first);
  return (other) => JSON.stringify(other) === text;
}
