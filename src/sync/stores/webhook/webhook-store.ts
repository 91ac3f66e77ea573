import { isDeepStrictEqual } from 'node:util';
import { RemoteFault } from '../../domain/remote-fault.js';
import { markText } from '../../domain/remote-mark.js';
import {
  type MarkChange,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteValues,
  type RemoteWrite,
  type RemoteWritten,
} from '../../domain/remote-store.js';
import { changed } from '../store-answer.js';
import { faultOf, stateIn, versionAfter } from './webhook-answer.js';
import { WebhookCalls, type WebhookCallsOptions } from './webhook-calls.js';

/**
 * Secrets of a server with the contract of `docs/webhook-store.md`. Each write names the version
 * that it is for; a new owner is a new version, too.
 */
export class WebhookStore extends RemoteStore {
  readonly #calls: WebhookCalls;

  constructor(options: WebhookCallsOptions) {
    super();
    this.#calls = new WebhookCalls(options);
  }

  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    return stateIn(await this.#calls.send({ method: 'GET', name }, signal), name);
  }

  override async write(
    name: string,
    { values, mark, expected, idempotencyToken: idempotencyKey }: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    const expectedVersion = expected.kind === 'absent' ? null : expected.version;
    const body = { expectedVersion, owner: markText(mark), values: encoded(values) };
    const answer = await this.#calls.send({ method: 'PUT', name, body, idempotencyKey }, signal);
    return { version: versionAfter(answer, name, expectedVersion), overwritten: [] };
  }

  override async claim(
    name: string,
    { former, mark }: MarkChange,
    signal: AbortSignal,
  ): Promise<void> {
    const found = await this.read(name, signal);
    if (found.kind !== 'present' || !isDeepStrictEqual(found.mark, former)) throw changed();
    const { version: expectedVersion } = found;
    const body = { expectedVersion, owner: markText(mark) };
    const answer = await this.#calls.send({ method: 'PATCH', name, body }, signal);
    versionAfter(answer, name, expectedVersion);
  }

  override async remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    const query = `?expectedVersion=${expected.version}`;
    const answer = await this.#calls.send({ method: 'DELETE', name, query }, signal);
    if (answer.status === 405) {
      throw new RemoteFault('StoreRefused', 'the store cannot restore what it deletes');
    }
    if (answer.status !== 204) throw faultOf(answer);
  }
}

function encoded(values: RemoteValues): Readonly<Record<string, string>> {
  return Object.fromEntries([...values].map(([key, value]) => [key, value.revealBase64()]));
}
