import { isDeepStrictEqual } from 'node:util';
import { syncLimits } from '../../../core/sync-limits.js';
import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { type FoundMark, isMarkOf, markText, readMark } from '../../domain/remote-mark.js';
import {
  type MarkChange,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../../domain/remote-store.js';
import { membersOf } from '../json-payload.js';
import {
  contentIn,
  type JsonBody,
  memberOfMaps,
  memberOf,
  numberOf,
  textOf,
} from '../json-values.js';
import { contentOf } from '../secret-payload.js';
import { afterWrite, bodyOf, changed } from '../store-answer.js';
import type { StoreTransport } from '../store-transport.js';
import { dataOf, faultOf, notKv } from './kv-answer.js';
import { byFolder, KvChangeTags } from './kv-change-tags.js';

/** Member of `custom_metadata` that has the mark of the owner. */
const MARK = 'sallyport.dev/owner';
const MERGE_PATCH = 'application/merge-patch+json';

export interface KvStoreOptions {
  readonly transport: Pick<StoreTransport, 'send'>;
  /** Path of the mount of a KV secrets engine of version 2. */
  readonly mount: string;
  /** Returns a token of the store. Throws OutboundFault. */
  readonly token: (signal: AbortSignal) => Promise<string>;
  /** Called when the store refuses the token. */
  readonly onDenied: () => void;
}

/**
 * Secrets of a KV secrets engine of version 2, of OpenBao or Vault.
 * https://openbao.org/api-docs/secret/kv/kv-v2/
 */
export class KvStore extends RemoteStore {
  readonly #options: KvStoreOptions;
  /** Whether the mount is known to be one of version 2. */
  #isKv2 = false;
  readonly #changeTags: KvChangeTags;
  override readonly changeTagsMax = syncLimits.openbaoTagsPageMax;

  constructor(options: KvStoreOptions) {
    super();
    this.#options = options;
    this.#changeTags = new KvChangeTags(options);
  }

  override async changeTags(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    return this.#changeTags.of(names, signal);
  }

  override changeTagsCalls(names: readonly string[]): number {
    return byFolder(names).size;
  }

  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    const answer = await this.#send('GET', `data/${name}`, undefined, signal);
    if (answer.status === 404) return this.#confirmed(gone(answer), signal);
    const data = dataOf(answer);
    const metadata = memberOf(data, 'metadata');
    const values = memberOf(data, 'data');
    if (metadata === undefined || values === undefined) throw notKv();
    const { version, mark } = identityOf(metadata);
    const changedAt = textOf(metadata['created_time']);
    return { kind: 'present', version, ...contentIn(values), mark, changedAt };
  }

  override async write(
    name: string,
    write: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    const { mark, expected } = write;
    const data = membersOf(contentOf(write), memberOfMaps);
    const cas = expected.kind === 'absent' ? 0 : numberIn(expected.version);
    const answer = await this.#send('POST', `data/${name}`, { options: { cas }, data }, signal);
    const { version, mark: found } = identityOf(dataOf(answer));
    const former = expected.kind === 'absent' ? undefined : expected.mark;
    if (isMarkOf(former, mark)) {
      // The number starts again after a deletion of everything: the mark shows that it did.
      if (!isMarkOf(found, mark)) throw changed().afterWrite();
    } else if (!isMarkOf(found, mark)) {
      // After the values: a mark before them could be put on a secret that others create meanwhile.
      await afterWrite(this.claim(name, { former, mark }, signal));
    }
    return { version, overwritten: [] };
  }

  override async remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    const found = await this.read(name, signal);
    const isSeen = found.kind === 'present' && found.version === expected.version;
    // A claim of another owner makes no new version.
    if (!isSeen || !isDeepStrictEqual(found.mark, expected.mark)) throw changed();
    // By number, so that a version that was written meanwhile stays.
    const body = { versions: [numberIn(expected.version)] };
    const answer = await this.#send('POST', `delete/${name}`, body, signal);
    if (answer.status !== 204) throw faultOf(answer);
  }

  /** Leaves other metadata as it is. */
  override async claim(
    name: string,
    { former, mark }: MarkChange,
    signal: AbortSignal,
  ): Promise<void> {
    const path = `metadata/${name}`;
    const metadata = dataOf(await this.#send('GET', path, undefined, signal));
    if (!isDeepStrictEqual(markIn(metadata), former)) throw changed();
    // Vault has no metadata_cas, and ignores it.
    const cas = numberOf(metadata['current_metadata_version']);
    const body = { metadata_cas: cas, custom_metadata: { [MARK]: markText(mark) } };
    const answer = await this.#send('PATCH', path, body, signal);
    if (answer.status !== 204 && answer.status !== 200) throw faultOf(answer);
  }

  /** Confirms an absence: a mount of another engine can answer like an empty one. */
  async #confirmed(state: RemoteState, signal: AbortSignal): Promise<RemoteState> {
    if (state.kind !== 'absent' || this.#isKv2) return state;
    const path = `sys/internal/ui/mounts/${this.#options.mount}`;
    const mount = dataOf(await this.#call('GET', path, undefined, signal));
    const isKv2 = mount['type'] === 'kv' && memberOf(mount, 'options')?.['version'] === '2';
    if (!isKv2) throw notKv2();
    this.#isKv2 = true;
    return state;
  }

  #send(
    method: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<HttpsAnswer> {
    return this.#call(method, `${this.#options.mount}/${path}`, body, signal);
  }

  async #call(
    method: string,
    path: string,
    body: object | undefined,
    signal: AbortSignal,
  ): Promise<HttpsAnswer> {
    const { transport, token } = this.#options;
    const type = method === 'PATCH' ? MERGE_PATCH : 'application/json';
    const headers = {
      'x-vault-token': await token(signal),
      'x-vault-request': 'true',
      ...(body !== undefined && { 'content-type': type }),
    };
    const answer = await transport.send(
      {
        method,
        path: `/v1/${path}`,
        headers,
        body: body === undefined ? undefined : Buffer.from(JSON.stringify(body), 'utf8'),
      },
      signal,
    );
    if (answer.status !== 401 && answer.status !== 403) return answer;
    this.#options.onDenied();
    throw new RemoteFault(
      'StoreDenied',
      `the store refuses ${method} ${path} to this ServiceAccount`,
    );
  }
}

/** Returns the state behind a 404: it also means a wrong mount, which is no absence. */
function gone(answer: HttpsAnswer): RemoteState {
  const body = bodyOf(answer);
  const metadata = memberOf(memberOf(body, 'data'), 'metadata');
  if (metadata !== undefined) return { kind: 'deleted', ...identityOf(metadata) };
  const { errors } = body;
  if (Array.isArray(errors) && errors.length === 0) return { kind: 'absent' };
  throw notKv2();
}

function notKv2(): RemoteFault {
  return new RemoteFault('TargetFailed', 'the store has no KV secrets engine of version 2 there');
}

/** Returns what identifies a version: numbers start again after all versions were deleted. */
function identityOf(metadata: JsonBody): { readonly version: string; readonly mark: FoundMark } {
  const number = numberOf(metadata['version']);
  const created = textOf(metadata['created_time']);
  if (number === undefined || created === undefined) throw notKv();
  return { version: `${number}@${created}`, mark: markIn(metadata) };
}

function markIn(metadata: JsonBody): FoundMark {
  const mark = memberOf(metadata, 'custom_metadata')?.[MARK];
  return mark === undefined ? undefined : readMark(textOf(mark) ?? '');
}

function numberIn(version: string): number {
  return Number(version.split('@', 1)[0]);
}
