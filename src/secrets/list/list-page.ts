import { decodeCursor, encodeCursor } from '../../core/page.js';
import type { MetadataBody } from '../domain/read-body.js';
import type { Consistency } from '../read/secret-source.js';

export interface ListRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** `cached` where nobody says. */
  readonly consistency?: Consistency | undefined;
}

/** A list item, and where a list that starts behind it begins. */
export interface Listed<T = MetadataBody> {
  readonly secret: T;
  readonly cursor: string;
}

/** Where in the order of namespaces and names a page starts. */
export interface Position {
  readonly namespace: string;
  /** Kubernetes' own cursor within the namespace. */
  readonly upstream: string | undefined;
  /** Names up to this one were shown. */
  readonly after: string;
}

export function startOf(namespace: string): Position {
  return { namespace, upstream: undefined, after: '' };
}

/** Throws BadRequest for what is no cursor of this API. */
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

/** A text that sorts just before the name, and behind every name before it. */
export function predecessor(name: string): string {
  return `${name.slice(0, -1)}${String.fromCharCode(name.charCodeAt(name.length - 1) - 1)}\uffff`;
}

/** A list item at its place, which only some ask for. */
export class ListedAt<T> implements Listed<T> {
  readonly secret: T;
  readonly #position: Position;

  constructor(secret: T, position: Position) {
    this.secret = secret;
    this.#position = position;
  }

  /** Where a list that starts behind it begins. */
  get cursor(): string {
    return encodePosition(this.#position);
  }

  /** Something else at the same place. */
  with<U>(secret: U): ListedAt<U> {
    return new ListedAt(secret, this.#position);
  }
}
