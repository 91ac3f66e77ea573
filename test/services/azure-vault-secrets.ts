import { randomBytes } from 'node:crypto';
import type { DoubleAnswer } from './https-double.js';

export interface VaultSecretVersion {
  readonly id: string;
  readonly value: string;
  readonly contentType: string | undefined;
  tags: Readonly<Record<string, string>>;
  isEnabled: boolean;
  readonly createdSeconds: number;
  updatedSeconds: number;
}

export type NewVaultVersion = Pick<VaultSecretVersion, 'value'> &
  Partial<Pick<VaultSecretVersion, 'contentType' | 'tags' | 'isEnabled'>>;

interface VaultSecret {
  readonly versions: VaultSecretVersion[];
  state: 'active' | 'deleting' | 'deleted' | 'recovering';
  /** Requests for the name until a deletion or a recovery ends. */
  waits: number;
}

const TAGS_MAX = 15;
const TAG_CHARACTERS_MAX = 512;
const VALUE_BYTES_MAX = 25 * 1_024;
const clockSeconds = (): number => Math.floor(Date.now() / 1_000);

/**
 * Secrets of one vault, as Azure Key Vault has them: names without case, versions without order,
 * whole seconds, soft deletion.
 * https://learn.microsoft.com/azure/key-vault/secrets/about-secrets
 */
export class AzureVaultSecrets {
  readonly #secrets = new Map<string, VaultSecret>();
  readonly #url: () => string;
  /** Requests that a deletion or a recovery takes: both are asynchronous. */
  transitionRequests = 0;
  /** Recovery level of the vault; without `Recoverable`, a deletion is for ever. */
  recoveryLevel = 'Recoverable+Purgeable';
  /** Clock of the vault, in whole seconds. */
  nowSeconds = clockSeconds;
  purges = 0;

  constructor(url: () => string) {
    this.#url = url;
  }

  /** Gives the vault back its own clock, and deletions that end at once and can be undone. */
  reset(): void {
    this.transitionRequests = 0;
    this.recoveryLevel = 'Recoverable+Purgeable';
    this.nowSeconds = clockSeconds;
  }

  /** Returns versions in the order of their creation, as no client sees them. */
  versions(name: string): readonly VaultSecretVersion[] {
    return this.#secrets.get(name.toLowerCase())?.versions ?? [];
  }

