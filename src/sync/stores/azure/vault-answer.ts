import type { HttpsAnswer } from '../../../platform/outbound/https-exchange.js';
import { syncLimits } from '../../../core/sync-limits.js';
import type { ListedVersion } from '../../domain/foreign-versions.js';
import { RemoteFault } from '../../domain/remote-fault.js';
import { isJsonBody, memberOf, numberOf, textOf, textsOf } from '../json-values.js';
import { bodyIfJson, bodyOf, busy, changed, faultOfStatus } from '../store-answer.js';

/** Tags of versions that a sync wrote. */
export const vaultTags = {
  /** Mark of the owner. */
  owner: 'sallyport-owner',
  /** Token of the write. */
  write: 'sallyport-write',
  /** Versions that the write had seen, 32 characters each. */
  seen: 'sallyport-seen',
} as const;

/** Version of a secret with its tags, from a list or from an answer with a value. */
export interface VaultVersion extends ListedVersion {
  readonly tags: Readonly<Record<string, string>>;
  /** Whether a deletion of the secret can be undone. */
  readonly isRecoverable: boolean;
}

const VERSION = /^[0-9a-f]{32}$/;

/** Returns the version that an answer is about. Throws RemoteFault for any other answer. */
export function versionOf(answer: HttpsAnswer, name: string): VaultVersion {
  if (answer.status !== 200) throw faultOf(answer);
  return listedVersion(bodyOf(answer), name);
}

/** Returns a version of a list. Throws RemoteFault TargetFailed. */
export function listedVersion(listed: unknown, name: string): VaultVersion {
  const body = isJsonBody(listed) ? listed : {};
  const [id, ...before] = (textOf(body['id']) ?? '').split('/').toReversed();
  const attributes = memberOf(body, 'attributes');
  const createdSeconds = numberOf(attributes?.['created']);
  const isOfName = before[0]?.toLowerCase() === name && before[1] === 'secrets';
  if (id === undefined || !VERSION.test(id) || !isOfName || createdSeconds === undefined) {
    throw notVault();
  }
  const tags = textsOf(memberOf(body, 'tags'));
  return {
    ...{ id, createdSeconds, tags },
    token: tags[vaultTags.write],
    seen: tags[vaultTags.seen]?.match(/[0-9a-f]{32}/g) ?? [],
    isRecoverable: textOf(attributes?.['recoveryLevel'])?.includes('Recoverable') ?? false,
  };
}

/** Returns the failure of an answer that has not the members of Azure Key Vault. */
export function notVault(): RemoteFault {
  return new RemoteFault('TargetFailed', 'the store does not answer as Azure Key Vault');
}

/** Reports whether the vault itself says that there is no such secret; a proxy does not. */
export function isSecretNotFound(answer: HttpsAnswer): boolean {
  return answer.status === 404 && codesOf(answer).includes('SecretNotFound');
}

/** Reports whether an answer is about a version that was disabled, and not about a right. */
export function isDisabled(answer: HttpsAnswer): boolean {
  return answer.status === 403 && codesOf(answer).includes('SecretDisabled');
}

/**
 * Returns the failure that an answer means. It quotes nothing of the store.
 * https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
export function faultOf(answer: HttpsAnswer): RemoteFault {
  if (isSecretNotFound(answer)) return changed();
  if (isDisabled(answer)) {
    return new RemoteFault('NotReadable', 'the current version of the secret is disabled');
  }
  if (answer.status === 409) {
    const codes = codesOf(answer);
    if (codes.includes('ObjectIsDeletedButRecoverable')) return changed();
    if (codes.some((code) => TRANSITIONS.has(code))) return busy(syncLimits.azureTransitionPauseMs);
  }
  return faultOfStatus(answer);
}

/** Codes of a deletion or a recovery that has not ended. */
const TRANSITIONS: ReadonlySet<string> = new Set([
  'ObjectIsBeingDeleted',
  'ObjectIsBeingRecovered',
]);

/** Returns the code of an error and of its cause, which is spelled in two ways. */
function codesOf(answer: HttpsAnswer): readonly string[] {
  const error = memberOf(bodyIfJson(answer), 'error');
  const inner = memberOf(error, 'innererror') ?? memberOf(error, 'innerError');
  return [error, inner].flatMap((one) => textOf(one?.['code']) ?? []);
}
