import type { AnonymousCaller } from '../audit/domain/build-event.js';
import type { LogEntry } from '../audit/domain/log-entry.js';
import type { Config } from '../config/config.schema.js';
import type { Principal } from '../core/principal.js';
import type { RefusedNames } from '../http/anonymous-refusals.js';
import type { KubeAccessMaterial } from '../kubernetes/kube-access-material.js';
import type { UnsureOf } from '../secrets/domain/cache/secret-cache.js';
import type { StateId, VersionInfo, WrittenState } from '../secrets/domain/secret-history.js';
import type { SecretRef } from '../secrets/domain/secret.js';
import type { MetricsSnapshot } from '../telemetry/metrics-snapshot.js';
import type { SentRefusal } from './domain/sent-refusal.js';

/** What the cache of each process has to hear of a write that one of them has made. */
export type CacheNote =
  | { readonly kind: 'wrote'; readonly ref: SecretRef; readonly resourceVersion: string }
  | { readonly kind: 'removed'; readonly ref: SecretRef; readonly uid: string | undefined }
  | { readonly kind: 'unsure'; readonly of: UnsureOf };

/** Whose request an event is of, as far as its limit needs it. */
export type Credential = Pick<Principal, 'kind' | 'credentialId' | 'username'>;

/** An event on its way to the main process, which alone appends. */
export interface PassedEntry extends Pick<LogEntry, 'json' | 'stage'> {
  /** The request counts against its limit, and is on record only where that allows it. */
  readonly counted?: Credential;
}

/** What became of one. */
export type EntryFate =
  | {
      readonly kind: 'written';
      readonly leafIndex: number;
      /** Header fields of the limit that it was counted against. */
      readonly fields?: Readonly<Record<string, string>>;
    }
  /** Nothing was appended: the main process will say why to who is passed on to it. */
  | { readonly kind: 'declined' }
  /** It may be there, or come to be. */
  | { readonly kind: 'failed'; readonly reason: string };

/** What a worker asks the main process, by name. */
export interface Questions {
  /** What history says of states. */
  readonly describe: {
    readonly of: readonly WrittenState[];
    readonly answer: readonly (VersionInfo | undefined)[];
  };
  /** With what the API server of the sandbox is reached. */
  readonly material: { readonly of: undefined; readonly answer: KubeAccessMaterial };
  /** Answered once every worker knows of all writes of before. */
  readonly known: { readonly of: undefined; readonly answer: undefined };
  /** A request that was refused without a credential; what to answer in place of the refusal. */
  readonly refused: {
    readonly of: {
      readonly caller: AnonymousCaller;
      readonly error: SentRefusal;
      readonly names: RefusedNames;
    };
    readonly answer: SentRefusal | undefined;
  };
}

export type Question = {
  readonly [Name in keyof Questions]: {
    readonly name: Name;
    readonly of: Questions[Name]['of'];
  };
}[keyof Questions];

export interface WorkerStart {
  readonly config: Config;
  /** Where the main process takes what is passed on. */
  readonly socketPath: string;
  /** Address of the sandbox, where one is running. */
  readonly sandbox?: string;
}

/** As in errors of Node about addresses. */
export type FailedAt = Pick<NodeJS.ErrnoException, 'code'> & {
  readonly port?: number;
  readonly address?: string;
};

export type ToWorker =
  | ({ readonly kind: 'start' } & WorkerStart)
  /** Everything from here on is awaited by writes; now it may answer. */
  | { readonly kind: 'listen' }
  | { readonly kind: 'fates'; readonly fates: readonly EntryFate[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly reason: string }
  | { readonly kind: 'note'; readonly note: CacheNote }
  | { readonly kind: 'attributed'; readonly state: StateId }
  | { readonly kind: 'mark'; readonly mark: number }
  | { readonly kind: 'measure'; readonly id: number }
  | { readonly kind: 'renewCertificate' }
  | { readonly kind: 'stop' };

export type ToMain =
  | { readonly kind: 'ready' }
  | { readonly kind: 'listening'; readonly urls: readonly string[]; readonly tlsUrl?: string }
  /** It cannot start; where, if that is about an address. */
  | ({ readonly kind: 'failed'; readonly reason: string } & FailedAt)
  /** One message at a time: the next one leaves when its fates are there. */
  | { readonly kind: 'entries'; readonly entries: readonly PassedEntry[] }
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  /** All notes before the mark are in the cache. */
  | { readonly kind: 'marked'; readonly mark: number }
  | { readonly kind: 'measured'; readonly id: number; readonly snapshot: MetricsSnapshot };
