import { isDeepStrictEqual } from 'node:util';
import { syncLimits } from '../../../core/sync-limits.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import {
  type MarkChange,
  type PendingWrite,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../../domain/remote-store.js';
import { BearerCalls, type BearerCallsOptions } from '../bearer-calls.js';
import { boundedBytes, contentOf, type SecretPayload } from '../secret-payload.js';
import { changed } from '../store-answer.js';
import {
  type GcpSecret,
  isNotFound,
  isPrecondition,
  payloadIn,
  secretOf,
  versionOf,
} from './secret-answer.js';
import { type SecretProject, SecretRequests } from './secret-requests.js';
import { versionsAfter, writtenSecret } from './secret-write.js';
import { versionText } from './version-text.js';

export type GcpStoreOptions = BearerCallsOptions &
  SecretProject & { readonly payload: SecretPayload };

/**
 * Secrets of GCP Secret Manager. A new version has no condition, but a number: a number that is
 * not the next one shows what was written in between. A name has `--` for each `/`.
 * https://cloud.google.com/secret-manager/docs/overview
 */
export class GcpStore extends RemoteStore {
  readonly #calls: BearerCalls;
  readonly #project: SecretProject;
  override readonly isConditional = false;
  readonly #payload: SecretPayload;

  constructor(options: GcpStoreOptions) {
    super();
    this.#calls = new BearerCalls(options);
    this.#project = options;
    this.#payload = options.payload;
  }

  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    const requests = this.#requests(name, signal);
    const accessed = await requests.access('latest');
    if (isNotFound(accessed) || isPrecondition(accessed)) return unreadable(requests);
    const { number, payload } = payloadIn(accessed);
    const found = await requests.secret();
    if (isNotFound(found)) return { kind: 'absent' };
    const secret = secretOf(found);
    return {
      kind: 'present',
      version: versionText(number, secret),
      ...this.#payload.read(payload),
      mark: secret.mark,
      // Only another request would tell, of those that a project has few of.
      changedAt: undefined,
    };
  }

  override async write(
    name: string,
    write: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    const bytes = this.#payload.bytesOf(contentOf(write));
    const payload = boundedBytes(bytes, syncLimits.gcpPayloadBytesMax);
    return writtenSecret(this.#requests(name, signal), write, payload);
  }

  override async overwrittenBy(
    name: string,
    { expectedVersion }: PendingWrite,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    return versionsAfter(this.#requests(name, signal), expectedVersion);
  }

  /** Disables the expected version, which can be enabled again. */
  override async remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    const requests = this.#requests(name, signal);
    const secret = secretOf(await requests.secret());
    const latest = await requests.latest();
    const isSeen =
      latest?.isEnabled === true &&
      versionText(latest.number, secret) === expected.version &&
      isDeepStrictEqual(secret.mark, expected.mark);
    if (!isSeen) throw changed();
    // By number and etag, so that a version that was added meanwhile stays.
    versionOf(await requests.disable(latest));
  }

  /** Leaves other annotations as they are. */
  override async claim(
    name: string,
    { former, mark }: MarkChange,
    signal: AbortSignal,
  ): Promise<void> {
    const requests = this.#requests(name, signal);
    const secret = secretOf(await requests.secret());
    if (!isDeepStrictEqual(secret.mark, former)) throw changed();
    secretOf(await requests.annotate(secret, mark));
  }

  #requests(name: string, signal: AbortSignal): SecretRequests {
    return new SecretRequests(this.#calls, this.#project, name, signal);
  }
}

/** Returns the state of a secret without a latest version that can be read. */
async function unreadable(requests: SecretRequests): Promise<RemoteState> {
  const found = await requests.secret();
  if (isNotFound(found)) return { kind: 'absent' };
  const secret: GcpSecret = secretOf(found);
  const latest = await requests.latest();
  if (latest?.isEnabled === true) {
    const message = 'the store does not give out a version that is enabled';
    throw new RemoteFault('TargetFailed', message);
  }
  // A secret whose first version was never added is empty, as after a deletion.
  return { kind: 'deleted', version: versionText(latest?.number ?? 0, secret), mark: secret.mark };
}
