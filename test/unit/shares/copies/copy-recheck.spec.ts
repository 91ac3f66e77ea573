import { beforeEach, describe, expect, it } from 'vitest';
import { unavailable } from '../../../../src/core/errors/sallyport-error.js';
import { CopyRecheck } from '../../../../src/shares/copies/copy-recheck.js';
import { ImportRegistry } from '../../../../src/shares/domain/secret-imports.js';
import { ShareRegistry } from '../../../../src/shares/domain/secret-shares.js';
import { noPins, type SharePins } from '../../../../src/shares/domain/share-pins.js';
import type { ShareDependencies } from '../../../../src/shares/shares.dependencies.js';
import { anImport, aShare, NAMESPACE_UID } from '../domain/sharing.builder.js';
import { target } from './copy-world.js';

const problem = { reason: 'AuthorForbidden', message: '' } as const;
const { object } = anImport({ target });
const item = { uid: object.uid, namespace: object.namespace, name: object.name };

let imports: ImportRegistry;
let shares: ShareRegistry;
let status: Readonly<Record<string, unknown>>;
let unwatched: readonly string[];
let covered: readonly string[];
const expiresAt = '2027-01-31T00:00:00.000Z';
let nowMs: number;
/** Consumers of the share, as its record and its status have them. */
let pins: SharePins;
let stated: readonly string[];
let ofImport: () => object | undefined;
let ofShare: () => object | undefined;

beforeEach(() => {
  putImport({ target });
  shares = new ShareRegistry();
  shares.put(aShare({ delivery: ['copy'], expiresAt }).object, NAMESPACE_UID);
  nowMs = Date.parse(expiresAt) - 1;
  status = { conditions: [{ type: 'Ready', status: 'True', reason: 'Delivered' }] };
  unwatched = [];
  covered = [];
  pins = noPins;
  stated = [];
  ofImport = () => undefined;
  ofShare = () => undefined;
});

function putImport(spec: Readonly<Record<string, unknown>>): void {
  imports = new ImportRegistry();
  imports.put(anImport(spec).object, NAMESPACE_UID);
}

function recheck(): CopyRecheck {
  const parts = {
    knownImports: imports,
    knownShares: shares,
    states: { of: async () => ({ pins: { consumers: {} }, problem: ofShare() }) },
    authors: { of: async () => undefined, problemOf: async () => ofImport() },
    records: { get: async () => ({ facts: pins }) },
    clock: { nowMs: () => nowMs },
  } as unknown as ShareDependencies; // a recheck uses only these
  const statuses = { lastOf: () => status };
  const secrets = { isReadable: (namespace: string) => !unwatched.includes(namespace) };
  const checks = { covers: (uid: string) => covered.includes(uid) };
  const shareStatuses = {
    lastOf: () => ({ consumers: stated.map((namespace) => ({ namespace })) }),
  };
  return new CopyRecheck({ shares: parts, statuses, shareStatuses, secrets, checks });
}

const isLookDue = (isExact = false) => recheck().isLookDue(item, isExact);

it('a delivered copy needs no look while both authors have their rights', async () => {
  expect(await isLookDue()).toBe(false);
});

it.each([
  ['the author of the import lost a right', () => (ofImport = () => problem)],
  ['the author of the share lost a right', () => (ofShare = () => problem)],
  ['the share has expired, as the clock shows', () => (nowMs += 1)],
  ['the share is gone', () => (shares = new ShareRegistry())],
  ['the import is gone', () => (imports = new ImportRegistry())],
  ['it has a problem', () => (status = {})],
  ['the Secrets of its source are not watched', () => (unwatched = ['pay'])],
  ['the Secrets of its target are not watched', () => (unwatched = ['shop'])],
  ['the import has no target any more', () => putImport({})],
])('a copy needs a look if %s', async (_, change) => {
  change();
  expect(await isLookDue()).toBe(true);
});

it('the right of an author is asked about if no shared question covers it, or exactly', async () => {
  const [imported, share] = [object.uid, aShare().object.uid];
  ofImport = () => problem;
  expect([await isLookDue(), await isLookDue(true)]).toEqual([true, false]);
  covered = [imported, share];
  expect([await isLookDue(), await isLookDue(true)]).toEqual([false, true]);
  ofImport = () => undefined;
  ofShare = () => problem;
  expect([await isLookDue(), await isLookDue(true)]).toEqual([false, true]);
  covered = [imported];
  expect([await isLookDue(), await isLookDue(true)]).toEqual([true, true]);
});

describe('a share needs a look', () => {
  const { uid, namespace, name } = aShare().object;
  const isDue = () => recheck().isShareLookDue({ uid, namespace, name });

  it('unless its author and its Secret are observed', async () => {
    expect(await isDue()).toBe(true);
    covered = [uid];
    expect(await isDue()).toBe(false);
    unwatched = ['pay'];
    expect(await isDue()).toBe(true);
    unwatched = [];
    shares = new ShareRegistry();
    expect(await isDue()).toBe(true);
  });

  it('if its status lacks a consumer that a replica has recorded', async () => {
    covered = [uid];
    const consumer = { namespaceUID: 'u', sinceMs: 1 };
    pins = { consumers: { web: consumer, shop: consumer } };
    stated = ['shop'];
    expect(await isDue()).toBe(true);
    stated = ['shop', 'web'];
    expect(await isDue()).toBe(false);
  });
});

it('says so if that is not known', async () => {
  ofImport = () => {
    throw unavailable('down');
  };
  await expect(isLookDue()).rejects.toMatchObject({ code: 'Unavailable' });
});
