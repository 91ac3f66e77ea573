import { beforeEach, describe, expect, it } from 'vitest';
import { CallTrace } from '../../../src/calls/domain/call-trace.js';
import { SallyportError } from '../../../src/core/errors/sallyport-error.js';
import { shareLimits } from '../../../src/core/share-limits.js';
import type { CustomResource } from '../../../src/custom-resources/domain/custom-resource.js';
import { ConfirmedObjects } from '../../../src/shares/confirmed-objects.js';
import { type SecretShares, ShareRegistry } from '../../../src/shares/domain/secret-shares.js';
import { callContext } from '../audit/audit-builders.js';
import { ManualClock } from '../auth/manual-clock.js';
import { aShare, anImport, NAMESPACE_UID } from './domain/sharing.builder.js';

let clock: ManualClock;
let inCluster: CustomResource | undefined;
let asked: number;
let namespaceUid: string;
let knownShares: ShareRegistry;
let confirmed: ConfirmedObjects;
const share = aShare();
const call = () => ({ ctx: callContext(), trace: new CallTrace() });

beforeEach(() => {
  clock = new ManualClock();
  inCluster = share.object;
  asked = 0;
  namespaceUid = NAMESPACE_UID;
  knownShares = new ShareRegistry();
  knownShares.put(share.object, NAMESPACE_UID);
  const get = async () => {
    asked += 1;
    await Promise.resolve();
    if (inCluster === undefined) throw new SallyportError('NotFound', 'gone');
    return inCluster;
  };
  const facts = () => ({ uid: namespaceUid, annotations: {}, createdAt: '', resourceVersion: '' });
  confirmed = new ConfirmedObjects({
    clock,
    namespaces: { known: facts, confirm: () => Promise.resolve(facts()) },
    shares: { get } as unknown as SecretShares,
    knownShares,
  });
});

describe('a share', () => {
  it('is confirmed by one question for concurrent reads, and again after its time', async () => {
    await Promise.all([confirmed.share(call(), share), confirmed.share(call(), share)]);
    expect((await confirmed.share(call(), share))?.object).toBe(share.object);
    expect(asked).toBe(1);
    clock.advance(shareLimits.shareConfirmedMs);
    await confirmed.share(call(), share);
    expect(asked).toBe(2);
  });

  it('that was revoked or deleted, of which no watch has told, is read as it is', async () => {
    const spec = { ...share.object.spec, revoked: true };
    inCluster = { ...share.object, generation: 2, spec };
    expect((await confirmed.share(call(), share))?.spec?.revoked).toBe(true);
    clock.advance(shareLimits.shareConfirmedMs);
    inCluster = undefined;
    expect(await confirmed.share(call(), share)).toBeUndefined();
  });

  it('that was recreated is another one', async () => {
    inCluster = { ...share.object, uid: 'another' };
    expect((await confirmed.share(call(), share))?.object.uid).toBe('another');
  });
});

describe('an import', () => {
  it('has the uid that its namespace has in the cluster', async () => {
    const imported = anImport();
    namespaceUid = 'another';
    expect((await confirmed.import(imported))?.namespaceUid).toBe('another');
    namespaceUid = NAMESPACE_UID;
    expect((await confirmed.import(imported))?.namespaceUid).toBe(NAMESPACE_UID);
    // Remembered: an import never moves to another namespace.
    namespaceUid = 'later';
    expect((await confirmed.import(imported))?.namespaceUid).toBe(NAMESPACE_UID);
  });

  it('is gone if its namespace was recreated since, also before a watch reports that', async () => {
    const imported = anImport();
    await confirmed.import(imported);
    expect(await confirmed.import({ ...imported, namespaceUid: 'recreated' })).toBeUndefined();
  });
});

describe('an import and its share', () => {
  const imported = anImport();

  it('are confirmed once both were asked about, until the share is due again', async () => {
    expect(confirmed.are(imported, share)).toBe(false);
    await confirmed.import(imported);
    expect(confirmed.are(imported, share)).toBe(false);
    await confirmed.share(call(), share);
    expect(confirmed.are(imported, share)).toBe(true);
    clock.advance(shareLimits.shareConfirmedMs);
    expect(confirmed.are(imported, share)).toBe(false);
  });

  it('are not confirmed in a recreated namespace, nor for a recreated share', async () => {
    await confirmed.import(imported);
    await confirmed.share(call(), share);
    expect(confirmed.are({ ...imported, namespaceUid: 'recreated' }, share)).toBe(false);
    expect(confirmed.are(imported, aShare({}, { uid: 'recreated' }))).toBe(false);
  });
});
