import { decodeCursor, encodeCursor } from '../../core/page.js';
import type { MetadataBody } from '../domain/read-body.js';
import type { Consistency } from '../read/secret-source.js';

export interface ListRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Default: `cached`. */
  readonly consistency?: Consistency | undefined;
}

/** List item, and the start of a list after it. */
export interface Listed<T = MetadataBody> {
  readonly secret: T;
  readonly cursor: string;
}

/** Start of a page in the order of namespaces and names. */
export interface Position {
  readonly namespace: string;
  /** Kubernetes' own cursor within the namespace. */
  readonly upstream: string | undefined;
  /** Names up to this name were returned. */
  readonly after: string;
}

export function startOf(namespace: string): Position {
  return { namespace, upstream: undefined, after: '' };
}

/** Decodes a cursor. Throws BadRequest for an invalid cursor of this API. */
export function positionOf(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const { ns, up, after } = decodeCursor(cursor);
  return { namespace: ns ?? '', upstream: up, after: after ?? '' };
}

export function encodePosition({ namespace, upstream, after }: Position): string {
  return encodeCursor({
    ns: namespace,
    ...(upstream === undefined ? {} : { up: upstream }),
    ...(after === '' ? {} : { after }),
  });
}

/** Returns a text that sorts just before the name, and after every name before it. */
export function predecessor(name: string): string {
  return `${name.slice(0, -1)}${String.fromCharCode(name.charCodeAt(name.length - 1) - 1)}\uffff`;
}

/** List item with its position, which only some callers need. */
export class ListedAt<T> implements Listed<T> {
  readonly secret: T;
  readonly #position: Position;

  constructor(secret: T, position: Position) {
    this.secret = secret;
    this.#position = position;
  }

  /** Returns the start of a list after it. */
  get cursor(): string {
    return encodePosition(this.#position);
  }

  /** Returns another item with this position. */
  with<U>(secret: U): ListedAt<U> {
    return new ListedAt(secret, this.#position);
  }
}
