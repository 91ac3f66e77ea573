import { expect, it } from 'vitest';
import {
  faultOf,
  isSecretNotFound,
  listedVersion,
  vaultTags,
} from '../../../../../src/sync/stores/azure/vault-answer.js';
import { markedTags, markOf } from '../../../../../src/sync/stores/azure/vault-marks.js';

const answer = (status: number, body: object | string) => ({
  ...{ status, headers: {} },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const failed = (status: number, code: string, inner?: object) =>
  answer(status, { error: { code, message: 'c4n4ry', ...inner } });
const id = '0123456789abcdef0123456789abcdef';

it.each([
  ['a code of its own', failed(404, 'SecretNotFound'), 'StoreChanged'],
  ['no code of its own', failed(404, 'NotFound'), 'TargetFailed'],
  ['a page of a proxy', answer(404, '<html>c4n4ry'), 'TargetFailed'],
  [
    'a deleted name',
    failed(409, 'Conflict', { innererror: { code: 'ObjectIsDeletedButRecoverable' } }),
    'StoreChanged',
  ],
  [
    'a recovery',
    failed(409, 'Conflict', { innerError: { code: 'ObjectIsBeingRecovered' } }),
    'StoreBusy',
  ],
  [
    'a deletion',
    failed(409, 'Conflict', { innererror: { code: 'ObjectIsBeingDeleted' } }),
    'StoreBusy',
  ],
  ['another conflict', failed(409, 'Conflict'), 'TargetFailed'],
  [
    'a disabled version',
    failed(403, 'Forbidden', { innererror: { code: 'SecretDisabled' } }),
    'NotReadable',
  ],
  ['a missing right', failed(403, 'Forbidden'), 'StoreDenied'],
  ['a code on another status', failed(500, 'SecretNotFound'), 'TargetFailed'],
])('%s is a reason of its own, and nothing is quoted', (_what, given, reason) => {
  const fault = faultOf(given);
  expect(fault.reason).toBe(reason);
  expect(fault.message).not.toContain('c4n4ry');
});

it('takes the word of the vault alone for an absence', () => {
  expect(isSecretNotFound(failed(404, 'SecretNotFound'))).toBe(true);
  expect(isSecretNotFound(failed(404, 'ResourceNotFound'))).toBe(false);
  expect(isSecretNotFound(failed(400, 'SecretNotFound'))).toBe(false);
});

it.each([
  ['no object', 'text'],
  ['an id of another secret', { id: `https://v/secrets/other/${id}`, attributes: { created: 1 } }],
  ['an id of no version', { id: 'https://v/secrets/db', attributes: { created: 1 } }],
  ['an id of a key', { id: `https://v/keys/db/${id}`, attributes: { created: 1 } }],
  ['no time', { id: `https://v/secrets/db/${id}`, attributes: {} }],
])('%s is no version', (_what, listed) => {
  expect(() => listedVersion(listed, 'db')).toThrow('does not answer as Azure Key Vault');
});

const version = (createdSeconds: number, owner?: string) => ({
  ...{ id, createdSeconds, token: undefined, seen: [], isRecoverable: true },
  tags: owner === undefined ? {} : { [vaultTags.owner]: owner },
});
const mark = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };
const [ours, theirs] = ['v1/cluster/ns/sync', 'v1/cluster/ns/other'];

it.each([
  ['that of the current version', version(1, ours), [version(2, theirs)], mark],
  ['that of the newest version with one', version(3), [version(1, theirs), version(2, ours)], mark],
  ['one of two equal ones', version(3), [version(2, ours), version(2, ours)], mark],
  ['of nobody, if two differ', version(3), [version(2, ours), version(2, theirs)], 'unreadable'],
  [
    'unreadable, if it is that of another program',
    version(1, 'external-secrets'),
    [],
    'unreadable',
  ],
  ['none, if no version has one', version(3), [version(2)], undefined],
  ['none, if there is no other version', version(3), [], undefined],
])('the mark of a secret is %s', (_what, current, versions, found) => {
  expect(markOf(current, versions)).toEqual(found);
});

it('leaves other tags as they are', () => {
  const tags = markedTags({ tags: { team: 'pay', [vaultTags.owner]: theirs } }, mark);
  expect(tags).toEqual({ team: 'pay', [vaultTags.owner]: ours });
});
