import { createHash } from 'node:crypto';
import { syncLimits } from '../../../core/sync-limits.js';
import { type JsonBody, memberOf } from '../json-values.js';
import { bodyIfJson } from '../store-answer.js';
import type { StoreTransport } from '../store-transport.js';
import { dataOf, errorsOf } from './kv-answer.js';

export interface KvChangeTagsOptions {
  readonly transport: Pick<StoreTransport, 'send'>;
  /** Path of the mount of a KV secrets engine of version 2. */
  readonly mount: string;
  /** Returns a token of the store. Throws OutboundFault. */
  readonly token: (signal: AbortSignal) => Promise<string>;
}

/** Place of a name: the folder, and the rest of the name. */
interface Place {
  readonly name: string;
  readonly key: string;
}

/**
 * Change tags of secrets of OpenBao: a hash of all metadata, by lists of folders. Vault has no
 * such lists, and a policy may forbid them: then there are no tags.
 * https://openbao.org/api-docs/secret/kv/kv-v2/#list-secrets
 */
export class KvChangeTags {
  readonly #options: KvChangeTagsOptions;
  /** Whether the store has refused a list, or has none. */
  #isRefused = false;

  constructor(options: KvChangeTagsOptions) {
    this.#options = options;
  }

  /** Returns the tags that the store tells. Throws OutboundFault. */
  async of(names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const tags = new Map<string, string>();
    for (const [folder, places] of byFolder(names)) {
      if (this.#isRefused) break;
      await this.#addFolder(folder, places, tags, signal);
    }
    return tags;
  }

  async #addFolder(
    folder: string,
    places: readonly Place[],
    tags: Map<string, string>,
    signal: AbortSignal,
  ): Promise<void> {
    const names = new Map(places.map(({ key, name }) => [key, name]));
    const sorted = [...names.keys()].toSorted();
    const [first = '', last = ''] = [sorted[0], sorted.at(-1)];
    // The list leaves out this name: it begins shortly before the first one.
    let after = first.slice(0, -1);
    for (let page = 0; page < syncLimits.openbaoTagPagesMax; page += 1) {
      const infos = await this.#page(folder, after, signal);
      if (infos === undefined) return;
      for (const [key, info] of Object.entries(infos)) {
        const name = names.get(key);
        if (name !== undefined) tags.set(name, tagOf(info));
      }
      const listed = Object.keys(infos).toSorted();
      after = listed.at(-1) ?? '';
      if (listed.length < syncLimits.openbaoTagsPageMax || after >= last) return;
    }
  }

  /** Returns the metadata of secrets by their keys; undefined: the store does not tell. */
  async #page(folder: string, after: string, signal: AbortSignal): Promise<JsonBody | undefined> {
    const { transport, mount, token } = this.#options;
    const query = new URLSearchParams({ list: 'true', limit: `${syncLimits.openbaoTagsPageMax}` });
    if (after !== '') query.set('after', after);
    const answer = await transport.send(
      {
        method: 'GET',
        path: `/v1/${mount}/detailed-metadata/${folder}?${query.toString()}`,
        headers: { 'x-vault-token': await token(signal), 'x-vault-request': 'true' },
      },
      signal,
    );
    // A read of the secrets themselves shows what is wrong: here it is only slower.
    const { status } = answer;
    const isJson = bodyIfJson(answer) !== undefined;
    if (status === 404 && isJson && errorsOf(answer).length === 0) return undefined;
    if ([400, 403, 404, 405].includes(status) || answer.body === undefined) {
      this.#isRefused = true;
      return undefined;
    }
    return memberOf(dataOf(answer), 'key_info');
  }
}

/** Returns the names by the path of their folder, which ends in `/` or is empty. */
export function byFolder(names: readonly string[]): ReadonlyMap<string, readonly Place[]> {
  return Map.groupBy(
    names.map((name) => {
      const end = name.lastIndexOf('/') + 1;
      return { name, folder: name.slice(0, end), key: name.slice(end) };
    }),
    ({ folder }) => folder,
  );
}

function tagOf(metadata: unknown): string {
  return createHash('sha256').update(JSON.stringify(metadata)).digest('base64url');
}
