import { RemoteFault } from '../../domain/remote-fault.js';
import { type JsonBody, listOf, textOf } from '../json-values.js';
import type { AwsClient } from './aws-client.js';
import { notParameterStore, versionIn, versionText } from './seen-parameter.js';
import { notSecretsManager } from './seen-secret.js';

type Tags = ReadonlyMap<string, string>;
const none: Tags = new Map();
/** A read of the secrets themselves shows what is wrong: here it is only slower. */
const REFUSALS: ReadonlySet<string> = new Set(['StoreDenied', 'StoreRefused']);

/**
 * Asks AWS for the versions of many secrets in one call. A policy may allow the reads and forbid
 * this: then there are no tags, and it is not asked for again.
 */
export class AwsChangeTags {
  readonly #client: Pick<AwsClient, 'call'>;
  #isRefused = false;

  constructor(client: Pick<AwsClient, 'call'>) {
    this.#client = client;
  }

  /** Returns the ids of current versions by the names of secrets. The values are dropped. */
  async ofSecrets(names: readonly string[], signal: AbortSignal): Promise<Tags> {
    const input = { SecretIdList: names };
    const found = await this.#call('BatchGetSecretValue', input, signal);
    if (found === undefined) return none;
    const secrets = listOf(found['SecretValues']);
    if (secrets === undefined) throw notSecretsManager();
    return new Map(
      secrets.flatMap((secret) => {
        const [name, version] = [textOf(secret['Name']), textOf(secret['VersionId'])];
        return name === undefined || version === undefined ? [] : [[name, version] as const];
      }),
    );
  }

  /** Returns the versions of parameters by their names, which begin with a `/`. */
  async ofParameters(names: readonly string[], signal: AbortSignal): Promise<Tags> {
    const input = { Names: names, WithDecryption: false };
    const found = await this.#call('GetParameters', input, signal);
    if (found === undefined) return none;
    const parameters = listOf(found['Parameters']);
    if (parameters === undefined) throw notParameterStore();
    return new Map(
      parameters.flatMap((parameter) => {
        const name = textOf(parameter['Name']);
        return name === undefined ? [] : [[name, versionText(versionIn(parameter))] as const];
      }),
    );
  }

  /** Returns the output; undefined if AWS refuses the operation. */
  async #call(
    operation: string,
    input: object,
    signal: AbortSignal,
  ): Promise<JsonBody | undefined> {
    if (this.#isRefused) return undefined;
    try {
      return await this.#client.call(operation, input, signal);
    } catch (error) {
      const isAnswer = error instanceof RemoteFault && REFUSALS.has(error.reason);
      if (!isAnswer) throw error;
      this.#isRefused = true;
      return undefined;
    }
  }
}
