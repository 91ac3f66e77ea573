import { createSecretKey, randomBytes } from 'node:crypto';
import { entryMac } from '../src/audit/domain/entry-mac.js';
import { MultisetDigest } from '../src/encryption/domain/multiset-digest.js';
import { RowMac } from '../src/encryption/domain/row-mac.js';
import { tokenRowOf, tokenValues } from '../src/tokens/token-row.js';
import { VersionSeals } from '../src/versions/store/version-seals.js';
import { parseArgs } from 'node:util';
import { heading, report } from './audit-report.js';
import { saveOption } from './bench-options.js';
import { conclude } from './conclude.js';
import { bounded } from './floors.js';

const rounds = 20_000;
const passes = 5;
const mac = new RowMac(createSecretKey(randomBytes(32)));

/** The fastest of some passes, in microseconds a round; the first one warms up. */
function microseconds(work: () => void): number {
  let best = Infinity;
  for (let pass = 0; pass <= passes; pass += 1) {
    const startedAt = performance.now();
    for (let round = 0; round < rounds; round += 1) work();
    const tookUs = ((performance.now() - startedAt) * 1_000) / rounds;
    if (pass > 0) best = Math.min(best, tookUs);
  }
  return best;
}

function tokenCheckUs(): number {
  const owner = { username: 'system:serviceaccount:pay:job', uid: 'b7a6c0f4' };
  const row = tokenRowOf({
    ...{ id: 'A'.repeat(16), secretHash: randomBytes(32), description: 'the nightly job', owner },
    subject: { kind: 'serviceAccount', namespace: 'pay', name: 'job', uid: owner.uid },
    acting: [],
    scope: { namespaces: ['pay'], secrets: ['db'], keys: ['password'] },
    parentId: undefined,
    ...{ createdAtMs: Date.now(), expiresAtMs: Date.now(), lastUsedAtMs: undefined },
  });
  const kept = mac.of('access_tokens', tokenValues(row));
  return microseconds(() => {
    if (!mac.isOf(kept, 'access_tokens', tokenValues(row))) throw new Error('it is another row');
  });
}

function entryUs(): number {
  const leafHash = randomBytes(32);
  const at = { leafIndex: 1_000_000, callIndex: 999_999 };
  return microseconds(
    () => void entryMac(mac, { ...at, leafHash, stage: 'outcome', source: 'gateway' }),
  );
}

/** What a version that follows another adds: its MACs, those of two states, digest and history. */
function writeUs(): number {
  const seals = new VersionSeals(mac);
  const facts = {
    ...{ version: 7, namespace_uid: 'uid', secret_uid: 'uid', resource_version: '12345' },
    ...{ type: 'Opaque', immutable: 0, labels: '{"app":"pay"}', annotations: '[]' },
    keys: JSON.stringify([{ name: 'password', sizeBytes: 16, version: 7, mac: 'A'.repeat(24) }]),
    ...{ door: 'rest', username: 'alice', user_kind: 'oidc', credential_id: 'oidc:alice' },
    ...{ reason: null, audit_id: 'uuid', field_manager: null, on_behalf_of: null },
    ...{ restored_from: null, is_gap: 0, created_ms: 1, fingerprint: randomBytes(32) },
  };
  const state = {
    ...{ state: 'live' as const, held: 1, is_retired: 0 },
    ...{ ended_ms: null, since_ms: 1, until_ms: null },
  };
  const digests = new MultisetDigest(mac);
  const marks = {
    ...{ lastVersion: 7, currentVersion: 7, previousVersion: 6, pendingVersion: undefined },
    ...{ secretUid: 'uid', resourceVersion: '12345', deletedMs: undefined },
    pruned: { version: undefined, secretUid: undefined, resourceVersion: undefined },
    missedResourceVersion: undefined,
  };
  const place = { namespace_uid: 'uid', namespace: 'pay', name: 'db' };
  const before = {
    ...{ id: 1, ...place, last_version: 7, current_version: 7, previous_version: 6 },
    ...{ pending_version: null, secret_uid: 'uid', resource_version: '12345', deleted_ms: null },
    ...{ pruned_version: null, pruned_uid: null, pruned_resource_version: null },
    ...{ missed_resource_version: null, history_bytes: 1, digest: digests.of([]) },
    ...seals.sealNew(place, marks, []),
  };
  return microseconds(() => {
    const made = seals.factsMac('db', facts);
    const own = Buffer.from(seals.stateMac(made, state), 'base64');
    const changed: Uint8Array[] = [];
    // Of what was current and of what was previous: checked, and made anew.
    for (let turn = 0; turn < 2; turn += 1) {
      seals.stateMac(made, state);
      changed.push(Buffer.from(seals.stateMac(made, { ...state, held: 0 }), 'base64'));
    }
    seals.sealChanged(before, marks, { removed: changed, added: [...changed, own] });
  });
}

const { values } = parseArgs({ options: saveOption });
heading('MACs of rows');
const figures = bounded('rows', { tokenCheckUs: tokenCheckUs(), versionWriteUs: writeUs() });
report('of a token check', `${figures.tokenCheckUs.toFixed(1)} µs`);
report('of an audit entry', `${entryUs().toFixed(1)} µs`);
report('of a write that makes a version', `${figures.versionWriteUs.toFixed(1)} µs`);
conclude({ bench: 'rows', figures, terms: { rounds, passes }, isSaved: values.save });