  get(name: string, id: string | undefined): DoubleAnswer {
    const version = this.#version(name, id);
    if (version === undefined) return notFound(name);
    // https://github.com/Azure/azure-sdk-for-java/issues/17991
    if (!version.isEnabled) {
      return failed(403, 'Forbidden', 'SecretDisabled', 'not allowed on a disabled secret');
    }
    return { status: 200, body: this.#bundle(name, version) };
  }

  /**
   * Deterministic, but not in the order of time.
   * https://github.com/Azure/azure-sdk-for-python/issues/35923
   */
  list(name: string, query: URLSearchParams): DoubleAnswer {
    const pageMax = Number(query.get('maxresults') ?? 25);
    // https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret-versions/get-secret-versions
    if (!(pageMax >= 1 && pageMax <= 25)) return badParameter('maxresults');
    const secret = this.#active(name);
    const sorted = (secret?.versions ?? []).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const from = Number(query.get('$skiptoken') ?? 0);
    const page = sorted.slice(from, from + pageMax).map((version) => {
      const { value: _value, ...item } = this.#bundle(name, version);
      return item;
    });
    const next = new URLSearchParams(query);
    next.set('$skiptoken', String(from + pageMax));
    const more = `${this.#url()}secrets/${name}/versions?${next.toString()}`;
    const nextLink = from + pageMax < sorted.length ? more : null;
    return { status: 200, body: { value: page, nextLink } };
  }

  /** Adds a version, which always wins. */
  put(name: string, { value, contentType, tags = {}, isEnabled = true }: NewVaultVersion) {
    const secret = this.#settled(name);
    // https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
    if (secret?.state === 'deleted') return conflict('ObjectIsDeletedButRecoverable');
    if (secret?.state === 'deleting') return conflict('ObjectIsBeingDeleted');
    // https://github.com/Azure/azure-sdk-for-net/issues/31581
    if (secret?.state === 'recovering') return conflict('ObjectIsBeingRecovered');
    if (Buffer.byteLength(value) > VALUE_BYTES_MAX) return badParameter('value');
    if (!areTags(tags)) return badParameter('tags');
    if ((contentType ?? '').length > 255) return badParameter('contentType');
    const nowSeconds = this.nowSeconds();
    const version: VaultSecretVersion = {
      ...{ id: randomBytes(16).toString('hex'), value, contentType, tags, isEnabled },
      ...{ createdSeconds: nowSeconds, updatedSeconds: nowSeconds },
    };
    const versions = [...(secret?.versions ?? []), version];
    this.#secrets.set(name.toLowerCase(), { versions, state: 'active', waits: 0 });
    return { status: 200, body: this.#bundle(name, version) };
  }

  /** Changes a version; tags are replaced as a whole. */
  update(name: string, id: string | undefined, change: Partial<NewVaultVersion>): DoubleAnswer {
    const version = this.#version(name, id);
    if (version === undefined) return notFound(name);
    if (change.tags !== undefined && !areTags(change.tags)) return badParameter('tags');
    version.tags = change.tags ?? version.tags;
    version.isEnabled = change.isEnabled ?? version.isEnabled;
    version.updatedSeconds = this.nowSeconds();
    const { value: _value, ...bundle } = this.#bundle(name, version);
    return { status: 200, body: bundle };
  }

  delete(name: string): DoubleAnswer {
    const secret = this.#active(name);
    if (secret === undefined) return notFound(name);
    Object.assign(secret, { state: 'deleting', waits: this.transitionRequests });
    return { status: 200, body: this.#deletedBundle(name, secret) };
  }

  getDeleted(name: string): DoubleAnswer {
    const secret = this.#settled(name);
    if (secret?.state !== 'deleted') return notFound(name, 'Deleted Secret');
    return { status: 200, body: this.#deletedBundle(name, secret) };
  }

  recover(name: string): DoubleAnswer {
    const secret = this.#settled(name);
    if (secret?.state === 'deleting') return conflict('ObjectIsBeingDeleted');
    if (secret?.state === 'recovering') return conflict('ObjectIsBeingRecovered');
    if (secret?.state !== 'deleted') return notFound(name, 'Deleted Secret');
    Object.assign(secret, { state: 'recovering', waits: this.transitionRequests });
    const { value: _value, ...bundle } = this.#bundle(name, last(secret));
    return { status: 200, body: bundle };
  }

  purge(name: string): DoubleAnswer {
    this.purges += 1;
    if (this.#settled(name)?.state !== 'deleted') return notFound(name, 'Deleted Secret');
    this.#secrets.delete(name.toLowerCase());
    return { status: 204 };
  }

  #version(name: string, id: string | undefined): VaultSecretVersion | undefined {
    const secret = this.#active(name);
    if (secret === undefined || id === undefined) return secret && last(secret);
    return secret.versions.find((one) => one.id === id);
  }

  #active(name: string): VaultSecret | undefined {
    const secret = this.#settled(name);
    return secret?.state === 'active' ? secret : undefined;
  }

  /** Returns the secret, after a transition that has waited long enough has ended. */
  #settled(name: string): VaultSecret | undefined {
    const secret = this.#secrets.get(name.toLowerCase());
    if (secret === undefined) return undefined;
    secret.waits -= 1;
    if (secret.waits < 0 && secret.state === 'deleting') secret.state = 'deleted';
    if (secret.waits < 0 && secret.state === 'recovering') secret.state = 'active';
    return secret;
  }

  #deletedBundle(name: string, secret: VaultSecret) {
    const { value: _value, ...bundle } = this.#bundle(name, last(secret));
    const deletedDate = this.nowSeconds();
    const recoveryId = `${this.#url()}deletedsecrets/${name}`;
    return { ...bundle, recoveryId, deletedDate, scheduledPurgeDate: deletedDate + 90 * 86_400 };
  }

  #bundle(name: string, version: VaultSecretVersion) {
    const { id, value, contentType, tags, isEnabled, createdSeconds, updatedSeconds } = version;
    const attributes = {
      ...{ enabled: isEnabled, created: createdSeconds, updated: updatedSeconds },
      ...{ recoveryLevel: this.recoveryLevel, recoverableDays: 90 },
    };
    return { value, id: `${this.#url()}secrets/${name}/${id}`, contentType, tags, attributes };
  }
}

function last({ versions }: VaultSecret): VaultSecretVersion {
  const version = versions.at(-1);
  if (version === undefined) throw new Error('a secret has a version');
  return version;
}

/** https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#secret-tags */
function areTags(tags: Readonly<Record<string, unknown>>): boolean {
  const entries = Object.entries(tags);
  const isTag = (text: unknown) => typeof text === 'string' && text.length <= TAG_CHARACTERS_MAX;
  return entries.length <= TAGS_MAX && entries.every((entry) => entry.every(isTag));
}

/** https://learn.microsoft.com/azure/key-vault/general/rest-error-codes */
export function failed(status: number, code: string, inner?: string, said = code): DoubleAnswer {
  const innererror = inner === undefined ? undefined : { code: inner };
  return { status, body: { error: { code, message: said, innererror } } };
}

export function badParameter(name: string): DoubleAnswer {
  return failed(400, 'BadParameter', undefined, `The parameter ${name} is not valid.`);
}

function conflict(inner: string): DoubleAnswer {
  return failed(409, 'Conflict', inner);
}

function notFound(name: string, what = 'A secret'): DoubleAnswer {
  return failed(404, 'SecretNotFound', undefined, `${what} with the name ${name} was not found.`);
}
