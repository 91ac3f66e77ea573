import { isDeepStrictEqual } from 'node:util';
import { syncLimits } from '../../../core/sync-limits.js';
import { parameterNameReason } from '../../domain/aws-names.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { type FoundMark, isMarkOf } from '../../domain/remote-mark.js';
import {
  type MarkChange,
  type PendingWrite,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../../domain/remote-store.js';
import { type JsonBody, memberOf, numberOf, textOf } from '../json-values.js';
import { afterWrite, changed } from '../store-answer.js';
import {
  bounded,
  contentOf,
  type PayloadContent,
  readText,
  type SecretPayload,
} from '../secret-payload.js';
import { hasCode } from './aws-answer.js';
import type { AwsClient } from './aws-client.js';
import { AwsChangeTags } from './change-tags.js';
import {
  notParameterStore,
  overwrittenBy,
  type ParameterVersion,
  versionIn,
  versionOf,
  versionsIn,
  versionText,
} from './seen-parameter.js';
import { markIn, tagsOf } from './tags.js';

export interface ParameterStoreOptions {
  readonly client: Pick<AwsClient, 'call'>;
  readonly payload: SecretPayload;
  /** Tier of all parameters: `advanced` takes 8 KiB instead of 4, and costs money. */
  readonly tier: 'standard' | 'advanced';
  /** Key of KMS for each version; undefined: that of AWS for the account. */
  readonly kmsKeyId?: string | undefined;
}

/**
 * Parameters of AWS' Parameter Store, each a SecureString.
 *
 * Only the creation of a parameter is conditional. A write to a parameter that is there always
 * wins. A version of others that comes between the check of the state and the write is overwritten,
 * and `overwritten` names it. Its values stay in the history of the parameter, which has the last
 * 100 versions. They are lost if others delete the parameter, as that ends its history too. A mark
 * that others set in this moment is found by the next round.
 *
 * Nothing restores a deleted parameter, so that `remove` refuses.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export class ParameterStore extends RemoteStore {
  readonly #options: ParameterStoreOptions;
  readonly #changeTags: AwsChangeTags;
  override readonly changeTagsMax = syncLimits.parameterTagsMax;
  override readonly isConditional = false;

  constructor(options: ParameterStoreOptions) {
    super();
    this.#options = options;
    this.#changeTags = new AwsChangeTags(options.client);
  }

  override async changeTags(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const byPath = new Map(names.map((name) => [pathOf(name), name]));
    const tags = await this.#changeTags.ofParameters([...byPath.keys()], signal);
    return new Map(
      [...tags].flatMap(([path, tag]) => {
        const name = byPath.get(path);
        return name === undefined ? [] : [[name, tag] as const];
      }),
    );
  }

  override async read(name: string, signal: AbortSignal): Promise<RemoteState> {
    const seen = await this.#seen(name, true, signal);
    if (seen === undefined) return { kind: 'absent' };
    const { mark, parameter, version } = seen;
    const text = textOf(parameter['Value']);
    if (text === undefined) throw notParameterStore();
    const read = readText(this.#options.payload, text);
    const { changedAt } = version;
    return { kind: 'present', version: versionText(version), ...read, mark, changedAt };
  }

  override async write(
    name: string,
    write: RemoteWrite,
    signal: AbortSignal,
  ): Promise<RemoteWritten> {
    const { mark, expected } = write;
    const text = this.#textOf(contentOf(write));
    if (expected.kind === 'absent') {
      const created = { Value: text, Overwrite: false, Tags: tagsOf(mark) };
      const number = await this.#put(name, created, signal);
      const written = await this.#written(name, number, signal);
      return { version: versionText(written.version), overwritten: [] };
    }
    const seen = await this.#seen(name, false, signal);
    if (seen === undefined || versionText(seen.version) !== expected.version) throw changed();
    if (!isDeepStrictEqual(seen.mark, expected.mark)) throw changed();
    // Tags cannot be given together with Overwrite.
    const number = await this.#put(name, { Value: text, Overwrite: true }, signal);
    const { version, history } = await this.#written(name, number, signal);
    const { isRecreated, overwritten } = overwrittenBy(number, seen.version, history);
    // A parameter of others has their mark, or none: the next round decides.
    if (!isRecreated && !isMarkOf(expected.mark, mark)) {
      const change = { former: expected.mark, mark };
      await afterWrite(this.claim(name, change, signal));
    }
    return { version: versionText(version), overwritten };
  }

  override async overwrittenBy(
    name: string,
    { expectedVersion }: PendingWrite,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    // The creation of a parameter is conditional.
    if (expectedVersion === undefined) return [];
    const history = await this.#history(name, signal).catch((error: unknown) => {
      if (hasCode(error, 'ParameterNotFound')) return [];
      throw error;
    });
    const last = Math.max(0, ...history.map(({ number }) => number));
    return overwrittenBy(last, versionOf(expectedVersion), history).overwritten;
  }

  /** Refuses: AWS deletes a parameter with its history, and nothing restores it. */
  override remove(): Promise<void> {
    const refused = "AWS' Parameter Store cannot restore a deleted parameter";
    return Promise.reject(new RemoteFault('StoreRefused', refused));
  }

  override async claim(
    name: string,
    { former, mark }: MarkChange,
    signal: AbortSignal,
  ): Promise<void> {
    if (!isDeepStrictEqual(await this.#mark(name, signal), former)) throw changed();
    const resource = { ResourceType: 'Parameter', ResourceId: pathOf(name) };
    await this.#call('AddTagsToResource', { ...resource, Tags: tagsOf(mark) }, signal);
    const found = await afterWrite(this.#mark(name, signal));
    if (!isMarkOf(found, mark)) throw changed().afterWrite();
  }

  #textOf(content: PayloadContent): string {
    const { standardParameterBytesMax, advancedParameterBytesMax } = syncLimits;
    const { tier, payload } = this.#options;
    const isAdvanced = tier === 'advanced';
    // AWS refuses references to parameters, which begin so.
    const text = payload.without(payload.textOf(content), '{{');
    return bounded(text, isAdvanced ? advancedParameterBytesMax : standardParameterBytesMax);
  }

  /** Returns the number of the version that is written. */
  async #put(name: string, value: object, signal: AbortSignal): Promise<number> {
    const { tier, kmsKeyId: KeyId } = this.#options;
    const Tier = tier === 'advanced' ? 'Advanced' : 'Standard';
    const parameter = { Name: pathOf(name), ...value, Type: 'SecureString', Tier, KeyId };
    try {
      const number = numberOf((await this.#call('PutParameter', parameter, signal))['Version']);
      if (number === undefined) throw notParameterStore();
      return number;
    } catch (error) {
      if (hasCode(error, 'ParameterAlreadyExists')) throw changed();
      throw error;
    }
  }

  /** Returns a version that was just written, and the versions that the parameter has. */
  async #written(
    name: string,
    number: number,
    signal: AbortSignal,
  ): Promise<{ version: ParameterVersion; history: readonly ParameterVersion[] }> {
    const read = this.#history(name, signal).catch((error: unknown) => {
      throw hasCode(error, 'ParameterNotFound') ? changed() : error;
    });
    const history = await afterWrite(read);
    const version = history.find((one) => one.number === number);
    if (version === undefined) throw changed().afterWrite();
    return { version, history };
  }

  async #history(name: string, signal: AbortSignal): Promise<readonly ParameterVersion[]> {
    const { parameterHistoryPageMax: MaxResults, parameterHistoryPagesMax } = syncLimits;
    const history: ParameterVersion[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < parameterHistoryPagesMax; page += 1) {
      const input = { Name: pathOf(name), WithDecryption: false, MaxResults, NextToken };
      const found = await this.#call('GetParameterHistory', input, signal);
      history.push(...versionsIn(found));
      NextToken = textOf(found['NextToken']);
      if (NextToken === undefined || NextToken === '') return history;
    }
    throw new RemoteFault('TargetFailed', 'the history of the parameter has no end');
  }

  /** Returns a parameter with its mark; undefined if there is none. */
  async #seen(name: string, WithDecryption: boolean, signal: AbortSignal) {
    try {
      const input = { Name: pathOf(name), WithDecryption };
      const parameter = memberOf(await this.#call('GetParameter', input, signal), 'Parameter');
      if (textOf(parameter?.['Name']) !== pathOf(name)) throw notParameterStore();
      const version = versionIn(parameter);
      return { parameter: parameter ?? {}, version, mark: await this.#mark(name, signal) };
    } catch (error) {
      if (hasCode(error, 'ParameterNotFound')) return undefined;
      throw error;
    }
  }

  async #mark(name: string, signal: AbortSignal): Promise<FoundMark> {
    const resource = { ResourceType: 'Parameter', ResourceId: pathOf(name) };
    try {
      return markIn((await this.#call('ListTagsForResource', resource, signal))['TagList']);
    } catch (error) {
      // The parameter was deleted after its values were read.
      if (hasCode(error, 'InvalidResourceId')) throw changed();
      throw error;
    }
  }

  async #call(operation: string, input: object, signal: AbortSignal): Promise<JsonBody> {
    return this.#options.client.call(operation, input, signal);
  }
}

/** Returns the name as AWS has it: levels need a `/` in front. Throws RemoteFault StoreRefused. */
function pathOf(name: string): string {
  const refusal = parameterNameReason(name);
  if (refusal === undefined) return `/${name}`;
  throw new RemoteFault('StoreRefused', refusal);
}
