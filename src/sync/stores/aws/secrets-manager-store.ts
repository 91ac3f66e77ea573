import { isDeepStrictEqual } from 'node:util';
import { syncLimits } from '../../../core/sync-limits.js';
import { secretNameReason } from '../../domain/aws-names.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { isMarkOf, type RemoteMark } from '../../domain/remote-mark.js';
import {
  type MarkChange,
  type RemoteSecret,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../../domain/remote-store.js';
import { type JsonBody, textOf } from '../json-values.js';
import { afterWrite, changed } from '../store-answer.js';
import { bounded, contentOf, readText, type SecretPayload } from '../secret-payload.js';
import { hasCode, timeOf } from './aws-answer.js';
import type { AwsClient } from './aws-client.js';
import { AwsChangeTags } from './change-tags.js';
import {
  CURRENT,
  hasCurrent,
  isState,
  NO_VERSION,
  notSecretsManager,
  type SeenSecret,
  type SeenState,
  seenSecret,
} from './seen-secret.js';
import { tagsOf } from './tags.js';

/**
 * Label of a version that is about to become current. One label for all writes: AWS moves it to
 * the next version that takes it, and allows 20 labels on a secret. `AWSPENDING` is of rotations.
 */
const STAGE = 'sallyport-write';

/** Codes of refusals that can have a change by others as their reason. */
const ABOUT_STATE = [
  'InvalidParameterException',
  'InvalidRequestException',
  'ResourceExistsException',
  'ResourceNotFoundException',
] as const;

export interface SecretsManagerStoreOptions {
  readonly client: Pick<AwsClient, 'call'>;
  readonly payload: SecretPayload;
  /** Key of KMS for new secrets; undefined: that of AWS for the account. */
  readonly kmsKeyId?: string | undefined;
  /** Days in which a deleted secret can be restored, from 7 to 30. */
  readonly recoveryDays?: number | undefined;
}

/** New version of a secret, as the store has it. */
interface Put {
  readonly text: string;
  readonly version: string;
  readonly mark: RemoteMark;
  readonly expected: RemoteState;
}

interface Replacement {
  readonly SecretString: string;
  readonly ClientRequestToken: string;
  readonly expected: Exclude<SeenState, { readonly kind: 'absent' }>;
}

/**
 * Secrets of AWS Secrets Manager. A write is conditional: a version is put
 * aside under a label of its own, then AWSCURRENT is moved to it from the expected version. AWS
 * refuses the move if AWSCURRENT is elsewhere. Tags have no condition: if two owners claim one
 * secret at the same time, the last one has it, and the other one finds out.
 *
 * Resource policies, rotation, other tags and other labels stay as they are.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export class SecretsManagerStore extends RemoteStore {
  readonly #options: SecretsManagerStoreOptions;
  readonly #changeTags: AwsChangeTags;
  override readonly changeTagsMax = syncLimits.secretsManagerTagsMax;

  constructor(options: SecretsManagerStoreOptions) {
    super();
    this.#options = options;
    this.#changeTags = new AwsChangeTags(options.client);
  }

  override async changeTags(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    return this.#changeTags.ofSecrets(names, signal);
  }

  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    const seen = await this.#seen(name, signal);
    if (seen === undefined) return { kind: 'absent' };
    const { version, mark } = seen;
    if (seen.isDeleted) return { kind: 'deleted', version, mark };
    const isEmpty = version === NO_VERSION;
    if (isEmpty) return { kind: 'present', version, mark, values: new Map(), changedAt: undefined };
    // By its id: AWSCURRENT may be elsewhere by now, and the mark is that of this version.
    const input = { SecretId: name, VersionId: version };
    const found = await this.#call('GetSecretValue', input, signal).catch((error: unknown) =>
      this.#explain(error, name, { kind: 'present', version, mark }, signal),
    );
    if (textOf(found['VersionId']) !== version) throw notSecretsManager();
    const text = textOf(found['SecretString']);
    if (text === undefined)
      throw new RemoteFault('NotReadable', 'the secret in the store is bytes');
    const changedAt = timeOf(found['CreatedDate']);
    return {
      kind: 'present',
      version,
      mark,
      ...readText(this.#options.payload, text),
      changedAt,
    };
  }

  override async write(
    name: string,
    write: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    const { mark, expected, idempotencyToken: version } = write;
    const text = bounded(
      this.#options.payload.textOf(contentOf(write)),
      syncLimits.awsSecretBytesMax,
    );
    const seen = await this.#seen(name, signal);
    // The answer to the first write, or to its mark, was lost.
    const isRepeated = seen?.version === version && !seen.isDeleted;
    if (!isRepeated) {
      if (!isState(seen, expected)) throw changed();
      await this.#put(name, { text, version, mark, expected }, signal);
    }
    const former = expected.kind === 'absent' ? undefined : expected.mark;
    const isCreated = !isRepeated && expected.kind === 'absent';
    if (!isCreated && !isMarkOf(isRepeated ? seen.mark : former, mark)) {
      // After the values: the move of AWSCURRENT lets one writer through, tags have no condition.
      await afterWrite(this.claim(name, { former, mark }, signal));
    }
    return { version, overwritten: [] };
  }

  /** Deletes with a recovery window. A version that was written meanwhile is restored at once. */
  override async remove(name: string, expected: RemoteSecret, signal: AbortSignal): Promise<void> {
    if (!isState(await this.#seen(name, signal), expected)) throw changed();
    const { recoveryDays = syncLimits.recoveryDaysMax } = this.#options;
    const input = { SecretId: name, RecoveryWindowInDays: recoveryDays };
    await this.#call('DeleteSecret', input, signal).catch((error: unknown) =>
      this.#explain(error, name, expected, signal),
    );
    // Nobody can write now: this is the state that was deleted.
    const deleted = await this.#seen(name, signal);
    if (deleted?.isDeleted !== true) return;
    if (isState({ ...deleted, isDeleted: false }, expected)) return;
    await afterWrite(this.#call('RestoreSecret', { SecretId: name }, signal));
    throw changed();
  }

  override async claim(
    name: string,
    { former, mark }: MarkChange,
    signal: AbortSignal,
  ): Promise<void> {
    const seen = await this.#seen(name, signal);
    if (seen?.isDeleted !== false || !isDeepStrictEqual(seen.mark, former)) throw changed();
    await this.#call('TagResource', { SecretId: name, Tags: tagsOf(mark) }, signal);
    const after = await this.#seen(name, signal);
    if (!isMarkOf(after?.mark, mark)) throw changed().afterWrite();
  }

  async #put(name: string, put: Put, signal: AbortSignal): Promise<void> {
    const { text, version, mark, expected } = put;
    const value = { SecretString: text, ClientRequestToken: version };
    if (expected.kind === 'absent') {
      const { kmsKeyId: KmsKeyId } = this.#options;
      const secret = { Name: name, ...value, KmsKeyId, Tags: tagsOf(mark) };
      await this.#call('CreateSecret', secret, signal).catch((error: unknown) =>
        this.#explain(error, name, expected, signal),
      );
    } else if (expected.kind === 'deleted') {
      // AWS takes no values in the recovery window: the former values are there for a moment.
      await this.#call('RestoreSecret', { SecretId: name }, signal);
      const restored = { ...expected, kind: 'present' } as const;
      await afterWrite(this.#replace(name, { ...value, expected: restored }, signal));
    } else {
      await this.#replace(name, { ...value, expected }, signal);
    }
  }

  async #replace(
    name: string,
    { expected, ...value }: Replacement,
    signal: AbortSignal,
  ): Promise<void> {
    const explain = (error: unknown) => this.#explain(error, name, expected, signal);
    const secret = { SecretId: name, ...value, VersionStages: [STAGE] };
    const staged = await this.#call('PutSecretValue', secret, signal).catch(explain);
    // The first version of a secret is current at once.
    if (hasCurrent(staged['VersionStages'])) return;
    const { version: RemoveFromVersionId } = expected;
    const { ClientRequestToken: MoveToVersionId } = value;
    try {
      if (RemoveFromVersionId === NO_VERSION) throw changed();
      const move = { SecretId: name, VersionStage: CURRENT, MoveToVersionId, RemoveFromVersionId };
      await this.#call('UpdateSecretVersionStage', move, signal);
    } catch (error) {
      if (!(error instanceof RemoteFault) || error.mayHaveChanged) throw error;
      const unused = { VersionStage: STAGE, RemoveFromVersionId: MoveToVersionId };
      // The label may be that of another writer by now. AWS ends a version without labels.
      await this.#call('UpdateSecretVersionStage', { SecretId: name, ...unused }, signal).catch(
        () => undefined,
      );
      await explain(error);
    }
  }

  /** Throws StoreChanged instead of a refusal, if another state than the expected one is there. */
  async #explain(
    error: unknown,
    name: string,
    expected: SeenState,
    signal: AbortSignal,
  ): Promise<never> {
    if (hasCode(error, ...ABOUT_STATE) && !isState(await this.#seen(name, signal), expected))
      throw changed();
    throw error;
  }

  /** Returns the description of a secret; undefined if there is none. */
  async #seen(name: string, signal: AbortSignal): Promise<SeenSecret | undefined> {
    const refusal = secretNameReason(name);
    if (refusal !== undefined) throw new RemoteFault('StoreRefused', refusal);
    try {
      return seenSecret(name, await this.#call('DescribeSecret', { SecretId: name }, signal));
    } catch (error) {
      if (hasCode(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }

  async #call(operation: string, input: object, signal: AbortSignal): Promise<JsonBody> {
    return this.#options.client.call(operation, input, signal);
  }
}
