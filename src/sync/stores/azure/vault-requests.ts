import { setTimeout } from 'node:timers/promises';
import { syncLimits } from '../../../core/sync-limits.js';
import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { azureNameRules, flatName } from '../../domain/flat-name.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import type { BearerCalls } from '../bearer-calls.js';
import { textOf } from '../json-values.js';
import { bodyOf } from '../store-answer.js';
import {
  faultOf,
  isDisabled,
  isSecretNotFound,
  listedVersion,
  notVault,
  type VaultVersion,
  versionOf,
} from './vault-answer.js';

const API_VERSION = '7.6';

export interface VaultValue {
  readonly value: string;
  /** Media type of the value. */
  readonly contentType: string;
}

export interface NewVersion extends VaultValue {
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Requests for one secret of a vault.
 * https://learn.microsoft.com/rest/api/keyvault/secrets/operation-groups
 */
export class VaultRequests {
  readonly #calls: BearerCalls;
  /** Name in the vault, which has no levels. */
  readonly name: string;
  readonly #signal: AbortSignal;

  /** Throws RemoteFault StoreRefused for a name that the vault does not take. */
  constructor(calls: BearerCalls, name: string, signal: AbortSignal) {
    const flat = flatName(name, azureNameRules);
    if ('refused' in flat) throw new RemoteFault('StoreRefused', flat.refused);
    this.#calls = calls;
    this.name = flat.name;
    this.#signal = signal;
  }

  /** Asks for the current version, with its value. */
  async current(): Promise<HttpsAnswer> {
    return this.#send('GET', `secrets/${this.name}`);
  }

  async deleted(): Promise<HttpsAnswer> {
    return this.#send('GET', `deletedsecrets/${this.name}`);
  }

  /**
   * Lists all versions, in no order: none for a name without a secret. Throws RemoteFault
   * StoreRefused if there are more than the limit.
   */
  async versions(): Promise<readonly VaultVersion[]> {
    const { azureVersionsMax, azureVersionsPageMax, azureVersionPagesMax } = syncLimits;
    const versions: VaultVersion[] = [];
    let more: string | undefined = `?maxresults=${azureVersionsPageMax}`;
    for (let page = 1; more !== undefined; page += 1) {
      // Azure may send pages with no version.
      if (page > azureVersionPagesMax || versions.length > azureVersionsMax)
        throw tooManyVersions();
      const answer = await this.#send('GET', `secrets/${this.name}/versions`, undefined, more);
      if (isSecretNotFound(answer)) return [];
      if (answer.status !== 200) throw faultOf(answer);
      const { value, nextLink } = bodyOf(answer);
      if (!Array.isArray(value)) throw notVault();
      versions.push(...value.map((one: unknown) => listedVersion(one, this.name)));
      more = nextQuery(nextLink);
    }
    return versions;
  }

  /** Adds a version, whatever the current one is. */
  async put({ value, contentType, tags }: NewVersion): Promise<VaultVersion> {
    const body = { value, tags, contentType };
    return versionOf(await this.#send('PUT', `secrets/${this.name}`, body), this.name);
  }

  /** Replaces all tags of a version. */
  async tag(id: string, tags: NewVersion['tags']): Promise<VaultVersion> {
    const answer = await this.#send('PATCH', `secrets/${this.name}/${id}`, { tags });
    return versionOf(answer, this.name);
  }

  /** Begins to delete the secret with all versions; returns the version that was current. */
  async delete(): Promise<VaultVersion> {
    return versionOf(await this.#send('DELETE', `secrets/${this.name}`), this.name);
  }

  /** Restores a deleted secret, and waits until it is there. Throws RemoteFault StoreBusy. */
  async recover(): Promise<void> {
    const path = `deletedsecrets/${this.name}/recover`;
    await this.#poll(async () => {
      const answer = await this.#send('POST', path);
      if (answer.status === 200) return true;
      const fault = faultOf(answer);
      // A deletion that has not ended; or one that somebody else restores.
      if (fault.reason === 'StoreBusy' && answer.status === 409) return false;
      if (isSecretNotFound(answer)) return true;
      throw fault;
    });
    await this.#poll(async () => isThere(await this.current()));
  }

  /** Waits for the end of a deletion; an end that does not come in time is left to the vault. */
  async deletionEnd(): Promise<void> {
    await this.#poll(async () => (await this.deleted()).status !== 404).catch(() => undefined);
  }

  /** Asks until work is done. Throws RemoteFault StoreBusy if that takes too long. */
  async #poll(isDone: () => Promise<boolean>): Promise<void> {
    const { azureTransitionPollsMax, azureTransitionPauseMs } = syncLimits;
    for (let poll = 1; !(await isDone()); poll += 1) {
      if (poll >= azureTransitionPollsMax) {
        const message = 'the store has not ended a deletion or a recovery of the secret';
        throw new RemoteFault('StoreBusy', message, { retryAfterMs: azureTransitionPauseMs });
      }
      await setTimeout(azureTransitionPauseMs, undefined, { signal: this.#signal }).catch(() => {
        throw new RemoteFault('TargetTimeout', 'the store has not answered in time');
      });
    }
  }

  async #send(
    method: string,
    path: string,
    body?: object,
    query: string = '?',
  ): Promise<HttpsAnswer> {
    const parameters = new URLSearchParams(query);
    parameters.set('api-version', API_VERSION);
    const call = { method, path: `/${path}?${parameters.toString()}`, body };
    const answer = await this.#calls.send(call, this.#signal);
    if (!isDisabled(answer)) this.#calls.noteDenial(answer);
    return answer;
  }
}

/** Reports whether a secret is there again; a version without permission to read is there too. */
function isThere(answer: HttpsAnswer): boolean {
  if (answer.status === 200 || isDisabled(answer)) return true;
  if (isSecretNotFound(answer)) return false;
  throw faultOf(answer);
}

/** Returns the query of the next page. Its host is not read: it could be that of somebody else. */
function nextQuery(nextLink: unknown): string | undefined {
  const link = textOf(nextLink);
  if (link === undefined || link === '') return undefined;
  const url = URL.parse(link);
  if (url === null) throw notVault();
  return url.search;
}

function tooManyVersions(): RemoteFault {
  const message = `the secret has more than ${syncLimits.azureVersionsMax} versions in the store`;
  return new RemoteFault('StoreRefused', message);
}
