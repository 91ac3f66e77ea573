import type { StringMap, SecretRef } from '../../secrets/domain/secret.js';
import type { SecretState } from './secret-state.js';

/** A collection of Secrets that is followed by itself: all of them, or those of one namespace. */
export interface SecretStream {
  /** Names its cursor. */
  readonly name: string;
  /** Empty where it is all of them. */
  readonly namespaceUid: string;
}

/** What a stream says, in order. */
export type FeedEvent =
  | { readonly type: 'page'; readonly states: readonly SecretState[] }
  /** The end of a list: the uids of all Secrets that were there at this version. */
  | {
      readonly type: 'listed';
      readonly uids: ReadonlySet<string>;
      readonly resourceVersion: string;
    }
  | { readonly type: 'state'; readonly state: SecretState; readonly resourceVersion: string }
  | { readonly type: 'removed'; readonly state: SecretState; readonly resourceVersion: string }
  /** Nothing that is kept has happened up to this version. */
  | { readonly type: 'reached'; readonly resourceVersion: string };

/** Who takes it. Both may take long; what `take` throws is told again. */
export interface FeedSink {
  /** Where an earlier process was, or this one; undefined: list first. */
  cursor(stream: SecretStream): Promise<string | undefined>;
  take(stream: SecretStream, event: FeedEvent): Promise<void>;
}

export interface NamespaceFacts {
  readonly uid: string;
  readonly annotations: StringMap;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly resourceVersion: string;
}

/** Namespaces with what belongs to each; one that is made anew is another. */
export abstract class WatchedNamespaces {
  /** As last heard, which may be a moment old. */
  abstract known(name: string): NamespaceFacts | undefined;
  /** As it is now; undefined where there is none. Throws SallyportError. */
  abstract confirm(name: string): Promise<NamespaceFacts | undefined>;
}

/** Which Secrets are followed, and whether they are just now. */
export abstract class SecretFeed {
  abstract isLive(namespace: string): boolean;
  /** Whether Secrets of a namespace are followed at all. */
  abstract isFollowed(namespace: string): boolean;
}

/** A feed that runs. */
export abstract class RunningFeed extends SecretFeed {
  /** Namespaces (or `*`) that should be followed and cannot be. */
  abstract readonly lapsed: readonly string[];
  /** Begins in the background; nothing is thrown. */
  abstract start(): void;
  /** Resolves once nothing of it runs; a sink that holds it up must let go before. */
  abstract stop(): Promise<void>;
}

export interface FeedRequest {
  readonly sink: FeedSink;
  /** Whose Secrets are followed. */
  readonly isFollowed: (namespace: string) => boolean;
  /** Types of Secrets that are not even asked for. */
  readonly excludedTypes: readonly string[];
  /** Puts on record, as hashes, by which ids Secrets of a namespace (or all: '') will be read. */
  readonly record: (namespace: string, announcements: readonly string[]) => Promise<void>;
}

/** Where feeds of the Secrets in served namespaces come from. */
export abstract class SecretFeeds {
  abstract open(request: FeedRequest): RunningFeed;
}

/** Which cluster this is. */
export abstract class ClusterIdentity {
  /** The uid of its namespace `kube-system`; throws Unavailable before it is known. */
  abstract get(): string;
  /** Resolves once it is known, or the signal aborts. */
  abstract learn(signal: AbortSignal): Promise<void>;
}

/** What tells Secrets of one moment apart. */
export function refKey({ namespace, name }: SecretRef): string {
  return `${namespace}/${name}`;
}
