import { isDeepStrictEqual } from 'node:util';
import { changedKeys, keyChanges } from '../../../secrets/domain/key-changes.js';
import {
  type MarkChange,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteValues,
  type RemoteWrite,
  type RemoteWritten,
} from '../../domain/remote-store.js';
import { BearerCalls, type BearerCallsOptions } from '../bearer-calls.js';
import { changed } from '../store-answer.js';
import { faultOf, identityIn, isAbsent, readSecretOf, secretOf } from './secret-answer.js';
import { SecretRequests } from './secret-requests.js';

const DELETED: ReadonlySet<number> = new Set([200, 202]);

/**
 * Secrets of another cluster. Each write has uid and resourceVersion as its condition, and changes
 * only keys that differ and the annotation with the mark. A name is `namespace/name`.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export class KubernetesStore extends RemoteStore {
  readonly #calls: BearerCalls;

  constructor(options: BearerCallsOptions) {
    super();
    this.#calls = new BearerCalls(options);
  }

  /** Throws RemoteFault ClusterCredential for a credential of the other cluster. */
  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    const requests = this.#requests(name, signal);
    const answer = await requests.get();
    if (isAbsent(answer, requests.place)) return { kind: 'absent' };
    const { kind, version, values, mark, changedAt } = readSecretOf(answer, requests.place);
    return { kind, version, values, mark, changedAt };
  }

  override async write(
    name: string,
    { values, mark, expected }: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    const requests = this.#requests(name, signal);
    // This store has no state `deleted`.
    if (expected.kind === 'deleted') throw changed();
    const answer =
      expected.kind === 'absent'
        ? await requests.create({ mark, data: values })
        : await requests.patch(identityIn(expected.version), {
            mark,
            data: changesOf(expected.values, values),
          });
    return { version: secretOf(answer, requests.place).version, overwritten: [] };
  }

  override async claim(
    name: string,
    { former, mark }: MarkChange,
    signal: AbortSignal,
  ): Promise<void> {
    const requests = this.#requests(name, signal);
    const found = readSecretOf(await requests.get(), requests.place);
    if (!isDeepStrictEqual(found.mark, former)) throw changed();
    secretOf(await requests.patch(found, { mark, data: new Map() }), requests.place);
  }

  /** Deletes the Secret for good: a cluster restores nothing. */
  override async remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    const answer = await this.#requests(name, signal).delete(identityIn(expected.version));
    if (!DELETED.has(answer.status)) throw faultOf(answer);
  }

  #requests(name: string, signal: AbortSignal): SecretRequests {
    return new SecretRequests(this.#calls, name, signal);
  }
}

/** Returns the keys that differ, with their new values. */
function changesOf(before: RemoteValues, after: RemoteValues) {
  const keys = changedKeys(keyChanges(before, after));
  return new Map([...keys].map((key) => [key, after.get(key)]));
}
