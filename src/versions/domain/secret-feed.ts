import type { StringMap, SecretRef } from '../../secrets/domain/secret.js';
import type { SecretState } from './secret-state.js';

/** Separately watched collection of Secrets: all of them, or those of one namespace. */
export interface SecretStream {
  /** Names its cursor. */
  readonly name: string;
  /** Empty for the collection of all of them. */
  readonly namespaceUid: string;
}

/** Event of a stream, in order. */
export type FeedEvent =
  | { readonly type: 'page'; readonly states: readonly SecretState[] }
  /** End of a list: the uids of all Secrets that existed at this version. */
  | {
      readonly type: 'listed';
      readonly uids: ReadonlySet<string>;
      readonly resourceVersion: string;
    }
  | { readonly type: 'state'; readonly state: SecretState; readonly resourceVersion: string }
  | { readonly type: 'removed'; readonly state: SecretState; readonly resourceVersion: string }
  /** No other recorded change up to this version. */
  | { readonly type: 'reached'; readonly resourceVersion: string };

/** Receiver of events. Both methods may take long; if `take` throws, its event is sent again. */
export interface FeedSink {
  /** Returns the position of an earlier process or this one; undefined: list first. */
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

/** Namespaces with their facts; a recreated namespace is another namespace. */
export abstract class WatchedNamespaces {
  /** Returns the last received facts, which may be a moment old. */
  abstract known(name: string): NamespaceFacts | undefined;
  /** Returns the current facts; undefined if there are none. Throws SallyportError. */
  abstract confirm(name: string): Promise<NamespaceFacts | undefined>;
}

/** Watched Secrets, and whether their watches are live. */
export abstract class SecretFeed {
  /** Reports whether the watch opens for the first time: it has neither been live nor failed. */
  abstract isBeginning(namespace: string): boolean;
  abstract isLive(namespace: string): boolean;
  /** Reports whether Secrets of a namespace are watched at all. */
  abstract isFollowed(namespace: string): boolean;
}

/** Running feed. */
export abstract class RunningFeed extends SecretFeed {
  /** Namespaces (or `*`) that should be watched but cannot be. */
  abstract readonly lapsed: readonly string[];
  /** Begins in the background; never throws. */
  abstract start(): void;
  /** Resolves once all its work has ended; a sink that blocks it must return before. */
  abstract stop(): Promise<void>;
}

export interface FeedRequest {
  readonly sink: FeedSink;
  /** Reports which namespaces' Secrets are watched. */
  readonly isFollowed: (namespace: string) => boolean;
  /** Types of Secrets that are not even requested. */
  readonly excludedTypes: readonly string[];
  /** Records, as hashes, the ids by which Secrets of a namespace (or all: '') will be read. */
  readonly record: (namespace: string, announcements: readonly string[]) => Promise<void>;
}

/** Source of feeds of the Secrets in served namespaces. */
export abstract class SecretFeeds {
  abstract open(request: FeedRequest): RunningFeed;
}

/** Identity of the cluster. */
export abstract class ClusterIdentity {
  /** Returns the uid of its namespace `kube-system`; throws Unavailable before it is known. */
  abstract get(): string;
  /** Resolves once it is known, or the signal aborts. */
  abstract learn(signal: AbortSignal): Promise<void>;
}

/** Returns the key that identifies a Secret at one moment. */
export function refKey({ namespace, name }: SecretRef): string {
  return `${namespace}/${name}`;
}
